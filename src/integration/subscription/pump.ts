import { setImmediate as nextTurn } from 'node:timers/promises';
import { deriveUuid, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { Timer, Timers } from '../../engine/ports/index.js';
import type {
  Advance,
  CommitListener,
  CommittedEvent,
  EventLog,
  Gap,
  NewDispatch,
  SubscriptionStore,
} from '../ports/index.js';
import type { Subscription } from './subscription.js';

/** A subscription, as the pump sees it. */
export interface Reader {
  readonly id: Uuid;
  readonly subscription: Subscription;
  /** Types of journal events that it wants. */
  readonly recorded: ReadonlySet<string>;
  /** Everything up to there was looked at. */
  cursor: number;
  /** What of it is written down. */
  writtenCursor: number;
  gap: Gap | null;
  /** Filters that failed since the service began. */
  filterErrors: number;
  lastFilterError: string | null;
}

export interface PumpParts {
  readonly store: Pick<SubscriptionStore, 'advance' | 'pending'>;
  readonly log: EventLog;
  readonly timers: Timers;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Those that are switched on. */
  readonly readers: () => readonly Reader[];
  /** Something is to be sent. */
  readonly filled: (subscription: Uuid) => void;
  /** Undelivered ones of one subscription, above which it reads no further. */
  readonly maxWaiting: number;
}

/** ms after a commit that events are read: many commits, one look. */
const GATHERING = 25;
/** ms between looks when nothing that matters was committed: the cursor should not lie far behind. */
const IDLE = 30_000;
/** Positions that a cursor may be ahead of what is written of it. */
const AHEAD = 5000;
const PAGE = 200;
const PAUSE = 1000;

/** Whether a subscription is to tell of it. */
export const matches = (
  reader: Reader,
  { event, workflowId, workflowName }: Pick<CommittedEvent, 'event' | 'workflowId' | 'workflowName'>,
): boolean => {
  const { types, workflow, filter } = reader.subscription;
  if (!types.has(event.type) && !types.has(event.event_type)) return false;
  if (workflow !== undefined && workflow !== workflowId && workflow !== workflowName) return false;
  if (!filter) return true;
  try {
    return filter.evaluate({ event }) === true;
  } catch (error) {
    reader.filterErrors += 1;
    reader.lastFilterError = (error as Error).message;
    return false;
  }
};

/** The same for the same event, however often it is read. */
export const dispatchIdOf = (subscription: Uuid, { event }: { event: JsonObject & { readonly id: string } }): Uuid =>
  deriveUuid('dispatch', subscription, event.id);

/**
 * Takes events out of the order of all commits and writes down what is to be sent of them, together with how far each
 * subscription got: what is not written down is read again. It follows the engine and never stands in its way.
 */
export class Pump implements CommitListener {
  wanted: ReadonlySet<string> = new Set();
  private running: Promise<void> | undefined;
  private timer: Timer | undefined;
  private timerIsIdle = false;
  private isAwake = false;
  private isStopped = true;
  private someAreFull = false;

  constructor(private readonly parts: PumpParts) {}

  get isListening(): boolean {
    return !this.isAwake && this.wanted.size > 0;
  }

  start(): void {
    this.isStopped = false;
    this.changed();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.timer?.cancel();
    await this.running;
    await this.writeCursors();
  }

  /** There is room again for those that had too much to send. */
  roomMade(): void {
    if (this.someAreFull) this.wake();
  }

  /** Subscriptions came, went or changed, or have room again. */
  changed(): void {
    this.wanted = new Set(this.parts.readers().flatMap(({ recorded }) => [...recorded]));
    this.wake();
  }

  wake(): void {
    if (this.isStopped || this.isAwake) return;
    this.isAwake = true;
    this.lookIn(GATHERING);
  }

  committed(matters: boolean): void {
    if (matters) this.wake();
    else if (!this.timer && !this.isStopped) this.lookIn(IDLE, true);
  }

  private lookIn(delay: number, isIdle = false): void {
    if (this.running) return;
    if (this.timer && (isIdle || !this.timerIsIdle)) return;
    this.timer?.cancel();
    this.timerIsIdle = isIdle;
    const { timers } = this.parts;
    this.timer = timers.at(timers.now() + delay, () => {
      this.timer = undefined;
      this.running = this.run(isIdle);
    });
  }

  private async writeCursors(): Promise<void> {
    const ahead = this.parts.readers().filter(({ cursor, writtenCursor }) => cursor > writtenCursor);
    if (ahead.length === 0) return;
    try {
      await this.parts.store.advance(
        ahead.map(({ id, cursor }) => ({ subscription: id, cursor, gap: null, dispatches: [] })),
      );
    } catch (error) {
      // The next process reads a little twice; what it finds has the ids that it had.
      this.parts.onTrouble('how far webhooks got cannot be written down', error);
    }
  }

  private async run(isIdle: boolean): Promise<void> {
    let pause: number | undefined;
    try {
      // From here on a commit asks for another look.
      this.isAwake = false;
      while (!this.isStopped && (await this.readPage(isIdle))) await nextTurn();
    } catch (error) {
      this.parts.onTrouble('events for webhooks cannot be read', error);
      this.isAwake = true;
      pause = PAUSE;
    }
    this.running = undefined;
    if (this.isAwake && !this.isStopped) this.lookIn(pause ?? GATHERING);
  }

  /** Reads on from the one that is furthest behind. False: all are up to date, or full. */
  private async readPage(isIdle: boolean): Promise<boolean> {
    const { log, store } = this.parts;
    const readers = await this.withRoom();
    if (readers.length === 0) return false;
    const last = await log.end();
    const from = Math.min(...readers.map(({ cursor }) => cursor));
    if (from >= last) return false;
    const erased = await log.erased();
    const recorded = new Set(readers.flatMap((reader) => [...reader.recorded]));
    const page = await log.page(from, PAGE, recorded);
    const end = page.isFull ? page.end : Math.max(page.end, last);
    const behind = readers.filter(({ cursor }) => cursor < end);
    const advances = behind.map((reader) => this.advanceOf(reader, page.events, { end, erased }));
    const isWorthWriting = advances.some(
      ({ dispatches, gap }, index) =>
        dispatches.length > 0 || gap !== null || end - (behind[index]?.writtenCursor ?? 0) > AHEAD,
    );
    if (isWorthWriting || isIdle) {
      await store.advance(advances);
      for (const reader of behind) reader.writtenCursor = end;
    }
    for (const [index, reader] of behind.entries()) {
      reader.cursor = end;
      reader.gap = advances[index]?.gap ?? reader.gap;
    }
    for (const { subscription, dispatches } of advances) if (dispatches.length > 0) this.parts.filled(subscription);
    return true;
  }

  private advanceOf(
    reader: Reader,
    events: readonly CommittedEvent[],
    { end, erased }: { readonly end: number; readonly erased: number },
  ): Advance {
    const at = this.parts.timers.now();
    const dispatches = events
      .filter((event) => event.position > reader.cursor && matches(reader, event))
      .map((committed): NewDispatch => {
        const { event, position } = committed;
        const id = dispatchIdOf(reader.id, committed);
        return { id, subscription: reader.id, position, content: { is: 'event', event }, at, due: at };
      });
    return { subscription: reader.id, cursor: end, gap: gapOf(reader, Math.min(erased, end), at), dispatches };
  }

  /** A subscription that has much to send reads no further until it has less: nothing is lost, it is in the journal. */
  private async withRoom(): Promise<readonly Reader[]> {
    const { readers, store, maxWaiting } = this.parts;
    const found: Reader[] = [];
    for (const reader of readers()) if ((await store.pending(reader.id)) < maxWaiting) found.push(reader);
    this.someAreFull = found.length < readers().length;
    return found;
  }
}

/** Part of what comes next was deleted before it was read. One after the other, they are one. */
const gapOf = ({ cursor, gap }: Reader, upTo: number, at: number): Gap | null => {
  if (upTo <= cursor) return null;
  return gap?.upTo === cursor ? { ...gap, upTo, at } : { after: cursor, upTo, at };
};
