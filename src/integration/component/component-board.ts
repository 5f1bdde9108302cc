import {
  fault,
  HarmoniaError,
  isJsonObject,
  isoInstant,
  type Clock,
  type Fault,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import type {
  ComponentBoardStore,
  ComponentNotes,
  DocumentPage,
  PageWanted,
  StoredAction,
  StoredAssignment,
} from '../ports/index.js';
import { BodyReader } from '../body/index.js';
import { DEFAULT_ACTIONS, DEFAULT_MAPPINGS } from './component-words.js';
import { ACTION_NAME, COMPONENT_NAME, NAME_EXPECTED } from './registration/index.js';

export interface ComponentBoardParts {
  readonly store: ComponentBoardStore;
  readonly clock: Clock;
  /** What is registered says itself what it can do. */
  readonly isRegistered: (component: string) => boolean;
}

/** An action as it is listed. */
export type NotedAction = JsonObject & { readonly component: string; readonly action: string };

const MOST_MAPPINGS = 1000;
const MOST_ACTIONS = 1000;
const MOST_ASSIGNMENTS = 10_000;
const TEXT = { most: 255 };

const readerOf = (body: Json): BodyReader => {
  if (isJsonObject(body)) return new BodyReader(body, '', []);
  throw refused([fault('wrong_type', '', { expected: 'an object' })]);
};

const refused = (faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The request', count: faults.length }, { faults });

/** Throws when something was wrong with the body. */
const finish = (reader: BodyReader): void => {
  reader.refuseUnknown();
  if (reader.faults.length > 0) throw refused(reader.faults);
};

const component = (reader: BodyReader, name = 'component'): string | undefined =>
  reader.text(name, { most: 64, form: COMPONENT_NAME, expected: NAME_EXPECTED });

const full = (what: string, limit: number): HarmoniaError =>
  new HarmoniaError('conflict', { reason: `There are ${limit} ${what} already` });

/** What people say about components: who does which tasks, and what each can do. */
export class ComponentBoard implements ComponentNotes {
  constructor(private readonly parts: ComponentBoardParts) {}

  async mappings(): Promise<readonly JsonObject[]> {
    const stored = new Map((await this.parts.store.mappings()).map((mapping) => [mapping.taskType, mapping]));
    const types = [...new Set([...Object.keys(DEFAULT_MAPPINGS), ...stored.keys()])].sort();
    return types.map((type) => {
      const mapping = stored.get(type);
      return {
        task_type: type,
        component: mapping?.component ?? DEFAULT_MAPPINGS[type] ?? null,
        is_default: mapping === undefined,
        updated_at: mapping ? isoInstant(mapping.updatedAt) : null,
      };
    });
  }

  async map(body: Json): Promise<JsonObject> {
    const reader = readerOf(body);
    const taskType = reader.must('task_type', reader.text('task_type', TEXT)) ?? '';
    const name = reader.must('component', component(reader)) ?? '';
    // Whoever changes it may look at a page that is old: the answer says what it took the place of in truth.
    reader.text('previous_component', { ...TEXT, least: 0 });
    finish(reader);
    const before = await this.mappings();
    const previous = before.find(({ task_type: type }) => type === taskType);
    if (!previous && before.length >= MOST_MAPPINGS) throw full('mappings', MOST_MAPPINGS);
    const updatedAt = this.parts.clock.now();
    await this.parts.store.map({ taskType, component: name, updatedAt });
    const times = { is_default: false, updated_at: isoInstant(updatedAt) };
    return { task_type: taskType, component: name, ...times, previous_component: previous?.component ?? null };
  }

  async assignments(page: PageWanted): Promise<DocumentPage> {
    const { items, total } = await this.parts.store.assignments(page);
    return { items: items.map(assignmentDocument), total };
  }

  async assign(body: Json): Promise<JsonObject> {
    const reader = readerOf(body);
    const task = reader.must('task_id', reader.text('task_id', TEXT)) ?? '';
    const name = reader.must('component', component(reader)) ?? '';
    const assignedAt = this.instantIn(reader, 'assignment_time');
    finish(reader);
    const previous = await this.parts.store.assignment(task);
    if (!previous && (await this.countAssignments()) >= MOST_ASSIGNMENTS) throw full('assignments', MOST_ASSIGNMENTS);
    const assignment = { task, component: name, assignedAt };
    await this.parts.store.assign(assignment);
    return { ...assignmentDocument(assignment), previous_component: previous?.component ?? null };
  }

  async unassign(task: string): Promise<JsonObject> {
    const previous = await this.parts.store.assignment(task);
    await this.parts.store.unassign(task);
    return { task_id: task, component: null, previous_component: previous?.component ?? null };
  }

  async actions({ offset, limit }: PageWanted): Promise<DocumentPage> {
    const all = await this.catalogue();
    return { items: all.slice(offset, offset + limit), total: all.length };
  }

  async addAction(body: Json): Promise<JsonObject> {
    const reader = readerOf(body);
    const name = reader.must('component', component(reader)) ?? '';
    const form = { most: 128, form: ACTION_NAME, expected: 'a name of letters, digits, _, . and -' };
    const action = reader.must('action', reader.text('action', form)) ?? '';
    const description = reader.text('description', { most: 4000, least: 0 }) ?? null;
    const parameters = reader.object('parameters') ?? {};
    const metadata = reader.object('metadata') ?? {};
    if (this.parts.isRegistered(name))
      reader.wrong(
        'component',
        `one that is not registered: change the actions of ${name} with PUT /components/${name}`,
      );
    finish(reader);
    const stored = await this.parts.store.actions();
    const before = stored.find((one) => one.component === name && one.action === action);
    if (!before && stored.length >= MOST_ACTIONS) throw full('actions', MOST_ACTIONS);
    const createdAt = before?.createdAt ?? this.parts.clock.now();
    const written = { component: name, action, description, parameters, metadata, createdAt };
    await this.parts.store.putAction(written);
    return actionDocument(written);
  }

  /** The actions that people wrote down, and those of the platform's page; by component and name. */
  async catalogue(): Promise<readonly NotedAction[]> {
    const stored = (await this.parts.store.actions()).map(actionDocument);
    const said = new Set(stored.map(({ component: of, action }) => JSON.stringify([of, action])));
    const rest = Object.entries(DEFAULT_ACTIONS).flatMap(([of, actions]) =>
      Object.entries(actions)
        .filter(([action]) => !said.has(JSON.stringify([of, action])))
        .map(([action, description]) => ({
          ...{ component: of, action, description, parameters: {}, metadata: {} },
          ...{ is_default: true, created_at: null },
        })),
    );
    const key = ({ component: of, action }: NotedAction): string => `${of} ${action}`;
    return [...stored, ...rest].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  }

  private async countAssignments(): Promise<number> {
    return (await this.parts.store.assignments({ offset: 0, limit: 1 })).total;
  }

  private instantIn(reader: BodyReader, name: string): number {
    const value = reader.any(name);
    if (value === undefined) return this.parts.clock.now();
    const at = typeof value === 'string' ? (/^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : NaN) : Number(value);
    const isGood = (typeof value === 'string' || typeof value === 'number') && at >= 0 && at <= 8.64e15;
    return isGood ? Math.floor(at) : (reader.wrong(name, 'a time in ISO 8601, or in ms since 1970') ?? 0);
  }
}

const assignmentDocument = ({ task, component: name, assignedAt }: StoredAssignment): JsonObject => ({
  task_id: task,
  component: name,
  assignment_time: isoInstant(assignedAt),
});

const actionDocument = ({ createdAt, ...rest }: StoredAction): NotedAction => ({
  ...rest,
  is_default: false,
  created_at: isoInstant(createdAt),
});
