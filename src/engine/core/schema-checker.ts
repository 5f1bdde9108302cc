import { fault, type Fault, type Json, type JsonPointer, type Result } from '../../kernel/index.js';

/** Where and why a value does not fit its schema. */
export interface SchemaProblem {
  /** Into the value that was checked. */
  readonly pointer: JsonPointer;
  readonly reason: string;
}

export interface CheckedSchema {
  /** Empty when the value fits. */
  check(value: Json): readonly SchemaProblem[];
  /** The value with the schema's `default`s filled in where a property is absent; the argument is left alone. */
  withDefaults(value: Json): Json;
}

/** Checks values against JSON Schema 2020-12. A port: ajv on the server, a checker without code generation in the browser. */
export interface SchemaChecker {
  /** The error points into the schema. A schema that could hang the checker is an error too. */
  compile(schema: Json): Result<CheckedSchema, SchemaProblem>;
}

const MISMATCHES_SHOWN = 50;

/** Problems that a schema found, as faults below `base`. */
export const schemaFaults = (problems: readonly SchemaProblem[], base: string): Fault[] =>
  problems
    .slice(0, MISMATCHES_SHOWN)
    .map((problem) => fault('schema_mismatch', base + problem.pointer, { reason: problem.reason }));
