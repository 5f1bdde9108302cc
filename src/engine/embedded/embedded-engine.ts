import { HarmoniaError, type Json, type JsonObject, type Millis, type Uuid } from '../../kernel/index.js';
import {
  endOf,
  executionOfToken,
  isTerminalRun,
  type Address,
  type ApprovalAnswer,
  type InPlace,
  type ReexecutionPlan,
  type Ended,
  type RecordedEvent,
  type Resumption,
  type RunRequest,
  type TraceOrigin,
} from '../core/index.js';
import type {
  Acknowledged,
  CancelRequest,
  CheckpointRequest,
  CheckpointTaken,
  Engine,
  EngineStatus,
  EventToDeliver,
  Migrate,
  MigrationReport,
  Reexecute,
  Reexecuted,
  RunnableWorkflow,
  StartExecution,
} from '../engine.js';
import type { EngineMeter, Journal, Notifier, Publication, StoredJournal, TaskRunner, Timers } from '../ports/index.js';
import { AttemptRunner } from './attempts/attempt-runner.js';
import type { Answer, Requests, Untimed, Work } from './inbox.js';
import { Families, type TraceOfChild } from './families.js';
import { planMigration } from './migrations.js';
import { Recovery } from './recovery.js';
import { Reexecutions } from './reexecutions.js';
import { RepeatableStarts } from './repeatable-starts.js';
import type { DriverLimits } from './driver-ports.js';
import type { LiveExecution } from './live-execution.js';
import { RunDriver } from './run-driver.js';
import type { FindDefinition } from './stored-run.js';

export interface EmbeddedEngineOptions {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly notifier: Notifier;
  readonly runner: TaskRunner;
  readonly limits: DriverLimits;
  /** The definition that an execution is pinned to, which was accepted when it was stored. */
  readonly compiled: FindDefinition;
  /** The set of plugin versions that there is now; undefined: the first. Default: there is only one. */
  readonly plugins?: () => number | undefined;
  /** What an execution runs of the workflow of that name. Rejects with a `HarmoniaError` when there is none in the range. */
  readonly workflow: (name: string, range: string | undefined, execution: Uuid) => Promise<RunnableWorkflow>;
  readonly newId: () => Uuid;
  /** At least 128 random bits, as text. */
  readonly newSeed: () => string;
  /** Address under which callbacks reach this service: `https://harmonia.example`. */
  readonly origin?: string;
  /** ms that have passed since some moment, truly: how long it may keep the event loop. Default: `performance.now`. */
  readonly elapsed?: () => Millis;
  /** The trace of whoever asks just now; what he starts belongs to it. Default: it is its own. */
  readonly traceOfCaller?: () => TraceOrigin | undefined;
  /** The trace that an execution belongs to which a step starts. Default: its own. */
  readonly traceOfChild?: TraceOfChild;
  /** Is told how long things take. Default: nobody is. */
  readonly meter?: EngineMeter;
  /** Told of what nobody asked for: a store that fails, an execution that cannot go on. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Of who calls back, what is not there and what has ended are the same. */
const GONE: readonly string[] = ['conflict', 'execution_not_found', 'journal_gone'];

/** The engine that runs in this process: the core, driven by a group-committing loop over a journal. */
export class EmbeddedEngine implements Engine {
  private readonly driver: RunDriver;
  private readonly attempts: AttemptRunner;
  private readonly families: Families;
  private readonly recovery: Recovery;
  private readonly reexecutions: Reexecutions;
  private readonly starts: RepeatableStarts;
  private readonly waiting = new Map<Uuid, Set<(ended: Ended | undefined) => void>>();
  /** Not driven on by this process: the core threw. */
  private readonly givenUp = new Set<Uuid>();
  private state: EngineStatus['state'] = 'starting';

