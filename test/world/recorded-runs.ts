import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 as newId } from 'uuid';
import { EmbeddedEngine } from '../../src/engine/embedded/index.js';
import type { Attempt, AttemptControl, AttemptOutcome } from '../../src/engine/ports/index.js';
import type { CompiledWorkflow, Failure, Surroundings } from '../../src/engine/core/index.js';
import type { Json, JsonObject, Millis } from '../../src/kernel/index.js';
import type { ObservationQuery, Observations } from '../../src/llm/ports/index.js';
import type { Storage } from '../../src/persistence/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { WorkflowCatalog } from '../../src/workflow/index.js';
import { temporaryStorage } from './stores.js';

/** How an attempt goes: so long, and to what end. `Infinity`: it hangs until somebody stops it. */
export interface Course {
  readonly millis: Millis;
  readonly failure?: Failure;
}

/** What an attempt does; `beside`: how many run at its begin, itself counted; `run`: of which execution it is, from 0. */
export type Courses = (attempt: Attempt, around: { readonly beside: number; readonly run: number }) => Course;

/** How an execution went. */
export interface RecordedEnd {
  readonly id: string;
  readonly status: 'completed' | 'failed' | 'canceled';
  readonly millis: Millis;
  /** Lengths of all attempts together. */
  readonly busy: Millis;
}

export interface RunOptions {
  readonly runs: number;
  readonly input?: (run: number) => Json;
  readonly courses: Courses;
  /** One begins each so many ms, if the one before has ended by then. Default: a second after that. */
  readonly every?: Millis;
  /** An execution that lasts longer is canceled by somebody. */
  readonly patience?: Millis;
}

const BEGINNING = 1_800_000_000_000;
const SECOND = 1000;

/** Real executions: the engine, its store and what it records, in virtual time. One execution after the other. */
export class RecordedRuns {
  readonly timers = new VirtualTimers(BEGINNING);
  readonly catalog: WorkflowCatalog;
  private readonly engine: EmbeddedEngine;
  private courses: Courses = () => ({ millis: 0 });
  private running = 0;
  private busy = 0;
  private now = 0;

  private constructor(
    readonly storage: Storage,
    surroundings: Surroundings,
  ) {
    const { timers } = this;
    this.catalog = new WorkflowCatalog({ store: storage.workflows, surroundings, clock: timers, newId: () => newId() });
    this.engine = new EmbeddedEngine({
      ...{ journal: storage.journal, timers, newId: () => newId(), newSeed: () => newId() },
      notifier: { publish: () => undefined, progress: () => undefined },
      runner: { run: (attempt, control) => this.attempt(attempt, control) },
      limits: { maxRunningTasks: 1000, maxOpenExecutions: 1000, maxOpenSteps: 100_000 },
      compiled: (definition) => this.catalog.compiled(definition),
      workflow: (name, range, execution) => this.catalog.runnableByName(name, range, execution),
      onTrouble: (what, error) => {
        throw new Error(what, { cause: error });
      },
    });
  }

  static async open(surroundings: Surroundings): Promise<RecordedRuns> {
    const storage = await temporaryStorage();
    // Nobody pulls the plug here.
    storage.database.pragma('synchronous = OFF');
    const recorded = new RecordedRuns(storage, surroundings);
    await recorded.engine.open();
    return recorded;
  }

  async close(): Promise<void> {
    await this.engine.close(SECOND);
    await this.storage.close();
  }

  /** Keeps a workflow and answers its id. */
  async keep(document: JsonObject): Promise<string> {
    const { workflow } = await this.catalog.create({ source: document });
    return workflow.id;
  }

  async run(workflow: string, { runs, input, courses, every, patience }: RunOptions): Promise<readonly RecordedEnd[]> {
    const runnable = await this.catalog.runnable(workflow);
    this.courses = courses;
    const ends: RecordedEnd[] = [];
    for (let run = 0; run < runs; run++) {
      this.timers.advance(every === undefined ? SECOND : every - (this.timers.now() % every));
      this.busy = 0;
      this.now = run;
      const begun = this.timers.now();
      const { execution } = await this.engine.start({ workflow: runnable, input: input?.(run) ?? {} });
      if (patience !== undefined) this.giveUp(execution, begun + patience);
      const status = await this.endOf(execution);
      ends.push({ id: execution, status, millis: this.timers.now() - begun, busy: this.busy });
    }
    return ends;
  }

  private giveUp(execution: string, at: number): void {
    this.timers.at(at, () => void this.engine.cancel(execution).catch(() => undefined));
  }

  private async endOf(execution: string): Promise<RecordedEnd['status']> {
    let status: RecordedEnd['status'] | undefined;
    void this.engine.ended(execution).then((ended) => {
      status = ended?.is === 'completed' || ended?.is === 'failed' ? ended.is : 'canceled';
    });
    for (;;) {
      // What was rung is decided and committed before the clock goes on.
      for (let turn = 0; turn < 4 && !status; turn++) await nextTurn();
      if (status) return status;
      const due = this.timers.turnToNext();
      if (due.length === 0) throw new Error('the execution waits for what never comes');
      for (const timer of due) this.timers.ring(timer);
    }
  }

  private attempt(attempt: Attempt, { signal }: AttemptControl): Promise<AttemptOutcome> {
    this.running += 1;
    const begun = this.timers.now();
    return new Promise((resolve) => {
      let isOver = false;
      const end = (outcome: AttemptOutcome): void => {
        if (isOver) return;
        isOver = true;
        this.running -= 1;
        this.busy += this.timers.now() - begun;
        resolve(outcome);
      };
      signal.addEventListener('abort', () => end({ is: 'completed', output: null }), { once: true });
      // Those that begin at one time are all there when it is told how many there are.
      this.timers.at(begun, () => {
        if (isOver) return;
        const { millis, failure } = this.courses(attempt, { beside: this.running, run: this.now });
        if (Number.isFinite(millis))
          this.timers.at(begun + Math.round(millis), () =>
            end(failure ? { is: 'failed', failure } : { is: 'completed', output: null }),
          );
      });
    });
  }

  observe(workflow: string, more: Partial<ObservationQuery> = {}): Promise<Observations> {
    const query = { workflow, until: this.timers.now(), mostOthers: 0, mostExecutions: 2000, ...more };
    return this.storage.runHistory.observe(query);
  }

  async compiled(workflow: string): Promise<CompiledWorkflow> {
    return (await this.catalog.runnable(workflow)).compiled;
  }
}

export const transient = (code: string, retryAfter?: Millis): Failure => ({
  ...{ kind: 'transient', code, message: code },
  ...(retryAfter !== undefined && { retry_after: retryAfter }),
});
export const fatal = (code: string): Failure => ({ kind: 'fatal', code, message: code });
