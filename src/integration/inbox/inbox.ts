import { deriveUuid, HarmoniaError, type Json, type JsonObject, type Millis, type Uuid } from '../../kernel/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';
import type {
  Accepted,
  Attempted,
  DeliveriesWanted,
  DeliveryFailure,
  DeliveryPage,
  InboxStore,
  InboxTarget,
  StoredDelivery,
} from '../ports/index.js';
import { AcceptQueue } from './accept-queue.js';
import type { DeliverTo } from './attempt.js';
import { Dispatcher } from './dispatcher.js';

export interface InboxOptions {
  /** Undelivered ones; more are refused with `backlog_full`. */
  readonly maxUndelivered: number;
  /** ms after it was settled that a delivery, and its message id, is forgotten. */
  readonly keep: Millis;
}

export interface InboxParts {
  readonly store: InboxStore;
  readonly to: DeliverTo;
  readonly timers: Timers;
  readonly newId: () => Uuid;
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly options: InboxOptions;
}

/** Something that came in. */
export interface Delivery {
  /** Who sent it: `webhook:<id>`. */
  readonly source: string;
  /** Unique among those of the source: sent again, the first is answered. Null: it is like no other. */
  readonly messageId: string | null;
  readonly payload: Json;
  readonly circumstances: JsonObject;
  /** Where it goes, or why nothing can be made of it: then it is kept as failed. */
  readonly target: InboxTarget | DeliveryFailure;
  readonly redeliveryOf?: Uuid;
  /** Its own id, when the one who delivers has chosen one. */
  readonly id?: Uuid;
}

/** ms that the answer to a request waits for the execution that follows, to name it. */
export const PATIENCE: Millis = 500;
const HOUR = 3_600_000;
const FIRST_SWEEP = 60_000;
/** Rows that are forgotten before everybody else gets the event loop. */
const SLICE = 500;

/**
 * The inbox: what is accepted is durable, and has its effect exactly once, whatever happens to the process. Accepted is
 * what was committed under a message id that was not there; its effect carries a key made of its id.
 */
export class Inbox {
  private readonly queue: AcceptQueue;
  private readonly dispatcher: Dispatcher;
  private readonly watchers = new Map<Uuid, (state: Accepted) => void>();
  private undelivered = 0;
  private state: 'new' | 'open' | 'closed' = 'new';
  private sweepTimer: Timer | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly parts: InboxParts) {
    const { store, to, timers, onTrouble } = parts;
    this.queue = new AcceptQueue(store);
    const recorded = (attempts: readonly Attempted[]): void => this.recorded(attempts);
    this.dispatcher = new Dispatcher({ store, to, timers, onTrouble, recorded });
  }

  /** Takes up what was not delivered when the last process ended. */
  async start(): Promise<void> {
    this.undelivered = await this.parts.store.undelivered();
    this.state = 'open';
    this.dispatcher.wake();
    this.sweepIn(FIRST_SWEEP);
  }

  /** Fulfils when nothing of it runs any more. What is not delivered stays where it is. */
  async stop(): Promise<void> {
    this.state = 'closed';
    this.sweepTimer?.cancel();
    await this.queue.empty();
    await this.dispatcher.stop();
    await this.sweeping;
  }

  /**
   * Fulfils when it is durable; with `patience`, as soon as an attempt is recorded or so many ms have gone by. Throws
   * `backlog_full` when too many wait, `shutting_down`, `storage_unavailable`.
   */
  async accept({ target, id, redeliveryOf, ...rest }: Delivery, patience: Millis = 0): Promise<Accepted> {
    this.mustTakeMore();
    const { newId, timers } = this.parts;
    const isFailure = 'code' in target;
    const accepted = await this.queue.add({
      ...rest,
      id: id ?? newId(),
      target: isFailure ? null : target,
      failure: isFailure ? target : null,
      redeliveryOf: redeliveryOf ?? null,
      at: timers.now(),
    });
    if (!accepted.isNew || accepted.status !== 'pending') return accepted;
    this.undelivered += 1;
    // Before the dispatcher is told: it may be done before this goes on.
    const attempted = patience > 0 ? this.attempted(accepted, patience) : accepted;
    this.dispatcher.wake();
    return attempted;
  }

  /**
   * Once more what was delivered or failed, as a delivery of its own, to where it goes today; with a key, as one. Throws
   * `conflict` while it is on its way, and what `accept` throws.
   */
  async redeliver(
    { id, status, source, payload, circumstances }: StoredDelivery,
    target: Delivery['target'],
    key: string | undefined,
  ): Promise<Accepted> {
    if (status === 'pending') throw new HarmoniaError('conflict', { reason: `Delivery ${id} is still on its way` });
    const about = { source, messageId: null, payload, circumstances, target, redeliveryOf: id };
    const own = key !== undefined && { id: deriveUuid('redelivery', id, key) };
    return this.accept({ ...about, ...own }, PATIENCE);
  }

  find(id: Uuid): Promise<StoredDelivery | undefined> {
    return this.parts.store.find(id);
  }

  list(source: string, page: DeliveriesWanted): Promise<DeliveryPage> {
    return this.parts.store.list(source, page);
  }

  private mustTakeMore(): void {
    if (this.state === 'new') throw new HarmoniaError('not_initialized', { reason: 'it is starting' });
    if (this.state === 'closed') throw new HarmoniaError('shutting_down');
    const { maxUndelivered: limit } = this.parts.options;
    const count = this.undelivered + this.queue.length;
    if (count < limit) return;
    const setting = 'HARMONIA_MAX_UNDELIVERED';
    throw new HarmoniaError('backlog_full', { count, what: 'deliveries', limit, setting });
  }

  /** What has become of it as soon as an attempt is recorded, or as it is after so many ms. */
  private attempted(accepted: Accepted, patience: Millis): Promise<Accepted> {
    const { timers } = this.parts;
    return new Promise((resolve) => {
      const done = (state: Accepted): void => {
        this.watchers.delete(accepted.delivery);
        timer.cancel();
        resolve(state);
      };
      const timer = timers.at(timers.now() + patience, () => done(accepted));
      this.watchers.set(accepted.delivery, done);
    });
  }

  private recorded(attempts: readonly Attempted[]): void {
    for (const { id, status, executions } of attempts) {
      if (status !== 'pending') this.undelivered -= 1;
      this.watchers.get(id)?.({ delivery: id, isNew: true, status, executions });
    }
  }

  private sweepIn(delay: Millis): void {
    const { timers, onTrouble } = this.parts;
    this.sweepTimer = timers.at(timers.now() + delay, () => {
      this.sweeping = this.sweep().catch((error: unknown) => onTrouble('old deliveries cannot be forgotten', error));
      void this.sweeping.then(() => this.state === 'closed' || this.sweepIn(HOUR));
    });
  }

  private async sweep(): Promise<void> {
    const before = this.parts.timers.now() - this.parts.options.keep;
    while (this.state !== 'closed' && (await this.parts.store.forget(before, SLICE)) === SLICE)
      await new Promise((resolve) => setImmediate(resolve));
  }
}
