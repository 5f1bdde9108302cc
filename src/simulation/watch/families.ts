import { findStep, isTerminalRun, type RunEvent, type RunState } from '../../engine/core/index.js';
import type { Uuid } from '../../kernel/index.js';
import type { ExecutionHistory, History } from './history.js';

type Child = Extract<Extract<RunEvent, { type: 'step_armed' }>['awaits'], { is: 'workflow' }>;

/** Why an execution that goes on does not agree with its parent, now that nothing is under way; undefined when it does. */
export const isForsaken = (
  child: ExecutionHistory,
  stateOf: (execution: Uuid) => RunState | undefined,
): string | undefined => {
  const { parent, execution } = child;
  if (!parent?.awaited) return undefined;
  const above = stateOf(parent.execution);
  if (!above) return `${execution} goes on, and its parent is not there`;
  if (isTerminalRun(above.status))
    return `${execution} goes on, and nobody waits for it: its parent is ${above.status.is}`;
  const state = findStep(above, parent.step)?.state;
  const isAwaited = state?.at === 'armed' && state.awaits.is === 'workflow' && state.awaits.execution === execution;
  return isAwaited
    ? undefined
    : `${execution} goes on, and ${parent.step} does not wait for it: it is ${state?.at ?? 'gone'}`;
};

/** Why a step that waits for a sub-workflow must not wait any more; undefined when it may. `retries`: to start it may be tried again. */
export const isDeaf = (history: History, awaits: Child, retries: boolean): string | undefined => {
  const child = history.of(awaits.execution);
  if (retries && !child?.parent?.awaited) return undefined;
  if (!child) return `${awaits.execution} was never started`;
  if (child.ended) return `${awaits.execution} has ended as ${child.ended.event.type}`;
  return child.parent?.awaited === false && !retries
    ? `${awaits.execution} has started, and nobody waits for more`
    : undefined;
};

/** Where what a parent recorded of its sub-workflows is not what they came to. */
export function* disagreements(history: History): Iterable<string> {
  for (const { events, execution } of history.executions.values()) {
    const waiting = new Map<string, Child>();
    for (const { event } of events) {
      if (event.type === 'step_armed' && event.awaits.is === 'workflow')
        waiting.set(`${event.step} ${event.generation}`, event.awaits);
      if (event.type !== 'step_completed' && event.type !== 'step_failed') continue;
      const awaits = waiting.get(`${event.step} ${event.generation}`);
      const why = awaits && disagreement(history.of(awaits.execution), event);
      if (awaits && why) yield `${event.step} of ${execution} ${why} ${awaits.execution}`;
    }
  }
}

type Heard = Extract<RunEvent, { type: 'step_completed' | 'step_failed' }>;

const disagreement = (child: ExecutionHistory | undefined, heard: Heard): string | undefined =>
  heard.type === 'step_failed' ? failsUnlike(child, heard) : completesUnlike(child, heard);

const failsUnlike = (
  child: ExecutionHistory | undefined,
  { failure }: Extract<Heard, { type: 'step_failed' }>,
): string | undefined => {
  if (!child || (failure.kind === 'timeout' && failure.details === undefined)) return undefined;
  const isOfChild = JSON.stringify(failure.details ?? null).includes(child.execution);
  return isOfChild && child.ended?.event.type === 'execution_completed' ? 'has failed, unlike' : undefined;
};

const completesUnlike = (
  child: ExecutionHistory | undefined,
  { output }: Extract<Heard, { type: 'step_completed' }>,
): string | undefined => {
  if (!child) return 'has completed without';
  if (child.parent?.awaited === false) return undefined;
  const end = child.ended?.event;
  if (end?.type !== 'execution_completed') return `has completed; ${end?.type ?? 'nothing'} is the end of`;
  return JSON.stringify(end.output) === JSON.stringify(output) ? undefined : 'has another output than';
};
