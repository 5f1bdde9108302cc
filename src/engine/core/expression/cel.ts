import { Environment, Optional } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { isJsonObject, isoInstant, type Instant, type Json } from '../../../kernel/index.js';

/** What one evaluation may spend, in units of about 100 ns: bounds the time and the memory that any expression takes. */
const BUDGET = 1_000_000;
/** Characters of one result; a value costs as much as so many characters. */
const MAX_RESULT = 16 * 2 ** 20;
const VALUE_COST = 16;
const MAX_PATTERN = 1000;
const PATTERNS_KEPT = 200;

/** Functions that `guard.ts` puts into expressions; `analyse.ts` refuses them to everybody else. */
export const INTERNAL = {
  pay: 'harmoniaPay',
  payThorough: 'harmoniaPayThorough',
  payDeep: 'harmoniaPayDeep',
  payMembers: 'harmoniaPayMembers',
  payCopies: 'harmoniaPayCopies',
  payEach: 'harmoniaPayEach',
  matches: 'harmoniaMatches',
  whole: 'harmoniaWhole',
  mapOf: 'harmoniaMapOf',
} as const;

/** What an evaluation may ask of its surroundings. Set around each evaluation, which is synchronous. */
interface Running {
  readonly now: Instant;
  readonly uuid: () => string;
  left: number;
}

let running: Running | undefined;

const current = (): Running => {
  if (!running) throw new Error('evaluated outside of evaluate()');
  return running;
};

/** The expression asks for too much, or for something that is no JSON. */
export class ExpressionRefused extends Error {}

/** One for all: `all`, `exists`, `||` and `&&` swallow errors and go on, and making one anew takes longer than an element. */
const EXHAUSTED = new ExpressionRefused('it takes too long on this data');

const spend = (units: number): void => {
  const state = current();
  state.left -= units;
  if (state.left < 0) throw EXHAUSTED;
};

const lengthOf = (value: unknown): number => {
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  return isJsonObject(value) ? Object.keys(value).length : 0;
};

/** Pays for going over a value once, not into it. */
const pay = (value: unknown): unknown => {
  spend(1 + (lengthOf(value) >> (typeof value === 'string' ? 6 : 2)));
  return value;
};

/** Pays for work on each character. */
const payThorough = (value: unknown): unknown => {
  spend(1 + (lengthOf(value) >> 2));
  return value;
};

/** Pays for going over a value and everything in it. */
const payDeep = (value: unknown): unknown => {
  const open = [value];
  while (open.length > 0) {
    const inner = pay(open.pop());
    if (Array.isArray(inner)) for (const entry of inner as unknown[]) open.push(entry);
    else if (inner instanceof Map) for (const entry of inner.values()) open.push(entry);
    else if (isJsonObject(inner)) for (const entry of Object.values(inner)) open.push(entry);
  }
  return value;
};

/** Pays for looking for something: in a list each element is compared, a key of a map is found at once. */
const payMembers = (value: unknown): unknown => (Array.isArray(value) ? payDeep(value) : value);

/** Pays for a summand that each further sign copies: a list does, a text is only pointed at. */
const payCopies = (value: unknown, times: unknown): unknown => {
  if (Array.isArray(value)) spend(value.length * Number(times));
  return pay(value);
};

/** Pays for a macro over a collection whose body has so many nodes. */
const payEach = (value: unknown, nodes: unknown): unknown => {
  spend(lengthOf(value) * (1 + (Number(nodes) >> 2)));
  return value;
};

const patterns = new Map<string, RE2JS>();

/** Compiles a pattern in RE2 syntax, which takes linear time on any text. Throws on anything else. */
export const compilePattern = (pattern: string): RE2JS => {
  const known = patterns.get(pattern);
  if (known) return known;
  if (pattern.length > MAX_PATTERN) throw new ExpressionRefused(`a pattern of more than ${MAX_PATTERN} characters`);
  const compiled = RE2JS.compile(pattern);
  if (patterns.size >= PATTERNS_KEPT) patterns.delete(patterns.keys().next().value as string);
  patterns.set(pattern, compiled);
  return compiled;
};

const matches = (text: string, pattern: string): boolean => compilePattern(pattern).matcher(text).find();

/** An int for those functions that take nothing else. */
const whole = (value: unknown): bigint => {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'bigint') return value;
  throw new ExpressionRefused('a position must be a whole number');
};

const mapOf = (entries: unknown): unknown =>
  new Map((entries as [unknown, unknown][]).map(([key, value]) => [String(key), value]));

const timestampOf = (seconds: number): Date => {
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) throw new ExpressionRefused('timestamp() takes seconds since 1970');
  return time;
};

