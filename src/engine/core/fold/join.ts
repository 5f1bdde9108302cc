import type { CompiledTask } from '../definition.js';
import type { PendingStep, Step, Verdict } from './run-state.js';

/**
 * Whether what a step waits for lets it run, skips it, or is not decided yet (semantics 8–10). Control edges speak
 * first, so that the cause of a skip does not depend on who ended sooner.
 */
export const verdictOf = (task: CompiledTask, waits: PendingStep): Verdict | undefined => {
  const gate = gateVerdict(task, waits);
  return gate?.is === 'run' ? joinVerdict(task, waits) : gate;
};

/** A step with control edges runs only if one of them chose it; it waits until all have spoken. */
const gateVerdict = (task: CompiledTask, waits: PendingStep): Verdict | undefined => {
  if (task.gates.length === 0 || (waits.gatesOpen === 0 && waits.chosen)) return { is: 'run' };
  if (waits.gatesOpen > 0) return undefined;
  return waits.passedOverBy === undefined
    ? { is: 'skip', cause: 'upstream', because: waits.failedGate }
    : { is: 'skip', cause: 'branch', because: waits.passedOverBy };
};

const joinVerdict = (task: CompiledTask, waits: PendingStep): Verdict | undefined => {
  if (task.join.is === 'count') {
    if (waits.completed >= task.join.needed) return { is: 'run' };
    if (waits.completed + waits.open >= task.join.needed) return undefined;
    return { is: 'skip', cause: 'upstream', because: waits.blockedBy };
  }
  if (waits.open > 0) return undefined;
  if (waits.blockedBy !== undefined || !waits.carried) {
    return { is: 'skip', cause: 'upstream', because: waits.blockedBy };
  }
  return { is: 'run' };
};

/** What its successors hear of a step. */
type Source = Pick<Step, 'state' | 'address'>;

type Changing = { -readonly [K in keyof PendingStep]: PendingStep[K] };

/** What a waiting step has heard once the source of one of its dependency edges is terminal. */
export const countDependency = (waits: PendingStep, { state, address }: Source): PendingStep => {
  const heard: Changing = { ...waits };
  heard.open -= 1;
  if (state.at === 'completed') {
    heard.completed += 1;
    heard.carried = true;
  } else if (state.at === 'skipped') {
    // Skipped by a branch or from upstream it neither carries nor blocks: a merge after a switch runs if one branch did.
    if (state.cause === 'condition' || state.cause === 'operator') heard.carried = true;
  } else if (state.at === 'failed' && state.handled === 'continue') {
    heard.carried = true;
  } else {
    heard.blockedBy ??= address;
  }
  return heard;
};

/** What a waiting step has heard once the source of one of its control edges is terminal. */
export const countGate = (waits: PendingStep, { state, address }: Source, chosen: boolean): PendingStep => {
  const heard: Changing = { ...waits };
  heard.gatesOpen -= 1;
  if (chosen) {
    heard.chosen = true;
    if (state.at === 'failed') heard.handles ??= address;
  } else if (state.at === 'failed' && state.handled === undefined) heard.failedGate ??= address;
  else heard.passedOverBy ??= address; // it completed, was skipped, or its failure is handled elsewhere
  return heard;
};
