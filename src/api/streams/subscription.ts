import type { Uuid } from '../../kernel/index.js';
import type { PublicEvent } from '../contract/index.js';
import type { ExecutionHistory } from './execution-history.js';
import { isPublicEvent, type EventFeed, type LiveEvent } from './event-feed.js';

/** Where a subscription begins. */
export type From = { readonly is: 'now' } | { readonly is: 'after'; readonly place: number };

export interface SubscriptionOptions {
  /** Absent: all executions, by global position. */
  readonly execution?: Uuid;
  readonly from: From;
  /** Takes the next event. Answers false when the client cannot take more. */
  readonly take: (event: LiveEvent) => boolean;
  /** The client is too slow: nothing more is handed over. */
  readonly overrun: () => void;
}

/** Events that arrive live while history is read. */
const MAX_HELD = 10_000;

/**
 * Every event once and in order: it listens first, then replays what is stored, then hands over what came meanwhile
 * and was not in the replay, then goes on live. Places are sequences of one execution, or global positions.
 */
export class Subscription {
  private held: LiveEvent[] | undefined = [];
  private place: number;
  /** Ids that were handed over at `place`. */
  private seen: Set<string> | 'all' = 'all';
  private stopped = false;
  private readonly stopListening: () => void;

  constructor(
    feed: EventFeed,
    private readonly history: ExecutionHistory,
    private readonly options: SubscriptionOptions,
  ) {
    this.place = options.from.is === 'after' ? options.from.place : 0;
    this.stopListening = feed.listen(options.execution, (event) => this.arrived(event));
  }

  /** Fulfils when the history is handed over and live events flow. */
  async start(): Promise<void> {
    const { execution, from } = this.options;
    if (from.is === 'after') {
      for await (const event of this.history.after(execution, this.place)) {
        if (this.stopped) return;
        this.hand(event);
      }
    }
    const held = this.held ?? [];
    this.held = undefined;
    for (const event of held) this.hand(event);
  }

  stop(): void {
    this.stopped = true;
    this.held = undefined;
    this.stopListening();
  }

  private arrived(event: LiveEvent): void {
    if (this.stopped) return;
    if (!this.held) return this.hand(event);
    this.held.push(event);
    if (this.held.length > MAX_HELD) this.overrun();
  }

  private hand(event: LiveEvent): void {
    if (this.stopped || (isPublicEvent(event) && !this.isNew(event))) return;
    if (!this.options.take(event)) this.overrun();
  }

  /** One journal event may give two public ones: they share a place and differ in their ids. */
  private isNew(event: PublicEvent): boolean {
    const place = this.options.execution === undefined ? (event.position ?? 0) : event.sequence;
    if (place < this.place || (place === this.place && (this.seen === 'all' || this.seen.has(event.id)))) return false;
    if (place > this.place || this.seen === 'all') this.seen = new Set();
    this.place = place;
    this.seen.add(event.id);
    return true;
  }

  private overrun(): void {
    this.stop();
    this.options.overrun();
  }
}
