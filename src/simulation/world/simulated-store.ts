import type { Batch, Committed, Journal } from '../../engine/ports/index.js';
import { HarmoniaError, type Instant, type Millis } from '../../kernel/index.js';
import { MemoryJournal } from './memory-journal.js';
import type { StrikingFaults } from './striking-faults.js';
import type { VirtualTimers } from './virtual-timers.js';
import type { Watch } from '../watch/watch.js';

/** A process, as far as its store is concerned: nothing that a dead one asks for is done. */
export interface Process {
  alive: boolean;
}

export interface StoreParts {
  readonly timers: VirtualTimers;
  readonly watch: Watch;
  readonly faults: StrikingFaults;
  /** Told of all that became durable. */
  readonly onWritten: (batch: Batch) => void;
  /** How long the n-th commit takes. */
  readonly latency: (commit: number) => Millis;
}

/** A new one each time: one that lived on would keep everything that waits for it. */
const never = (): Promise<never> => new Promise(() => undefined);

/** A store that outlives the processes that use it. Each commit is a micro-step; faults strike between its steps. */
export class SimulatedStore {
  readonly journal = new MemoryJournal();
  /** Commits that were asked for. */
  commits = 0;
  /** Commits of the living process that are under way. */
  underWay = 0;
  private downUntil: Instant = -Infinity;

  constructor(private readonly parts: StoreParts) {}

  /** The store as one process sees it. */
  seenBy(process: Process): Journal {
    const whileAlive = <T>(work: () => Promise<T>): Promise<T> => (process.alive ? work() : never());
    const { journal } = this;
    return {
      create: (execution) => journal.create(execution),
      commit: (batch) => whileAlive(() => this.commit(batch, process)),
      probe: () => whileAlive(() => this.probe()),
      load: (execution) => whileAlive(() => journal.load(execution)),
      last: (execution) => whileAlive(() => journal.last(execution)),
      open: () => whileAlive(() => journal.open()),
      cached: (key, now) => whileAlive(() => journal.cached(key, now)),
      keptEvents: (query) => whileAlive(() => journal.keptEvents(query)),
      recall: (scope, key) => whileAlive(() => journal.recall(scope, key)),
      delete: (execution) => whileAlive(() => journal.delete(execution)),
      deleteCheckpoint: (checkpoint) => whileAlive(() => journal.deleteCheckpoint(checkpoint)),
    };
  }

  /** The process died: what it asked for and was not written never will be. */
  died(): void {
    this.underWay = 0;
  }

  private get isDown(): boolean {
    return this.parts.timers.now() < this.downUntil;
  }

  private probe(): Promise<void> {
    return this.isDown ? Promise.reject(unavailable('the store is down')) : Promise.resolve();
  }

  private commit(batch: Batch, process: Process): Promise<Committed> {
    this.commits += 1;
    const commit = this.commits;
    this.underWay += 1;
    const { timers, latency } = this.parts;
    return new Promise((resolve, reject) => {
      const callback = (): void => {
        this.underWay -= 1;
        this.write(batch, commit).then(
          (committed) => {
            if (committed && process.alive) resolve(committed);
          },
          (error: unknown) => {
            if (process.alive) reject(error);
          },
        );
      };
      timers.arm({ time: timers.now() + latency(commit), callback, label: `commit ${commit}` });
    });
  }

  /** Undefined: the process dies, and nobody hears of it. */
  private async write(batch: Batch, commit: number): Promise<Committed | undefined> {
    const { faults, watch, timers } = this.parts;
    const { fate, seconds } = faults.commitFate(commit);
    if (seconds > 0) this.downUntil = timers.now() + seconds * 1000;
    if (fate === 'dies-before') {
      faults.die();
      return undefined;
    }
    if (fate === 'refused' || (this.isDown && fate === 'written')) throw unavailable(`commit ${commit} was refused`);
    const committed = await this.journal.commit(batch).catch((error: unknown) => {
      watch.violate('I8', `the store refuses what the engine writes: ${(error as Error).message}`);
      throw error;
    });
    watch.wrote(batch, committed);
    this.parts.onWritten(batch);
    if (fate === 'unknown') throw unavailable(`commit ${commit} was reported as failed`);
    if (fate === 'written') return committed;
    faults.die();
    return undefined;
  }
}

const unavailable = (reason: string): HarmoniaError => new HarmoniaError('storage_unavailable', { reason });
