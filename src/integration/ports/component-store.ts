import type { Instant, JsonObject } from '../../kernel/index.js';

/** A component that somebody registered. */
export interface StoredComponent {
  /** Its name in lower case. */
  readonly key: string;
  /** As it was registered, without secrets. */
  readonly document: JsonObject;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** Where registered components are kept. Every change is one durable transaction. */
export interface ComponentStore {
  /** By key. */
  all(): Promise<readonly StoredComponent[]>;
  /** Takes the place of one that has the key. */
  put(component: StoredComponent): Promise<void>;
  /** False: there was none. */
  remove(key: string): Promise<boolean>;
}

/** The component that does tasks of a type. */
export interface StoredMapping {
  readonly taskType: string;
  readonly component: string;
  readonly updatedAt: Instant;
}

/** The component that somebody gave a task to. */
export interface StoredAssignment {
  readonly task: string;
  readonly component: string;
  readonly assignedAt: Instant;
}

/** An action that somebody wrote down. */
export interface StoredAction {
  readonly component: string;
  readonly action: string;
  readonly description: string | null;
  readonly parameters: JsonObject;
  readonly metadata: JsonObject;
  readonly createdAt: Instant;
}

/** Where what people say about components is kept. Every change is one durable transaction. */
export interface ComponentBoardStore {
  /** By task type. */
  mappings(): Promise<readonly StoredMapping[]>;
  /** Takes the place of the one of that type. */
  map(mapping: StoredMapping): Promise<void>;
  /** By task. */
  assignments(page: {
    readonly offset: number;
    readonly limit: number;
  }): Promise<{ readonly items: readonly StoredAssignment[]; readonly total: number }>;
  assignment(task: string): Promise<StoredAssignment | undefined>;
  /** Takes the place of the one of that task. */
  assign(assignment: StoredAssignment): Promise<void>;
  /** False: there was none. */
  unassign(task: string): Promise<boolean>;
  /** By component and action. */
  actions(): Promise<readonly StoredAction[]>;
  /** Takes the place of the one of that component and name; its time stays. */
  putAction(action: StoredAction): Promise<void>;
}
