import { isAmong, isInside, type KeptOutcome, type RecordedEvent, type RunEvent } from '../../../engine/core/index.js';
import type { ExecutionRecord, ExecutionStatus, TaskRunRecord } from '../../ports/index.js';

/** What the tables say of an execution. */
export interface ExecutionTables {
  readonly record: ExecutionRecord;
  readonly runs: readonly TaskRunRecord[];
}

type Of<K extends RunEvent['type']> = Extract<RunEvent, { type: K }>;
type OfStep = Extract<RunEvent, { step: string }>;
type StepEnded = Of<'step_completed'> | Of<'step_failed'> | Of<'step_skipped'> | Of<'step_canceled'>;
type Changes<T> = { -readonly [K in keyof T]?: T[K] };

/**
 * What the tables said of an execution right after the last of these events, which are its journal from the beginning;
 * after all of them, what they say now. `record` says what the journal does not: the number of its tasks, where the
 * journal is.
 */
export const stateAt = (record: ExecutionRecord, events: readonly RecordedEvent[]): ExecutionTables => {
  const fold = new Fold();
  for (const recorded of events) fold.apply(recorded);
  return { record: { ...record, ...fold.record }, runs: fold.runs };
};

/** The runs of an execution as they come, a row for each step and generation; those that are open are found by step. */
class Fold {
  record: Changes<ExecutionRecord> = {};
  readonly runs: TaskRunRecord[] = [];
  private readonly open = new Map<string, number>();
  private readonly constructs = new Set<string>();

  apply({ seq, event }: RecordedEvent): void {
    switch (event.type) {
      case 'execution_started':
        this.record = begun(event);
        return;
      case 'execution_paused':
      case 'execution_resumed':
        this.record.status = event.type === 'execution_paused' ? 'paused' : 'running';
        this.record.updatedAt = event.at;
        return;
      case 'execution_completed':
      case 'execution_failed':
      case 'execution_canceled':
        return this.end(event);
      case 'execution_migrated':
        return this.migrate(event);
      case 'execution_reopened':
        return this.reopen(event);
      case 'compensation_started':
        return this.undo(event);
      case 'notice_started':
        return this.cancel([...this.open.keys()], event.at);
      default:
        // Of the rest that is about no step the tables do not tell.
        if ('step' in event) this.applyToStep(seq, event);
    }
  }

  private cancel(steps: readonly string[], at: number): void {
    for (const step of steps) {
      this.change(step, { status: 'canceled', endedAt: at, wakeAt: undefined });
      this.open.delete(step);
      this.constructs.delete(step);
    }
  }

  /** What was being undone is undone anew: those runs go on, and all others there are canceled. */
  private undo({ undo, within, at }: Of<'compensation_started'>): void {
    const again = new Set(undo.map((step) => `${step}!compensate`));
    const open = [...this.open.keys()].filter((step) => within === undefined || isInside(step, within));
    for (const step of open.filter((each) => again.has(each)))
      this.change(step, { status: 'pending', wakeAt: undefined, ...errorOf(undefined) });
    this.cancel(
      open.filter((step) => !again.has(step)),
      at,
    );
  }

  private migrate({ at, to, total_tasks: totalTasks }: Of<'execution_migrated'>): void {
    const { name: workflowName, version: workflowVersion, definition } = to;
    Object.assign(this.record, { workflowName, workflowVersion, definition, totalTasks, updatedAt: at });
  }

  /** Runs of steps that are reset are history. */
  private reopen({ at, reset, skipped, generation }: Of<'execution_reopened'>): void {
    Object.assign(this.record, { status: 'running', updatedAt: at, endedAt: undefined, ...errorOf(undefined) });
    const fresh = new Set([...reset, ...(skipped === undefined ? [] : [skipped])]);
    const stays = this.runs.filter(({ step }) => !isAmong(step, fresh));
    this.runs.splice(0, this.runs.length, ...stays);
    if (skipped === undefined) return;
    this.runs.push({ ...blank({ step: skipped, generation }), status: 'skipped', endedAt: at, cause: 'operator' });
  }

  private end(event: Of<'execution_completed'> | Of<'execution_failed'> | Of<'execution_canceled'>): void {
    const { at } = event;
    this.record.status = event.type.slice('execution_'.length) as ExecutionStatus;
    this.record.updatedAt = at;
    this.record.endedAt = at;
    if (event.type === 'execution_failed') Object.assign(this.record, errorOf(event.failure));
    if (event.type === 'execution_completed') return;
    this.cancel([...this.open.keys()], at);
  }

