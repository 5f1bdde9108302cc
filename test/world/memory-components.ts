import type {
  ComponentBoardStore,
  ComponentStore,
  StoredAction,
  StoredAssignment,
  StoredComponent,
  StoredMapping,
} from '../../src/integration/ports/index.js';

/* eslint-disable @typescript-eslint/require-await -- as the ports want it */

const sorted = <T>(values: Iterable<T>, key: (value: T) => string): T[] =>
  [...values].sort((a, b) => (key(a) < key(b) ? -1 : 1));

/** Registered components in memory. */
export class MemoryComponents implements ComponentStore {
  private readonly byKey = new Map<string, StoredComponent>();

  async all(): Promise<readonly StoredComponent[]> {
    return sorted(this.byKey.values(), ({ key }) => key);
  }

  async put(component: StoredComponent): Promise<void> {
    this.byKey.set(component.key, component);
  }

  async remove(key: string): Promise<boolean> {
    return this.byKey.delete(key);
  }
}

/** What people say about components, in memory. */
export class MemoryComponentBoard implements ComponentBoardStore {
  private readonly byType = new Map<string, StoredMapping>();
  private readonly byTask = new Map<string, StoredAssignment>();
  private readonly byName = new Map<string, StoredAction>();

  async mappings(): Promise<readonly StoredMapping[]> {
    return sorted(this.byType.values(), ({ taskType }) => taskType);
  }

  async map(mapping: StoredMapping): Promise<void> {
    this.byType.set(mapping.taskType, mapping);
  }

  async assignments({
    offset,
    limit,
  }: {
    offset: number;
    limit: number;
  }): Promise<{ items: readonly StoredAssignment[]; total: number }> {
    const all = sorted(this.byTask.values(), ({ task }) => task);
    return { items: all.slice(offset, offset + limit), total: all.length };
  }

  async assignment(task: string): Promise<StoredAssignment | undefined> {
    return this.byTask.get(task);
  }

  async assign(assignment: StoredAssignment): Promise<void> {
    this.byTask.set(assignment.task, assignment);
  }

  async unassign(task: string): Promise<boolean> {
    return this.byTask.delete(task);
  }

  async actions(): Promise<readonly StoredAction[]> {
    return sorted(this.byName.values(), ({ component, action }) => `${component} ${action}`);
  }

  async putAction(action: StoredAction): Promise<void> {
    const key = `${action.component} ${action.action}`;
    this.byName.set(key, { ...action, createdAt: this.byName.get(key)?.createdAt ?? action.createdAt });
  }
}
