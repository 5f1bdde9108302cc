import { SeldomMap, SeldomSet } from '../../../kernel/index.js';
import { openStep, openBody, closeBody } from './bodies.js';
import { book } from './booking.js';
import { beginCompensation, endUndoing } from './compensation.js';
import { limitsInForce, openAccount } from '../budget/index.js';
import type { CompiledWorkflow } from '../definition.js';
import type {
  ExecutionStarted,
  KeptOutcome,
  ResultRecorded,
  RunEvent,
  StepArmed,
  StepCompleted,
  StepStarted,
} from '../event.js';
import { JournalDamaged } from './journal-damaged.js';
import { migrate } from './migrate.js';
import { reopen } from './reopen.js';
import {
  findStep,
  isTerminalRun,
  isTerminalStep,
  liveSteps,
  newScope,
  type Readiness,
  type RunState,
  type Step,
  type StepState,
  type Tries,
} from './run-state.js';
import { assignFrom, assignFromOutside, beginVariables } from './variables.js';
import { beginNotice, cancelNotice } from './notice.js';
import { cancelCompensation, cancelScope, end, handles, move, resolve, stopAttempt } from './transition.js';

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
    parent: event.parent,
    seed: event.seed ?? '',
    origin: event.origin ?? '',
    trace: event.trace,
    startedAt: event.at,
    timedFrom: event.at,
    deadline: timeout === undefined ? undefined : event.at + timeout,
    account: openAccount(event.at),
    limits: limitsInForce([compiled.budget?.limits, event.options.budget], {}),
    reports: new SeldomMap(),
    seq: 1,
    status: { is: 'running' },
    generation: 1,
    root: newScope(compiled.scope, { address: '', generation: 1 }),
    nested: new SeldomMap(),
    undoable: [],
    ending: undefined,
    inbox: [],
    received: new SeldomSet(),
    listening: new SeldomSet(),
    callbacks: new SeldomMap(),
    sinceCheckpoint: { at: event.at, tasks: 0 },
    due: new SeldomSet(),
    closing: new SeldomSet(),
    advancing: new SeldomSet(),
    doomed: new SeldomSet(),
    touched: new Set(),
    stopped: [],
    orphans: [],
  };
  beginVariables(state.root, event.variables);
  for (const step of state.root.steps) resolve(state, step);
  return state;
};

/**
 * Folds one more event into the state, in place. Costs O(successors of the step); O(steps) for events that end or reopen
 * everything. `other`: the definition that a migration is to. Throws `JournalDamaged` when the event does not apply.
 */
export const evolve = (state: RunState, event: RunEvent, other?: CompiledWorkflow): RunState => {
  if (!('step' in event)) book(state, event);
  if (event.type !== 'execution_migrated') apply(state, event);
  else if (other) migrate(state, event, other);
  else throw new JournalDamaged(`it was migrated to ${event.to.definition}, which is not there`);
  state.seq += 1;
  return state;
};

const apply = (state: RunState, event: Exclude<RunEvent, { type: 'execution_migrated' }>): void => {
  switch (event.type) {
    case 'execution_started':
      throw new JournalDamaged(`a second execution_started after event ${state.seq}`);
    case 'execution_paused':
      state.status = { is: 'paused', exhausted: event.exhausted !== undefined };
      return;
    case 'execution_resumed':
      state.status = { is: 'running' };
      for (const step of liveSteps(state)) state.touched.add(step);
      return;
    case 'usage_recorded':
    case 'budget_raised':
      return; // booked
    case 'execution_reopened':
      return reopen(state, event);
    case 'compensation_started':
      return beginCompensation(state, event);
    case 'checkpoint_created':
      state.sinceCheckpoint = { at: event.at, tasks: 0 };
      return;
    case 'notice_started':
      return beginNotice(state, event);
    case 'variables_set':
      return assignFromOutside(state, event.values);
    case 'event_received':
      state.received.add(event.event);
      state.inbox.push({ id: event.event, name: event.name, payload: event.payload, at: event.at });
      return;
    case 'execution_completed':
      state.status = { is: 'completed', output: event.output };
      return;
    case 'execution_failed':
      cancelEverything(state);
      state.status = { is: 'failed', failure: event.failure };
      return;
    case 'execution_canceled':
      cancelEverything(state);
      state.status = { is: 'canceled', reason: event.reason };
      return;
    default:
      applyToStep(state, stepOf(state, event), event);
  }
};

const cancelEverything = (state: RunState): void => {
  cancelScope(state, state.root);
  if (state.ending?.compensation) cancelCompensation(state, state.ending.compensation);
  cancelNotice(state);
};

type StepEvent = Extract<RunEvent, { step: string }>;

