import { describe, expect, test } from '@jest/globals';
import type { Destinations } from '../../src/integration/index.js';
import type { Visit } from '../../src/integration/destination/index.js';
import type { BreakerStore } from '../../src/integration/ports/index.js';
import { MemoryBreakers, SECONDS, testDestinations } from '../world/breakers.js';

const A = 'https://a.example';
const { signal: NEVER } = new AbortController();

/** The way in, or the code of the refusal. */
const enter = async (destinations: Destinations, name = A, signal = NEVER): Promise<Visit> =>
  destinations.enter(name, signal);
const codeOf = (entering: Promise<Visit>): Promise<string> =>
  entering.then(
    (visit) => (visit.leave(), 'in'),
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
const ask = async (destinations: Destinations, verdict: 'answered' | 'failed' | 'unknown', name = A): Promise<void> => {
  const visit = await enter(destinations, name);
  visit.tell(verdict);
  visit.leave();
};
const fail = async (destinations: Destinations, times = 3, name = A): Promise<void> => {
  for (let count = 0; count < times; count++) await ask(destinations, 'failed', name);
};
const stateOf = (destinations: Destinations, name = A) =>
  destinations.list().find(({ destination }) => destination === name);

describe('a circuit', () => {
  test('opens after so many failures in a row, for that destination', async () => {
    const { destinations, clock } = await testDestinations();
    await fail(destinations, 2);
    await ask(destinations, 'answered');
    await fail(destinations, 2);
    await ask(destinations, 'unknown');
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', failures: 2, since: undefined, until: undefined });
    await fail(destinations, 1);
    const since = clock.now();
    expect(stateOf(destinations)).toMatchObject({ state: 'open', failures: 3, since, until: since + 10 * SECONDS });
    clock.pass(4 * SECONDS);
    await expect(enter(destinations)).rejects.toMatchObject({
      ...{ kind: 'transient', code: 'circuit_open', retryAfter: 6 * SECONDS },
      message: expect.stringContaining(A),
    });
    expect(await codeOf(enter(destinations, 'https://b.example'))).toBe('in');
  });

  test('lets one request find out when the time is over; an answer closes it', async () => {
    const { destinations, clock } = await testDestinations({ atOnce: 10 });
    await fail(destinations);
    clock.pass(10 * SECONDS - 1);
    expect(await codeOf(enter(destinations))).toBe('circuit_open');
    clock.pass(1);
    expect(stateOf(destinations)).toMatchObject({ state: 'half_open', until: undefined });
    const tries = await Promise.allSettled(Array.from({ length: 5 }, () => enter(destinations)));
    expect(tries.map(({ status }) => status)).toEqual(['fulfilled', ...Array<string>(4).fill('rejected')]);
    const [probe] = tries as [PromiseFulfilledResult<Visit>];
    probe.value.tell('answered');
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', failures: 0 });
    expect(await codeOf(enter(destinations))).toBe('in');
  });

  test('is left alone anew when that one fails', async () => {
    const { destinations, clock } = await testDestinations();
    await fail(destinations);
    const since = clock.now();
    clock.pass(10 * SECONDS);
    await fail(destinations, 1);
    const until = clock.now() + 10 * SECONDS;
    expect(stateOf(destinations)).toMatchObject({ state: 'open', failures: 4, since, until });
    clock.pass(9 * SECONDS);
    expect(await codeOf(enter(destinations))).toBe('circuit_open');
  });

  test('lets another find out when that one was called off, or takes too long', async () => {
    const { destinations, clock } = await testDestinations();
    await fail(destinations);
    clock.pass(10 * SECONDS);
    await ask(destinations, 'unknown');
    const hanging = await enter(destinations);
    expect(await codeOf(enter(destinations))).toBe('circuit_open');
    clock.pass(10 * SECONDS);
    const second = await enter(destinations);
    expect(await codeOf(enter(destinations))).toBe('circuit_open');
    hanging.tell('answered');
    expect(stateOf(destinations)).toMatchObject({ state: 'closed' });
    second.tell('failed');
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('does not hear answers and failures that come after it opened', async () => {
    const { destinations, clock } = await testDestinations({ atOnce: 10 });
    const late = await Promise.all([1, 2, 3].map(() => enter(destinations)));
    await fail(destinations);
    const { until } = stateOf(destinations) ?? {};
    clock.pass(SECONDS);
    late[0]?.tell('answered');
    late[1]?.tell('failed');
    expect(stateOf(destinations)).toMatchObject({ state: 'open', failures: 3, until });
    // Nor does one that answers while another finds out.
    clock.pass(10 * SECONDS);
    const probe = await enter(destinations);
    late[2]?.tell('answered');
    expect(stateOf(destinations)).toMatchObject({ state: 'half_open' });
    probe.tell('failed');
    expect(stateOf(destinations)).toMatchObject({ state: 'open', failures: 4 });
  });

  test('hears one word of each request', async () => {
    const { destinations } = await testDestinations();
    const visit = await enter(destinations);
    for (let count = 0; count < 5; count++) visit.tell('failed');
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', failures: 1 });
  });

  test('never opens when it is switched off', async () => {
    const { destinations } = await testDestinations({ failures: 0 });
    await fail(destinations, 100);
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', failures: 100 });
  });

  test('a clock that is set back does not make the rest longer', async () => {
    const { destinations, clock } = await testDestinations();
    await fail(destinations);
    clock.pass(-3_600 * SECONDS);
    await expect(enter(destinations)).rejects.toMatchObject({ retryAfter: 10 * SECONDS });
    clock.pass(10 * SECONDS);
    const probe = await enter(destinations);
    clock.pass(-3_600 * SECONDS);
    await expect(enter(destinations)).rejects.toMatchObject({ retryAfter: 10 * SECONDS });
    probe.tell('answered');
    expect(await codeOf(enter(destinations))).toBe('in');
  });

  test('is closed by a reset; an unknown destination has none', async () => {
    const { destinations, store } = await testDestinations({ atOnce: 10 });
    const before = await enter(destinations);
    await fail(destinations);
    expect(destinations.reset(A)).toBe(true);
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', failures: 0 });
    expect(await store.all()).toEqual([]);
    before.tell('failed');
    expect(stateOf(destinations)).toMatchObject({ failures: 0 });
    expect(destinations.reset('https://never.example')).toBe(false);
  });
});

describe('a circuit in the store', () => {
  test('is written when it opens, opens anew and closes, and never per request', async () => {
    const store = new MemoryBreakers();
    const { destinations, clock } = await testDestinations({}, { store });
    for (let count = 0; count < 50; count++) await ask(destinations, 'answered');
    await fail(destinations, 2);
    expect(store.writes).toBe(0);
    await fail(destinations, 1);
    for (let count = 0; count < 50; count++) await codeOf(enter(destinations));
    expect(store.writes).toBe(1);
    clock.pass(10 * SECONDS);
    await fail(destinations, 1);
    expect(store.writes).toBe(2);
    clock.pass(10 * SECONDS);
    await ask(destinations, 'answered');
    expect([store.writes, await store.all()]).toEqual([3, []]);
  });

  test('is still open after a restart, until the same time', async () => {
    const first = await testDestinations();
    await fail(first.destinations);
    const before = stateOf(first.destinations);
    first.clock.pass(4 * SECONDS);
    const { destinations, clock, store } = await testDestinations({}, first);
    expect(stateOf(destinations)).toEqual(before);
    expect(await codeOf(enter(destinations))).toBe('circuit_open');
    clock.pass(6 * SECONDS);
    await ask(destinations, 'answered');
    expect(await store.all()).toEqual([]);
  });

  test('of a half-open one is half-open after a restart', async () => {
    const first = await testDestinations();
    await fail(first.destinations);
    first.clock.pass(10 * SECONDS);
    await enter(first.destinations);
    const { destinations } = await testDestinations({}, first);
    expect(stateOf(destinations)).toMatchObject({ state: 'half_open', failures: 3 });
    expect(await codeOf(enter(destinations))).toBe('in');
  });

  test('after a restart with an earlier clock the rest is no longer than one rest', async () => {
    const first = await testDestinations();
    await fail(first.destinations);
    first.clock.pass(-86_400 * SECONDS);
    const { destinations, clock } = await testDestinations({}, first);
    await expect(enter(destinations)).rejects.toMatchObject({ retryAfter: 10 * SECONDS });
    clock.pass(10 * SECONDS);
    expect(await codeOf(enter(destinations))).toBe('in');
  });

  test('is forgotten when breakers are switched off', async () => {
    const first = await testDestinations();
    await fail(first.destinations);
    const { destinations, store } = await testDestinations({ failures: 0 }, first);
    expect(await codeOf(enter(destinations))).toBe('in');
    expect(await store.all()).toEqual([]);
  });

  test('that cannot be written is told of, and counts all the same', async () => {
    const broken: BreakerStore = {
      all: () => Promise.resolve([]),
      put: () => Promise.reject(new Error('disk full')),
      remove: () => Promise.reject(new Error('disk full')),
    };
    const { destinations, troubles } = await testDestinations({}, { store: broken });
    await fail(destinations);
    expect(await codeOf(enter(destinations))).toBe('circuit_open');
    expect(troubles).toEqual([`The circuit of ${A} could not be kept`]);
  });
});

describe('a bulkhead', () => {
  test('lets so many in at once; the others wait in their order, or are refused', async () => {
    const { destinations } = await testDestinations();
    const [first, second] = [await enter(destinations), await enter(destinations)];
    const order: string[] = [];
    const third = enter(destinations).then((visit) => (order.push('third'), visit));
    const fourth = enter(destinations).then((visit) => (order.push('fourth'), visit));
    await expect(enter(destinations)).rejects.toMatchObject({ kind: 'transient', code: 'destination_busy' });
    expect(stateOf(destinations)).toMatchObject({ inFlight: 2, queued: 2, limit: 2 });
    expect(await codeOf(enter(destinations, 'https://b.example'))).toBe('in');
    first.leave();
    first.leave();
    await third;
    expect([order, stateOf(destinations)]).toEqual([['third'], expect.objectContaining({ inFlight: 2, queued: 1 })]);
    second.leave();
    (await fourth).leave();
    (await third).leave();
    expect([order, stateOf(destinations)]).toEqual([
      ['third', 'fourth'],
      expect.objectContaining({ inFlight: 0, queued: 0 }),
    ]);
  });

  test('one who gives up leaves the queue, and takes no place', async () => {
    const { destinations } = await testDestinations({ atOnce: 1 });
    const inside = await enter(destinations);
    const controller = new AbortController();
    const impatient = enter(destinations, A, controller.signal);
    const patient = enter(destinations);
    controller.abort();
    expect(await codeOf(impatient)).toBe('aborted');
    expect(await codeOf(enter(destinations, A, AbortSignal.abort()))).toBe('aborted');
    expect(stateOf(destinations)).toMatchObject({ inFlight: 1, queued: 1 });
    inside.leave();
    (await patient).leave();
    expect(stateOf(destinations)).toMatchObject({ inFlight: 0, queued: 0 });
  });

  test('those who wait are sent away when the circuit opens', async () => {
    const { destinations, clock } = await testDestinations({ failures: 2 });
    const [first, second] = [await enter(destinations), await enter(destinations)];
    const waiting = [enter(destinations), enter(destinations)];
    const codes = Promise.all(waiting.map(codeOf));
    first.tell('failed');
    second.tell('failed');
    expect(await codes).toEqual(['circuit_open', 'circuit_open']);
    first.leave();
    second.leave();
    expect(stateOf(destinations)).toMatchObject({ inFlight: 0, queued: 0 });
    clock.pass(10 * SECONDS);
    await ask(destinations, 'answered');
  });

  test('of one goes its way while another finds out, and lets nobody past it', async () => {
    for (const verdict of ['answered', 'failed'] as const) {
      const { destinations, clock } = await testDestinations({ atOnce: 1, failures: 1 });
      const late = await enter(destinations);
      const waiting = codeOf(enter(destinations));
      late.leave();
      expect(await waiting).toBe('in');
      await fail(destinations, 1);
      clock.pass(10 * SECONDS);
      const probe = await enter(destinations);
      expect(await codeOf(enter(destinations))).toBe('circuit_open');
      probe.tell(verdict);
      probe.leave();
      expect(await codeOf(enter(destinations))).toBe(verdict === 'answered' ? 'in' : 'circuit_open');
    }
  });

  test('of two who waited until the rest was over one finds out, and the other gives its place back', async () => {
    const { destinations, clock } = await testDestinations({ failures: 1 });
    const hanging = [await enter(destinations), await enter(destinations)] as const;
    hanging[0].tell('failed');
    clock.pass(10 * SECONDS);
    const [first, second] = [enter(destinations), codeOf(enter(destinations))];
    expect(stateOf(destinations)).toMatchObject({ inFlight: 2, queued: 2 });
    hanging[0].leave();
    const probe = await first;
    hanging[1].leave();
    expect(await second).toBe('circuit_open');
    probe.tell('answered');
    probe.leave();
    expect(stateOf(destinations)).toMatchObject({ state: 'closed', inFlight: 0, queued: 0 });
  });

  test('a destination may have a limit of its own', async () => {
    const { destinations } = await testDestinations({ limits: { [A]: 1 }, queue: 0 });
    await enter(destinations);
    expect(await codeOf(enter(destinations))).toBe('destination_busy');
    await enter(destinations, 'https://b.example');
    expect(await codeOf(enter(destinations, 'https://b.example'))).toBe('in');
  });
});

test('of a thousand destinations at most is known; those in use stay, an open circuit that goes is forgotten in the store', async () => {
  const { destinations, store } = await testDestinations({ failures: 1 });
  const inside = await enter(destinations, 'https://in-use.example');
  await fail(destinations, 1, 'https://dead.example');
  for (let count = 0; count < 2000; count++) await ask(destinations, 'answered', `https://h${count}.example`);
  const names = destinations.list().map(({ destination }) => destination);
  expect(names).toHaveLength(1000);
  expect(names).toContain('https://in-use.example');
  expect(names).toContain('https://h1999.example');
  expect([names.includes('https://dead.example'), await store.all()]).toEqual([false, []]);
  inside.leave();
});
