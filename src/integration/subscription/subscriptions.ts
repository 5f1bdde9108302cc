import { setImmediate as nextTurn } from 'node:timers/promises';
import { HarmoniaError, Turns, type Instant, type Millis, type Uuid } from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';
import type { OutboundHttp } from '../../plugin/ports/index.js';
import type {
  CommitListener,
  DefinitionEvent,
  DefinitionLog,
  EventLog,
  Recorded,
  StoredDispatch,
  StoredSubscription,
  SubscriptionStore,
} from '../ports/index.js';
import { GONE } from './attempt.js';
import { Lane } from './lane.js';
import { parseSubscription, type ParsedSubscription, type ParseSubscriptionWith } from './parse-subscription.js';
import { dispatchIdOf, matches, Pump, type Reader } from './pump.js';
import { Recorder } from './recorder.js';

export interface SubscriptionOptions {
  /** What waits to be sent of one subscription; with more it reads no further events. */
  readonly maxWaiting: number;
  /** ms after it was settled that what was sent is forgotten. */
  readonly keep: Millis;
}

export interface SubscriptionsParts {
  readonly store: SubscriptionStore;
  readonly log: EventLog;
  readonly definitions: DefinitionLog;
  readonly http: OutboundHttp;
  readonly credentials: CredentialKeeper;
  readonly parse: Omit<ParseSubscriptionWith, 'types'>;
  readonly timers: Timers;
  /** Takes every secret that there is out of a text. */
  readonly mask: (text: string) => string;
  readonly onTrouble: (what: string, error: unknown) => void;
  readonly options: SubscriptionOptions;
}

interface Entry {
  readonly reader: Reader;
  readonly lane: Lane;
  /** When its document did last. */
  readonly changedAt: Instant;
}

const HOUR = 3_600_000;
const FIRST_SWEEP = 60_000;
/** Rows that are forgotten before everybody else gets the event loop. */
const SLICE = 500;

/** The subscriptions that there are, each with what it reads and what it sends. */
export class Subscriptions {
  /** One change at a time: a secret and the document that names it belong together. */
  readonly turns = new Turns();
  private readonly entries = new Map<Uuid, Entry>();
  private readonly pump: Pump;
  private readonly recorder: Recorder;
  private isRunning = false;
  private sweepTimer: Timer | undefined;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(private readonly parts: SubscriptionsParts) {
    this.recorder = new Recorder(parts);
    this.pump = new Pump({
      ...parts,
      readers: () => [...this.entries.values()].flatMap(({ reader }) => (reader.subscription.enabled ? [reader] : [])),
      filled: (id) => this.entries.get(id)?.lane.wake(),
      maxWaiting: parts.options.maxWaiting,
    });
  }

  /** Who must be told of commits. */
  get commits(): CommitListener {
    return this.pump;
  }

  /** Goes on where the last process ended. */
  async start(): Promise<void> {
    this.isRunning = true;
    for (const stored of await this.parts.store.all()) this.take(stored);
    this.pump.start();
    this.parts.definitions.follow((change) => this.tell(change));
    // What a crash kept from being told. What has been told is forgotten later than that, so nothing is told twice.
    const { timers, options, definitions } = this.parts;
    for (const change of await definitions.since(timers.now() - options.keep)) this.tell(change);
    for (const { lane } of this.entries.values()) lane.wake();
    this.sweepIn(FIRST_SWEEP);
  }

  /** Fulfils when nothing of it runs any more. Requests under way are broken off, and made again by the next process. */
  async stop(): Promise<void> {
    this.isRunning = false;
    this.sweepTimer?.cancel();
    const lanes = Promise.all([...this.entries.values()].map(({ lane }) => lane.stop()));
    await this.pump.stop();
    await this.recorder.stop();
    await lanes;
    await this.turns.settled();
    await this.sweeping;
  }

  parse(document: StoredSubscription['document']): ParsedSubscription {
    const { parse, log, definitions } = this.parts;
    return parseSubscription(document, { ...parse, types: [...Object.keys(log.types), ...definitions.types] });
  }

  /** The same of a kept document, whose address was looked at when it was kept; each connection is looked at anyway. */
  parseKept(document: StoredSubscription['document']): ParsedSubscription {
    const { parse, log, definitions } = this.parts;
    const types = [...Object.keys(log.types), ...definitions.types];
    return parseSubscription(document, { ...parse, types, refusal: () => undefined });
  }

  reader(id: Uuid): Reader | undefined {
    return this.entries.get(id)?.reader;
  }