  constructor(private readonly options: EmbeddedEngineOptions) {
    const { journal, timers, limits, onTrouble, elapsed = () => performance.now() } = options;
    const notifier: Notifier = {
      publish: (publications) => {
        try {
          options.notifier.publish(publications);
        } catch (error) {
          onTrouble('a listener threw', error);
        }
        this.tellWaiting(publications);
      },
      progress: (report) => options.notifier.progress(report),
    };
    this.families = new Families({ ...options, origin: options.origin });
    this.attempts = new AttemptRunner(options.runner, timers, notifier);
    this.driver = new RunDriver({
      journal,
      timers,
      notifier,
      attempts: this.attempts,
      families: this.families,
      limits,
      elapsed,
      meter: options.meter,
      onStorageFailure: (error, started) => this.recovery.storageFailed(error, started),
      onBroken: (execution, error) => this.giveUp(execution, error),
    });
    this.families.connect(this.driver);
    const isLive = (execution: Uuid): boolean => this.driver.find(execution) !== undefined;
    this.reexecutions = new Reexecutions({ ...options, isLive });
    this.recovery = new Recovery(this.driver, options);
    this.starts = new RepeatableStarts(journal);
  }

  /** Takes up every execution that is open: their lost attempts are made again, their timers keep their deadlines. */
  async open(): Promise<void> {
    await this.recovery.adoptOpen();
    await this.families.cancelOrphans();
    this.state = 'running';
  }

  /**
   * Takes no new work, lets running attempts end for up to `limit` ms, and records them. What runs longer is aborted
   * without being recorded: it is lost, and made again after the restart. No execution changes its status.
   */
  async close(limit: number): Promise<void> {
    this.state = 'stopping';
    this.driver.stopGranting();
    const patience = new Promise<void>((resolve) => {
      const timer = this.options.timers.at(this.options.timers.now() + limit, resolve);
      void this.attempts.whenIdle().then(() => {
        timer.cancel();
        resolve();
      });
    });
    await patience;
    this.attempts.abandon(this.driver.executions());
    await this.driver.settled();
    this.driver.stop();
    this.recovery.stop();
    for (const execution of [...this.waiting.keys()]) this.tell(execution, undefined);
    this.state = 'stopped';
  }

  /** The sets of plugin versions that open executions are pinned to. */
  pluginsInUse(): ReadonlySet<number | undefined> {
    return new Set([...this.driver.executions()].map(({ state }) => state.workflow.plugins));
  }

  status(): EngineStatus {
    const storage = this.recovery.failure;
    const { open, running, waiting } = this.driver;
    return { state: this.state, open, running, waiting, ...(storage !== undefined && { storage }) };
  }

  async start(request: StartExecution): Promise<Acknowledged> {
    const { workflow, input, metadata = {}, options = {}, execution = this.options.newId() } = request;
    const about = { execution, compiled: workflow.compiled, workflow: workflow.pinned, input, metadata, options };
    return this.submitStart({ ...about, ...this.surroundings() }, request.key);
  }

  planReexecution(execution: Uuid, operation: Reexecute): Promise<ReexecutionPlan> {
    return this.reexecutions.plan(execution, operation);
  }

  reexecute(execution: Uuid, operation: Reexecute, key?: StartExecution['key']): Promise<Reexecuted> {
    if (this.state !== 'running') return Promise.reject(this.notRunning());
    return this.reexecutions.once(execution, operation, async (prepared) => {
      const { plan } = prepared;
      if (prepared.is === 'start') {
        const started = await this.submitStart({ ...prepared.request, ...this.surroundings() }, key);
        return { ...started, plan };
      }
      const { live, plugins } = prepared;
      const { at } = await new Promise<Answer>((accept, refuse) => {
        const about = plugins === undefined ? {} : { plugins };
        const request = { is: 'reopen', operation: operation as InPlace, ...about } as const;
        this.driver.submit({ is: 'reopen', live, request, reply: { accept, refuse } });
      });
      this.givenUp.delete(execution);
      return { execution, at, plan };
    });
  }

  planMigration(request: Migrate): MigrationReport {
    return planMigration(this.driver, request).report;
  }

