/** Work that must not overlap: each waits for the one before it, however that ends. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Answers what the work answers, and fails as it does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }

  /** Fulfils when everything that was taken on has ended. */
  async settled(): Promise<void> {
    await this.last;
  }
}
