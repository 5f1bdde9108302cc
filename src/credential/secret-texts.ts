import type { Instant, Millis } from '../kernel/index.js';

/** ms. An attempt may have got a value before it was replaced, and say it afterwards. */
const REMEMBERED: Millis = 24 * 3_600_000;

/** What has to be masked: the secrets that there are, and for a day those that were there. In memory only. */
export class SecretTexts {
  private readonly retired = new Map<string, Instant>();

  /** `constant`: those of the configuration. */
  constructor(private readonly constant: readonly string[]) {}

  /** These are no longer in use. */
  retire(texts: readonly string[], now: Instant): void {
    for (const [text, at] of this.retired) if (at + REMEMBERED < now) this.retired.delete(text);
    for (const text of texts) this.retired.set(text, now);
  }

  with(texts: readonly string[]): readonly string[] {
    return [...new Set([...this.constant, ...texts, ...this.retired.keys()])];
  }
}