  private applyToStep(seq: number, event: OfStep): void {
    switch (event.type) {
      case 'step_ready':
      case 'callback_received':
      case 'result_recorded':
        return;
      case 'step_opened':
        this.constructs.add(event.step);
        return this.wait(event, { status: 'running', wakeAt: event.deadline });
      case 'step_armed': {
        const { awaits, until: wakeAt } = event;
        const child = awaits.is === 'workflow' ? awaits.execution : undefined;
        return this.wait(event, { status: 'waiting', wakeAt, waitsFor: awaits.is, child, inputSeq: seq });
      }
      case 'body_opened':
      case 'body_closed':
        return this.cancel(event.canceled ?? [], event.at);
      case 'step_started':
        return this.start(seq, event);
      case 'attempt_failed': {
        const retries = (this.openRun(event.step)?.retries ?? 0) + 1;
        return this.change(event.step, {
          ...{ status: 'waiting', wakeAt: event.retry_at, retries },
          ...errorOf(event.failure),
        });
      }
      case 'attempt_lost':
        return this.change(event.step, {
          ...{ status: 'pending', wakeAt: undefined },
          ...{ errorCode: 'attempt_lost', errorMessage: undefined },
        });
      case 'step_kept':
        return void this.runs.push(kept(seq, event));
      default:
        this.endStep(seq, event);
    }
  }

  private wait({ at, ...event }: Of<'step_opened'> | Of<'step_armed'>, run: Changes<TaskRunRecord>): void {
    this.open.set(event.step, this.runs.length);
    this.runs.push({ ...blank(event), firstStartedAt: at, startedAt: at, ...run });
  }

  private start(seq: number, event: Of<'step_started'>): void {
    const { at, attempt } = event;
    if (this.open.has(event.step))
      return this.change(event.step, { status: 'running', attempt, startedAt: at, wakeAt: undefined });
    this.open.set(event.step, this.runs.length);
    this.runs.push({
      ...blank(event),
      ...{ status: 'running', attempt, firstStartedAt: at, startedAt: at },
      inputSeq: event.input ? seq : undefined,
    });
  }

  private endStep(seq: number, event: StepEnded): void {
    if (this.constructs.delete(event.step)) {
      this.cancel(
        [...this.open.keys()].filter((step) => isInside(step, event.step)),
        event.at,
      );
    }
    const ended = {
      status: event.type.slice('step_'.length) as TaskRunRecord['status'],
      endedAt: event.at,
      endSeq: seq,
      cause: causeOf(event),
      ...errorOf(event.type === 'step_failed' ? event.failure : undefined),
    };
    if (this.open.has(event.step)) {
      this.change(event.step, { ...ended, wakeAt: undefined });
      this.open.delete(event.step);
      return;
    }
    const at = event.type === 'step_completed' ? event.at : undefined;
    this.runs.push({ ...blank(event), ...ended, firstStartedAt: at, startedAt: at });
  }

  private openRun(step: string): TaskRunRecord | undefined {
    const index = this.open.get(step);
    return index === undefined ? undefined : this.runs[index];
  }

  private change(step: string, changes: Changes<TaskRunRecord>): void {
    const index = this.open.get(step);
    const run = this.openRun(step);
    if (index !== undefined && run) this.runs[index] = { ...run, ...changes };
  }
}

const begun = ({ at, execution, workflow, metadata, restored_from: origin }: Of<'execution_started'>) =>
  ({
    ...{ id: execution, workflowId: workflow.id, workflowName: workflow.name, workflowVersion: workflow.version },
    ...{ definition: workflow.definition, metadata, restoredFrom: origin?.execution, status: 'running' },
    ...{ createdAt: at, updatedAt: at, endedAt: undefined, errorCode: undefined, errorMessage: undefined },
  }) satisfies Changes<ExecutionRecord>;

const blank = ({ step, generation }: { readonly step: string; readonly generation: number }): TaskRunRecord => ({
  ...{ step, generation, status: 'pending', attempt: 0, retries: 0 },
  ...{ firstStartedAt: undefined, startedAt: undefined, endedAt: undefined, wakeAt: undefined },
  ...{ inputSeq: undefined, endSeq: undefined, cause: undefined, errorCode: undefined, errorMessage: undefined },
  ...{ waitsFor: undefined, child: undefined },
});

const kept = (seq: number, event: Of<'step_kept'>): TaskRunRecord => {
  const { outcome, attempt, started_at: started, ended_at: endedAt } = event;
  return {
    ...blank(event),
    ...{ status: outcome.is, attempt, firstStartedAt: started, startedAt: started, endedAt, endSeq: seq },
    cause: causeOf(outcome),
    ...errorOf(outcome.is === 'failed' ? outcome.failure : undefined),
  };
};

const errorOf = (failure: { readonly code: string; readonly message: string } | undefined) => ({
  errorCode: failure?.code,
  errorMessage: failure?.message,
});

/** The cause of a skip, or how a failure was handled. */
const causeOf = (end: KeptOutcome | StepEnded): string | undefined => {
  if ('cause' in end) return end.cause;
  if (!('handled' in end) || end.handled === undefined) return undefined;
  return end.handled === 'continue' ? 'continue' : `goto ${end.handled.goto}`;
};
