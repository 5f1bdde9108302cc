import type { Accepted, InboxStore, NewDelivery } from '../ports/index.js';

interface Waiting {
  readonly delivery: NewDelivery;
  readonly accepted: (answer: Accepted) => void;
  readonly refused: (error: unknown) => void;
}

/** Deliveries that come in one turn of the event loop share a transaction: else the disk would bound their number. */
export class AcceptQueue {
  private waiting: Waiting[] = [];
  private working: Promise<void> | undefined;

  constructor(private readonly store: Pick<InboxStore, 'add'>) {}

  get length(): number {
    return this.waiting.length;
  }

  /** Fulfils after the commit. */
  add(delivery: NewDelivery): Promise<Accepted> {
    return new Promise((accepted, refused) => {
      this.waiting.push({ delivery, accepted, refused });
      this.working ??= this.work();
    });
  }

  /** Fulfils when nothing waits any more. */
  async empty(): Promise<void> {
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve));
      const batch = this.waiting;
      this.waiting = [];
      await this.commit(batch);
    }
    this.working = undefined;
  }

  private async commit(batch: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.store.add(batch.map(({ delivery }) => delivery));
      // One for each, in their order: that is the promise of the store.
      batch.forEach(({ accepted }, index) => accepted(answers[index] as Accepted));
    } catch (error) {
      for (const { refused } of batch) refused(error);
    }
  }
}
