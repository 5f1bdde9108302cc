import { isAmong, isInside, type KeptOutcome, type RecordedEvent, type RunEvent } from '../../engine/core/index.js';
import type { SqliteDatabase } from '../database.js';
import { RUNS_PER_EXECUTION, type ExecutionRows } from './execution-rows.js';

type EndEvent = Of<'step_completed'> | Of<'step_failed'> | Of<'step_skipped'> | Of<'step_canceled'>;
type Of<K extends RunEvent['type']> = Extract<RunEvent, { type: K }>;

/**
 * The tables that people query, kept in step with the journal: the same transaction writes both. One statement per
 * event, each on a row whose id is known, so that a transition costs the same whatever the size of the execution.
 */
export class Projection {
  private readonly insertRun;
  private readonly insertWaiting;
  private readonly insertEnded;
  private readonly startRun;
  private readonly waitRun;
  private readonly endRun;
  private readonly cancelRun;
  private readonly supersede;
  private readonly runsOf;
  private readonly insertExecution;
  private readonly setStatus;
  private readonly endExecution;
  private readonly migrateExecution;
  private readonly reopenExecution;
  private readonly insertCheckpoint;

  constructor(database: SqliteDatabase) {
    this.insertRun = database.prepare(
      `INSERT INTO task_run (id, execution, step, generation, status, attempt, retries, first_started_at, started_at, input_seq)
       VALUES (?, ?, ?, ?, 'running', ?, 0, ?, ?, ?)`,
    );
    this.insertWaiting = database.prepare(
      `INSERT INTO task_run (id, execution, step, generation, status, attempt, retries, first_started_at, started_at, wake_at, waits_for, child, input_seq)
       VALUES (?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?, ?, ?)`,
    );
    this.insertEnded = database.prepare(
      `INSERT INTO task_run (id, execution, step, generation, status, attempt, retries, first_started_at, started_at, ended_at, end_seq, cause, error_code, error_message)
       VALUES (?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.startRun = database.prepare(
      `UPDATE task_run SET status = 'running', attempt = ?, started_at = ?, wake_at = NULL WHERE id = ?`,
    );
    this.waitRun = database.prepare(
      `UPDATE task_run SET status = ?, wake_at = ?, retries = retries + ?, error_code = ?, error_message = ? WHERE id = ?`,
    );
    this.endRun = database.prepare(
      `UPDATE task_run SET status = ?, ended_at = ?, end_seq = ?, cause = ?, error_code = ?, error_message = ?, wake_at = NULL WHERE id = ?`,
    );
    this.supersede = database.prepare('UPDATE task_run SET superseded = 1 WHERE id = ?');
    this.runsOf = database.prepare<[number, number], { id: number; step: string }>(
      'SELECT id, step FROM task_run WHERE id >= ? AND id < ? AND superseded IS NULL',
    );
    this.cancelRun = database.prepare(
      `UPDATE task_run SET status = 'canceled', ended_at = ?, wake_at = NULL WHERE id = ?`,
    );
    this.insertExecution = database.prepare(
      `INSERT INTO execution (ref, id, workflow_id, workflow_name, workflow_version, definition, status, total_tasks, metadata, restored_from, journal, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, 'live', ?, ?)`,
    );
    this.setStatus = database.prepare('UPDATE execution SET status = ?, updated_at = ? WHERE ref = ?');
    this.endExecution = database.prepare(
      'UPDATE execution SET status = ?, updated_at = ?, ended_at = ?, error_code = ?, error_message = ? WHERE ref = ?',
    );
    this.migrateExecution = database.prepare(
      'UPDATE execution SET workflow_name = ?, workflow_version = ?, definition = ?, total_tasks = ?, updated_at = ? WHERE ref = ?',
    );
    this.reopenExecution = database.prepare(
      `UPDATE execution SET status = 'running', journal = 'live', updated_at = ?, ended_at = NULL, error_code = NULL, error_message = NULL WHERE ref = ? AND journal <> 'gone'`,
    );
    this.insertCheckpoint = database.prepare(
      'INSERT INTO checkpoint (id, execution, seq, name, description, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    );
  }

  /** Writes what an event means for the tables. */
  apply(rows: ExecutionRows, { seq, event }: RecordedEvent): void {
    switch (event.type) {
      case 'execution_started':
        return this.executionStarted(rows, event);
      case 'execution_paused':
        this.setStatus.run('paused', event.at, rows.ref);
        return;
      case 'execution_resumed':
        this.setStatus.run('running', event.at, rows.ref);
        return;
      case 'execution_completed':
      case 'execution_failed':
      case 'execution_canceled':
        return this.executionEnded(rows, event);
      case 'execution_migrated':
      case 'execution_reopened':
      case 'compensation_started':
      case 'notice_started':
        return this.turned(rows, event);
      case 'checkpoint_created':
        this.insertCheckpoint.run(
          event.checkpoint,
          rows.ref,
          seq,
          event.name ?? null,
          event.description ?? null,
          event.at,
        );
        return;
      default:
        // Of the rest that is about no step the tables do not tell.
        if ('step' in event) this.applyToStep(rows, seq, event);
    }
  }

  /** The execution goes another way than its steps alone would take it. */
  private turned(
    rows: ExecutionRows,
    event: Of<'execution_migrated' | 'execution_reopened' | 'compensation_started' | 'notice_started'>,
  ): void {
    if (event.type === 'execution_reopened') this.reopened(rows, event);
    else if (event.type === 'execution_migrated') {
      const { at, to } = event;
      this.migrateExecution.run(to.name, to.version, to.definition, event.total_tasks, at, rows.ref);
    } else if (event.type === 'compensation_started') this.undoing(rows, event);
    else this.cancelRuns(rows, event.at);
  }

  /** What was being undone is undone anew: those runs go on, and all others there are canceled. */
  private undoing(rows: ExecutionRows, { undo, within, at }: Of<'compensation_started'>): void {
    const again = new Set(undo.map((step) => `${step}!compensate`));
    const open = [...rows.runs].filter(([step]) => within === undefined || isInside(step, within));
    for (const [step, run] of open) if (again.has(step)) this.waitRun.run('pending', null, 0, null, null, run);
    const others = open.flatMap(([step]) => (again.has(step) ? [] : [step]));
    this.cancelSteps(rows, others, at);
  }

  private executionStarted(rows: ExecutionRows, event: Of<'execution_started'>): void {
    const { workflow, at } = event;
    const { id, name, version, definition } = workflow;
    const metadata = JSON.stringify(event.metadata);
    const origin = event.restored_from?.execution ?? null;
    this.insertExecution.run(
      ...[rows.ref, event.execution, id, name, version, definition],
      ...[rows.totalTasks, metadata, origin, at, at],
    );
  }

  private executionEnded(
    rows: ExecutionRows,
    event: Of<'execution_completed'> | Of<'execution_failed'> | Of<'execution_canceled'>,
  ): void {
    const status = event.type.slice('execution_'.length);
    const failure = event.type === 'execution_failed' ? event.failure : undefined;
    if (event.type !== 'execution_completed') this.cancelRuns(rows, event.at);
    this.endExecution.run(status, event.at, event.at, failure?.code ?? null, failure?.message ?? null, rows.ref);
  }

  private cancelRuns(rows: ExecutionRows, at: number): void {
    for (const id of rows.runs.values()) this.cancelRun.run(at, id);
    rows.runs.clear();
    rows.constructs.clear();
  }

  /** Ends what is open in a construct that has ended. */
  private cancelBelow(rows: ExecutionRows, construct: string, at: number): void {
    const below = [...rows.runs.keys()].filter((step) => isInside(step, construct));
    this.cancelSteps(rows, below, at);
  }

  private cancelSteps(rows: ExecutionRows, steps: readonly string[], at: number): void {
    for (const step of steps) {
      const run = rows.runs.get(step);
      if (run !== undefined) this.cancelRun.run(at, run);
      rows.runs.delete(step);
      rows.constructs.delete(step);
    }
  }

  /** Runs of steps that are reset, and of what their bodies held, are history from now on. */
  private reopened(rows: ExecutionRows, event: Of<'execution_reopened'>): void {
    const { changes } = this.reopenExecution.run(event.at, rows.ref);
    // Deleted by retention since it was read: nothing of this commit may stand.
    if (changes === 0) throw new Error(`the history of execution ${rows.execution} is gone`);
    const reset = new Set(event.reset);
    if (event.skipped !== undefined) reset.add(event.skipped);
    const [from, to] = [rows.ref * RUNS_PER_EXECUTION, (rows.ref + 1) * RUNS_PER_EXECUTION];
    for (const { id, step } of this.runsOf.all(from, to)) if (isAmong(step, reset)) this.supersede.run(id);
    if (event.skipped === undefined) return;
    this.insertEnded.run(
      ...[rows.nextRun++, rows.ref, event.skipped, event.generation, 'skipped', 0, null, null],
      ...[event.at, null, 'operator', null, null],
    );
  }

  private applyToStep(rows: ExecutionRows, seq: number, event: Extract<RunEvent, { step: string }>): void {
    const run = rows.runs.get(event.step);
    switch (event.type) {
      case 'step_ready':
      case 'callback_received':
      case 'result_recorded':
        return;
      case 'step_opened':
        rows.constructs.add(event.step);
        return this.waits(rows, event, { status: 'running', wakeAt: event.deadline });
      case 'step_armed':
        return this.armed(rows, seq, event);
      case 'body_opened':
      case 'body_closed':
        return this.cancelSteps(rows, event.canceled ?? [], event.at);
      case 'step_started':
        if (run === undefined) this.firstAttempt(rows, seq, event);
        else this.startRun.run(event.attempt, event.at, run);
        return;
      case 'attempt_failed':
        this.waitRun.run('waiting', event.retry_at, 1, event.failure.code, event.failure.message, run);
        return;
      case 'attempt_lost':
        this.waitRun.run('pending', null, 0, 'attempt_lost', null, run);
        return;
      case 'step_kept':
        return this.kept(rows, seq, event);
      default:
        this.ended(rows, seq, event);
    }
  }

  private armed(rows: ExecutionRows, seq: number, event: Of<'step_armed'>): void {
    const { awaits, until } = event;
    const child = awaits.is === 'workflow' ? awaits.execution : undefined;
    this.waits(rows, event, { status: 'waiting', wakeAt: until, waitsFor: awaits.is, child, seq });
  }

  private waits(
    rows: ExecutionRows,
    { step, generation, at }: Of<'step_opened'> | Of<'step_armed'>,
    run: { status: string; wakeAt: number | undefined; waitsFor?: string; child?: string | undefined; seq?: number },
  ): void {
    const id = rows.nextRun++;
    rows.runs.set(step, id);
    const { status, wakeAt = null, waitsFor = null, child = null, seq = null } = run;
    this.insertWaiting.run(id, rows.ref, step, generation, status, at, at, wakeAt, waitsFor, child, seq);
  }

  private firstAttempt(rows: ExecutionRows, seq: number, event: Of<'step_started'>): void {
    const id = rows.nextRun++;
    rows.runs.set(event.step, id);
    const input = event.input ? seq : null;
    this.insertRun.run(id, rows.ref, event.step, event.generation, event.attempt, event.at, event.at, input);
  }

  private ended(rows: ExecutionRows, seq: number, event: EndEvent): void {
    if (rows.constructs.delete(event.step)) this.cancelBelow(rows, event.step, event.at);
    const status = event.type.slice('step_'.length);
    const cause = causeOf(event);
    const failure = event.type === 'step_failed' ? event.failure : undefined;
    const run = rows.runs.get(event.step);
    if (run !== undefined) {
      rows.runs.delete(event.step);
      this.endRun.run(status, event.at, seq, cause, failure?.code ?? null, failure?.message ?? null, run);
      return;
    }
    const started = event.type === 'step_completed' ? event.at : null;
    this.insertEnded.run(
      ...[rows.nextRun++, rows.ref, event.step, event.generation, status, 0, started, started],
      ...[event.at, seq, cause, failure?.code ?? null, failure?.message ?? null],
    );
  }

  private kept(rows: ExecutionRows, seq: number, event: Of<'step_kept'>): void {
    const { outcome } = event;
    const failure = outcome.is === 'failed' ? outcome.failure : undefined;
    const started = event.started_at ?? null;
    this.insertEnded.run(
      ...[rows.nextRun++, rows.ref, event.step, event.generation, outcome.is, event.attempt, started, started],
      ...[event.ended_at, seq, causeOf(outcome), failure?.code ?? null, failure?.message ?? null],
    );
  }
}

/** The cause of a skip, or how a failure was handled. */
const causeOf = (end: KeptOutcome | EndEvent): string | null => {
  if ('cause' in end) return end.cause;
  if (!('handled' in end) || end.handled === undefined) return null;
  return end.handled === 'continue' ? 'continue' : `goto ${end.handled.goto}`;
};
