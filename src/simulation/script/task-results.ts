import { patternOf, type Failure, type FailureKind, type Usage } from '../../engine/core/index.js';
import type { Attempt, AttemptOutcome } from '../../engine/ports/index.js';
import type { Chance, Json, JsonObject, Millis } from '../../kernel/index.js';

/** How long something takes, s: always that long, evenly between two bounds, or log-normal with these percentiles. */
export type Seconds = number | readonly [number, number] | { readonly p50: number; readonly p95: number };

/** How one attempt of a task ends. Without `output`, `failure` and `hangs`: as tasks of its type do by default. */
export interface ScriptedAttempt {
  /** It completes with this. */
  readonly output?: Json;
  /** `kind` is transient unless said. */
  readonly failure?: {
    readonly code: string;
    readonly kind?: Extract<FailureKind, 'transient' | 'fatal'>;
    readonly message?: string;
    readonly details?: Json;
    /** ms from the failure until the earliest next attempt. */
    readonly retry_after?: Millis;
  };
  /** It never ends by itself. */
  readonly hangs?: boolean;
  /** How long the attempt takes. */
  readonly seconds?: Seconds;
  /** What it has used when it ends, as its journal will say it. */
  readonly usage?: Usage;
}

/** How the attempts of a task end; each field of an attempt that is absent is taken from here. */
export interface ScriptedTask extends ScriptedAttempt {
  /** In order, not counting attempts that a crash lost; the last one repeats. */
  readonly attempts?: readonly ScriptedAttempt[];
}

/** What the tasks of a simulated workflow give. */
export interface TaskResults {
  /** By address: `/fetch`, `/each[3]/fetch`, or `/each[*]/fetch` for all items. */
  readonly steps?: Readonly<Record<string, ScriptedTask>>;
  /** By task type: `http/request`. */
  readonly types?: Readonly<Record<string, ScriptedTask>>;
  /** How long attempts take for which nothing else is said. Default: between 0 and 1. */
  readonly seconds?: Seconds;
}

/** How an attempt ends, once all chances are taken. `outcome` is undefined where nothing is said about it. */
export interface AttemptScript {
  readonly outcome: AttemptOutcome | undefined;
  readonly hangs: boolean;
  /** Undefined where nothing is said about it. */
  readonly millis: Millis | undefined;
  readonly usage: Usage | undefined;
}

const SOME: Seconds = [0, 1];
/** z of the 95th percentile. */
const Z95 = 1.6449;

/** Draws a duration, ms. */
export const millisOf = (seconds: Seconds, chance: Chance): Millis => {
  if (typeof seconds === 'number') return Math.round(seconds * 1000);
  if (!('p50' in seconds)) return Math.round((seconds[0] + (seconds[1] - seconds[0]) * chance.next()) * 1000);
  const { p50, p95 } = seconds;
  const spread = p95 > p50 && p50 > 0 ? Math.log(p95 / p50) / Z95 : 0;
  return Math.round(p50 * Math.exp(spread * chance.normal()) * 1000);
};

/** What comes from outside for a step that waits, and ms after it has begun to; undefined: nothing does. */
export const answerTo = (
  results: TaskResults,
  address: string,
  chance: Chance,
): { readonly output: Json; readonly millis: Millis } | undefined => {
  const { output, hangs, seconds } = entryFor(results, { address, type: '' }) ?? {};
  if (output === undefined || hangs) return undefined;
  return { output, millis: seconds === undefined ? usualMillis(results, chance) : millisOf(seconds, chance) };
};

const entryFor = (
  results: TaskResults,
  { address, type }: Pick<Attempt, 'address' | 'type'>,
): ScriptedTask | undefined => {
  const { steps = {}, types = {} } = results;
  for (const name of [address, patternOf(address)]) if (Object.hasOwn(steps, name)) return steps[name];
  return Object.hasOwn(types, type) ? types[type] : undefined;
};

const outcomeOf = ({ output, failure }: ScriptedAttempt): AttemptOutcome | undefined => {
  if (failure) {
    const { kind = 'transient', code, message = `scripted: ${code}`, ...more } = failure;
    return { is: 'failed', failure: { kind, code, message, ...more } satisfies Failure };
  }
  return output === undefined ? undefined : { is: 'completed', output };
};

/**
 * What the script says of an attempt; `ended` attempts of its step ended before it. Depends on nothing but the seed,
 * the step and that count, so that a crash changes nothing of what the tasks do.
 */
export const scriptOf = (
  results: TaskResults,
  attempt: Attempt,
  { ended, chance }: { readonly ended: number; readonly chance: Chance },
): AttemptScript => {
  const entry = entryFor(results, attempt);
  const { attempts = [], ...shared } = entry ?? {};
  const own = attempts[Math.min(ended, attempts.length - 1)] ?? {};
  const saysHow = own.output !== undefined || own.failure !== undefined || own.hangs !== undefined;
  const how = saysHow ? own : shared;
  const seconds = own.seconds ?? shared.seconds;
  return {
    outcome: outcomeOf(how),
    hangs: how.hangs === true,
    millis: seconds === undefined ? undefined : millisOf(seconds, chance),
    usage: own.usage ?? shared.usage,
  };
};

/** How long an attempt takes of which nothing is said. */
export const usualMillis = ({ seconds = SOME }: TaskResults, chance: Chance): Millis => millisOf(seconds, chance);

const SECONDS_SCHEMA: JsonObject = {
  anyOf: [
    { type: 'number', minimum: 0, maximum: 31_536_000 },
    {
      type: 'array',
      prefixItems: [
        { type: 'number', minimum: 0 },
        { type: 'number', minimum: 0 },
      ],
      minItems: 2,
      maxItems: 2,
    },
    {
      type: 'object',
      required: ['p50', 'p95'],
      additionalProperties: false,
      properties: { p50: { type: 'number', minimum: 0 }, p95: { type: 'number', minimum: 0 } },
    },
  ],
};

const whole: JsonObject = { type: 'integer', minimum: 0 };

const USAGE_SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    tokens: {
      type: 'object',
      required: ['input', 'output'],
      additionalProperties: false,
      properties: { input: whole, output: whole },
    },
    cost: {
      type: 'object',
      propertyNames: { pattern: '^[A-Z]{3}$' },
      additionalProperties: { type: 'number', minimum: 0 },
    },
    calls: whole,
    unpriced_calls: whole,
  },
};

const ATTEMPT_FIELDS: JsonObject = {
  output: true,
  usage: USAGE_SCHEMA,
  hangs: { type: 'boolean' },
  seconds: SECONDS_SCHEMA,
  failure: {
    type: 'object',
    required: ['code'],
    additionalProperties: false,
    properties: {
      code: { type: 'string' },
      kind: { enum: ['transient', 'fatal'] },
      message: { type: 'string' },
      details: true,
      retry_after: { type: 'number', minimum: 0 },
    },
  },
};

const TASK: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    ...ATTEMPT_FIELDS,
    attempts: {
      type: 'array',
      minItems: 1,
      items: { type: 'object', additionalProperties: false, properties: ATTEMPT_FIELDS },
    },
  },
};

/** JSON Schema of task results as people write them. */
export const TASK_RESULTS_SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: false,
  properties: {
    steps: { type: 'object', propertyNames: { pattern: '^/' }, additionalProperties: TASK },
    types: { type: 'object', additionalProperties: TASK },
    seconds: SECONDS_SCHEMA,
  },
};
