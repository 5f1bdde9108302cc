import type { JsonPointer } from '../../../kernel/index.js';

/** A place where an expression reads a task. */
export interface Reference {
  readonly task: string;
  /** After `tasks.<id>`, as far as it is literal: `['output', 'rows']`. */
  readonly path: readonly string[];
  readonly pointer: JsonPointer;
  /** Inside `has()`, or read by `.?` or `orValue()`: nothing fails when it is missing. */
  readonly guarded: boolean;
}

/** What the expressions of a value refer to. */
export interface References {
  readonly tasks: readonly Reference[];
  /** Root names that are used. */
  readonly names: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

export interface CompileOptions {
  /** Where the source stands in its document. */
  readonly pointer: JsonPointer;
  /** Root names in scope beside `tasks`. */
  readonly names: ReadonlySet<string>;
  /** Whether `${secrets.x}` may stand here. */
  readonly secrets: boolean;
}
