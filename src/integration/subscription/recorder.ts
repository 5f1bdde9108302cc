import type { Timer, Timers } from '../../engine/ports/index.js';
import type { Recorded, SubscriptionStore } from '../ports/index.js';

/** ms that outcomes wait for others, to share a commit. */
const GATHERING = 50;
const FULL = 128;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 30_000;

interface Waiting {
  readonly recorded: Recorded;
  readonly done: () => void;
}

export interface RecorderParts {
  readonly store: Pick<SubscriptionStore, 'record'>;
  readonly timers: Timers;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/**
 * Writes down what came of attempts, many in a commit. What a crash takes from it is sent once more, under the same id. A
 * store that takes no writes is asked again: nobody sends on meanwhile.
 */
export class Recorder {
  private waiting: Waiting[] = [];
  private timer: Timer | undefined;
  private writing: Promise<void> | undefined;
  private failures = 0;
  private isStopped = false;

  constructor(private readonly parts: RecorderParts) {}

  /** Fulfils when it is durable, or will not be because everything ends. */
  add(recorded: Recorded): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ recorded, done });
      if (this.waiting.length >= FULL || this.isStopped) this.write();
      else this.writeIn(GATHERING);
    });
  }

  /** Writes what is there, once. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.write();
    while (this.writing) await this.writing;
  }

  private writeIn(delay: number): void {
    if (this.writing) return;
    const { timers } = this.parts;
    this.timer ??= timers.at(timers.now() + delay, () => this.write());
  }

  private write(): void {
    if (this.writing || this.waiting.length === 0) return;
    this.timer?.cancel();
    this.timer = undefined;
    this.writing = this.writeAll().finally(() => {
      this.writing = undefined;
      if (this.waiting.length === 0) return;
      if (!this.isStopped) this.writeIn(this.pause());
      else if (this.failures === 0) this.write();
      // The next process sends them once more.
      else for (const { done } of this.waiting.splice(0)) done();
    });
  }

  private pause(): number {
    return this.failures === 0 ? GATHERING : Math.min(FIRST_PAUSE * 2 ** this.failures, LONGEST_PAUSE);
  }

  private async writeAll(): Promise<void> {
    const batch = this.waiting;
    this.waiting = [];
    try {
      await this.parts.store.record(batch.map(({ recorded }) => recorded));
      this.failures = 0;
      for (const { done } of batch) done();
    } catch (error) {
      this.waiting = [...batch, ...this.waiting];
      this.failures = Math.min(this.failures + 1, 10);
      this.parts.onTrouble('what came of webhooks cannot be written down', error);
    }
  }
}
