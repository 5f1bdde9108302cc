import type { Instant } from '../../../kernel/index.js';

const SECOND = 1000;

/** How many frames a client sends: `perSecond` on average, and as many at once. */
export class FrameRate {
  /** ms that all frames so far should have taken, and did not. */
  private ahead = 0;

  constructor(
    private readonly perSecond: number,
    private at: Instant,
  ) {}

  /** A frame has come. */
  count(now: Instant): void {
    this.goOn(now);
    this.ahead += SECOND / this.perSecond;
  }

  /** ms until the next one may be read. */
  wait(now: Instant): number {
    this.goOn(now);
    return Math.max(0, this.ahead - SECOND);
  }

  private goOn(now: Instant): void {
    // A clock that is set back gives nothing and takes nothing.
    this.ahead = Math.max(0, this.ahead - Math.max(0, now - this.at));
    this.at = now;
  }
}
