import type { Fault, Json, JsonObject, JsonPointer } from '../../kernel/index.js';

/** A JSON value with expressions in it. */
export interface CompiledValue {
  /** What is wrong with it; then it must not be evaluated. */
  readonly faults: readonly Fault[];
  /** Throws a `HarmoniaError` of code `expression_error`. */
  evaluate(variables: JsonObject): Json;
}

/** What `compile` must know of a value. */
export interface ValueWords {
  /** Where it stands in its document. */
  readonly pointer: JsonPointer;
  /** The names that its expressions may use. */
  readonly names: ReadonlySet<string>;
}

/** The expression language of workflows, for what integrations are told. */
export interface Expressions {
  compile(source: Json, words: ValueWords): CompiledValue;
}
