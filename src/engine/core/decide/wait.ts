import {
  deriveUuid,
  isJsonObject,
  isoInstant,
  messageOf,
  type Instant,
  type Json,
  type Millis,
  type Uuid,
} from '../../../kernel/index.js';
import type { Usage } from '../budget/index.js';
import type { ApprovalWork, ChildWork, EventWork, TimerWork, WaitWork } from '../definition.js';
import { about, completeStep, failStep, give, scopeOf, type Draft } from './draft.js';
import type { Awaited } from '../event.js';
import { evaluateCondition, evaluateTemplate, type Template } from '../expression/index.js';
import { expressionFailure, timeoutAfter, type Failure, type FailureKind } from '../failure.js';
import { isDoomed, isTerminalStep, scopesAround, scopesOf, type Scope, type Step } from '../fold/run-state.js';

/* Steps that wait for the world: time, events, people, requests, other executions. */

/** Executions above one another; a workflow that runs itself stops here. */
export const MAX_DEPTH = 16;
const LONGEST_WAIT: Millis = 10 * 366 * 24 * 3600 * 1000;

/** Begins to wait; or is over at once when what it waits for has come, or can not be waited for. */
export const armStep = (draft: Draft, step: Step, work: WaitWork): void => {
  if (work.is !== 'workflow' && [...scopesAround(step)].some(isDoomed)) {
    return give(draft, { type: 'step_canceled', ...about(draft, step) });
  }
  switch (work.is) {
    case 'wait':
      return waitForTime(draft, step, work);
    case 'event':
      return waitForEvent(draft, step, work);
    case 'approval':
      return waitForApproval(draft, step, work);
    case 'webhook': {
      const payload = draft.state.callbacks.get(step.address);
      if (payload !== undefined) return completeStep(draft, step, { output: payload });
      return armWithin(draft, step, { awaits: { is: 'webhook' }, within: work.within });
    }
    case 'workflow':
      return startChild(draft, step, work);
  }
};

const arm = (
  draft: Draft,
  step: Step,
  { awaits, within }: { readonly awaits: Awaited; readonly within: Millis | undefined },
): void =>
  give(draft, {
    type: 'step_armed',
    ...about(draft, step),
    awaits,
    ...(within !== undefined && { until: draft.at + within }),
  });

/** Waits for as long as an expression says. */
const armWithin = (
  draft: Draft,
  step: Step,
  { awaits, within }: { readonly awaits: Awaited; readonly within: Template | undefined },
): void => {
  if (!within) return arm(draft, step, { awaits, within: undefined });
  const value = valueOf(draft, step, within);
  if (value === undefined) return;
  const length = lengthOf(value);
  if (length === undefined)
    return failStep(draft, step, { failure: expressionFailure('`within` must be a number from 0') });
  arm(draft, step, { awaits, within: Math.min(length, LONGEST_WAIT) });
};

/** The value of a template; undefined when the step has failed over it. */
const valueOf = (draft: Draft, step: Step, template: Template): Json | undefined => {
  const result = evaluateTemplate(template, scopeOf(draft, step));
  if (result.ok) return result.value.value;
  failStep(draft, step, { failure: result.error });
  return undefined;
};

const waitForTime = (draft: Draft, step: Step, work: TimerWork): void => {
  const value = valueOf(draft, step, (work.seconds ?? work.until) as Template);
  if (value === undefined) return;
  const until = work.seconds ? lengthOf(value) : timeOf(value, draft.at);
  if (until === undefined) {
    const expected = work.seconds
      ? '`seconds` must be a number from 0'
      : '`until` must be a time such as 2026-11-24T08:00:00Z';
    return failStep(draft, step, {
      failure: expressionFailure(`${expected}; it is ${JSON.stringify(value).slice(0, 100)}`),
    });
  }
  arm(draft, step, { awaits: { is: 'time' }, within: Math.min(until, LONGEST_WAIT) });
};

