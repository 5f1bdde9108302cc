import { setImmediate as immediate } from 'node:timers/promises';
import type { Uuid } from '../../kernel/index.js';
import type { PublicEvent } from '../contract/index.js';
import type { ExecutionHistory } from './execution-history.js';
import { isPublicEvent, type EventFeed, type LiveEvent } from './event-feed.js';
import type { Outbox } from './outbox.js';
import { compare, placeOf, textOf, type Place, type Scope } from './place.js';

export interface SubscriptionOptions {
  /** Absent: all executions, by global position. */
  readonly execution?: Uuid;
  /** Only events of executions of this workflow. */
  readonly workflow?: Uuid;
  /** Whether the client is told of a workflow. Default: of all. */
  readonly sees?: (workflow: Uuid | null) => boolean;
  /** After which event it begins. */
  readonly from: Place;
  readonly outbox: Outbox;
  /** Sends an event and answers its bytes. `place` is what to give as `since` to go on after it. */
  readonly send: (event: LiveEvent, place: string | undefined) => number;
  /** Everything that is stored was handed over. */
  readonly caughtUp?: () => void;
  /** The client made no room in time. It is not called when the client has gone. */
  readonly tooSlow: () => void;
  /** The history cannot be read. */
  readonly failed: (error: unknown) => void;
}

/** Bytes of history that are read at once, as far as one can tell beforehand. */
const PAGE_BYTES = 2 ** 20;
const MAX_PAGE = 500;
const FIRST_PAGE = 50;

/**
 * Every event once and in order. A subscription is either *live*, when it hands over what the feed publishes, or it
 * *catches up*, when it reads what is stored from its place on, as fast as the client takes it. What is published
 * meanwhile is stored, too, so nothing is held for a client: one that cannot take more while live catches up later.
 *
 * S1. Between the last page and going live nothing is awaited, and a publication since that page began asks for another.
 * S2. A page may hold what is committed and not yet published; live, what is not after the last page is left out.
 */
export class Subscription {
  private isLive = false;
  private isStopped = false;
  /** Something was published since the page that is being read was asked for (S1). */
  private missed = false;
  /** The last that was handed over. */
  private place: Place;
  /** Up to here the history was read (S2). */
  private readUpTo: Place;
  private pageSize = FIRST_PAGE;
  private readonly scope: Scope;
  private readonly stopListening: () => void;

  constructor(
    feed: Pick<EventFeed, 'listen'>,
    private readonly history: Pick<ExecutionHistory, 'page'>,
    private readonly options: SubscriptionOptions,
  ) {
    this.scope = options.execution === undefined ? 'everything' : 'execution';
    this.place = options.from;
    this.readUpTo = options.from;
    this.stopListening = feed.listen(options.execution, (event) => this.arrived(event));
  }

  start(): void {
    void this.catchUp();
  }

  stop(): void {
    this.isStopped = true;
    this.stopListening();
  }

  private arrived(event: LiveEvent): void {
    if (this.isStopped || !this.isWanted(event)) return;
    const stored = isPublicEvent(event);
    if (this.isLive && this.options.outbox.hasRoom()) {
      if (!stored || compare(placeOf(event, this.scope), this.readUpTo) > 0) this.hand(event);
      return;
    }
    if (!stored) return;
    this.missed = true;
    if (!this.isLive) return;
    this.isLive = false;
    void this.catchUp();
  }

  private isWanted({ workflow_id }: LiveEvent): boolean {
    const { workflow, sees } = this.options;
    return (workflow === undefined || workflow_id === workflow) && (sees?.(workflow_id) ?? true);
  }

  private async catchUp(): Promise<void> {
    try {
      this.readUpTo = this.place;
      do {
        this.missed = false;
        if (!(await this.readPage())) return;
      } while (this.missed);
      this.isLive = true;
      this.options.caughtUp?.();
    } catch (error) {
      if (this.isStopped) return;
      this.stop();
      this.options.failed(error);
    }
  }

  /** Hands over everything that is stored. False when the subscription is over. */
  private async readPage(): Promise<boolean> {
    for (let isFull = true; isFull;) {
      if (!(await this.mayGoOn())) return false;
      const page = await this.history.page(this.options.execution, this.readUpTo, this.pageSize);
      let bytes = 0;
      for (const event of page.events) {
        if (!(await this.mayGoOn())) return false;
        if (this.isWanted(event)) bytes += this.hand(event);
      }
      this.readUpTo = page.end;
      isFull = page.isFull;
      // Reading a long history must not keep others waiting.
      if (isFull) await immediate();
      this.adaptPage(bytes / Math.max(1, page.events.length));
    }
    return true;
  }

  private adaptPage(average: number): void {
    this.pageSize = Math.max(1, Math.min(MAX_PAGE, this.pageSize * 2, Math.floor(PAGE_BYTES / Math.max(1, average))));
  }

  private async mayGoOn(): Promise<boolean> {
    if (this.isStopped) return false;
    if (this.options.outbox.hasRoom()) return true;
    const room = await this.options.outbox.room();
    if (this.isStopped) return false;
    if (room) return true;
    this.stop();
    this.options.tooSlow();
    return false;
  }

  private hand(event: LiveEvent): number {
    if (!isPublicEvent(event)) return this.options.send(event, undefined);
    return this.options.send(event, this.advance(event));
  }

  /** What a commit published late has an earlier place; the client's place never goes back. */
  private advance(event: PublicEvent): string | undefined {
    const place = placeOf(event, this.scope);
    if (compare(place, this.place) <= 0) return undefined;
    this.place = place;
    return textOf(place);
  }
}
