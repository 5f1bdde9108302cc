/** Watches what waits for one client, so that nobody fills the memory for one who does not read. */
export class Outbox {
  private readonly waiting = new Set<(room: boolean) => void>();
  private isClosed = false;

  constructor(
    /** Bytes that were handed over and not sent yet. */
    private readonly pending: () => number,
    private readonly limits: { readonly maxPending: number; readonly patience: number },
  ) {}

  hasRoom(): boolean {
    return this.pending() < this.limits.maxPending;
  }

  /** Fulfils with true as soon as there is room; with false when there is none for too long, or the client has gone. */
  async room(): Promise<boolean> {
    if (this.isClosed) return false;
    if (this.hasRoom()) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle(false), this.limits.patience);
      const settle = (room: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        resolve(room);
      };
      this.waiting.add(settle);
    });
  }

  /** Something was sent. */
  flushed(): void {
    if (this.waiting.size > 0 && this.hasRoom()) this.settleAll(true);
  }

  close(): void {
    this.isClosed = true;
    this.settleAll(false);
  }

  private settleAll(room: boolean): void {
    for (const settle of [...this.waiting]) settle(room);
  }
}
