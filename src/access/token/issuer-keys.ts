import type { JSONWebKeySet } from 'jose';
import type { Instant, Timer, Timers } from '../../kernel/index.js';

/** ms between looks for other keys, and how long keys count that cannot be fetched anew. */
const FRESH = 300_000;
const OLDEST = 86_400_000;
/** ms before another try after a failure, doubled up to `FRESH`. */
const FIRST_RETRY = 5_000;
/** ms that a key which nobody knows must wait for another look: whoever invents keys asks the issuer for nothing. */
const CALM = 30_000;

/** Keys of an issuer, as it publishes them (RFC 7517). */
export type IssuerKeyDocument = JSONWebKeySet;

export interface IssuerKeysParts {
  /** Fetches the keys. Has a deadline of its own. */
  readonly fetch: () => Promise<JSONWebKeySet>;
  readonly timers: Timers;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Keys of one look, and which look it was. */
export interface KeySet {
  readonly keys: JSONWebKeySet;
  readonly version: number;
}

/**
 * The keys of an issuer of tokens. They are fetched beside the requests, which never wait: at the start, every five
 * minutes, and when a token names a key that is not there.
 */
export class IssuerKeys {
  private kept: { readonly set: KeySet; readonly text: string; readonly at: Instant } | undefined;
  private timer: Timer | undefined;
  private lookedAt: Instant | undefined;
  private isLooking = false;
  private isStopped = false;
  private failures = 0;

  constructor(private readonly parts: IssuerKeysParts) {}

  start(): void {
    void this.look();
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
  }

  /** Undefined: none were fetched, or a day ago. */
  current(): KeySet | undefined {
    return this.kept && this.kept.at + OLDEST > this.parts.timers.now() ? this.kept.set : undefined;
  }

  /** A token named a key that is not among them. */
  missed(): void {
    if (this.lookedAt === undefined || this.lookedAt + CALM <= this.parts.timers.now()) void this.look();
  }

  private async look(): Promise<void> {
    if (this.isLooking || this.isStopped) return;
    this.isLooking = true;
    this.lookedAt = this.parts.timers.now();
    try {
      this.keep(await this.parts.fetch());
      this.failures = 0;
    } catch (error) {
      this.failures += 1;
      this.parts.onTrouble('the keys of tokens cannot be fetched', error);
    } finally {
      this.isLooking = false;
    }
    this.timer?.cancel();
    if (this.isStopped) return;
    const pause = this.failures === 0 ? FRESH : Math.min(FRESH, FIRST_RETRY * 2 ** (this.failures - 1));
    this.timer = this.parts.timers.at(this.parts.timers.now() + pause, () => void this.look());
  }

  /** The same keys are the same set: what was verified with them counts on. */
  private keep(keys: JSONWebKeySet): void {
    const text = JSON.stringify(keys);
    const at = this.parts.timers.now();
    const version = (this.kept?.set.version ?? 0) + 1;
    this.kept = this.kept?.text === text ? { ...this.kept, at } : { set: { keys, version }, text, at };
  }
}
