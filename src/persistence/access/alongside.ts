import type { SqliteDatabase } from '../database.js';

/** ms that something waits for a commit to go with, at most. */
const LATEST = 250;

/** Writes what can wait for a commit of others. */
export interface Rider {
  /** Inside a transaction, which may still fail: then it is called again. */
  write(): void;
  /** What the last `write` wrote is durable. */
  written(): void;
  /** It could not be written now; it is tried again. */
  refused?(error: unknown): void;
}

/**
 * Small writes that go with the next group commit, so that they cost no sync of their own; when none comes, with a
 * transaction of theirs.
 */
export class Alongside {
  private readonly riders: Rider[] = [];
  private readonly alone;
  private timer: NodeJS.Timeout | undefined;
  private isHurrying = false;

  constructor(
    database: SqliteDatabase,
    private readonly onTrouble: (error: unknown) => void = () => undefined,
  ) {
    this.alone = database.transaction(() => this.ride());
  }

  join(rider: Rider): void {
    this.riders.push(rider);
  }

  /** Somebody has something to write. */
  wake(): void {
    this.timer ??= setTimeout(() => this.flush(), LATEST).unref();
  }

  /**
   * Somebody waits for what he has to write. Not in this turn of the event loop: what has just been answered is often
   * followed by a commit, and who waits together is written together.
   */
  hurry(): void {
    this.wake();
    if (this.isHurrying) return;
    this.isHurrying = true;
    setImmediate(() => {
      this.isHurrying = false;
      this.flush();
    });
  }

  /** Inside the transaction of a commit. */
  ride(): void {
    for (const rider of this.riders) rider.write();
  }

  /** The transaction that they rode in is durable. */
  arrived(): void {
    if (this.timer === undefined) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const rider of this.riders) rider.written();
  }

  /** Now. What a full disk does not take is kept for the next time. */
  flush(): void {
    if (this.timer === undefined) return;
    try {
      this.alone.immediate();
    } catch (error) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.onTrouble(error);
      for (const rider of this.riders) rider.refused?.(error);
      this.wake();
      return;
    }
    this.arrived();
  }

  /** Writes what is left. Later calls of `wake` do nothing good, so nobody calls it. */
  close(): void {
    this.flush();
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
