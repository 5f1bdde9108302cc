import type { CompiledWorkflow } from './definition.js';
import type { ExecutionStarted, KeptOutcome, RunEvent, StepStarted } from './event.js';
import { countDependency, countGate, verdictOf } from './join.js';
import {
  findStep,
  isTerminalRun,
  isTerminalStep,
  openScope,
  type RunState,
  type Step,
  type StepState,
  type Tries,
} from './run-state.js';

/**
 * The fold. Every event that `decide` gives applies to the state that it was given for; anything else is a damaged
 * journal or a bug, and throws: the execution stops rather than go on from a wrong state.
 */
export class JournalDamaged extends Error {
  override readonly name = 'JournalDamaged';
}

/** The state after the first event of a journal. */
export const beginRun = (event: ExecutionStarted, compiled: CompiledWorkflow): RunState => {
  const timeout = event.options.timeout ?? compiled.timeout;
  const state: RunState = {
    execution: event.execution,
    compiled,
    workflow: event.workflow,
    input: event.input,
    metadata: event.metadata,
    options: event.options,
    restoredFrom: event.restored_from,
    startedAt: event.at,
    deadline: timeout === undefined ? undefined : event.at + timeout,
    seq: 1,
    status: { is: 'running' },
    root: openScope(compiled.scope, ''),
    due: new Set(),
    touched: new Set(),
    stopped: [],
  };
  for (const step of state.root.steps) resolve(state, step);
  return state;
};

/** Folds one more event into the state, in place. Costs O(successors of the step); O(steps) for events that end everything. */
export const evolve = (state: RunState, event: RunEvent): RunState => {
  apply(state, event);
  state.seq += 1;
  return state;
};

const apply = (state: RunState, event: RunEvent): void => {
  switch (event.type) {
    case 'execution_started':
      throw new JournalDamaged(`a second execution_started after event ${state.seq}`);
    case 'execution_paused':
      state.status = { is: 'paused' };
      return;
    case 'execution_resumed':
      state.status = { is: 'running' };
      touchLiveSteps(state);
      return;
    case 'checkpoint_created':
      return;
    case 'execution_completed':
      state.status = { is: 'completed', output: event.output };
      return;
    case 'execution_failed':
      cancelLiveSteps(state);
      state.status = { is: 'failed', failure: event.failure };
      return;
    case 'execution_canceled':
      cancelLiveSteps(state);
      state.status = { is: 'canceled', reason: event.reason };
      return;
    default:
      applyToStep(state, stepOf(state, event), event);
  }
};

type StepEvent = Extract<RunEvent, { step: string }>;

const stepOf = (state: RunState, event: StepEvent): Step => {
  const step = findStep(state, event.step);
  if (!step) throw new JournalDamaged(`${event.type} names ${event.step}, which is not in the definition`);
  if (isTerminalRun(state.status)) throw new JournalDamaged(`${event.type} of ${event.step} after the end`);
  if (event.generation !== step.generation) {
    throw new JournalDamaged(
      `${event.type} of generation ${event.generation} of ${event.step}, not ${step.generation}`,
    );
  }
  return step;
};

const applyToStep = (state: RunState, step: Step, event: StepEvent): void => {
  switch (event.type) {
    case 'step_ready':
      return move(state, step, { at: 'ready', tries: undefined, handles: handles(step) });
    case 'step_started':
      if (step.state.at !== 'ready' && step.state.at !== 'backing-off')
        throw new JournalDamaged(`${step.address} is ${step.state.at} and cannot start`);
      return move(state, step, startedState(step, event));
    case 'attempt_failed': {
      const tries = triesOf(step);
      if (event.failure.kind === 'timeout') stopAttempt(state, step);
      const counted = { ...tries, retries: tries.retries + 1 };
      return move(state, step, { at: 'backing-off', tries: counted, until: event.retry_at, handles: handles(step) });
    }
    case 'attempt_lost':
      return move(state, step, { at: 'ready', tries: triesOf(step), handles: handles(step) });
    case 'step_completed':
      return end(state, step, { at: 'completed', output: event.output });
    case 'step_failed':
      if (event.failure.kind === 'timeout') stopAttempt(state, step);
      return end(state, step, { at: 'failed', failure: event.failure, handled: event.handled });
    case 'step_skipped':
      return end(state, step, { at: 'skipped', cause: event.cause, because: event.because });
    case 'step_kept':
      return end(state, step, keptState(event.outcome));
  }
};