const LIMITS = { maxAstNodes: 4000, maxDepth: 64, maxListElements: 1000, maxMapEntries: 1000, maxCallArguments: 16 };
/** Guards make an expression larger and deeper than it was written. */
const GUARDED_LIMITS = { ...LIMITS, maxAstNodes: 40_000, maxDepth: 400 };

const createEnvironment = (): Environment => {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: LIMITS,
  });
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  environment.registerFunction(`${INTERNAL.pay}(dyn): dyn`, pay);
  environment.registerFunction(`${INTERNAL.payThorough}(dyn): dyn`, payThorough);
  environment.registerFunction(`${INTERNAL.payDeep}(dyn): dyn`, payDeep);
  environment.registerFunction(`${INTERNAL.payMembers}(dyn): dyn`, payMembers);
  environment.registerFunction(`${INTERNAL.payCopies}(dyn, int): dyn`, payCopies);
  environment.registerFunction(`${INTERNAL.payEach}(dyn, int): dyn`, payEach);
  environment.registerFunction(`${INTERNAL.whole}(dyn): int`, whole);
  environment.registerFunction(`${INTERNAL.mapOf}(list): dyn`, mapOf);
  environment.registerFunction(`string.${INTERNAL.matches}(string): bool`, matches);
  environment.registerFunction('timestamp(double): google.protobuf.Timestamp', timestampOf);
  environment.registerFunction('string(google.protobuf.Timestamp): string', (time: Date) => time.toISOString());
  environment.registerFunction('string(google.protobuf.Duration): string', (length: { toString(): string }) =>
    length.toString(),
  );
  environment.registerFunction('now(): string', () => isoInstant(current().now));
  environment.registerFunction('uuid(): string', () => current().uuid());
  return environment;
};

/** Reads expressions as people write them. */
export const written = createEnvironment();
/** Reads and runs guarded ones. */
export const guarded = written.clone({ limits: GUARDED_LIMITS });

export interface EvaluationContext {
  readonly variables: { readonly [name: string]: Json };
  readonly now: Instant;
  readonly uuid: () => string;
}

/** Evaluates to plain JSON; throws when the expression fails or asks for too much. */
export const evaluateToJson = (expression: (context: object) => unknown, context: EvaluationContext): Json => {
  running = { now: context.now, uuid: context.uuid, left: BUDGET };
  try {
    return toJson(run(expression, context.variables), { left: MAX_RESULT });
  } finally {
    running = undefined;
  }
};

/** CEL takes an object with a key `constructor` for an instance of something; as a `Map` it is data again. */
const run = (expression: (context: object) => unknown, variables: EvaluationContext['variables']): unknown => {
  try {
    return expression(variables);
  } catch (error) {
    if ((error as { code?: string }).code !== 'unsupported_type') throw error;
    const mapped = Object.entries(variables).map(([name, value]) => [name, asMaps(value)] as const);
    return expression(Object.fromEntries(mapped));
  }
};

const asMaps = (value: Json): unknown => {
  if (Array.isArray(value)) return (value as Json[]).map(asMaps);
  if (!isJsonObject(value)) return value;
  return new Map(Object.entries(value).map(([key, entry]) => [key, asMaps(entry)]));
};

/** Only a plain value comes out: numbers as doubles, an optional as what it holds or null. */
const toJson = (value: unknown, budget: { left: number }): Json => {
  budget.left -= VALUE_COST + (typeof value === 'string' ? value.length : 0);
  if (budget.left < 0) throw new ExpressionRefused(`the result is larger than ${MAX_RESULT} characters`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ExpressionRefused(`the result is ${value}, which is no JSON number`);
    return value + 0; // -0 has no place in JSON
  }
  return compoundToJson(value, budget);
};

const compoundToJson = (value: unknown, budget: { left: number }): Json => {
  if (value instanceof Optional) return value.hasValue() ? toJson(value.value(), budget) : null;
  if (Array.isArray(value)) return value.map((entry) => toJson(entry, budget));
  if (value instanceof Map) return objectOf([...value], budget);
  const prototype: unknown = typeof value === 'object' ? Object.getPrototypeOf(value) : undefined;
  if (isJsonObject(value) && (prototype === Object.prototype || prototype === null)) {
    return objectOf(Object.entries(value), budget);
  }
  throw new ExpressionRefused('the result is no JSON value; convert it with string(…)');
};

const objectOf = (entries: readonly (readonly [unknown, unknown])[], budget: { left: number }): Json =>
  // fromEntries defines own properties, `__proto__` included: it never reaches a prototype.
  Object.fromEntries(
    entries.map(([key, value]) => {
      budget.left -= String(key).length;
      return [String(key), toJson(value, budget)];
    }),
  );
