import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { SubscriptionWorld } from '../../world/subscription-world.js';

const SECOND = 1000;
let world: SubscriptionWorld;

beforeEach(async () => {
  world = await new SubscriptionWorld().open({ maxWaiting: 5, keep: 86_400_000 });
});
afterEach(() => world.subscriptions.stop());

const types = (): unknown[] => world.told.map(({ body }) => (body as { type: string }).type);

describe('what is read', () => {
  test('only what it names, of its workflow, from now on; upstream names count as well', async () => {
    world.commit('execution_completed');
    await world.subscribe({ events: ['task_*', 'workflow_completed'], workflow: 'w' });
    await world.subscribe({ events: ['execution_*'], workflow: 'w-id', url: 'https://two.example' });
    for (const type of ['execution_failed', 'task_failed', 'execution_completed']) world.commit(type);
    await world.pass(SECOND);
    const of = (host: string): unknown[] =>
      world.told.flatMap(({ url, body }) => (url.includes(host) ? [(body as { type: string }).type] : []));
    expect(of('one')).toEqual(['task_failed', 'execution_completed']);
    expect(of('two')).toEqual(['execution_failed', 'execution_completed']);
  });

  test('a filter that is true; one that fails on an event leaves it out, and says so', async () => {
    const id = await world.subscribe({ filter: 'event.details.n > 3' });
    world.commit('execution_completed', { n: 1 });
    world.commit('execution_completed', { n: 5 });
    world.commit('execution_completed', { other: true });
    await world.pass(SECOND);
    expect(world.told.map(({ body }) => (body as { position: number }).position)).toEqual([2]);
    expect(await world.webhooks.find(id)).toMatchObject({ filter_errors: 1, last_filter_error: expect.any(String) });
  });

  test('a template makes the body, also of the execution; one that fails makes it dead until it is mended', async () => {
    const id = await world.subscribe({ payload_template: { text: '${event.details.who} is ${execution.status}' } });
    world.commit('execution_completed', { who: 'Ada' });
    world.commit('execution_completed', {});
    await world.pass(SECOND);
    expect(world.told.map(({ body }) => body)).toEqual([{ text: 'Ada is completed' }]);
    expect(await world.statuses(id)).toEqual(['delivered', 'dead']);
    const [dead] = (await world.webhooks.deliveries(id, { offset: 0, limit: 1 })).items;
    expect(dead?.error).toMatchObject({ code: 'expression_error' });
    await world.webhooks.update(id, { payload_template: '${event.type}' });
    expect(await world.meanwhile(world.webhooks.redeliver(dead?.id as string, undefined))).toMatchObject({
      status: 'delivered',
    });
    expect(world.told.at(-1)).toMatchObject({ id: dead?.id, body: 'execution_completed' });
  });

  test('with much to send it reads no further, and goes on where it was: bounded, and nothing is lost', async () => {
    const id = await world.subscribe();
    world.react = () => ({ status: 500 });
    for (let n = 0; n < 3; n++) world.commit('execution_completed');
    await world.pass(SECOND);
    for (let n = 0; n < 3; n++) world.commit('execution_completed');
    await world.pass(SECOND);
    expect(await world.statuses(id)).toHaveLength(6);
    for (let n = 0; n < 10; n++) world.commit('execution_completed');
    await world.pass(SECOND);
    expect(await world.statuses(id)).toHaveLength(6);
    world.react = () => ({ status: 200 });
    await world.pass(30 * SECOND);
    expect(await world.statuses(id)).toEqual(Array(16).fill('delivered'));
  });

  test('what was deleted before it could be read is a gap, and the rest is sent', async () => {
    const id = await world.subscribe({ enabled: false });
    for (let n = 0; n < 6; n++) world.commit('execution_completed');
    world.log.erasedUpTo = 4;
    await world.webhooks.update(id, { enabled: true });
    await world.pass(SECOND);
    expect(world.told.map(({ body }) => (body as { position: number }).position)).toEqual([5, 6]);
    expect(await world.webhooks.find(id)).toMatchObject({ gap: { after: 0, up_to: 4 }, position: 6 });
    expect(world.store.subscriptions.get(id)?.gap).toMatchObject({ after: 0, upTo: 4 });
  });

  test('commits that do not matter cost no look; after a while the cursor follows them all the same', async () => {
    const id = await world.subscribe();
    await world.pass(SECOND);
    const before = world.log.pages;
    for (let n = 0; n < 100; n++) world.commit('task_failed');
    await world.pass(SECOND);
    expect(world.log.pages).toBe(before);
    await world.pass(31 * SECOND);
    expect(world.store.subscriptions.get(id)?.cursor).toBe(100);
    expect(world.told).toEqual([]);
  });

  test('nobody listens while there is no subscription, or none that is switched on', async () => {
    const { commits } = world.subscriptions;
    await world.pass(SECOND);
    expect(commits.isListening).toBe(false);
    const id = await world.subscribe();
    await world.pass(SECOND);
    expect(commits.isListening).toBe(true);
    await world.webhooks.update(id, { enabled: false });
    await world.pass(SECOND);
    expect(commits.isListening).toBe(false);
  });

  test('a log that cannot be read for a while is asked again', async () => {
    await world.subscribe();
    await world.pass(SECOND);
    world.log.failure = new Error('no');
    world.commit('execution_completed');
    await world.pass(3 * SECOND);
    expect(world.trouble).toContain('events for webhooks cannot be read');
    world.log.failure = undefined;
    await world.pass(3 * SECOND);
    expect(types()).toEqual(['execution_completed']);
  });
});