const keptState = (outcome: KeptOutcome): StepState => {
  switch (outcome.is) {
    case 'completed':
      return { at: 'completed', output: outcome.output };
    case 'failed':
      return { at: 'failed', failure: outcome.failure, handled: outcome.handled };
    case 'skipped':
      return { at: 'skipped', cause: outcome.cause, because: outcome.because };
  }
};

/** The step whose failure chose this one, if one did: its `error` is in scope here. */
export const handles = (step: Step): string | undefined => ('handles' in step.state ? step.state.handles : undefined);

const startedState = (step: Step, event: StepStarted): StepState => {
  const before = 'tries' in step.state ? step.state.tries : undefined;
  const tries: Tries = before
    ? { ...before, attempt: event.attempt }
    : {
        attempt: event.attempt,
        retries: 0,
        firstStartedAt: event.at,
        input: event.input ?? {},
        secrets: event.secrets ?? [],
      };
  return { at: 'running', tries, startedAt: event.at, deadline: event.deadline, handles: handles(step) };
};

const move = (state: RunState, step: Step, next: StepState): void => {
  if (isTerminalStep(step.state))
    throw new JournalDamaged(`${step.address} is ${step.state.at} and cannot be ${next.at}`);
  if (step.state.at === 'due') state.due.delete(step);
  step.state = next;
  state.touched.add(step);
};

/** What the attempts of a step share, when its running attempt ends but the step does not. */
const triesOf = (step: Step): Tries => {
  if (step.state.at !== 'running') throw new JournalDamaged(`${step.address} has no running attempt`);
  return step.state.tries;
};

const stopAttempt = (state: RunState, step: Step): void => {
  if (step.state.at !== 'running') return;
  state.stopped.push({ step: step.address, generation: step.generation, attempt: step.state.tries.attempt });
};

const end = (state: RunState, step: Step, next: StepState): void => {
  move(state, step, next);
  step.scope.open -= 1;
  if (next.at === 'failed' && next.handled === undefined) step.scope.failed.push(step.address);
  const { steps } = step.scope;
  for (const index of step.task.feeds) inform(state, steps[index] as Step, (waits) => countDependency(waits, step));
  for (const index of step.task.opens) {
    const target = steps[index] as Step;
    inform(state, target, (waits) => countGate(waits, step, isChosen(step, target)));
  }
};

const isChosen = (source: Step, target: Step): boolean => {
  if (source.state.at === 'completed')
    return source.task.work.is === 'switch' && source.state.output === target.task.id;
  if (source.state.at !== 'failed' || typeof source.state.handled !== 'object') return false;
  return source.state.handled.goto === target.task.id;
};

type WaitingState = Extract<StepState, { at: 'pending' }>;

const inform = (state: RunState, target: Step, count: (waits: WaitingState) => void): void => {
  if (target.state.at !== 'pending') return; // a join that did not wait for all of its predecessors
  count(target.state);
  resolve(state, target);
};

/** Lets a pending step become due, or ready at once when nothing about it has to be recorded first. */
const resolve = (state: RunState, step: Step): void => {
  if (step.state.at !== 'pending') return;
  const verdict = verdictOf(step.task, step.state);
  if (!verdict) return;
  const { handles: failed } = step.state;
  if (verdict.is === 'run' && isPlain(step)) step.state = { at: 'ready', tries: undefined, handles: failed };
  else {
    step.state = { at: 'due', verdict, handles: failed };
    state.due.add(step);
  }
  state.touched.add(step);
};

/** A task without a condition needs no event to be ready; a switch is decided where it stands. */
const isPlain = (step: Step): boolean => step.task.when === undefined && step.task.work.is === 'task';

const touchLiveSteps = (state: RunState): void => {
  for (const step of state.root.steps) if (!isTerminalStep(step.state)) state.touched.add(step);
};

const cancelLiveSteps = (state: RunState): void => {
  for (const step of state.root.steps) {
    if (isTerminalStep(step.state)) continue;
    stopAttempt(state, step);
    move(state, step, { at: 'canceled' });
  }
  state.root.open = 0;
};
