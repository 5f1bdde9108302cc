import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { transient } from '../../../src/plugin/contract/index.js';
import { SubscriptionWorld } from '../../world/subscription-world.js';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
let world: SubscriptionWorld;

beforeEach(async () => {
  world = await new SubscriptionWorld().open();
});
afterEach(() => world.subscriptions.stop());

const gaps = (): number[] => world.told.slice(1).map(({ at }, index) => at - (world.told[index]?.at ?? 0));
const bodies = (): unknown[] => world.told.map(({ body }) => (body as { position: number }).position);

describe('attempts', () => {
  test('eight of them, 5 s apart and doubling, under one id; then it is dead, and kept', async () => {
    const id = await world.subscribe();
    world.react = () => ({ status: 500, body: 'broken' });
    world.commit('execution_completed');
    await world.pass(HOUR);
    expect(gaps().map((gap) => Math.round(gap / SECOND))).toEqual([5, 10, 20, 40, 80, 160, 320]);
    expect(new Set(world.told.map((told) => told.id)).size).toBe(1);
    const times = world.told.map(({ headers }) => headers['webhook-timestamp']);
    expect(new Set(times).size).toBe(8);
    await world.pass(24 * HOUR);
    expect(world.told).toHaveLength(8);
    const { items } = await world.webhooks.deliveries(id, { offset: 0, limit: 9, status: 'dead' });
    expect(items).toMatchObject([
      {
        ...{ status: 'dead', success: false, attempts: 8, retry_count: 7, status_code: 500, response: 'broken' },
        ...{ error: { code: 'delivery_refused' }, next_attempt_at: null },
      },
    ]);
  });

  test('the delay never exceeds its cap', async () => {
    await world.subscribe({ retries: { max_attempts: 5, first_delay: 10, max_delay: 25 } });
    world.react = () => ({ status: 400 });
    world.commit('execution_completed');
    await world.pass(HOUR);
    expect(gaps().map((gap) => Math.round(gap / SECOND))).toEqual([10, 20, 25, 25]);
  });

  test.each([
    ['seconds', () => '100', 100],
    ['a time', () => new Date(world.timers.now() + 200 * SECOND).toUTCString(), 200],
    ['less than the policy', () => '1', 5],
    ['nonsense', () => 'soon', 5],
    ['years', () => '99999999', 86_400],
  ])('Retry-After with %s', async (_, header, expected) => {
    await world.subscribe();
    world.react = () =>
      world.told.length === 1 ? { status: 503, headers: { 'retry-after': header() } } : { status: 200 };
    world.commit('execution_completed');
    await world.pass(25 * HOUR);
    expect(world.told).toHaveLength(2);
    expect(Math.abs((gaps()[0] ?? 0) / SECOND - expected)).toBeLessThanOrEqual(1);
  });

  test('one that fails holds up none behind it', async () => {
    const id = await world.subscribe();
    world.react = ({ body }) => ({ status: (body as { position: number }).position === 1 ? 500 : 200 });
    for (let n = 0; n < 4; n++) world.commit('execution_completed');
    await world.pass(2 * SECOND);
    expect(bodies()).toEqual([1, 2, 3, 4]);
    expect(await world.statuses(id)).toEqual(['pending', 'delivered', 'delivered', 'delivered']);
    world.react = () => ({ status: 200 });
    await world.pass(5 * SECOND);
    expect(await world.statuses(id)).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
  });

  test('silence ends with the timeout, as a failure that is tried again', async () => {
    const id = await world.subscribe({ timeout: 7 });
    world.react = () => (world.told.length === 1 ? 'silence' : { status: 204 });
    world.commit('execution_completed');
    await world.pass(8 * SECOND);
    expect((await world.webhooks.deliveries(id, { offset: 0, limit: 1 })).items).toMatchObject([
      { status: 'pending', attempts: 1, status_code: null, error: { code: 'timeout' }, duration_ms: 7000 },
    ]);
    await world.pass(10 * SECOND);
    expect(await world.statuses(id)).toEqual(['delivered']);
  });

  test('410 switches the subscription off; what waits stays, and goes on when it is switched on', async () => {
    const id = await world.subscribe();
    world.react = () => ({ status: 410 });
    world.commit('execution_completed');
    world.commit('execution_completed');
    await world.pass(10 * SECOND);
    expect(await world.webhooks.find(id)).toMatchObject({ enabled: false, disabled_reason: 'gone' });
    const before = world.told.length;
    world.commit('execution_completed');
    await world.pass(HOUR);
    expect(world.told).toHaveLength(before);
    world.react = () => ({ status: 200 });
    expect(await world.webhooks.update(id, { enabled: true })).toMatchObject({ enabled: true, disabled_reason: null });
    await world.pass(10 * SECOND);
    // The dead one stays dead; nothing that came meanwhile is lost.
    expect((await world.statuses(id)).at(-1)).toBe('delivered');
    expect(bodies()).toContain(3);
    expect(await world.webhooks.redeliverDead(id)).toBeGreaterThan(0);
    await world.pass(10 * SECOND);
    expect(await world.statuses(id)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  test('a destination that is left alone costs no attempt, and is asked again when its time has come', async () => {
    const id = await world.subscribe();
    world.react = () => transient('circuit_open', 'left alone', { retryAfter: 30 * SECOND });
    for (let n = 0; n < 3; n++) world.commit('execution_completed');
    await world.pass(29 * SECOND);
    expect(world.told).toHaveLength(1);
    world.react = () => ({ status: 200 });
    await world.pass(5 * SECOND);
    expect(await world.statuses(id)).toEqual(['delivered', 'delivered', 'delivered']);
    const { items } = await world.webhooks.deliveries(id, { offset: 0, limit: 9 });
    expect(items.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });
});

describe('order and limits', () => {
  test('one at a time, in the order of the commits; with `concurrency` so many at once', async () => {
    const id = await world.subscribe();
    for (let n = 0; n < 40; n++) world.commit('execution_completed');
    await world.pass(5 * SECOND);
    expect(bodies()).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(world.mostInFlight).toBe(1);
    await world.webhooks.update(id, { concurrency: 4 });
    for (let n = 0; n < 40; n++) world.commit('execution_completed');
    await world.pass(5 * SECOND);
    expect([world.told.length, world.mostInFlight]).toEqual([80, 4]);
  });

  test('a receiver that never answers costs the others nothing', async () => {
    await world.subscribe({ url: 'https://dead.example/' });
    const good = await world.subscribe();
    world.react = ({ url }) => (url.includes('dead') ? 'silence' : { status: 200 });
    for (let n = 0; n < 50; n++) world.commit('execution_completed');
    await world.pass(SECOND);
    expect(await world.statuses(good)).toEqual(Array(50).fill('delivered'));
  });

  test('outcomes share commits', async () => {
    await world.subscribe();
    for (let n = 0; n < 64; n++) world.commit('execution_completed');
    await world.pass(SECOND);
    expect(world.store.commits.reduce((sum, count) => sum + count, 0)).toBe(64);
    expect(world.store.commits.length).toBeLessThan(16);
  });

  test('a store that takes no writes for a while loses nothing', async () => {
    const id = await world.subscribe();
    world.store.failure = new Error('full');
    world.commit('execution_completed');
    await world.pass(3 * SECOND);
    expect([world.told.length, world.trouble.length > 0]).toEqual([0, true]);
    world.store.failure = undefined;
    await world.pass(3 * SECOND);
    world.react = () => {
      world.store.failure = new Error('full');
      return { status: 200 };
    };
    world.commit('execution_completed');
    await world.pass(SECOND);
    world.react = () => ({ status: 200 });
    world.store.failure = undefined;
    await world.pass(60 * SECOND);
    expect(await world.statuses(id)).toEqual(['delivered', 'delivered']);
    expect(world.told).toHaveLength(2);
  });

  test('what is broken off because everything stops is no attempt, also while events are still being read', async () => {
    const id = await world.subscribe({ retries: { max_attempts: 1 } });
    world.react = () => 'silence';
    world.commit('execution_completed');
    await world.pass(SECOND);
    expect(world.told).toHaveLength(1);
    let goOn = (): void => undefined;
    world.log.end = () => new Promise((resolve) => (goOn = () => resolve(world.log.last)));
    world.commit('execution_completed');
    await world.pass(100);
    const stopped = world.subscriptions.stop();
    await world.pass(100);
    goOn();
    await stopped;
    const { items } = await world.store.dispatches(id, { offset: 0, limit: 9 });
    expect(items.map(({ status, attempts }) => [status, attempts])).toEqual(items.map(() => ['pending', 0]));
  });

  test('another address is asked at once, whatever the one before it is held for', async () => {
    const id = await world.subscribe();
    world.react = ({ url }) =>
      url.includes('one.example') ? transient('circuit_open', 'left alone', { retryAfter: HOUR }) : { status: 200 };
    world.commit('execution_completed');
    await world.pass(SECOND);
    expect(await world.statuses(id)).toEqual(['pending']);
    await world.webhooks.update(id, { url: 'https://two.example/in' });
    await world.pass(SECOND);
    expect(await world.statuses(id)).toEqual(['delivered']);
  });

  test('after a 410 nothing more goes out before the webhook is switched off', async () => {
    const id = await world.subscribe();
    world.react = () => ({ status: 410 });
    for (let n = 0; n < 20; n++) world.commit('execution_completed');
    await world.pass(HOUR);
    expect(await world.statuses(id)).toEqual(['dead', ...Array<string>(19).fill('pending')]);
  });

  test('what is under way when it stops is made again by the next process, under the same id', async () => {
    const id = await world.subscribe();
    world.react = () => 'silence';
    world.commit('execution_completed');
    await world.pass(SECOND);
    await world.subscriptions.stop();
    expect(await world.statuses(id)).toEqual(['pending']);
    const next = new SubscriptionWorld(world.store);
    next.log.last = world.log.last;
    await next.open();
    await next.pass(SECOND);
    expect(next.told.map((told) => told.id)).toEqual([world.told[0]?.id]);
    await next.subscriptions.stop();
  });
});