describe('by request', () => {
  test('a payload is sent now, as it is, once for a key', async () => {
    const id = await world.subscribe({ payload_template: { wrapped: '${event}' } });
    const first = await world.meanwhile(world.webhooks.deliver(id, { n: 1 }, 'k'));
    expect(first).toMatchObject({ status: 'delivered', status_code: 204, repeated: false, event_type: null });
    expect(await world.meanwhile(world.webhooks.deliver(id, { n: 1 }, 'k'))).toMatchObject({
      id: first.id,
      repeated: true,
    });
    expect(world.told.map(({ body }) => body)).toEqual([{ n: 1 }]);
  });

  test('also while it is switched off; when it fails it follows the policy once it is on', async () => {
    const id = await world.subscribe({ enabled: false });
    world.react = () => ({ status: 500 });
    expect(await world.meanwhile(world.webhooks.deliver(id, 1, undefined))).toMatchObject({
      status: 'pending',
      attempts: 1,
    });
    world.react = () => ({ status: 200 });
    await world.pass(60 * SECOND);
    expect(world.told).toHaveLength(1);
    await world.webhooks.update(id, { enabled: true });
    await world.pass(SECOND);
    expect(await world.statuses(id)).toEqual(['delivered']);
  });

  test('once more, under its id; not while it is on its way; a key makes it safe to repeat', async () => {
    const id = await world.subscribe();
    world.commit('execution_completed');
    await world.pass(SECOND);
    const delivery = world.told[0]?.id ?? '';
    expect(await world.meanwhile(world.webhooks.redeliver(delivery, 'k'))).toMatchObject({
      id: delivery,
      repeated: false,
      attempts: 1,
    });
    expect(await world.meanwhile(world.webhooks.redeliver(delivery, 'k'))).toMatchObject({
      id: delivery,
      repeated: true,
    });
    expect(world.told.map((told) => told.id)).toEqual([delivery, delivery]);
    world.react = () => ({ status: 500 });
    await world.meanwhile(world.webhooks.redeliver(delivery, undefined));
    await expect(world.meanwhile(world.webhooks.redeliver(delivery, undefined))).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await world.meanwhile(world.webhooks.redeliver('unknown', undefined))).toBeUndefined();
    expect(await world.webhooks.remove(id)).toBe(true);
    expect(await world.meanwhile(world.webhooks.redeliver(delivery, undefined))).toBeUndefined();
    const sent = world.told.length;
    await world.pass(3600 * SECOND);
    expect(world.told).toHaveLength(sent);
  });
});

test('what was settled long ago is forgotten', async () => {
  const id = await world.subscribe();
  world.commit('execution_completed');
  await world.pass(3600 * SECOND);
  expect(await world.statuses(id)).toEqual(['delivered']);
  await world.pass(26 * 3600 * SECOND);
  expect(await world.statuses(id)).toEqual([]);
});
