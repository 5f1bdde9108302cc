import type { RunEvent } from '../../engine/core/index.js';
import { isJsonObject, type Json } from '../../kernel/index.js';
import type { ScriptedAttempt, ScriptedTask, TaskResults } from './task-results.js';

type Ending = Extract<RunEvent, { type: 'step_completed' | 'step_failed' | 'attempt_failed' }>;

const ENDINGS: ReadonlySet<string> = new Set(['step_completed', 'step_failed', 'attempt_failed']);

/** The events of a journal, in any of the shapes that people get one in; undefined when it is none. */
export const journalIn = (value: Json): readonly RunEvent[] | undefined => {
  const list = isJsonObject(value)
    ? (value.events ?? (isJsonObject(value.data) ? value.data.events : undefined))
    : value;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const events = list.map((entry: Json) => (isJsonObject(entry) && isJsonObject(entry.event) ? entry.event : entry));
  const isOne = (event: Json): boolean =>
    isJsonObject(event) && typeof event.type === 'string' && typeof event.at === 'number';
  return events.every(isOne) ? (events as unknown as readonly RunEvent[]) : undefined;
};

const endingOf = (event: Ending, startedAt: number | undefined): ScriptedAttempt => {
  const seconds = startedAt === undefined ? {} : { seconds: Math.max(0, event.at - startedAt) / 1000 };
  if (event.type === 'step_completed') return { output: event.output, ...seconds };
  const { kind, ...failure } = event.failure;
  if (kind === 'timeout') return { hangs: true };
  return { failure: { ...failure, kind: kind === 'fatal' ? 'fatal' : 'transient' }, ...seconds };
};

/**
 * What the tasks of a recorded execution gave, and how long they took, as a script. Attempts that were lost are left
 * out; one that timed out hangs; one that the engine ended otherwise (`attempt_lost`) says nothing about its task.
 */
export const recordedResults = (events: readonly RunEvent[]): TaskResults => {
  const steps: Record<string, { attempts: ScriptedAttempt[] }> = Object.create(null) as never;
  const started = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'step_started') started.set(event.step, event.at);
    if (!isEnding(event) || event.attempt === 0) continue;
    if (event.type !== 'step_completed' && event.failure.code === 'attempt_lost') continue;
    const entry = (steps[event.step] ??= { attempts: [] });
    entry.attempts.push(endingOf(event, started.get(event.step)));
  }
  return { steps: Object.fromEntries(Object.entries<ScriptedTask>(steps)) };
};

const isEnding = (event: RunEvent): event is Ending => ENDINGS.has(event.type);
