/** Lets so many in at a time; the others wait in line. */
export class Gate {
  private readonly line = new Set<() => void>();
  private inside = 0;

  constructor(private readonly most: number) {}

  /** Fulfils when there is room. Rejects when the signal aborts before. */
  enter(signal: AbortSignal): Promise<void> | undefined {
    if (this.inside < this.most) {
      this.inside += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        this.line.delete(admit);
        reject(new Error('aborted'));
      };
      const admit = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      this.line.add(admit);
    });
  }

  /** Whoever is next takes the place over. */
  leave(): void {
    const [next] = this.line;
    if (next === undefined) this.inside -= 1;
    else {
      this.line.delete(next);
      next();
    }
  }
}
