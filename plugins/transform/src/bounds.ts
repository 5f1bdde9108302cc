import type { JsonObject } from '@tekton/harmonia/plugin';

/** Items of one list. */
export const MOST_ITEMS = 1_000_000;
/** Seconds that one call may take unless it says otherwise, and at most. */
export const USUAL_SECONDS = 5;
export const MOST_SECONDS = 60;
/** Bytes of JSON that one call may give. */
export const MOST_BYTES = 64 * 2 ** 20;
/** MiB of memory of one worker. */
export const WORKER_MEMORY = 512;

export const ITEMS = { type: 'array', maxItems: MOST_ITEMS } as const satisfies JsonObject;

export const TIME_LIMIT = {
  type: 'number',
  exclusiveMinimum: 0,
  maximum: MOST_SECONDS,
  default: USUAL_SECONDS,
  description: 'Seconds that the calculation may take.',
} as const satisfies JsonObject;

export const VARIABLES = {
  type: 'object',
  default: {},
  description: 'Values that expressions read as `$name`.',
} as const satisfies JsonObject;

/** A JSONata expression with that meaning. */
export const expressionFor = <const D extends string>(description: D) =>
  ({ type: 'string', minLength: 1, maxLength: 65_536, description: `JSONata: ${description}` }) as const;
