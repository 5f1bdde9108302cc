import { deriveUuid, fault, pointer, type JsonObject } from '../../../kernel/index.js';
import { timeoutAfter } from '../failure.js';
import { stepOfToken } from '../fold/callback.js';
import { checkpoint, checkpointAfter } from './checkpoint.js';
import { about, completeStep, failStep, give, type Draft } from './draft.js';
import { migrate } from './migrate.js';
import { executionTimeout } from './outcome.js';
import { isAtLimit, bookChild, isHeldForNothing, pauseAtLimit, raiseLimits, use } from './budget.js';
import { STALE, type Decision, type Refusal, type RequestOf, type Resumption, type RunRequest } from './request.js';
import { begin, expireAttempt, hearOfAttempt } from './attempt.js';
import { findStep, isTerminalRun, isTerminalStep, liveSteps, type RunState } from '../fold/run-state.js';
import { planReopening } from '../reexecute/index.js';
import { endAs, settle } from './settle.js';
import { answerApproval, deliver, elapse, endChild, recollect } from './wait.js';

/**
 * Decides upon a request: gives the events that follow from it and folds them into the state. A refused request
 * leaves the state as it was.
 *
 * E2. A finished step never runs again within its generation: only steps at `ready` or `backing-off` begin.
 * E3. A step is ready only after everything it waits for is terminal (`join.ts`) and its condition is true (`settle.ts`).
 * E5. A result counts only for the attempt that is running; anything later is `stale`.
 */
export const decide = (state: RunState, request: RunRequest): Decision => {
  const draft: Draft = { state, events: [], at: request.at };
  const refusal = answer(draft, request);
  if (refusal) return { is: 'refused', refusal };
  settle(draft);
  if (isHeldForNothing(draft.state)) {
    goOn(draft);
    settle(draft);
  }
  pauseAtLimit(draft);
  checkpointAfter(draft);
  return { is: 'accepted', events: draft.events };
};

const conflict = (reason: string): Refusal => ({ is: 'conflict', reason });

const answer = (draft: Draft, request: RunRequest): Refusal | undefined => {
  if ('attempt' in request) return hearOfAttempt(draft, request);
  switch (request.is) {
    case 'begin':
      return begin(draft, request);
    case 'recall':
      return recall(draft, request);
    case 'set-variables':
      return setVariables(draft, request.values);
    case 'expire-execution':
      return expireExecution(draft);
    case 'use':
      return use(draft, request);
    case 'expire-budget':
      return isAtLimit(draft) ? undefined : STALE;
    case 'pause':
      return pause(draft, request.reason);
    case 'resume':
      return resume(draft, request);
    case 'migrate':
      return migrate(draft, request);
    case 'reopen':
      return reopen(draft, request);
    case 'cancel':
      return cancel(draft, request);
    case 'checkpoint':
      if (isTerminalRun(draft.state.status)) return conflict(`The execution is already ${draft.state.status.is}`);
      checkpoint(draft, request);
      return undefined;
    default:
      return hear(draft, request);
  }
};

/** What somebody waits for has come, or not in time. */
const hear = (
  draft: Draft,
  request: RequestOf<'elapse' | 'deliver' | 'recollect' | 'approve' | 'callback' | 'child'>,
): Refusal | undefined => {
  switch (request.is) {
    case 'elapse':
      return elapseStep(draft, request);
    case 'deliver':
      return receive(draft, request);
    case 'recollect':
      return lookBack(draft, request);
    case 'approve':
      return approve(draft, request);
    case 'callback':
      return callBack(draft, request);
    case 'child':
      return hearOfChild(draft, request);
  }
};

const recall = (draft: Draft, request: RequestOf<'recall'>): Refusal | undefined => {
  const { state } = draft;
  const { step: address, generation, cacheKey, output } = request;
  const step = findStep(state, address);
  if (step?.generation !== generation || state.status.is !== 'running' || step.state.at !== 'ready') return STALE;
  if (step.state.ready?.cacheKey !== cacheKey) return STALE; // asked for before a migration
  completeStep(draft, step, { output, cached: true });
  return undefined;
};

/** Whoever waits for a variable hears of it as an event `state.<name>`. */
const setVariables = (draft: Draft, values: JsonObject): Refusal | undefined => {
  const { state, at } = draft;
  if (isTerminalRun(state.status)) return conflict(`The execution is already ${state.status.is}`);
  const { scope, eventNames } = state.compiled;
  const names = scope.variables?.names ?? new Set<string>();
  const isAwaited = (name: string): boolean => eventNames.has(`state.${name}`);
  const unknown = Object.keys(values).filter((name) => !names.has(name) && !isAwaited(name));
  if (unknown.length > 0) {
    const known = [...names].join(', ') || 'none';
    const faults = unknown.map((name) => fault('unknown_variable', pointer('/variables', name), { name, known }));
    return { is: 'invalid', code: 'validation_error', faults };
  }
  const own = Object.entries(values).filter(([name]) => names.has(name));
  if (own.length > 0) give(draft, { type: 'variables_set', at, values: Object.fromEntries(own) });
  for (const [name, value] of Object.entries(values).filter(([each]) => isAwaited(each))) {
    const event = deriveUuid(state.execution, `state.${name}`, state.seq);
    receive(draft, { event, name: `state.${name}`, payload: value });
  }
  return undefined;
};

const expireExecution = (draft: Draft): Refusal | undefined => {
  const { state, at } = draft;
  if (state.status.is !== 'running' || state.deadline === undefined || state.deadline > at) return STALE;
  if (state.ending) return STALE;
  endAs(draft, { is: 'failed', failure: executionTimeout(state), steps: [] });
  return undefined;
};

