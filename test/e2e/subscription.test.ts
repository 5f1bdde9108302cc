import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PublicEvent } from '../../src/api/contract/index.js';
import type { Listener, LiveEvent } from '../../src/api/streams/event-feed.js';
import type { HistoryPage } from '../../src/api/streams/execution-history.js';
import { Outbox } from '../../src/api/streams/outbox.js';
import { compare, placeOf, type Place } from '../../src/api/streams/place.js';
import { Subscription } from '../../src/api/streams/subscription.js';

/** One journal event: as many public events as `parts`. */
const publicEvents = (at: number, parts: number): PublicEvent[] =>
  Array.from({ length: parts }, (_, index) => ({
    type: 'x',
    event_type: 'x',
    id: `${at}:${index}`,
    sequence: at,
    position: at,
    ...(index < parts - 1 && { part: index + 1 }),
    execution_id: 'e',
    workflow_id: 'w',
    task_id: null,
    step: null,
    task_name: null,
    message: '',
    timestamp: '',
    details: {},
    data: {},
  }));

/** A journal whose reads are answered, a feed whose publications happen, and a client that reads, when the test says so. */
class Adversary {
  readonly committed: PublicEvent[][] = [];
  readonly delivered: string[] = [];
  readonly places: string[] = [];
  waiting = 0;
  private published = 0;
  private listener: Listener<LiveEvent> = () => undefined;
  private readonly reads: ((early: boolean) => void)[] = [];
  readonly outbox = new Outbox(() => this.waiting, { maxPending: 3, patience: 3_600_000 });

  readonly feed = {
    listen: (_: unknown, listener: Listener<LiveEvent>): (() => void) => {
      this.listener = listener;
      return () => undefined;
    },
  };

  readonly history = {
    page: (_: unknown, after: Place, size: number): Promise<HistoryPage> => {
      const early = this.read(after, Math.min(size, 4));
      return new Promise((resolve) =>
        this.reads.push((asItWas) => resolve(asItWas ? early : this.read(after, Math.min(size, 4)))),
      );
    },
  };

  subscribe(from: Place): Subscription {
    const subscription = new Subscription(this.feed, this.history, {
      execution: 'e',
      from,
      outbox: this.outbox,
      send: (event, place) => {
        this.waiting += 1;
        this.delivered.push((event as PublicEvent).id);
        if (place !== undefined) this.places.push(place);
        return 1;
      },
      tooSlow: () => undefined,
      failed: (error) => {
        throw error;
      },
    });
    subscription.start();
    return subscription;
  }

  commit(parts: number): void {
    this.committed.push(publicEvents(this.committed.length + 1, parts));
  }

  publish(): void {
    if (this.published < this.committed.length)
      for (const event of this.committed[this.published++] ?? []) this.listener(event);
  }

  answer(asItWas: boolean): void {
    this.reads.shift()?.(asItWas);
  }

  drain(): void {
    this.waiting = 0;
    this.outbox.flushed();
  }

  /** Everything is published, read and sent. */
  async settle(): Promise<void> {
    while (this.published < this.committed.length) this.publish();
    for (let quiet = 0; quiet < 20; quiet++) {
      if (this.reads.length > 0) quiet = 0;
      this.answer(false);
      this.drain();
      await turn();
    }
  }

  private read(after: Place, size: number): HistoryPage {
    const from = after.part === undefined ? after.at : after.at - 1;
    const rows = this.committed.slice(from, from + size);
    const events = rows.flat().filter((event) => compare(placeOf(event, 'execution'), after) > 0);
    return { events, end: rows.length > 0 ? { at: from + rows.length } : after, isFull: rows.length === size };
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const move = fc.oneof(
  fc.record({ is: fc.constant('commit' as const), parts: fc.integer({ min: 0, max: 2 }) }),
  fc.constant({ is: 'publish' as const }),
  fc.record({ is: fc.constant('answer' as const), early: fc.boolean() }),
  fc.constant({ is: 'drain' as const }),
  fc.constant({ is: 'turn' as const }),
);

test('every event once and in order, however commits, publications, reads and a slow client fall together', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 10 }),
      fc.record({ at: fc.nat(10), cut: fc.boolean() }),
      fc.array(move, { maxLength: 60 }),
      async (before, { at, cut }, moves) => {
        const world = new Adversary();
        for (const parts of before) world.commit(parts);
        before.forEach(() => world.publish());
        const isPair = cut && at > 0 && before[at - 1] === 2;
        const from: Place = { at: Math.min(at, before.length), ...(isPair && { part: 1 }) };
        const subscription = world.subscribe(from);
        for (const step of moves) {
          if (step.is === 'commit') world.commit(step.parts);
          else if (step.is === 'publish') world.publish();
          else if (step.is === 'answer') world.answer(step.early);
          else if (step.is === 'drain') world.drain();
          else await turn();
        }
        await world.settle();
        subscription.stop();
        const wanted = world.committed.flat().filter((event) => compare(placeOf(event, 'execution'), from) > 0);
        expect(world.delivered).toEqual(wanted.map(({ id }) => id));
        expect(world.places).toHaveLength(wanted.length);
      },
    ),
    { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 20_000 : 400 },
  );
});
