import type { Uuid } from '../../kernel/index.js';
import { isTerminalRun, replay, type CompiledWorkflow } from '../core/index.js';
import type { Journal, StoredJournal, Timer, Timers } from '../ports/index.js';
import { LiveExecution } from './live-execution.js';
import type { RunDriver } from './run-driver.js';

export interface RecoveryOptions {
  readonly journal: Journal;
  readonly timers: Timers;
  readonly compiled: (definition: string) => Promise<CompiledWorkflow>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** Brings executions back from the journal: all open ones at boot, the suspect ones after a failed commit. */
export class Recovery {
  /** Why the store does not take writes; undefined while it does. */
  failure: string | undefined;
  private pause = FIRST_PAUSE;
  private timer: Timer | undefined;
  private stopped = false;

  constructor(
    private readonly driver: RunDriver,
    private readonly options: RecoveryOptions,
  ) {}

  /** Takes up what is open in the store and not here; `isNew`: nobody was told of it yet. One that cannot be read is reported and left as it is. */
  async adoptOpen(isNew = false): Promise<void> {
    for (const execution of await this.options.journal.open()) {
      if (this.driver.find(execution)) continue;
      try {
        const loaded = await this.load(execution);
        if (!loaded) continue;
        if (isNew) this.announce(loaded);
        this.takeUp(loaded.live);
      } catch (error) {
        this.options.onTrouble(`execution ${execution} cannot be taken up`, error);
      }
    }
  }

  storageFailed(error: unknown): void {
    if (this.failure === undefined) this.options.onTrouble('the store does not take writes', error);
    this.failure = error instanceof Error ? error.message : String(error);
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
      if (this.stopped) return;
      for (const live of [...this.driver.executions()]) if (live.suspect) await this.reload(live);
      await this.adoptOpen(true);
    } catch (error) {
      return this.storageFailed(error);
    }
    this.failure = undefined;
    this.pause = FIRST_PAUSE;
    this.driver.wake();
  }

  private async reload(live: LiveExecution): Promise<void> {
    const loaded = await this.load(live.id);
    if (!loaded) return this.driver.drop(live);
    live.state = loaded.live.state;
    live.handle = loaded.live.handle;
    live.suspect = false;
    this.driver.publishStored(live, loaded.stored);
    if (isTerminalRun(live.state.status)) this.driver.drop(live);
    else this.takeUp(live);
  }

  private announce({ live, stored }: { live: LiveExecution; stored: StoredJournal }): void {
    live.published = 0;
    this.driver.publishStored(live, stored);
  }

  /** An attempt that the journal says is running, and that does not run here, has died with its process. */
  private takeUp(live: LiveExecution): void {
    const lost = live.state.root.steps.filter(({ state, address }) => {
      return state.at === 'running' && live.attempts.get(address)?.attempt !== state.tries.attempt;
    });
    this.driver.adopt(live);
    for (const { address, generation, state } of lost) {
      if (state.at !== 'running') continue;
      const request = { is: 'lose', step: address, generation, attempt: state.tries.attempt } as const;
      this.driver.submit({ is: 'note', execution: live.id, request });
    }
  }

  private async load(execution: Uuid): Promise<{ live: LiveExecution; stored: StoredJournal } | undefined> {
    const stored = await this.options.journal.load(execution);
    if (!stored) return undefined;
    const events = stored.events.map(({ event }) => event);
    const compiled = await this.options.compiled(stored.definition);
    const live = new LiveExecution(replay(compiled, events), stored.handle);
    live.published = live.state.seq;
    return { live, stored };
  }
}
