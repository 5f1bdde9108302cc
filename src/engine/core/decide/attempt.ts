import { messageOf, type Instant, type JsonObject } from '../../../kernel/index.js';
import { compileRetryPolicy, nextAttempt, type RetryPolicy } from '../../../retry-policy/index.js';
import type { StepStarted } from '../event.js';
import { evaluateTemplate, type Template } from '../expression/index.js';
import { timeoutAfter, type Failure } from '../failure.js';
import { findStep, type RunState, type Step, type StepState } from '../fold/run-state.js';
import { pauseAtLimit } from './budget.js';
import { checkpointBefore } from './checkpoint.js';
import { about, completeStep, failStep, give, scopeOf, type Draft, type Mutable } from './draft.js';
import { STALE, type Refusal, type RequestOf } from './request.js';

/* Decides when attempts begin, what counts of what they say, and what follows when they end. */

/** Whether a step may begin now: it is ready, or the pause before its next attempt is over. */
const mayBegin = (state: StepState, at: Instant): boolean =>
  state.at === 'ready' || (state.at === 'backing-off' && state.until <= at);

export const begin = (draft: Draft, request: RequestOf<'begin'>): Refusal | undefined => {
  const { state, at } = draft;
  const step = findStep(state, request.step);
  if (!step || step.generation !== request.generation || state.status.is !== 'running') return STALE;
  if (!mayBegin(step.state, at) || step.task.work.is !== 'task') return STALE;
  if (pauseAtLimit(draft)) return undefined;
  const tries = 'tries' in step.state ? step.state.tries : undefined;
  const deadline = deadlineOf(draft, step, tries?.firstStartedAt ?? at);
  if (!tries) startFirst(draft, step, { template: step.task.work.input, deadline });
  else if (deadline !== undefined && deadline <= at) {
    failStep(draft, step, { attempt: tries.attempt, failure: timeoutAfter(at - tries.firstStartedAt) });
  } else give(draft, startedEvent(draft, step, { attempt: tries.attempt + 1, deadline }));
  return undefined;
};

interface Beginning extends Pick<StepStarted, 'input' | 'secrets'> {
  readonly attempt: number;
  readonly deadline: Instant | undefined;
}

const startedEvent = (
  { at }: Draft,
  { address, generation }: Step,
  { attempt, deadline, input, secrets }: Beginning,
): StepStarted => {
  const event: Mutable<StepStarted> = { type: 'step_started', at, step: address, generation, attempt };
  if (input && Object.keys(input).length > 0) event.input = input;
  if (secrets && secrets.length > 0) event.secrets = secrets;
  if (deadline !== undefined) event.deadline = deadline;
  return event;
};

/** The first attempt gives its input to all that follow. */
const startFirst = (
  draft: Draft,
  step: Step,
  { template, deadline }: { readonly template: Template; readonly deadline: Instant | undefined },
): void => {
  const input = evaluateTemplate(template, scopeOf(draft, step));
  if (!input.ok) return failStep(draft, step, { attempt: 0, failure: input.error });
  checkpointBefore(draft, step);
  const { value, secrets } = input.value;
  give(draft, startedEvent(draft, step, { attempt: 1, deadline, input: value as JsonObject, secrets }));
};

/** `timeout` bounds the attempt that starts now, `max_elapsed` all attempts together (semantics 17). */
const deadlineOf = ({ state, at }: Draft, step: Step, firstStartedAt: Instant): Instant | undefined => {
  const elapsed = policyFor(state, step)?.maxElapsed;
  const attempt = step.task.timeout === undefined ? Infinity : at + step.task.timeout;
  const deadline = elapsed === undefined ? attempt : Math.min(attempt, firstStartedAt + elapsed);
  return deadline === Infinity ? undefined : deadline;
};

/** The step whose attempt speaks, while that attempt runs: in an execution that has ended none does. */
const runningStep = (
  state: RunState,
  { step: address, generation, attempt }: Pick<AttemptRequest, 'step' | 'generation' | 'attempt'>,
): Step | undefined => {
  const step = findStep(state, address);
  if (step?.generation !== generation) return undefined;
  return step.state.at === 'running' && step.state.tries.attempt === attempt ? step : undefined; // E5
};

type AttemptRequest = RequestOf<'succeed' | 'record' | 'fail' | 'expire' | 'lose'>;

/** An attempt says something, or something is said about it. */
export const hearOfAttempt = (draft: Draft, request: AttemptRequest): Refusal | undefined => {
  const step = runningStep(draft.state, request);
  if (!step) return STALE;
  const { attempt } = request;
  switch (request.is) {
    case 'succeed':
      completeStep(draft, step, { output: request.output, attempt });
      return undefined;
    case 'record':
      return record(draft, step, request);
    case 'fail':
      failAttempt(draft, step, request.failure);
      return undefined;
    case 'expire':
      return expireAttempt(draft, step);
    case 'lose':
      if (step.task.onLost === 'retry') give(draft, { type: 'attempt_lost', ...about(draft, step), attempt });
      else failStep(draft, step, { attempt, failure: LOST });
      return undefined;
  }
};

/** Of one key, the first result counts. */
const record = (draft: Draft, step: Step, { attempt, key, result }: RequestOf<'record'>): undefined => {
  const known = 'tries' in step.state ? (step.state.tries?.results ?? []) : [];
  if (known.some((one) => one.key === key)) return;
  give(draft, { type: 'result_recorded', ...about(draft, step), attempt, key, result });
};

const LOST: Failure = { kind: 'fatal', code: 'attempt_lost', message: messageOf('attempt_lost') };

/** Deadlines never fire while paused; overdue ones fire at resume (semantics 19). */
export const expireAttempt = (draft: Draft, step: Step): Refusal | undefined => {
  if (step.state.at !== 'running' || draft.state.status.is !== 'running') return STALE;
  if (step.state.deadline === undefined || step.state.deadline > draft.at) return STALE;
  failAttempt(draft, step, timeoutAfter(step.state.deadline - step.state.startedAt));
  return undefined;
};

/** The policy of the task, else that of the execution, else that of the task's type. */
const policyFor = (state: RunState, step: Step): RetryPolicy | undefined => {
  if (step.task.ownRetry || state.options.retry_policy === undefined) return step.task.retry;
  return compileRetryPolicy(state.options.retry_policy);
};

const failAttempt = (draft: Draft, step: Step, failure: Failure): void => {
  const policy = policyFor(draft.state, step);
  const running = step.state;
  if (running.at !== 'running') throw new Error(`${step.address} has no running attempt`);
  const { tries } = running;
  if (!policy) return failStep(draft, step, { attempt: tries.attempt, failure });
  const seed = `${draft.state.execution}${step.address}@${step.generation}#${tries.attempt}`;
  const next = nextAttempt(
    policy,
    {
      retries: tries.retries,
      elapsed: draft.at - tries.firstStartedAt,
      kind: failure.kind,
      code: failure.code,
      retryAfter: failure.retry_after,
    },
    seed,
  );
  if (next.is === 'give-up') return failStep(draft, step, { attempt: tries.attempt, failure });
  const { attempt } = tries;
  give(draft, { type: 'attempt_failed', ...about(draft, step), attempt, failure, retry_at: draft.at + next.delay });
};
