/** So much at once, and so much again each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** A bucket that fills by itself. */
export class Allowance {
  private left: number;

  constructor(
    private readonly rate: Rate,
    private filledAt: number,
  ) {
    this.left = rate.burst;
  }

  /** Whether `amount` may still pass at `now` (ms). */
  take(amount: number, now: number): boolean {
    const gained = ((now - this.filledAt) / 1000) * this.rate.perSecond;
    this.left = Math.min(this.rate.burst, this.left + Math.max(0, gained));
    this.filledAt = now;
    if (amount > this.left) return false;
    this.left -= amount;
    return true;
  }
}
