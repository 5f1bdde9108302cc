import { _, Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormatsModule, { type FormatsPlugin } from 'ajv-formats';
import { RE2JS } from 're2js';
import { canonicalJson, type Json } from '../kernel/index.js';
import { nodesIn, TooMuchEffort, weightOf, type Effort } from './effort.js';

// The package is CommonJS: its default export arrives inside a namespace.
const addFormats = addFormatsModule as unknown as FormatsPlugin;

/** Characters times instructions of one pattern on one text; RE2 is linear in both. */
const MAX_MATCHING = 2e8;

/** RE2 in the place of the built-in RegExp: a user's pattern takes linear time on any text. */
const re2 = (pattern: string): RegExp => {
  const compiled = RE2JS.compile(pattern);
  const size = compiled.programSize();
  const test = (text: string): boolean => {
    if (text.length * size > MAX_MATCHING) throw new TooMuchEffort();
    return compiled.test(text);
  };
  // ajv keeps the patterns of a schema by this text: with none of its own, the first would stand for all.
  return { test, toString: () => pattern } as RegExp;
};
const re2Engine = Object.assign(re2, { code: 're2' });

/** ajv compares every item with every other; this takes linear time. */
const areUnique = (wanted: boolean, items: readonly Json[]): boolean => {
  if (!wanted) return true;
  const seen = new Set<string>();
  for (const item of items) seen.add(canonicalJson(item));
  return seen.size === items.length;
};

const replaceUniqueItems = (ajv: Ajv2020): void => {
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: areUnique,
    error: { message: 'must NOT have duplicate items' },
  });
};

/** Makes each evaluation of a reference pay before it goes on as ajv has it. */
const meterReferences = (ajv: Ajv2020, keyword: '$ref' | '$dynamicRef', spend: (reference: string) => () => void) => {
  const original = ajv.getKeyword(keyword);
  if (typeof original !== 'object' || !('code' in original)) throw new TypeError(`ajv has no ${keyword}`);
  const { code } = original;
  ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword,
    schemaType: 'string',
    code: (context, type) => {
      const pay = context.gen.scopeValue('func', { ref: spend(context.schema as string) });
      context.gen.code(_`${pay}()`);
      code(context, type);
    },
  });
};

/** How a validator works. */
export interface Mode {
  /** Go on after the first error. Makes one object for each error. */
  readonly allErrors: boolean;
  /** Write defaults into the value. */
  readonly useDefaults: boolean;
}

/**
 * Compiles one schema of a stranger. Throws what ajv throws when it cannot; the validator throws `TooMuchEffort`.
 * An instance of its own for each: ajv keeps what it compiled for as long as it lives, and registers nested `$id`s,
 * so that in a shared one a schema could be given the parts of another user's.
 */
export const compileHardened = (schema: object | boolean, mode: Mode, effort: Effort): ValidateFunction => {
  const ajv = new Ajv2020({
    ...mode,
    strict: false,
    // The schema itself was checked before: see `metaProblems`.
    validateSchema: false,
    // What ajv would print about schemas is none of the operator's business.
    logger: false,
    // Inherited names (`toString`) are not properties of a JSON object.
    ownProperties: true,
    // A large part that is referred to a thousand times would be copied a thousand times.
    inlineRefs: false,
    code: { regExp: re2Engine },
  });
  addFormats(ajv);
  replaceUniqueItems(ajv);
  const whole = nodesIn(schema as Json);
  const spend = (reference: string): (() => void) => {
    const weight = weightOf(schema as Json, reference, whole);
    return () => effort.spend(weight);
  };
  meterReferences(ajv, '$ref', spend);
  meterReferences(ajv, '$dynamicRef', spend);
  return ajv.compile(schema);
};