const pause = (draft: Draft, reason: string | undefined): Refusal | undefined => {
  if (draft.state.status.is !== 'running') return conflict(`The execution is ${draft.state.status.is}, not running`);
  give(draft, { type: 'execution_paused', at: draft.at, ...(reason !== undefined && { reason }) });
  return undefined;
};

const resume = (draft: Draft, request: Resumption): Refusal | undefined => {
  if (draft.state.status.is !== 'paused') return conflict(`The execution is ${draft.state.status.is}, not paused`);
  const refusal = raiseLimits(draft, request);
  if (refusal) return refusal;
  return goOn(draft);
};

const goOn = (draft: Draft): undefined => {
  give(draft, { type: 'execution_resumed', at: draft.at });
  return fireOverdue(draft);
};

/** Deadlines that passed during the pause, before anything new may start. */
const fireOverdue = (draft: Draft): undefined => {
  expireExecution(draft);
  for (const step of [...liveSteps(draft.state)]) {
    if (isTerminalStep(step.state)) continue; // canceled by one of those before
    expireAttempt(draft, step);
    elapseStep(draft, { step: step.address, generation: step.generation });
  }
};

/** What `reexecute` has answered is what is done. */
const reopen = (draft: Draft, { operation, plugins }: RequestOf<'reopen'>): Refusal | undefined => {
  const { state, at } = draft;
  const planned = planReopening(state, operation);
  if (!planned.ok) return conflict(planned.error.reason);
  const { reset, skipped } = planned.value;
  const generation = state.generation + 1;
  const about = { type: 'execution_reopened' as const, at, operation: operation.is, generation, reset };
  give(draft, { ...about, ...(skipped !== undefined && { skipped }), ...(plugins !== undefined && { plugins }) });
  return undefined;
};

const cancel = (draft: Draft, { reason, compensate }: RequestOf<'cancel'>): Refusal | undefined => {
  const { status } = draft.state;
  if (isTerminalRun(status)) return conflict(`The execution is already ${status.is}`);
  endAs(draft, { is: 'canceled', ...(reason !== undefined && { reason }) }, compensate === true);
  return undefined;
};

/** Deadlines never fire while paused; overdue ones fire at resume (semantics 19). */
const elapseStep = (
  draft: Draft,
  { step: address, generation }: Pick<RequestOf<'elapse'>, 'step' | 'generation'>,
): Refusal | undefined => {
  const { state, at } = draft;
  const step = findStep(state, address);
  if (!step || step.generation !== generation || state.status.is !== 'running') return STALE;
  if (step.state.at === 'armed') {
    if (step.state.until === undefined || step.state.until > at) return STALE;
    elapse(draft, step);
    return undefined;
  }
  if (step.state.at !== 'inside' || step.state.deadline === undefined || step.state.deadline > at) return STALE;
  failStep(draft, step, { failure: timeoutAfter(step.state.deadline - step.state.startedAt) });
  return undefined;
};

const receive = (
  draft: Draft,
  { event, name, payload }: Pick<RequestOf<'deliver'>, 'event' | 'name' | 'payload'>,
): Refusal | undefined => {
  const { state, at } = draft;
  if (isTerminalRun(state.status)) return conflict(`The execution is already ${state.status.is}`);
  if (state.received.has(event)) return undefined; // delivered twice
  give(draft, { type: 'event_received', at, event, name, payload });
  deliver(draft, { id: event, name, payload });
  return undefined;
};

const lookBack = (draft: Draft, { step: address, generation, events }: RequestOf<'recollect'>): Refusal | undefined => {
  const { state } = draft;
  const step = findStep(state, address);
  if (step?.generation !== generation || isTerminalRun(state.status) || step.state.at !== 'armed') return STALE;
  if (step.state.awaits.is !== 'event') return STALE;
  recollect(draft, step, events);
  return undefined;
};

const approve = (draft: Draft, { step: address, approved, by, comment }: RequestOf<'approve'>): Refusal | undefined => {
  const { state } = draft;
  const step = findStep(state, address);
  if (step?.task.work.is !== 'approval') return conflict(`There is no approval at ${address}`);
  if (isTerminalRun(state.status)) return conflict(`The execution is already ${state.status.is}`);
  if (step.state.at !== 'armed' || step.state.awaits.is !== 'approval') {
    return conflict(`${address} is ${step.state.at} and waits for no answer`);
  }
  const allowed = step.state.awaits.by;
  if (allowed.length > 0 && (by === null || !allowed.includes(by))) {
    return conflict(`${address} waits for an answer by ${allowed.join(' or ')}; say as "by" who answers`);
  }
  answerApproval(draft, step, { approved, by, comment });
  return undefined;
};

/** A token counts once; what comes before the step waits is kept for it. */
const callBack = (draft: Draft, { token, payload }: RequestOf<'callback'>): Refusal | undefined => {
  const { state } = draft;
  const step = stepOfToken(state, token);
  if (!step || isTerminalRun(state.status) || isTerminalStep(step.state)) return STALE;
  if (step.state.at === 'armed') completeStep(draft, step, { output: payload });
  else if (state.callbacks.has(step.address)) return STALE;
  else give(draft, { type: 'callback_received', ...about(draft, step), payload });
  return undefined;
};

const hearOfChild = (draft: Draft, request: RequestOf<'child'>): Refusal | undefined => {
  const { state } = draft;
  const step = findStep(state, request.step);
  if (isTerminalRun(state.status)) return STALE;
  const isBooked = bookChild(draft, request);
  if (step?.generation !== request.generation || step.state.at !== 'armed' || step.state.awaits.is !== 'workflow') {
    return isBooked ? undefined : STALE;
  }
  endChild(draft, step, request.outcome);
  return undefined;
};
