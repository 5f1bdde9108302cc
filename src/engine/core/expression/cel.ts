import { Environment, Optional } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { isJsonObject, isoInstant, type Instant, type Json } from '../../../kernel/index.js';

/** Elements that the macros of one evaluation may visit together: bounds the time that any expression takes. */
const MAX_VISITS = 1_000_000;
/** Characters and values of one result. */
const MAX_RESULT = 16 * 2 ** 20;
const MAX_PATTERN = 1000;
const PATTERNS_KEPT = 200;

/** Functions that are put into expressions when they are compiled; `analyse.ts` refuses them to everybody else. */
export const INTERNAL = { visit: 'harmoniaVisit', matches: 'harmoniaMatches', real: 'harmoniaReal' } as const;

/** What an evaluation may ask of its surroundings. Set around each evaluation, which is synchronous. */
interface Running {
  readonly now: Instant;
  readonly uuid: () => string;
  visits: number;
}

let running: Running | undefined;

const current = (): Running => {
  if (!running) throw new Error('evaluated outside of evaluate()');
  return running;
};

/** The expression asks for too much, or for something that is no JSON. */
export class ExpressionRefused extends Error {}

const visit = (collection: unknown): unknown => {
  const state = current();
  if (Array.isArray(collection)) state.visits += collection.length;
  else if (typeof collection === 'object' && collection !== null) state.visits += Object.keys(collection).length;
  if (state.visits > MAX_VISITS) throw new ExpressionRefused(`macros visit more than ${MAX_VISITS} elements`);
  return collection;
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

/** Operands of `/`: with doubles on both sides division is real (semantics 1). */
const real = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '%': (a, b) => a % b,
};
const COMPARISON: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
};

/** Numbers of JSON are doubles, numbers written in expressions are ints: the two must be able to meet. */
const registerMixedOperators = (environment: Environment): void => {
  const attempt = (signature: string, handler: (a: bigint | number, b: bigint | number) => unknown): void => {
    try {
      environment.registerOperator(signature, handler);
    } catch (error) {
      // Those that the library has by now.
      if (!(error as Error).message.includes('overlaps') && !(error as Error).message.includes('already')) throw error;
    }
  };
  for (const [left, right] of [
    ['int', 'double'],
    ['double', 'int'],
  ]) {
    for (const [operator, apply] of Object.entries(ARITHMETIC)) {
      attempt(`${left} ${operator} ${right}: double`, (a, b) => apply(Number(a), Number(b)));
    }
    for (const [operator, apply] of Object.entries(COMPARISON)) {
      attempt(`${left} ${operator} ${right}: bool`, (a, b) => apply(Number(a), Number(b)));
    }
  }
  attempt('double % double: double', (a, b) => Number(a) % Number(b));
};

const createEnvironment = (): Environment => {
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
    limits: { maxAstNodes: 4000, maxDepth: 64, maxListElements: 1000, maxMapEntries: 1000, maxCallArguments: 16 },
  });
  registerMixedOperators(environment);
  environment.registerFunction(`${INTERNAL.visit}(dyn): dyn`, visit);
  environment.registerFunction(`${INTERNAL.real}(dyn): dyn`, real);
  environment.registerFunction(`string.${INTERNAL.matches}(string): bool`, matches);
  environment.registerFunction('now(): string', () => isoInstant(current().now));
  environment.registerFunction('uuid(): string', () => current().uuid());
  return environment;
};

export const environment = createEnvironment();

export interface EvaluationContext {
  readonly variables: { readonly [name: string]: Json };
  readonly now: Instant;
  readonly uuid: () => string;
}

/** Evaluates to plain JSON; throws when the expression fails or asks for too much. */
export const evaluateToJson = (expression: (context: object) => unknown, context: EvaluationContext): Json => {
  running = { now: context.now, uuid: context.uuid, visits: 0 };
  try {
    return toJson(expression(context.variables), { left: MAX_RESULT });
  } finally {
    running = undefined;
  }
};

/** Only a plain value comes out: numbers as doubles, an optional as what it holds or null. */
const toJson = (value: unknown, budget: { left: number }): Json => {
  budget.left -= typeof value === 'string' ? value.length : 1;
  if (budget.left < 0) throw new ExpressionRefused(`the result is larger than ${MAX_RESULT} characters`);
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new ExpressionRefused(`the result is ${value}, which is no JSON number`);
    return value;
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
  Object.fromEntries(entries.map(([key, value]) => [String(key), toJson(value, budget)]));
