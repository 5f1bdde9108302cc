import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SubscriptionWorld } from '../../world/subscription-world.js';

const SECOND = 1000;
const DAY = 86_400 * SECOND;
let world: SubscriptionWorld;

beforeEach(async () => {
  world = await new SubscriptionWorld().open();
});
afterEach(() => world.subscriptions.stop());

const told = ({ told: letters }: SubscriptionWorld): unknown[] =>
  letters.map(({ body }) => (body as { type: string }).type);
/** The next process over the same data. */
const next = async (before: SubscriptionWorld): Promise<SubscriptionWorld> => {
  await before.subscriptions.stop();
  const after = new SubscriptionWorld(before.store);
  after.definitions = before.definitions;
  after.timers.turnTo(before.timers.now());
  await after.open();
  await after.pass(SECOND);
  return after;
};

test('a change of a definition is told to those that want it, also in their own words', async () => {
  await world.subscribe({ events: ['workflow_created'] });
  await world.subscribe({
    events: ['workflow_deleted'],
    workflow: 'w',
    payload_template: { gone: '${event.workflow_id}' },
  });
  await world.subscribe({ events: ['workflow_*'], enabled: false });
  await world.subscribe();
  await world.pass(SECOND);
  for (const type of ['workflow_created', 'workflow_updated', 'workflow_deleted'])
    world.definitions.change(type, world.timers.now());
  await world.pass(SECOND);
  expect(world.told.map(({ body }) => body)).toEqual([
    expect.objectContaining({ type: 'workflow_created', workflow_id: 'w-id' }),
    { gone: 'w-id' },
  ]);
});

test('a template that wants the execution gets none', async () => {
  await world.subscribe({ events: ['workflow_updated'], payload_template: { none: '${execution == null}' } });
  world.definitions.change('workflow_updated', world.timers.now());
  await world.pass(SECOND);
  expect(world.told.map(({ body }) => body)).toEqual([{ none: true }]);
});

test('what a crash kept from being told is told by the next process, once', async () => {
  world.definitions.change('workflow_created', world.timers.now());
  await world.pass(SECOND);
  // What was before the subscription is none of its business.
  await world.subscribe({ events: ['workflow_*'] });
  await world.pass(SECOND);
  world.definitions.change('workflow_updated', world.timers.now(), false);
  world.definitions.change('workflow_deleted', world.timers.now());
  await world.pass(SECOND);
  expect(told(world)).toEqual(['workflow_deleted']);
  const second = await next(world);
  expect(told(second)).toEqual(['workflow_updated']);
  // Its delivery is forgotten a day after it was settled, and not told of again.
  await second.pass(2 * DAY);
  expect(second.store.rows).toEqual([]);
  const third = await next(second);
  expect(told(third)).toEqual([]);
  await third.subscriptions.stop();
});

test('a store that takes no writes loses none of it', async () => {
  const id = await world.subscribe({ events: ['workflow_updated'] });
  world.store.failure = new Error('full');
  world.definitions.change('workflow_updated', world.timers.now());
  await world.pass(SECOND);
  expect(world.trouble).toEqual(['a changed definition cannot be told of before the next start']);
  world.store.failure = undefined;
  const second = await next(world);
  expect(await second.statuses(id)).toEqual(['delivered']);
  await second.subscriptions.stop();
});
