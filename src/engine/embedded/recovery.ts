import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import { allSteps, isTerminalRun } from '../core/index.js';
import type { Journal, Timer, Timers } from '../ports/index.js';
import { LiveExecution, type Loaded } from './live-execution.js';
import type { RunDriver } from './run-driver.js';
import { definitionsFor, replayStored, type FindDefinition } from './stored-run.js';

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly compiled: FindDefinition;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

const isStorageTrouble = (error: unknown): boolean =>
  error instanceof HarmoniaError && error.code === 'storage_unavailable';

/** Brings executions back from the journal: all open ones at boot, the suspect ones after a failed commit. */
export class Recovery {
  /** Why the store does not take writes; undefined while it does. */
  failure: string | undefined;
  private pause = FIRST_PAUSE;
  private timer: Timer | undefined;
  private stopped = false;
  /** Started in a commit that failed: nobody knows whether they are there. */
  private readonly unsure = new Set<Uuid>();

  constructor(
    private readonly driver: RunDriver,
    private readonly options: RecoveryOptions,
  ) {}

  /** Takes up what is open in the store. An execution that cannot be read is reported and left as it is. */
  async adoptOpen(): Promise<void> {
    for (const execution of await this.options.journal.open()) {
      const loaded = await this.load(execution);
      if (loaded) this.takeUp(loaded.live);
    }
  }

  /** A commit failed, in which these executions were started. */
  storageFailed(error: unknown, started: readonly Uuid[] = []): void {
    if (this.failure === undefined) this.options.onTrouble('the store does not take writes', error);
    this.failure = error instanceof Error ? error.message : String(error);
    for (const execution of started) this.unsure.add(execution);
    this.driver.rest();
    this.timer?.cancel();
    if (this.stopped) return;
    this.timer = this.options.timers.at(this.options.timers.now() + this.pause, () => void this.tryAgain());
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  /** Reloads what is suspect; the notes that wait are then decided again. Another failed commit brings us back here. */
  private async tryAgain(): Promise<void> {
    try {
      await this.options.journal.probe();
      const loaded = [...(await this.reloadSuspects()), ...(await this.loadUnsure())];
      if (this.stopped) return;
      this.unsure.clear();
      // All are told of before any goes on: positions go up for everybody who listens.
      this.driver.publishStored(loaded);
      for (const { live } of loaded) {
        if (isTerminalRun(live.state.status)) this.driver.conclude(live);
        else this.takeUp(live);
      }
    } catch (error) {
      return this.storageFailed(error);
    }
    this.failure = undefined;
    this.pause = FIRST_PAUSE;
    this.driver.wake();
  }

  private async reloadSuspects(): Promise<Loaded[]> {
    const reloaded: Loaded[] = [];
    for (const live of [...this.driver.executions()]) {
      if (!live.suspect) continue;
      const found = await this.load(live.id);
      if (!found) this.driver.drop(live);
      else reloaded.push({ live, stored: found.stored });
      if (found) [live.state, live.handle] = [found.live.state, found.live.handle];
    }
    for (const { live } of reloaded) live.suspect = false;
    return reloaded;
  }

  private async loadUnsure(): Promise<Loaded[]> {
    const found: Loaded[] = [];
    for (const execution of this.unsure) {
      const loaded = await this.load(execution);
      if (!loaded) continue;
      loaded.live.published = 0;
      found.push(loaded);
    }
    return found;
  }

  /** An attempt that the journal says is running, and that does not run here, has died with its process. */
  private takeUp(live: LiveExecution): void {
    const lost = [...allSteps(live.state)].filter(({ state, address }) => {
      return state.at === 'running' && live.attempts.get(address)?.order.attempt !== state.tries.attempt;
    });
    this.driver.adopt(live);
    for (const { address, generation, state } of lost) {
      if (state.at !== 'running') continue;
      const request = { is: 'lose', step: address, generation, attempt: state.tries.attempt } as const;
      this.driver.submit({ is: 'note', execution: live.id, request });
    }
  }

  /** Undefined when it is not there, or cannot be read: one damaged journal must not stop the others. */
  private async load(execution: Uuid): Promise<Loaded | undefined> {
    try {
      const stored = await this.options.journal.load(execution);
      if (!stored) return undefined;
      const definitions = await definitionsFor(stored, this.options.compiled);
      const live = new LiveExecution(replayStored(stored, definitions), stored.handle);
      live.published = live.state.seq;
      return { live, stored };
    } catch (error) {
      if (isStorageTrouble(error)) throw error;
      this.options.onTrouble(`execution ${execution} cannot be taken up`, error);
      return undefined;
    }
  }
}
