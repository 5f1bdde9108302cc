import {
  addUsage,
  NOTHING_USED,
  usageOf,
  type FailureKind,
  type RunEvent,
  type Usage,
  type Used,
  type UsedBy,
} from '../../engine/core/index.js';

/* What is learned from the journal of an execution beside its steps. Holds no input, no output and no message. */

/** An attempt that failed, or a pause, or a beginning anew. */
export interface Turn {
  readonly type: string;
  readonly at: number;
  readonly step: string | null;
  readonly generation: number | null;
  readonly attempt: number | null;
  readonly kind: FailureKind | null;
  readonly code: string | null;
  /** ms that the failing side asked for; absent: nothing, or it was digested before that was kept. */
  readonly retryAfter?: number;
}

/** All that an attempt has used. */
export interface AttemptUsage extends UsedBy {
  readonly usage: Usage;
}

export interface Digest {
  readonly turns: readonly Turn[];
  readonly usage: readonly AttemptUsage[];
}

/** One event of a journal, as far as it counts here. */
export type Told = { readonly is: 'turn'; readonly turn: Turn } | { readonly is: 'usage'; readonly used: AttemptUsage };

/** Types of the events that are told of. */
export const DIGESTED = [
  'attempt_failed',
  'step_failed',
  'execution_paused',
  'execution_reopened',
  'usage_recorded',
] as const;

const NO_STEP = { step: null, generation: null, attempt: null, kind: null, code: null } as const;

/** Undefined: nothing is learned of it. */
const toldBy = (event: RunEvent): Told | undefined => {
  switch (event.type) {
    case 'usage_recorded':
      return { is: 'usage', used: { ...event.by, usage: event.usage } };
    case 'attempt_failed':
    case 'step_failed': {
      const { type, at, step, generation, attempt, failure } = event;
      const { kind, code, retry_after: retryAfter } = failure;
      const asked = retryAfter === undefined ? {} : { retryAfter };
      return { is: 'turn', turn: { type, at, step, generation, attempt, kind, code, ...asked } };
    }
    case 'execution_paused':
    case 'execution_reopened':
      return { is: 'turn', turn: { type: event.type, at: event.at, ...NO_STEP } };
    default:
      return undefined;
  }
};

/** Of what is told, in its order. Reports of one attempt are added up. */
export const digestOf = (told: Iterable<Told>): Digest => {
  const turns: Turn[] = [];
  const sums = new Map<string, { readonly by: UsedBy; used: Used }>();
  for (const one of told) {
    if (one.is === 'turn') {
      turns.push(one.turn);
      continue;
    }
    const { usage, ...by } = one.used;
    const key = `${by.generation} ${by.attempt} ${by.step}`;
    const sum = sums.get(key) ?? { by, used: NOTHING_USED };
    sum.used = addUsage(sum.used, usage);
    sums.set(key, sum);
  }
  const usage = [...sums.values()].map(({ by, used }) => ({ ...by, usage: usageOf(used) ?? {} }));
  return { turns, usage };
};

export const digestOfEvents = (events: readonly { readonly event: RunEvent }[]): Digest =>
  digestOf(events.flatMap(({ event }) => toldBy(event) ?? []));