  async migrate(request: Migrate): Promise<MigrationReport> {
    if (this.state !== 'running') throw this.notRunning();
    let report: MigrationReport = { unaffected: [], migratable: [], mustFinish: [] };
    await new Promise<Answer>((accept, refuse) => {
      const plan = (): Requests => {
        const planned = planMigration(this.driver, request);
        report = planned.report;
        return planned.requests;
      };
      this.driver.submit({ is: 'ask-several', plan, reply: { accept, refuse } });
    });
    return report;
  }

  private surroundings(): { readonly seed: string; readonly origin?: string; readonly trace?: TraceOrigin } {
    const { newSeed, origin, traceOfCaller } = this.options;
    const trace = traceOfCaller?.();
    return { seed: newSeed(), ...(origin !== undefined && { origin }), ...(trace && { trace }) };
  }

  pause(execution: Uuid, reason?: string): Promise<Acknowledged> {
    return this.ask(execution, { is: 'pause', ...(reason !== undefined && { reason }) });
  }

  resume(execution: Uuid, how: Resumption = {}): Promise<Acknowledged> {
    return this.ask(execution, { is: 'resume', ...how });
  }

  cancel(execution: Uuid, { reason, compensate }: CancelRequest = {}): Promise<Acknowledged> {
    return this.ask(execution, {
      is: 'cancel',
      ...(reason !== undefined && { reason }),
      ...(compensate !== undefined && { compensate }),
    });
  }

  deliver(execution: Uuid, { id, name, payload }: EventToDeliver): Promise<Acknowledged> {
    return this.ask(execution, { is: 'deliver', event: id ?? this.options.newId(), name, payload });
  }

  async publish(event: EventToDeliver, workflow?: Uuid): Promise<readonly Uuid[]> {
    if (this.state !== 'running') throw this.notRunning();
    const { id = this.options.newId(), name, payload } = event;
    const isAddressed = ({ state }: LiveExecution): boolean =>
      state.compiled.listens && !isTerminalRun(state.status) && (workflow ?? state.workflow.id) === state.workflow.id;
    let heard: readonly Uuid[] = [];
    await new Promise<Answer>((accept, refuse) => {
      const plan = (): Requests => {
        const addressed = [...this.driver.executions()].filter(isAddressed);
        heard = addressed.map((live) => live.id);
        return addressed.map((live) => ({ live, request: { is: 'deliver', event: id, name, payload } }));
      };
      const keep = { id, name, payload, ...(workflow !== undefined && { workflow }) };
      this.driver.submit({ is: 'ask-several', plan, keep, reply: { accept, refuse } });
    });
    return heard;
  }

  async setVariables(execution: Uuid, values: JsonObject): Promise<Acknowledged> {
    return this.ask(execution, { is: 'set-variables', values });
  }

  approve(execution: Uuid, step: Address, answer: ApprovalAnswer): Promise<Acknowledged> {
    return this.ask(execution, { is: 'approve', step, ...answer });
  }

  async callBack(token: string, payload: Json): Promise<Acknowledged> {
    const execution = executionOfToken(token);
    if (execution === undefined) throw new HarmoniaError('callback_gone');
    try {
      return await this.ask(execution, { is: 'callback', token, payload });
    } catch (error) {
      if (error instanceof HarmoniaError && GONE.includes(error.code)) throw new HarmoniaError('callback_gone');
      throw error;
    }
  }

  async checkpoint(execution: Uuid, { id, ...words }: CheckpointRequest): Promise<CheckpointTaken> {
    const checkpoint = id ?? this.options.newId();
    const { at, seq } = await this.ask(execution, { is: 'checkpoint', checkpoint, ...words });
    return { execution, checkpoint, seq, at };
  }

  async delete(execution: Uuid): Promise<void> {
    if (this.driver.find(execution) || this.reexecutions.isUnderWay(execution))
      throw new HarmoniaError('conflict', { reason: 'The execution has not ended' });
    if (!(await this.options.journal.delete(execution)))
      throw new HarmoniaError('execution_not_found', { id: execution });
  }