const stepOf = (state: RunState, event: StepEvent): Step => {
  const step = findStep(state, event.step);
  if (!step) throw new JournalDamaged(`${event.type} names ${event.step}, which the execution does not have`);
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
      return move(state, step, { at: 'ready', tries: undefined, ...readiness(event), handles: handles(step) });
    case 'step_started':
      if (step.state.at !== 'ready' && step.state.at !== 'backing-off')
        throw new JournalDamaged(`${step.address} is ${step.state.at} and cannot start`);
      return move(state, step, startedState(step, event));
    case 'result_recorded':
      return recordResult(step, event);
    case 'attempt_failed': {
      const tries = triesOf(step);
      if (event.failure.kind === 'timeout') stopAttempt(state, step);
      const counted = { ...tries, retries: tries.retries + 1 };
      const about = { tries: counted, until: event.retry_at, ...kept(step), handles: handles(step) };
      return move(state, step, { at: 'backing-off', ...about });
    }
    case 'attempt_lost':
      return move(state, step, { at: 'ready', tries: triesOf(step), ...kept(step), handles: handles(step) });
    case 'step_opened':
      return openStep(state, step, event);
    case 'body_opened':
      return openBody(state, step, event);
    case 'body_closed':
      return closeBody(state, step, event);
    case 'step_armed':
      return arm(state, step, event);
    case 'callback_received':
      state.callbacks.set(step.address, event.payload);
      return;
    default:
      endStep(state, step, event);
  }
};

type EndEvent = Extract<
  StepEvent,
  { type: 'step_completed' | 'step_failed' | 'step_skipped' | 'step_canceled' | 'step_kept' }
>;

const readiness = ({
  limit,
  cache_key: cacheKey,
}: Extract<StepEvent, { type: 'step_ready' }>): { ready?: Readiness } =>
  limit || cacheKey !== undefined ? { ready: { limit, cacheKey } } : {};

/** What decides when the next attempt may begin. */
const kept = ({ state }: Step): { ready?: Readiness } =>
  'ready' in state && state.ready ? { ready: state.ready } : {};

const endStep = (state: RunState, step: Step, event: EndEvent): void => {
  if (event.type === 'step_failed' && event.failure.kind === 'timeout') stopAttempt(state, step);
  if (event.type === 'step_completed') {
    consume(state, step, event);
    if (event.attempt > 0) state.sinceCheckpoint.tasks += 1;
  }
  end(state, step, endState(event));
  if (step.undoes) endUndoing(state, step);
  else if ((event.type === 'step_completed' || event.type === 'step_kept') && event.set) assignFrom(step, event.set);
};

const endState = (event: EndEvent): StepState => {
  switch (event.type) {
    case 'step_completed':
      return { at: 'completed', output: event.output };
    case 'step_failed':
      return { at: 'failed', failure: event.failure, handled: event.handled };
    case 'step_skipped':
      return { at: 'skipped', cause: event.cause, because: event.because };
    case 'step_canceled':
      return { at: 'canceled' };
    case 'step_kept':
      return keptState(event.outcome);
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
        results: [],
      };
  const { at: startedAt, deadline } = event;
  return { at: 'running', tries, startedAt, deadline, ...kept(step), handles: handles(step) };
};

const recordResult = (step: Step, { key, result }: ResultRecorded): void => {
  const { state } = step;
  if (state.at !== 'running') throw new JournalDamaged(`${step.address} has no running attempt`);
  const results = [...state.tries.results, { key, result }];
  step.state = { ...state, tries: { ...state.tries, results } };
};

/** What the attempts of a step share, when its running attempt ends but the step does not. */
const triesOf = (step: Step): Tries => {
  if (step.state.at !== 'running') throw new JournalDamaged(`${step.address} has no running attempt`);
  return step.state.tries;
};

const arm = (state: RunState, step: Step, { at, awaits, until }: StepArmed): void => {
  if (isTerminalStep(step.state) || step.state.at === 'armed') {
    throw new JournalDamaged(`${step.address} is ${step.state.at} and cannot wait`);
  }
  move(state, step, { at: 'armed', awaits, startedAt: at, until, handles: handles(step) });
  if (awaits.is === 'event') state.listening.add(step);
};

/** One event satisfies one wait (semantics 20); what came for a webhook is spent. */
const consume = (state: RunState, step: Step, { consumed }: StepCompleted): void => {
  if (consumed !== undefined) {
    const place = state.inbox.findIndex(({ id }) => id === consumed);
    if (place >= 0) state.inbox.splice(place, 1);
  } else if (step.task.work.is === 'webhook') state.callbacks.delete(step.address);
};
