import type { Fault, Json, JsonObject, JsonPointer } from '../../kernel/index.js';
import type { Names } from './expression-text.js';
import type { TaskWords } from './task-words.js';

/** A task of a foreign document, where it stands and under which id. */
export interface ForeignTask {
  readonly original: string;
  readonly where: JsonPointer;
  readonly body: JsonObject;
  /** Where fields stand that the source does not say in the task itself. */
  readonly moved?: ReadonlyMap<string, JsonPointer>;
  /** Input that is prose: handed on as it is, nothing in it is an expression. */
  readonly told?: JsonObject;
}

/** Tasks inside a task. */
export interface NestedBody {
  readonly tasks: readonly ForeignTask[];
  /** Names that expressions of the body may use, and what they are called here. */
  readonly variables?: ReadonlyMap<string, string>;
  /** One after the other, unless they name edges. */
  readonly inOrder?: boolean;
}

/** A body in the canonical form, and the names that its `output` may use. */
export interface ImportedBody {
  readonly tasks: JsonObject;
  readonly names: Names;
}

/** What the translation of one task may use of the document around it. */
export interface Translation {
  readonly task: ForeignTask;
  readonly words: TaskWords;
  /** The canonical id of the task. */
  readonly id: string;
  readonly names: Names;
  /** Names for what is decided when the task has ended: it sees the task itself. */
  readonly namesAfter: Names;
  readonly faults: Fault[];
  /** For tasks that name no component of their own. */
  readonly defaultComponent: string | undefined;
  /** The first few ids that could have been meant. */
  readonly known: string;
  /** The canonical id of a sibling by its id, key or display name. */
  resolve(reference: string): string | undefined;
  /** Lets the task around this one wait for a task further out. False when there is none of that name. */
  waitOutside(reference: string): boolean;
  body(body: NestedBody): ImportedBody;
}

/** A fault-reporting reading of a value that may be anything. */
export type Reading = Pick<Translation, 'names' | 'faults'>;

export type CanonicalTask = Record<string, Json>;