  deleteCheckpoint(checkpoint: Uuid): Promise<boolean> {
    return this.options.journal.deleteCheckpoint(checkpoint);
  }

  journal(execution: Uuid): Promise<StoredJournal | undefined> {
    return this.options.journal.load(execution);
  }

  async ended(execution: Uuid, signal?: AbortSignal): Promise<Ended | undefined> {
    if (this.givenUp.has(execution)) return undefined;
    if (this.driver.find(execution)) return this.waitForEnd(execution, signal);
    return endOf((await this.mustHaveLast(execution)).event) ?? this.waitForEnd(execution, signal);
  }

  private waitForEnd(execution: Uuid, signal: AbortSignal | undefined): Promise<Ended | undefined> {
    if (signal?.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const waiters = this.waiting.get(execution) ?? new Set();
      this.waiting.set(execution, waiters);
      const giveUp = (): void => {
        waiters.delete(tell);
        if (waiters.size === 0) this.waiting.delete(execution);
        resolve(undefined);
      };
      const tell = (ended: Ended | undefined): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve(ended);
      };
      waiters.add(tell);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  private tellWaiting(publications: readonly Publication[]): void {
    if (this.waiting.size === 0) return;
    for (const { execution, state, events } of publications) {
      const waiters = isTerminalRun(state.status) ? this.waiting.get(execution) : undefined;
      const ended = waiters && endOf(events.at(-1)?.recorded.event);
      if (!waiters || !ended) continue;
      this.tell(execution, ended);
    }
  }

  private tell(execution: Uuid, ended: Ended | undefined): void {
    const waiters = this.waiting.get(execution) ?? [];
    this.waiting.delete(execution);
    for (const tell of waiters) tell(ended);
  }

  /** What is in the journal stays; a restart, or a release without the bug, goes on from there. */
  private giveUp(execution: Uuid, error: unknown): void {
    this.givenUp.add(execution);
    this.tell(execution, undefined);
    this.options.onTrouble(`execution ${execution} cannot go on`, error);
  }

  private async submitStart(
    request: Extract<Work, { is: 'start' }>['request'],
    key: StartExecution['key'],
  ): Promise<Acknowledged> {
    if (this.state !== 'running') throw this.notRunning();
    return this.starts.once(key, async () => {
      const { at } = await new Promise<Answer>((accept, refuse) => {
        this.driver.submit({ is: 'start', request, key, reply: { accept, refuse } });
      });
      return { execution: request.execution, at };
    });
  }

  private async ask(execution: Uuid, request: Untimed<RunRequest>): Promise<Answer & { execution: Uuid }> {
    if (this.state !== 'running') throw this.notRunning();
    if (!this.driver.find(execution)) await this.refuseEnded(execution);
    const answer = await new Promise<Answer>((accept, refuse) => {
      this.driver.submit({ is: 'ask', execution, request, reply: { accept, refuse } });
    });
    return { ...answer, execution };
  }

  private async refuseEnded(execution: Uuid): Promise<never> {
    const ended = endOf((await this.mustHaveLast(execution)).event);
    // Started in a commit that was reported as failed, and written: it is yet to be taken up.
    const { failure } = this.recovery;
    if (!ended && failure !== undefined) throw new HarmoniaError('storage_unavailable', { reason: failure });
    throw new HarmoniaError('conflict', { reason: `The execution is already ${ended?.is ?? 'stopped'}` });
  }

  private async mustHaveLast(execution: Uuid): Promise<RecordedEvent> {
    const last = await this.options.journal.last(execution);
    if (!last) throw new HarmoniaError('execution_not_found', { id: execution });
    return last;
  }

  private notRunning(): HarmoniaError {
    if (this.state === 'starting')
      return new HarmoniaError('not_initialized', { reason: 'open executions are being taken up' });
    return new HarmoniaError('shutting_down');
  }
}