const lengthOf = (value: Json): Millis | undefined =>
  typeof value === 'number' && value >= 0 ? Math.round(value * 1000) : undefined;

const ISO_TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** A text without a zone would mean another time on another machine. */
const timeOf = (value: Json, now: Instant): Millis | undefined => {
  const time = typeof value === 'string' && ISO_TIME.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
};

const waitForEvent = (draft: Draft, step: Step, work: EventWork): void => {
  const name = valueOf(draft, step, work.name);
  if (name === undefined) return;
  if (typeof name !== 'string') return failStep(draft, step, { failure: expressionFailure('`name` must be a text') });
  const found = draft.state.inbox.find((event) => event.name === name && fits(draft, step, event.payload));
  if (found) return completeStep(draft, step, { output: found.payload, consumed: found.id });
  if (!work.since) return armWithin(draft, step, { awaits: { is: 'event', name }, within: work.within });
  const value = valueOf(draft, step, work.since);
  if (value === undefined) return;
  const before = lengthOf(value);
  if (before === undefined)
    return failStep(draft, step, { failure: expressionFailure('`since` must be a number from 0') });
  const since = draft.state.startedAt - before;
  armWithin(draft, step, { awaits: { is: 'event', name, since }, within: work.within });
};

/** An event of before the execution, which a step looks back for, becomes one of the execution. */
export const recollect = (draft: Draft, step: Step, events: readonly KeptEvent[]): void => {
  const { received } = draft.state;
  const found = events.find(({ id, payload }) => !received.has(id) && fits(draft, step, payload));
  if (!found) return;
  const { id, name, payload } = found;
  give(draft, { type: 'event_received', at: draft.at, event: id, name, payload });
  completeStep(draft, step, { output: payload, consumed: id });
};

/** An event that was given to all and is kept for executions that begin later. */
export interface KeptEvent {
  readonly id: Uuid;
  readonly name: string;
  readonly payload: Json;
}

/** A condition that fails on a payload is one that does not hold: the payload is of another shape. */
const fits = (draft: Draft, step: Step, payload: Json): boolean => {
  const { work, reads } = step.task;
  if (work.is !== 'event' || !work.match) return true;
  const result = evaluateCondition(work.match, scopeOf(draft, step, { reads, variables: { event: payload } }));
  return result.ok && result.value;
};

/** An event that was just received goes to the step that has waited longest for such a one. */
export const deliver = (
  draft: Draft,
  event: { readonly id: string; readonly name: string; readonly payload: Json },
): void => {
  for (const step of draft.state.listening) {
    if (step.state.at !== 'armed' || step.state.awaits.is !== 'event' || step.state.awaits.name !== event.name)
      continue;
    if (!fits(draft, step, event.payload)) continue;
    return completeStep(draft, step, { output: event.payload, consumed: event.id });
  }
};

const waitForApproval = (draft: Draft, step: Step, work: ApprovalWork): void => {
  const by = valueOf(draft, step, work.by);
  const message = by === undefined ? undefined : valueOf(draft, step, work.message);
  if (by === undefined || message === undefined) return;
  if (!Array.isArray(by) || !by.every((name) => typeof name === 'string')) {
    return failStep(draft, step, { failure: expressionFailure('`by` must be a list of texts') });
  }
  const words = typeof message === 'string' ? message : JSON.stringify(message);
  armWithin(draft, step, { awaits: { is: 'approval', by, message: words }, within: work.within });
};

const startChild = (draft: Draft, step: Step, work: ChildWork): void => {
  const { state } = draft;
  const input = valueOf(draft, step, work.input);
  if (input === undefined) return;
  if ((state.parent?.depth ?? 0) >= MAX_DEPTH) {
    const message = messageOf('workflow_depth', { limit: MAX_DEPTH });
    return failStep(draft, step, { failure: { kind: 'fatal', code: 'workflow_depth', message } });
  }
  const execution = deriveUuid(state.execution, step.address, step.generation);
  const { name, version } = work;
  const awaits = { is: 'workflow' as const, execution, name, ...(version !== undefined && { version }), input };
  arm(draft, step, { awaits, within: step.task.timeout });
};

