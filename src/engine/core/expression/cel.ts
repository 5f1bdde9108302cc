import { Environment } from '@marcbachmann/cel-js';
import type { Duration } from '@marcbachmann/cel-js/evaluator';
import type { Json } from '../../../kernel/index.js';
import {
  ExpressionRefused,
  pay,
  payCopies,
  payDeep,
  payEach,
  payMembers,
  payThorough,
  withBudget,
  type Surroundings,
} from './budget.js';
import { durationText, registerFunctions } from './functions/index.js';
import { asMaps, toJson } from './value.js';

/** Functions that `guard.ts` puts into expressions; `analyse.ts` refuses them to everybody else. */
export const INTERNAL = {
  pay: 'harmoniaPay',
  payThorough: 'harmoniaPayThorough',
  payDeep: 'harmoniaPayDeep',
  payMembers: 'harmoniaPayMembers',
  payCopies: 'harmoniaPayCopies',
  payEach: 'harmoniaPayEach',
  whole: 'harmoniaWhole',
  mapOf: 'harmoniaMapOf',
} as const;

/** An int for those functions that take nothing else. */
const whole = (value: unknown): bigint => {
  if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value);
  if (typeof value === 'bigint') return value;
  throw new ExpressionRefused('a position must be a whole number');
};

const mapOf = (entries: unknown): unknown =>
  new Map((entries as [unknown, unknown][]).map(([key, value]) => [String(key), value]));

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
  const register = (signature: string, handler: (...args: never[]) => unknown): void =>
    void environment.registerFunction(signature, handler, { async: false });
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
  register(`${INTERNAL.pay}(dyn): dyn`, pay);
  register(`${INTERNAL.payThorough}(dyn): dyn`, payThorough);
  register(`${INTERNAL.payDeep}(dyn): dyn`, payDeep);
  register(`${INTERNAL.payMembers}(dyn): dyn`, payMembers);
  register(`${INTERNAL.payCopies}(dyn, int): dyn`, payCopies);
  register(`${INTERNAL.payEach}(dyn, int): dyn`, payEach);
  register(`${INTERNAL.whole}(dyn): int`, whole);
  register(`${INTERNAL.mapOf}(list): dyn`, mapOf);
  register('string(google.protobuf.Timestamp): string', (time: Date) => time.toISOString());
  register('string(google.protobuf.Duration): string', (length: Duration) => durationText(length));
  register('int(google.protobuf.Timestamp): int', (time: Date) => BigInt(Math.floor(time.getTime() / 1000)));
  registerFunctions(environment);
  return environment;
};

/** Reads expressions as people write them. */
export const written = createEnvironment();
/** Reads and runs guarded ones. */
export const guarded = written.clone({ limits: GUARDED_LIMITS });

export interface EvaluationContext extends Surroundings {
  readonly variables: { readonly [name: string]: Json };
}

/** Evaluates to plain JSON; throws when the expression fails or asks for too much. */
export const evaluateToJson = (expression: (context: object) => unknown, context: EvaluationContext): Json =>
  withBudget(context, () => toJson(run(expression, context.variables)));

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
