import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats';
import { RE2JS } from 're2js';
import { canonicalJson, contentHash, err, ok, type Json, type Result } from '../kernel/index.js';
import type { CheckedSchema, SchemaChecker, SchemaProblem } from '../engine/core/index.js';

// The package is CommonJS: its default export arrives inside a namespace.
const addFormats = addFormatsModule as unknown as FormatsPlugin;

/** Characters of one schema. Checking takes code generation, whose cost grows with the schema. */
const MAX_SCHEMA = 256 * 1024;
const KEPT = 500;
const PROBLEMS_SHOWN = 100;

/** RE2 in the place of the built-in RegExp: a user's pattern takes linear time on any text. */
const re2 = (pattern: string): RegExp => {
  const compiled = RE2JS.compile(pattern);
  return { test: (text: string) => compiled.matcher(text).find() } as RegExp;
};
const re2Engine = Object.assign(re2, { code: 'require("re2js").RE2JS.compile' });

const create = (useDefaults: boolean): Ajv2020 => {
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    useDefaults,
    // Schemas come from strangers: one must not be able to name, replace or refer to another's.
    addUsedSchema: false,
    validateFormats: true,
    messages: true,
    code: { regExp: re2Engine },
  });
  addFormats(ajv);
  return ajv;
};

const problemOf = (error: ErrorObject): SchemaProblem => {
  const { instancePath, message, params } = error;
  const extra = 'additionalProperty' in params ? ` ("${String(params.additionalProperty)}")` : '';
  const allowed = 'allowedValues' in params ? `: ${JSON.stringify(params.allowedValues)}` : '';
  return { pointer: instancePath, reason: `${message ?? 'does not fit'}${extra}${allowed}` };
};

const problemsOf = (validate: ValidateFunction, value: Json): readonly SchemaProblem[] => {
  if (validate(value)) return [];
  return (validate.errors ?? []).slice(0, PROBLEMS_SHOWN).map(problemOf);
};

class AjvSchemaChecker implements SchemaChecker {
  private readonly checking = create(false);
  private readonly filling = create(true);
  private readonly compiled = new Map<string, Result<CheckedSchema, SchemaProblem>>();

  compile(schema: Json): Result<CheckedSchema, SchemaProblem> {
    const text = canonicalJson(schema);
    if (text.length > MAX_SCHEMA) return err({ pointer: '', reason: `it has more than ${MAX_SCHEMA} characters` });
    const hash = contentHash(text);
    const known = this.compiled.get(hash);
    if (known) return known;
    const result = this.compileNew(text);
    if (this.compiled.size >= KEPT) this.compiled.delete(this.compiled.keys().next().value as string);
    this.compiled.set(hash, result);
    return result;
  }

  private compileNew(text: string): Result<CheckedSchema, SchemaProblem> {
    // Parsed anew: the schema is ours alone, and ajv caches by identity.
    const schema = JSON.parse(text) as object | boolean;
    if (typeof schema !== 'boolean' && (typeof schema !== 'object' || schema === null || Array.isArray(schema))) {
      return err({ pointer: '', reason: 'a schema is an object, true or false' });
    }
    try {
      const validate = this.checking.compile(schema);
      const fill = this.filling.compile(schema);
      return ok({
        check: (value) => problemsOf(validate, value),
        withDefaults: (value) => {
          const copy = JSON.parse(JSON.stringify(value)) as Json;
          fill(copy);
          return copy;
        },
      });
    } catch (error) {
      return err(invalidSchema(this.checking, error));
    } finally {
      if (typeof schema === 'object') this.forget(schema);
    }
  }

  /** What ajv keeps of a schema would stay for ever, its `$id` included. */
  private forget(schema: object): void {
    for (const ajv of [this.checking, this.filling]) {
      ajv.removeSchema(schema);
      if ('$id' in schema && typeof schema.$id === 'string') ajv.removeSchema(schema.$id);
    }
  }
}

const invalidSchema = (ajv: Ajv2020, error: unknown): SchemaProblem => {
  const [first] = ajv.errors ?? [];
  const { message } = error as Error;
  return first && message.startsWith('schema is invalid') ? problemOf(first) : { pointer: '', reason: message };
};

/** The server's schema checker: ajv, JSON Schema 2020-12 with formats. One instance serves everybody. */
export const createSchemaChecker = (): SchemaChecker => new AjvSchemaChecker();
