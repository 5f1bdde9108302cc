import { isoInstant, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { Failure, RecordedEvent, RunEvent } from '../../engine/core/index.js';

/** An event as the outside sees it: on the WebSocket, as a server-sent event, and in lists. */
export interface PublicEvent {
  /** The documented name: `execution_started`, `task_completed`. */
  readonly type: string;
  /** Upstream's name: `workflow_started`, `task_completed`. */
  readonly event_type: string;
  readonly id: string;
  /** Place in the journal of the execution, from 1, gaps allowed. */
  readonly sequence: number;
  /** Place in the order of all commits. */
  readonly position?: number;
  /** Of two events that share a place the first has part 1: go on after it with `since=<sequence>.1`. */
  readonly part?: number;
  readonly execution_id: Uuid;
  readonly workflow_id: Uuid;
  /** Id of the task, when the event is about one. */
  readonly task_id: string | null;
  /** Address of the step. */
  readonly step: string | null;
  readonly task_name: string | null;
  readonly message: string;
  readonly timestamp: string;
  readonly details: JsonObject;
  readonly data: JsonObject;
}

/** What an event does not say itself. */
export interface EventContext {
  readonly execution: Uuid;
  readonly workflowId: Uuid;
  readonly workflowName: string;
  readonly startedAt: number;
  readonly totalTasks: number;
  readonly task: (id: string) => TaskWords | undefined;
}

/** What its definition says of a task. */
export interface TaskWords {
  readonly name: string;
  /** In definition order, from 0. */
  readonly index: number;
  /** Attempts after the first, by the policy that holds in this execution; 0: a failure is final. */
  readonly maxRetries: number;
}

interface Said {
  readonly type: string;
  readonly eventType: string;
  readonly message: string;
  readonly details: JsonObject;
}

const say = (type: string, eventType: string, message: string, details: JsonObject = {}): Said => ({
  type,
  eventType,
  message,
  details,
});

const seconds = (ms: number): number => ms / 1000;

const errorDetails = ({ code, kind, message, details }: Failure): JsonObject => ({
  code,
  kind,
  message,
  ...(details !== undefined && { details }),
});

const finalSegment = (step: string): string => /\/([^/[]+)[^/]*$/.exec(step)?.[1] ?? step;

type OfExecution = Exclude<RunEvent, { step: string }>;
type OfStep = Extract<RunEvent, { step: string }>;

type OnTheWay =
  | 'execution_paused'
  | 'execution_resumed'
  | 'usage_recorded'
  | 'budget_raised'
  | 'execution_reopened'
  | 'execution_migrated'
  | 'compensation_started'
  | 'event_received'
  | 'notice_started'
  | 'variables_set';

type Started = Extract<RunEvent, { type: 'execution_started' }>;

/** Of one that was restored or forked: what it continues, and up to where. */
const originOf = ({ restored_from: origin }: Started): JsonObject => {
  if (!origin) return {};
  const { execution, checkpoint, seq } = origin;
  return { restored_from: execution, restored_at: seq, checkpoint_id: checkpoint ?? null };
};

const spending = (event: Extract<OfExecution, { type: 'usage_recorded' | 'budget_raised' }>): Said => {
  if (event.type === 'usage_recorded') {
    const details = { ...event.by, usage: { ...event.usage } as JsonObject };
    return say('usage_recorded', 'usage_recorded', `${event.by.step} has used something`, details);
  }
  const { limits, by, comment } = event;
  return say('budget_raised', 'budget_raised', 'the budget was raised', {
    limits: { ...limits } as JsonObject,
    by,
    comment,
  });
};

/** What asked for it, as those who start executions write it down: `webhook:<id>`, `trigger:<id>`, `schedule:<id>`. */
const triggeredBy = ({ metadata: { source, schedule_id: schedule } }: Started): string | null => {
  if (typeof source === 'string') return source;
  return typeof schedule === 'string' ? `schedule:${schedule}` : null;
};

/** Of one that a webhook has started: what came in. */
const received = (event: OfExecution): Said[] => {
  if (event.type !== 'execution_started' || event.restored_from) return [];
  const [, webhook] = /^webhook:(.+)$/.exec(triggeredBy(event) ?? '') ?? [];
  if (webhook === undefined) return [];
  const { delivery_id: delivery = null, message_id: message = null } = event.metadata;
  const details = { webhook_id: webhook, delivery_id: delivery, message_id: message };
  return [say('webhook_received', 'webhook_received', 'a webhook was called', details)];
};

/** What happens to an execution between its start and its end. */
const onTheWay = (event: Extract<OfExecution, { type: OnTheWay }>): Said => {
  switch (event.type) {
    case 'execution_paused':
      return say('execution_paused', 'workflow_paused', 'paused', {
        reason: event.reason ?? null,
        ...(event.exhausted && { exhausted: event.exhausted.map((reached) => ({ ...reached })) }),
      });
    case 'execution_resumed':
      return say('execution_resumed', 'workflow_resumed', 'resumed');
    case 'usage_recorded':
    case 'budget_raised':
      return spending(event);
    case 'execution_reopened':
      return say('execution_reopened', 'workflow_resumed', `goes on: ${event.operation}`, {
        operation: event.operation,
        generation: event.generation,
        reset: [...event.reset],
        skipped: event.skipped ?? null,
      });
    case 'execution_migrated':
      return say('execution_migrated', 'execution_migrated', `goes on with version ${event.to.version}`, {
        from_version: event.from.version,
        to_version: event.to.version,
        reset: [...event.reset],
      });
    case 'compensation_started':
      return say('compensation_started', 'compensation_started', `undoes ${event.undo.length} steps`, {
        within: event.within ?? null,
        undo: [...event.undo],
      });
    case 'notice_started':
      return say('notice_started', 'notice_started', `tells that it ends: ${event.ending.is}`, { step: event.notice });
    case 'variables_set':
      return say('state_changed', 'state_changed', 'variables were set', { values: event.values });
    case 'event_received':
      return say('event_received', 'event_received', `event ${event.name}`, {
        event_id: event.event,
        name: event.name,
      });
    default:
      return onTheWay(event);
  }
};

const ofExecution = (event: OfExecution, context: EventContext): Said => {
  switch (event.type) {
    case 'execution_started': {
      const { id, name, version } = event.workflow;
      const details = {
        workflow_id: id,
        workflow_name: name,
        workflow_version: version,
        input_keys: Object.keys(event.input as object),
        triggered_by: triggeredBy(event),
      };
      return say('execution_started', 'workflow_started', `${name} started`, { ...details, ...originOf(event) });
    }
    case 'execution_completed': {
      const details = { workflow_id: context.workflowId, workflow_name: context.workflowName, output: event.output };
      return say('execution_completed', 'workflow_completed', `${context.workflowName} completed`, {
        ...details,
        duration_seconds: seconds(event.at - context.startedAt),
      });
    }
    case 'execution_failed':
      return say('execution_failed', 'workflow_failed', event.failure.message, {
        failed_tasks: event.steps.map(finalSegment),
        error: event.failure.message,
        error_type: event.failure.code,
        error_details: errorDetails(event.failure),
        duration_seconds: seconds(event.at - context.startedAt),
      });
    case 'execution_canceled':
      return say('execution_canceled', 'workflow_canceled', 'canceled', { reason: event.reason ?? null });
    case 'checkpoint_created': {
      const details = {
        checkpoint_id: event.checkpoint,
        name: event.name ?? null,
        automatic: event.automatic !== undefined,
      };
      return say('checkpoint_created', 'checkpoint_created', `checkpoint ${event.name ?? event.checkpoint}`, details);
    }
    default:
      return onTheWay(event);
  }
};

const retriesOf = (task: TaskWords | undefined): JsonObject => (task ? { max_retries: task.maxRetries } : {});

const failed = (event: Extract<OfStep, { type: 'step_failed' }>, name: string, task: TaskWords | undefined): Said =>
  say('task_failed', 'task_failed', `${name} failed: ${event.failure.message}`, {
    error: event.failure.message,
    error_details: errorDetails(event.failure),
    attempt: event.attempt,
    retry_count: Math.max(0, event.attempt - 1),
    retries: Math.max(0, event.attempt - 1),
    ...retriesOf(task),
    handled: event.handled ?? null,
  });

const timedOut = (failure: Failure): Said[] =>
  failure.kind === 'timeout'
    ? [say('timeout_occurred', 'timeout_occurred', failure.message, { scope: 'attempt', error: failure.message })]
    : [];

const kept = (event: Extract<OfStep, { type: 'step_kept' }>, name: string, task: TaskWords | undefined): Said => {
  const details = { restored: true, attempt: event.attempt };
  switch (event.outcome.is) {
    case 'completed':
      return say('task_completed', 'task_completed', `${name} kept`, { ...details, output: event.outcome.output });
    case 'failed':
      return say('task_failed', 'task_failed', `${name} kept`, {
        ...details,
        error: event.outcome.failure.message,
        ...retriesOf(task),
      });
    case 'skipped':
      return say('task_skipped', 'task_skipped', `${name} kept`, { ...details, cause: event.outcome.cause });
  }
};

const waiting = ({ awaits, until }: Extract<OfStep, { type: 'step_armed' }>): JsonObject => ({
  waits_for: awaits.is,
  until: until === undefined ? null : isoInstant(until),
  ...(awaits.is === 'event' && { name: awaits.name }),
  ...(awaits.is === 'approval' && { by: [...awaits.by], message: awaits.message }),
  ...(awaits.is === 'workflow' && { workflow: awaits.name, execution_id: awaits.execution }),
});

type EndOfStep = Extract<OfStep, { type: 'step_completed' | 'step_failed' | 'step_skipped' | 'step_canceled' }>;

const ended = (event: EndOfStep, name: string, task: TaskWords | undefined): Said[] => {
  switch (event.type) {
    case 'step_completed':
      return [
        say('task_completed', 'task_completed', `${name} completed`, {
          attempt: event.attempt,
          output: event.output,
        }),
      ];
    case 'step_failed':
      return [...timedOut(event.failure), failed(event, name, task)];
    case 'step_skipped':
      return [
        say('task_skipped', 'task_skipped', `${name} skipped`, {
          reason: event.because ?? event.cause,
          cause: event.cause,
        }),
      ];
    case 'step_canceled':
      return [say('task_canceled', 'task_canceled', `${name} canceled`)];
  }
};

const ofStep = (event: OfStep, name: string, task: TaskWords | undefined): Said[] => {
  switch (event.type) {
    case 'step_ready':
    case 'body_opened':
    case 'body_closed':
    case 'callback_received':
    case 'result_recorded':
      return [];
    case 'step_opened':
      return [say('task_started', 'task_started', `${name} started`, { attempt: 1, construct: true })];
    case 'step_armed':
      return [say('task_waiting', 'task_waiting', `${name} waits`, waiting(event))];
    case 'step_started':
      return [say('task_started', 'task_started', `${name} started`, { attempt: event.attempt })];
    case 'step_completed':
    case 'step_failed':
    case 'step_skipped':
    case 'step_canceled':
      return ended(event, name, task);
    case 'attempt_failed':
      return [
        ...timedOut(event.failure),
        say('retry_attempted', 'retry_attempted', `${name} is retried: ${event.failure.message}`, {
          retry_count: event.attempt,
          ...retriesOf(task),
          attempt: event.attempt,
          delay: seconds(event.retry_at - event.at),
          error: event.failure.message,
          error_details: errorDetails(event.failure),
        }),
      ];
    case 'attempt_lost':
      return [
        say('error_occurred', 'error_occurred', `${name}: the process died during attempt ${event.attempt}`, {
          code: 'attempt_lost',
          attempt: event.attempt,
        }),
      ];
    case 'step_kept':
      return [kept(event, name, task)];
  }
};

/** What the ids of those end with that share their place with another. */
const ASIDE: Readonly<Record<string, string>> = { timeout_occurred: ':timeout', webhook_received: ':webhook' };

/**
 * The public events of a journal event: none for what only the engine needs, more than one where upstream has words
 * for two aspects. A pure projection: the same journal gives the same stream.
 */
export const publicEvents = (recorded: RecordedEvent, context: EventContext, position?: number): PublicEvent[] => {
  const { event, seq } = recorded;
  const step = 'step' in event ? event.step : null;
  const taskId = step === null ? null : finalSegment(step);
  const task = taskId === null ? undefined : context.task(taskId);
  const name = task?.name ?? taskId ?? '';
  const said = 'step' in event ? ofStep(event, name, task) : [...received(event), ofExecution(event, context)];
  const place: JsonObject =
    taskId === null
      ? {}
      : { task_name: name, ...(task && { task_index: task.index, total_tasks: context.totalTasks }) };
  return said.map(({ type, eventType, message, details }, index) => {
    const all: Record<string, Json> = { ...details, ...place };
    return {
      type,
      event_type: eventType,
      id: `${context.execution}:${seq}${ASIDE[eventType] ?? ''}`,
      sequence: seq,
      ...(position !== undefined && position > 0 && { position }),
      ...(index < said.length - 1 && { part: index + 1 }),
      execution_id: context.execution,
      workflow_id: context.workflowId,
      task_id: taskId,
      step,
      task_name: task?.name ?? taskId,
      message,
      timestamp: isoInstant(event.at),
      details: all,
      data: all,
    };
  });
};
