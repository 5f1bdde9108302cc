import type { Instant, Json, JsonObject } from '../../../kernel/index.js';
import { accountOf, isAmong, type Failure, type RunEvent } from '../../../engine/core/index.js';
import type { Spending } from './budget.js';

/** A stretch of time of a step: an attempt, or the pause before the next. */
export interface Segment {
  readonly is: 'attempt' | 'pause';
  readonly generation: number;
  readonly attempt: number;
  readonly from: Instant;
  readonly to: Instant | undefined;
  readonly outcome: string;
}

/** What the journal says of a step: of its present generation, but for `segments` and `errors`. */
export interface StepDetails {
  input: JsonObject | undefined;
  output: Json | undefined;
  failure: Failure | undefined;
  startedAt: Instant | undefined;
  endedAt: Instant | undefined;
  /** How it ended. */
  ended: 'completed' | 'failed' | 'skipped' | 'canceled' | undefined;
  readonly segments: Segment[];
  readonly errors: string[];
}

/** What the journal says of an execution. */
export interface RunDetails {
  input: Json;
  output: Json;
  failure: Failure | undefined;
  readonly steps: Map<string, StepDetails>;
  checkpoints: number;
  /** Undefined when there is no journal any more. */
  readonly spending: Spending | undefined;
}

const emptyStep = (): StepDetails => ({
  input: undefined,
  output: undefined,
  failure: undefined,
  startedAt: undefined,
  endedAt: undefined,
  ended: undefined,
  segments: [],
  errors: [],
});

/** Gathers the details of an execution from its journal. */
export const runDetails = (events: readonly RunEvent[]): RunDetails => {
  const spending = spendingOf(events);
  const run: RunDetails = { input: {}, output: {}, failure: undefined, steps: new Map(), checkpoints: 0, spending };
  for (const event of events) {
    if ('step' in event) stepEvent(run, event);
    else if (event.type === 'execution_started') run.input = event.input;
    else if (event.type === 'execution_completed') run.output = event.output;
    else if (event.type === 'execution_failed') run.failure = event.failure;
    else if (event.type === 'checkpoint_created') run.checkpoints += 1;
    else if (event.type === 'execution_reopened') reopen(run, event);
    if (event.type === 'execution_failed' || event.type === 'execution_canceled') closeOpen(run, event.at);
  }
  return run;
};

const spendingOf = (events: readonly RunEvent[]): Spending | undefined => {
  const account = accountOf(events);
  const [first, last] = [events[0], events.at(-1)];
  if (!account || !last) return undefined;
  return { account, at: last.at, asked: first?.type === 'execution_started' ? first.options.budget : undefined };
};

/** What a step was before it was reset is history: only its attempts and errors tell of it. */
const reopen = (run: RunDetails, { at, reset, skipped }: Extract<RunEvent, { type: 'execution_reopened' }>): void => {
  run.failure = undefined;
  run.output = {};
  const fresh = new Set([...reset, ...(skipped === undefined ? [] : [skipped])]);
  for (const [address, { segments, errors }] of run.steps) {
    if (isAmong(address, fresh)) run.steps.set(address, { ...emptyStep(), segments, errors });
  }
  if (skipped !== undefined)
    run.steps.set(skipped, { ...(run.steps.get(skipped) ?? emptyStep()), endedAt: at, ended: 'skipped' });
};

const stepEvent = (run: RunDetails, event: Extract<RunEvent, { step: string }>): void => {
  const step = run.steps.get(event.step) ?? emptyStep();
  run.steps.set(event.step, step);
  switch (event.type) {
    case 'step_opened':
    case 'step_armed':
      step.startedAt ??= event.at;
      step.segments.push(segment('attempt', 'running', { ...event, attempt: 0 }));
      return;
    case 'step_started':
      close(step, event.at, 'ended');
      step.input ??= event.input ?? {};
      step.startedAt ??= event.at;
      step.segments.push(segment('attempt', 'running', event));
      return;
    case 'attempt_failed':
      close(step, event.at, event.failure.code);
      step.errors.push(event.failure.code);
      step.segments.push(segment('pause', 'waiting', event));
      return;
    case 'attempt_lost':
      return close(step, event.at, 'lost');
    case 'step_kept':
      return keepStep(step, event);
    case 'step_completed':
    case 'step_failed':
    case 'step_skipped':
    case 'step_canceled':
      return endStep(step, event);
    default: // nothing that is shown of it
  }
};

interface Beginning {
  readonly at: Instant;
  readonly generation: number;
  readonly attempt: number;
}

const segment = (is: Segment['is'], outcome: string, { at, generation, attempt }: Beginning): Segment => ({
  ...{ is, generation, attempt, from: at, to: undefined, outcome },
});

const keepStep = (step: StepDetails, event: Extract<RunEvent, { type: 'step_kept' }>): void => {
  step.startedAt = event.started_at;
  step.endedAt = event.ended_at;
  step.ended = event.outcome.is;
  if (event.outcome.is === 'completed') step.output = event.outcome.output;
  if (event.outcome.is === 'failed') step.failure = event.outcome.failure;
};

const ENDS = {
  step_completed: 'completed',
  step_failed: 'failed',
  step_skipped: 'skipped',
  step_canceled: 'canceled',
} as const;

const endStep = (step: StepDetails, event: Extract<RunEvent, { type: keyof typeof ENDS }>): void => {
  step.endedAt = event.at;
  step.ended = ENDS[event.type];
  if (event.type === 'step_completed') step.output = event.output;
  if (event.type === 'step_failed') {
    step.failure = event.failure;
    step.errors.push(event.failure.code);
  }
  close(step, event.at, event.type.slice('step_'.length));
};

const close = (step: StepDetails, at: Instant, outcome: string): void => {
  const last = step.segments.at(-1);
  if (last?.to === undefined && last) step.segments[step.segments.length - 1] = { ...last, to: at, outcome };
};

const closeOpen = (run: RunDetails, at: Instant): void => {
  for (const step of run.steps.values()) {
    if (step.endedAt === undefined) close(step, at, 'canceled');
  }
};