/** What the end of a wait without an outcome means. */
export const elapse = (draft: Draft, step: Step): void => {
  if (step.state.at !== 'armed') return;
  const { awaits, startedAt } = step.state;
  const { work } = step.task;
  if (awaits.is === 'time') return completeStep(draft, step, { output: null });
  if (work.is === 'approval' && work.onTimeout !== 'fail') {
    return answerApproval(draft, step, { approved: work.onTimeout === 'approve', by: null, comment: null });
  }
  failStep(draft, step, { failure: timeoutAfter(draft.at - startedAt) });
};

export interface ApprovalAnswer {
  readonly approved: boolean;
  /** Who answered; null: the time ran out. */
  readonly by: string | null;
  readonly comment: string | null;
}

export const answerApproval = (draft: Draft, step: Step, { approved, by, comment }: ApprovalAnswer): void =>
  completeStep(draft, step, { output: { approved, by, at: isoInstant(draft.at), comment } });

/** How another execution ended that a step waited for. */
export type ChildOutcome =
  | { readonly is: 'started' }
  | ({ readonly is: 'completed'; readonly output: Json } & WithUsage)
  | ({ readonly is: 'failed'; readonly failure: Failure } & WithUsage)
  | ({ readonly is: 'canceled'; readonly reason: string | undefined } & WithUsage);

/** What it had used by then, with all that it had started and waited for. Absent: nothing. */
interface WithUsage {
  readonly usage?: Usage;
}

export const endChild = (draft: Draft, step: Step, outcome: ChildOutcome): void => {
  const { work } = step.task;
  if (step.state.at !== 'armed' || step.state.awaits.is !== 'workflow' || work.is !== 'workflow') return;
  const { execution, name } = step.state.awaits;
  if (outcome.is === 'started') {
    if (!work.wait) completeStep(draft, step, { output: { execution_id: execution } });
  } else if (outcome.is === 'completed')
    completeStep(draft, step, { output: work.wait ? outcome.output : { execution_id: execution } });
  else failStep(draft, step, { failure: failureOfChild(name, execution, outcome) });
};

const KINDS: readonly FailureKind[] = ['transient', 'fatal', 'timeout', 'canceled'];

/** The class of a sub-workflow's failure is that of the step that it comes from, so that handlers see through it. */
const failureOfChild = (
  name: string,
  execution: string,
  outcome: Extract<ChildOutcome, { is: 'failed' | 'canceled' }>,
): Failure => {
  const details = { execution_id: execution };
  if (outcome.is === 'canceled') {
    return { kind: 'canceled', code: 'canceled', message: `Workflow ${name} was canceled`, details };
  }
  const { failure } = outcome;
  const cause = isJsonObject(failure.details) ? failure.details.cause : undefined;
  const origin = isJsonObject(cause) ? cause : { ...failure };
  return {
    kind: KINDS.find((kind) => kind === origin.kind) ?? 'fatal',
    code: typeof origin.code === 'string' ? origin.code : failure.code,
    message: `Workflow ${name} failed: ${failure.message}`,
    details: { ...details, cause: origin },
  };
};

/** Armed waits of a scope that has failed are canceled, at any depth; what else goes on in it ends by itself (semantics 10). */
export const cancelWaits = (draft: Draft, scope: Scope): void => {
  for (const step of scope.steps) {
    if (isTerminalStep(step.state)) continue;
    if (step.state.at === 'armed' && step.task.work.is !== 'workflow') {
      give(draft, { type: 'step_canceled', ...about(draft, step) });
    } else if (step.bodies) {
      for (const inner of scopesOf(step.bodies)) if (inner.open > 0) cancelWaits(draft, inner);
    }
  }
};
