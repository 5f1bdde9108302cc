import type { Fault, Json, JsonObject } from '../../kernel/index.js';
import type { Names } from './expression-text.js';
import type { ForeignTask, TaskWords } from './task-words.js';

export type { ForeignTask } from './task-words.js';

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
  readonly resolve: (reference: string) => string | undefined;
  /** Lets the task around this one wait for a task further out. False when there is none of that name. */
  readonly waitOutside: (reference: string) => boolean;
  readonly body: (body: NestedBody) => ImportedBody;
}

/** A fault-reporting reading of a value that may be anything. */
export type Reading = Pick<Translation, 'names' | 'faults'>;

export type CanonicalTask = Record<string, Json>;
