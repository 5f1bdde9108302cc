import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats';
import { RE2JS } from 're2js';
import {
  canonicalJson,
  contentHash,
  err,
  isJsonObject,
  ok,
  type Json,
  type JsonObject,
  type Result,
} from '../kernel/index.js';
import { bounded, countSteps, refersIntoData, spend, STEP } from './steps.js';
import type { CheckedSchema, SchemaChecker, SchemaProblem } from '../engine/core/index.js';

// The package is CommonJS: its default export arrives inside a namespace.
const addFormats = addFormatsModule as unknown as FormatsPlugin;

/** Characters of one schema. Checking takes code generation, whose cost grows with the schema. */
const MAX_SCHEMA = 256 * 1024;
const KEPT = 500;
const OWN_ID = 'urn:harmonia:schema';
/** Forgetting a schema of such a name would take the meta-schema away from everybody. */
const RESERVED_ID = /^https?:\/\/json-schema\.org\//i;
const PROBLEMS_SHOWN = 100;

/** RE2 in the place of the built-in RegExp: a user's pattern takes linear time on any text. */
const re2 = (pattern: string): RegExp => {
  const compiled = RE2JS.compile(pattern);
  const test = (text: string): boolean => {
    spend(1 + (text.length >> 2));
    return compiled.matcher(text).find();
  };
  return { test } as RegExp;
};
const re2Engine = Object.assign(re2, { code: 'require("re2js").RE2JS.compile' });

/** ajv compares each element with each other; this takes time in proportion to the list. */
const uniqueItems = {
  keyword: 'uniqueItems',
  type: 'array' as const,
  schemaType: 'boolean' as const,
  validate: (wanted: boolean, list: readonly Json[]): boolean => {
    spend(list.length);
    return !wanted || new Set(list.map(canonicalJson)).size === list.length;
  },
  error: { message: 'must not have an element twice' },
};

const create = (useDefaults: boolean): Ajv2020 => {
  const ajv = new Ajv2020({
    allErrors: true,
    logger: false,
    strict: false,
    useDefaults,
    // Schemas come from strangers: one must not be able to name, replace or refer to another's.
    addUsedSchema: false,
    // A property that an object has not is not there, whatever its prototype has.
    ownProperties: true,
    validateFormats: true,
    messages: true,
    code: { regExp: re2Engine },
  });
  addFormats(ajv);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword(uniqueItems);
  ajv.addKeyword({ keyword: STEP, schemaType: 'number', errors: false, validate: (weight: number) => spend(weight) });
  return ajv;
};

const problemOf = (error: ErrorObject): SchemaProblem => {
  const { instancePath, message, params } = error;
  const extra = 'additionalProperty' in params ? ` ("${String(params.additionalProperty)}")` : '';
  const allowed = 'allowedValues' in params ? `: ${JSON.stringify(params.allowedValues)}` : '';
  return { pointer: instancePath, reason: `${message ?? 'does not fit'}${extra}${allowed}` };
};

const problemsOf = (validate: ValidateFunction, value: Json): readonly SchemaProblem[] => {
  const reason = bounded(() => validate(value));
  if (reason !== undefined) return [{ pointer: '', reason }];
  return (validate.errors ?? []).slice(0, PROBLEMS_SHOWN).map(problemOf);
};

/** Makes a schema ours: it counts its steps and has an id. What is strange about it, if it cannot be used. */
const prepare = (schema: JsonObject, text: string): SchemaProblem | undefined => {
  const data = refersIntoData(text);
  if (data !== undefined) return { pointer: '', reason: `"$ref": ${data} refers to data, not to a schema` };
  if (typeof schema.$id === 'string' && RESERVED_ID.test(schema.$id))
    return { pointer: '/$id', reason: 'this $id is taken' };
  countSteps(schema);
  // Without an id ajv finds no way back from `{"$ref": "#"}` to the schema itself.
  if (schema.$id === undefined) Object.assign(schema, { $id: OWN_ID });
  return undefined;
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
    const schema = JSON.parse(text) as Json;
    if (typeof schema !== 'boolean' && !isJsonObject(schema)) {
      return err({ pointer: '', reason: 'a schema is an object, true or false' });
    }
    const strange = isJsonObject(schema) ? prepare(schema, text) : undefined;
    if (strange) return err(strange);
    try {
      let compiled: CheckedSchema | undefined;
      // The check of the schema itself spends steps too.
      const reason = bounded(() => (compiled = this.functionsOf(schema)));
      return compiled ? ok(compiled) : err({ pointer: '', reason: reason ?? '' });
    } catch (error) {
      return err(invalidSchema(this.checking, error));
    } finally {
      if (isJsonObject(schema)) this.forget(schema);
    }
  }

  private functionsOf(schema: JsonObject | boolean): CheckedSchema {
    const validate = this.checking.compile(schema);
    const fill = this.filling.compile(schema);
    return {
      check: (value) => problemsOf(validate, value),
      withDefaults: (value) => {
        const copy = JSON.parse(JSON.stringify(value)) as Json;
        bounded(() => fill(copy));
        return copy;
      },
    };
  }

  /** What ajv keeps of a schema would stay for ever, its `$id` included. */
  private forget(schema: JsonObject): void {
    for (const ajv of [this.checking, this.filling]) {
      ajv.removeSchema(schema);
      if (typeof schema.$id === 'string') ajv.removeSchema(schema.$id);
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
