import type { PinnedWorkflow, RunEvent } from '../../src/engine/core/index.js';
import type { JsonObject } from '../../src/kernel/index.js';

/* What must hold of a journal, whatever died while it was written, over re-executions, migrations and pauses. */

type Of<K extends RunEvent['type']> = Extract<RunEvent, { type: K }>;

const ENDS: readonly RunEvent['type'][] = ['execution_completed', 'execution_failed', 'execution_canceled'];

/** Broken laws, in words. The execution must have ended. */
export const brokenLaws = (events: readonly RunEvent[]): string[] => [
  ...afterCompletion(events),
  ...whilePaused(events),
  ...afterTheEnd(events),
  ...attemptsInOrder(events),
];

/** A step that completed does nothing more in its generation. */
const afterCompletion = (events: readonly RunEvent[]): string[] => {
  const completed = new Set<string>();
  return events.flatMap((event) => {
    if (!('step' in event)) return [];
    const key = `${event.step} of generation ${event.generation}`;
    const faults = completed.has(key) ? [`${event.type} of ${key} after it had completed`] : [];
    if (event.type === 'step_completed') completed.add(key);
    return faults;
  });
};

const whilePaused = (events: readonly RunEvent[]): string[] => {
  let isPaused = false;
  return events.flatMap((event) => {
    if (event.type === 'execution_paused') isPaused = true;
    else if (event.type === 'execution_resumed') isPaused = false;
    else if (isPaused && event.type === 'step_started') return [`${event.step} started while paused`];
    return [];
  });
};

/** An end is the last there is, but for what reopens the execution. */
const afterTheEnd = (events: readonly RunEvent[]): string[] => {
  const last = events.at(-1);
  const faults = events.flatMap((event, index) => {
    const next = events[index + 1];
    const isOver = ENDS.includes(event.type) && next !== undefined && next.type !== 'execution_reopened';
    return isOver ? [`${next.type} after ${event.type}`] : [];
  });
  return last && ENDS.includes(last.type) ? faults : [...faults, `has not ended: ${last?.type}`];
};

/**
 * Attempts count from 1, and none begins before the one before it was closed; but for what is being undone and is undone
 * anew, with all around it: `compensation_started` stops it.
 */
const attemptsInOrder = (events: readonly RunEvent[]): string[] => {
  const [open, last] = [new Set<string>(), new Map<string, number>()];
  return events.flatMap((event) => {
    if (event.type === 'compensation_started')
      for (const key of open) if (event.undo.some((step) => key.startsWith(`${step}!compensate of`))) open.delete(key);
    if (!('attempt' in event) || event.type === 'step_kept') return [];
    const key = `${event.step} of generation ${event.generation}`;
    if (event.type !== 'step_started') {
      open.delete(key);
      return [];
    }
    const before = last.get(key) ?? 0;
    const faults = event.attempt === before + 1 ? [] : [`${key}: attempt ${event.attempt} after ${before}`];
    if (open.has(key)) faults.push(`${key}: two attempts at once`);
    last.set(key, event.attempt);
    open.add(key);
    return faults;
  });
};

/** What the outside has seen of an execution against its journal: `effects` by `execution:address:generation`. */
export const effectFaults = (
  execution: string,
  events: readonly RunEvent[],
  effects: ReadonlyMap<string, number>,
): string[] => {
  const begun = new Map<string, number>();
  const completed = new Set<string>();
  for (const event of events) {
    if (event.type !== 'step_started' && event.type !== 'step_completed') continue;
    const key = `${execution}:${event.step}:${event.generation}`;
    if (event.type === 'step_started') begun.set(key, (begun.get(key) ?? 0) + 1);
    else if (begun.has(key)) completed.add(key);
  }
  const seen = [...effects].filter(([key]) => key.startsWith(`${execution}:`));
  return [
    ...[...completed].filter((key) => !effects.has(key)).map((key) => `${key}: completed without its effect`),
    ...seen.flatMap(([key, count]) => {
      const attempts = begun.get(key) ?? 0;
      return count > attempts ? [`${key}: ${count} effects of ${attempts} attempts`] : [];
    }),
  ];
};

/** The version that an execution ended with. */
export const lastPinned = (events: readonly RunEvent[]): PinnedWorkflow => {
  const first = events[0] as Of<'execution_started'>;
  return events.reduce((pinned, event) => (event.type === 'execution_migrated' ? event.to : pinned), first.workflow);
};

export const startOf = (events: readonly RunEvent[]): Of<'execution_started'> & { readonly input: JsonObject } =>
  events[0] as Of<'execution_started'> & { readonly input: JsonObject };