  /** A subscription is there, or is another. */
  changed(stored: StoredSubscription): void {
    if (!this.isRunning) return;
    this.take(stored);
    this.pump.changed();
    this.wake(stored.id);
  }

  /** It is gone. Fulfils when nothing of it is under way. */
  async gone(id: Uuid): Promise<void> {
    const entry = this.entries.get(id);
    this.entries.delete(id);
    this.pump.changed();
    await entry?.lane.stop();
  }

  wake(id: Uuid): void {
    this.entries.get(id)?.lane.wake();
  }

  /** Sends one that is pending and not due yet. Fulfils when what came of it is recorded. */
  async sendNow(dispatch: StoredDispatch): Promise<void> {
    const entry = this.entries.get(dispatch.subscription);
    if (!this.isRunning || !entry) throw new HarmoniaError('shutting_down');
    await entry.lane.sendNow(dispatch);
  }

  /** Of a definition that changed after a subscription did: the others did not ask for it then. */
  private tell(change: DefinitionEvent): void {
    const told = async (): Promise<void> => {
      const { store, timers } = this.parts;
      for (const [subscription, { reader, lane, changedAt }] of this.entries) {
        if (!this.isRunning || !reader.subscription.enabled || change.at < changedAt || !matches(reader, change))
          continue;
        const id = dispatchIdOf(subscription, change);
        const content = { is: 'event', event: change.event } as const;
        const at = timers.now();
        if (await store.add({ id, subscription, position: null, content, at, due: at })) lane.wake();
      }
    };
    void this.turns
      .take(told)
      .catch((error: unknown) =>
        this.parts.onTrouble('a changed definition cannot be told of before the next start', error),
      );
  }

  private take(stored: StoredSubscription): void {
    const { id, document, cursor, gap } = stored;
    const { subscription, faults } = this.parseKept(document);
    if (faults.length > 0) {
      const error = new HarmoniaError(
        'validation_error',
        { subject: `Webhook ${id}`, count: faults.length },
        { faults },
      );
      return this.parts.onTrouble(`webhook ${id} cannot be read`, error);
    }
    const { types } = this.parts.log;
    const recorded = new Set([...subscription.types].flatMap((type) => types[type] ?? []));
    const known = this.entries.get(id);
    const reader: Reader = {
      ...{ id, subscription, recorded, cursor, writtenCursor: cursor, gap, filterErrors: 0, lastFilterError: null },
      ...(known && placeOf(known.reader)),
    };
    this.entries.set(id, {
      reader,
      lane: known?.lane ?? this.lane(stored, subscription),
      changedAt: stored.updatedAt,
    });
    known?.lane.change(subscription);
  }

  private lane({ id }: StoredSubscription, subscription: ParsedSubscription['subscription']): Lane {
    return new Lane(id, subscription, {
      ...this.parts,
      recorder: this.recorder,
      recorded: (subscribed, recorded) => this.recorded(subscribed, recorded),
      moved: () => this.pump.roomMade(),
    });
  }

  private recorded(id: Uuid, { outcome }: Recorded): void {
    if (outcome.statusCode !== GONE) return;
    const disable = async (): Promise<void> => {
      const stored = await this.parts.store.find(id);
      if (!stored || stored.document.enabled === false) return;
      const document = { ...stored.document, enabled: false, disabled_reason: 'gone' };
      const updatedAt = Math.max(this.parts.timers.now(), stored.updatedAt + 1);
      const changed = { ...stored, document, updatedAt };
      await this.parts.store.save(changed);
      this.changed(changed);
    };
    void this.turns
      .take(disable)
      .catch((error: unknown) => this.parts.onTrouble('a webhook cannot be switched off', error));
  }

  private sweepIn(delay: Millis): void {
    const { timers, onTrouble } = this.parts;
    this.sweepTimer = timers.at(timers.now() + delay, () => {
      this.sweeping = this.sweep().catch((error: unknown) => onTrouble('what was sent cannot be forgotten', error));
      void this.sweeping.then(() => this.isRunning && this.sweepIn(HOUR));
    });
  }

  private async sweep(): Promise<void> {
    const { store, timers, options } = this.parts;
    while (this.isRunning && (await store.forget(timers.now() - options.keep, SLICE)) === SLICE) await nextTurn();
  }
}

/** What a reader keeps when its subscription changes. */
const placeOf = ({ cursor, writtenCursor, gap, filterErrors, lastFilterError }: Reader): Partial<Reader> => ({
  ...{ cursor, writtenCursor, gap, filterErrors, lastFilterError },
});
