import { LRUCache } from 'lru-cache';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import {
  canonicalJson,
  contentHash,
  err,
  isJsonObject,
  jsonDepth,
  ok,
  type Json,
  type Result,
} from '../kernel/index.js';
import type { CheckedSchema, SchemaChecker, SchemaProblem } from '../engine/core/index.js';
import { Effort, nodesIn, TooMuchEffort } from './effort.js';
import { compileHardened, type Mode } from './hardened-ajv.js';

/** Characters of one schema. Checking takes code generation, whose cost grows with the schema. */
const MAX_SCHEMA = 256 * 1024;
const MAX_DEPTH = 100;
/** Schemas that are kept compiled, and their characters. */
const KEPT = 500;
const KEPT_CHARACTERS = 16 * 2 ** 20;
const PROBLEMS_SHOWN = 100;
/** Schema nodes times values up to which all problems are listed, not only the first. */
const LISTED = 1_000_000;
/** Schema nodes times values up to which a value is checked at all. */
const CHECKED = 2e8;
/** More values than anything we take in has: not worth counting. */
const COUNTLESS = 1e7;
const DIALECT = /^https?:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

const NONE: readonly SchemaProblem[] = Object.freeze([]);
const TOO_MUCH: SchemaProblem = Object.freeze({ pointer: '', reason: 'takes too much work to check' });

const problemOf = (error: ErrorObject): SchemaProblem => {
  const { instancePath, message, params } = error;
  const extra = 'additionalProperty' in params ? ` ("${String(params.additionalProperty)}")` : '';
  const allowed = 'allowedValues' in params ? `: ${JSON.stringify(params.allowedValues)}` : '';
  return { pointer: instancePath, reason: `${message ?? 'does not fit'}${extra}${allowed}` };
};

const problemsOf = ({ errors }: ValidateFunction): readonly SchemaProblem[] =>
  (errors ?? []).slice(0, PROBLEMS_SHOWN).map(problemOf);

/** A schema that takes more than the allowance, or recurses without end, is the schema's fault; anything else is ours. */
const isTooMuch = (error: unknown): boolean => error instanceof TooMuchEffort || error instanceof RangeError;

const copyOf = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

/** One schema. Validators of the rarer kinds are made when they are first needed. */
class AjvSchema implements CheckedSchema {
  private readonly size: number;
  private readonly first: ValidateFunction;
  private readonly others = new Map<string, ValidateFunction>();

  constructor(
    private readonly schema: object | boolean,
    private readonly effort: Effort,
  ) {
    this.size = nodesIn(schema as Json);
    this.first = compileHardened(schema, { allErrors: false, useDefaults: false }, effort);
  }

  check(value: Json): readonly SchemaProblem[] {
    if (this.exceeds(value, CHECKED)) return [TOO_MUCH];
    let first: readonly SchemaProblem[];
    try {
      this.effort.begin();
      if (this.first(value)) return NONE;
      first = problemsOf(this.first);
      if (this.exceeds(value, LISTED)) return first;
    } catch (error) {
      if (isTooMuch(error)) return [TOO_MUCH];
      throw error;
    }
    return this.allProblems(value) ?? first;
  }

  withDefaults(value: Json): Json {
    const copy = copyOf(value);
    if (this.exceeds(value, CHECKED)) return copy;
    const fill = this.validator({ allErrors: !this.exceeds(value, LISTED), useDefaults: true });
    try {
      this.effort.begin();
      fill(copy);
      return copy;
    } catch (error) {
      // Half filled is worse than not at all; `check` says what is wrong.
      if (isTooMuch(error)) return copyOf(value);
      throw error;
    }
  }

  private allProblems(value: Json): readonly SchemaProblem[] | undefined {
    const all = this.validator({ allErrors: true, useDefaults: false });
    try {
      this.effort.begin();
      all(value);
      return problemsOf(all);
    } catch (error) {
      if (isTooMuch(error)) return undefined;
      throw error;
    }
  }

  private validator(mode: Mode): ValidateFunction {
    const key = JSON.stringify(mode);
    const known = this.others.get(key);
    if (known) return known;
    const made = compileHardened(this.schema, mode, this.effort);
    this.others.set(key, made);
    return made;
  }

  private exceeds(value: Json, product: number): boolean {
    const most = product / this.size;
    return most < COUNTLESS && nodesIn(value, most) > most;
  }
}

class AjvSchemaChecker implements SchemaChecker {
  private readonly effort = new Effort();
  private readonly meta = new Ajv2020({ strict: false, logger: false });
  /** By content. */
  private readonly kept = new LRUCache<string, Result<CheckedSchema, SchemaProblem>>({
    max: KEPT,
    maxSize: KEPT_CHARACTERS,
  });

  compile(schema: Json): Result<CheckedSchema, SchemaProblem> {
    if (jsonDepth(schema, MAX_DEPTH) > MAX_DEPTH) return refused('', `it is nested deeper than ${MAX_DEPTH} levels`);
    const text = canonicalJson(schema);
    if (text.length > MAX_SCHEMA) return refused('', `it has more than ${MAX_SCHEMA} characters`);
    const hash = contentHash(text);
    const known = this.kept.get(hash);
    if (known) return known;
    const result = this.compileNew(text);
    this.kept.set(hash, result, { size: text.length });
    return result;
  }

  private compileNew(text: string): Result<CheckedSchema, SchemaProblem> {
    // Parsed anew: the schema is ours alone, whatever its owner does to the value.
    const schema = JSON.parse(text) as Json;
    if (typeof schema !== 'boolean' && !isJsonObject(schema))
      return refused('', 'a schema is an object, true or false');
    try {
      const wrong = isJsonObject(schema) ? this.metaProblem(schema) : undefined;
      return wrong ? err(wrong) : ok(new AjvSchema(schema, this.effort));
    } catch (error) {
      if (error instanceof RangeError) return refused('', 'its references go in a circle');
      return refused('', (error as Error).message);
    }
  }

  private metaProblem(schema: Readonly<Record<string, Json>>): SchemaProblem | undefined {
    const { $schema } = schema;
    if (typeof $schema === 'string' && !DIALECT.test($schema))
      return { pointer: '/$schema', reason: `"${$schema}" is another dialect than JSON Schema 2020-12` };
    // An extension of ajv: such a validator answers with a promise.
    if (schema.$async !== undefined) return { pointer: '/$async', reason: '"$async" is no keyword of JSON Schema' };
    if (this.meta.validateSchema(schema) === true) return undefined;
    const [first] = this.meta.errors ?? [];
    return first ? problemOf(first) : { pointer: '', reason: 'it is no JSON Schema' };
  }
}

const refused = (pointer: string, reason: string): Result<never, SchemaProblem> => err({ pointer, reason });

/** The server's schema checker: ajv, JSON Schema 2020-12 with formats. One instance serves everybody. */
export const createSchemaChecker = (): SchemaChecker => new AjvSchemaChecker();
