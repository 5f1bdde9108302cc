import type { JsonObject } from '../../kernel/index.js';
import type {
  ComponentBoardStore,
  ComponentStore,
  StoredAction,
  StoredAssignment,
  StoredComponent,
  StoredMapping,
} from '../../integration/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

interface ComponentRow {
  readonly key: string;
  readonly document: string;
  readonly created_at: number;
  readonly updated_at: number;
}

interface ActionRow {
  readonly component: string;
  readonly action: string;
  readonly description: string | null;
  readonly parameters: string;
  readonly metadata: string;
  readonly created_at: number;
}

const componentOf = (row: ComponentRow): StoredComponent => ({
  key: row.key,
  document: JSON.parse(row.document) as JsonObject,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const actionOf = ({ component, action, description, ...row }: ActionRow): StoredAction => ({
  ...{ component, action, description },
  parameters: JSON.parse(row.parameters) as JsonObject,
  metadata: JSON.parse(row.metadata) as JsonObject,
  createdAt: row.created_at,
});

/* eslint-disable @typescript-eslint/require-await -- the ports are for databases that answer later, too */

/** Registered components in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteComponents implements ComponentStore {
  private readonly statements;

  constructor(database: SqliteDatabase) {
    this.statements = {
      all: database.prepare<[], ComponentRow>('SELECT * FROM component ORDER BY key'),
      put: database.prepare(
        `INSERT INTO component (key, document, created_at, updated_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET document = excluded.document, created_at = excluded.created_at,
           updated_at = excluded.updated_at`,
      ),
      remove: database.prepare('DELETE FROM component WHERE key = ?'),
    };
  }

  async all(): Promise<readonly StoredComponent[]> {
    return guarded(() => this.statements.all.all().map(componentOf));
  }

  async put({ key, document, createdAt, updatedAt }: StoredComponent): Promise<void> {
    guarded(() => this.statements.put.run(key, JSON.stringify(document), createdAt, updatedAt));
  }

  async remove(key: string): Promise<boolean> {
    return guarded(() => this.statements.remove.run(key).changes > 0);
  }
}

/** What people say about components, in the same file. */
export class SqliteComponentBoard implements ComponentBoardStore {
  private readonly statements;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
  }

  async mappings(): Promise<readonly StoredMapping[]> {
    return guarded(() => this.statements.mappings.all());
  }

  async map({ taskType, component, updatedAt }: StoredMapping): Promise<void> {
    guarded(() => this.statements.map.run(taskType, component, updatedAt));
  }

  async assignments(page: {
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly items: readonly StoredAssignment[]; readonly total: number }> {
    return guarded(() => ({
      items: this.statements.assignments.all(page.limit, page.offset),
      total: this.statements.assignmentCount.get() ?? 0,
    }));
  }

  async assignment(task: string): Promise<StoredAssignment | undefined> {
    return guarded(() => this.statements.assignment.get(task));
  }

  async assign({ task, component, assignedAt }: StoredAssignment): Promise<void> {
    guarded(() => this.statements.assign.run(task, component, assignedAt));
  }

  async unassign(task: string): Promise<boolean> {
    return guarded(() => this.statements.unassign.run(task).changes > 0);
  }

  async actions(): Promise<readonly StoredAction[]> {
    return guarded(() => this.statements.actions.all().map(actionOf));
  }

  async putAction({ component, action, description, parameters, metadata, createdAt }: StoredAction): Promise<void> {
    const [said, about] = [JSON.stringify(parameters), JSON.stringify(metadata)];
    guarded(() => this.statements.putAction.run(component, action, description, said, about, createdAt));
  }
}

const ASSIGNMENT = 'SELECT task, component, assigned_at AS assignedAt FROM component_assignment';

const prepare = (database: SqliteDatabase) => ({
  mappings: database.prepare<[], StoredMapping>(
    'SELECT task_type AS taskType, component, updated_at AS updatedAt FROM component_mapping ORDER BY task_type',
  ),
  map: database.prepare(
    `INSERT INTO component_mapping (task_type, component, updated_at) VALUES (?, ?, ?)
     ON CONFLICT (task_type) DO UPDATE SET component = excluded.component, updated_at = excluded.updated_at`,
  ),
  assignments: database.prepare<[number, number], StoredAssignment>(`${ASSIGNMENT} ORDER BY task LIMIT ? OFFSET ?`),
  assignmentCount: database.prepare<[], number>('SELECT count(*) FROM component_assignment').pluck(),
  assignment: database.prepare<[string], StoredAssignment>(`${ASSIGNMENT} WHERE task = ?`),
  assign: database.prepare(
    `INSERT INTO component_assignment (task, component, assigned_at) VALUES (?, ?, ?)
     ON CONFLICT (task) DO UPDATE SET component = excluded.component, assigned_at = excluded.assigned_at`,
  ),
  unassign: database.prepare('DELETE FROM component_assignment WHERE task = ?'),
  actions: database.prepare<[], ActionRow>('SELECT * FROM component_action ORDER BY component, action'),
  putAction: database.prepare(
    `INSERT INTO component_action (component, action, description, parameters, metadata, created_at)
     VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (component, action) DO UPDATE SET description = excluded.description,
       parameters = excluded.parameters, metadata = excluded.metadata`,
  ),
});
