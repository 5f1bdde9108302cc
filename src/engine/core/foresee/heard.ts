import { isChosen } from '../fold/transition.js';
import { countDependency, countGate, verdictOf } from '../fold/join.js';
import { pendingStep } from '../fold/run-state.js';
import type { PendingStep, Verdict } from '../fold/step-state.js';
import type { CompiledTask } from '../definition.js';
import { pathIn, type Fate, type Place } from './place.js';

/** What tells two steps apart that have heard of their predecessors, as far as it matters. */
const keyOf = ({ open, completed, carried, blockedBy, gatesOpen, chosen, passedOverBy, failedGate }: PendingStep) =>
  [open, completed, carried, blockedBy !== undefined, gatesOpen, chosen, !!passedOverBy, !!failedGate].join();

/**
 * What a step may come to hear of its predecessors, one combination of their ends each: by the engine's own counting
 * (semantics 8 to 10). How they hang together is not seen: a combination may be one that no execution has.
 */
const heardBy = (place: Place, task: CompiledTask): readonly PendingStep[] => {
  let heard: readonly PendingStep[] = [pendingStep(task)];
  for (const [index, isGate] of sourcesOf(task)) {
    const source = place.scope.tasks[index] as CompiledTask;
    const { ends } = place.fates[index] as Fate;
    const next = new Map<string, PendingStep>();
    for (const waits of heard) {
      for (const { state } of ends) {
        const about = { state, task: source, address: pathIn(place, source) };
        const after = isGate ? countGate(waits, about, isChosen(about, { task })) : countDependency(waits, about);
        const key = keyOf(after);
        if (!next.has(key)) next.set(key, after);
      }
    }
    heard = [...next.values()];
  }
  return heard;
};

const sourcesOf = ({ needs, gates }: CompiledTask): readonly (readonly [number, boolean])[] => [
  ...needs.map((index) => [index, false] as const),
  ...gates.map((index) => [index, true] as const),
];

/** What the engine may say to a step once it has heard of all that it waits for, by `verdictOf`. */
export const verdictsOf = (place: Place, task: CompiledTask): readonly Verdict[] => {
  const found = new Map<string, Verdict>();
  for (const waits of heardBy(place, task)) {
    const verdict = verdictOf(task, waits);
    if (!verdict) throw new Error(`${pathIn(place, task)} has heard of all and is not decided`);
    const key = verdict.is === 'run' ? 'run' : `${verdict.cause} ${verdict.because}`;
    if (!found.has(key)) found.set(key, verdict);
  }
  return [...found.values()];
};

/** Tasks of a scope, each after all that it waits for. */
export const inOrder = (tasks: readonly CompiledTask[]): readonly CompiledTask[] => {
  const open = tasks.map(({ needs, gates }) => needs.length + gates.length);
  const ready = tasks.filter(({ index }) => open[index] === 0);
  for (let head = 0; head < ready.length; head++) {
    const { feeds, opens } = ready[head] as CompiledTask;
    for (const index of [...feeds, ...opens]) {
      open[index] = (open[index] as number) - 1;
      if (open[index] === 0) ready.push(tasks[index] as CompiledTask);
    }
  }
  return ready;
};
