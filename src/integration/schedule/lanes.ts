/** Work on one thing is done one after the other; that on different things, side by side. */
export class Lanes {
  private readonly lanes = new Map<string, Promise<unknown>>();

  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.lanes.get(name) ?? Promise.resolve();
    const result = before.then(work);
    const settled = result.then(
      () => undefined,
      () => undefined,
    );
    this.lanes.set(name, settled);
    void settled.then(() => {
      if (this.lanes.get(name) === settled) this.lanes.delete(name);
    });
    return result;
  }

  /** Fulfils when nothing is under way. */
  async idle(): Promise<void> {
    while (this.lanes.size > 0) await Promise.all(this.lanes.values());
  }
}
