import { describe, expect, test } from '@jest/globals';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

/** Everything that has a deadline of a minute: a wait, an approval, an event, a callback, a child, a construct. */
const waiting = async (): Promise<{ world: EngineWorld; id: string; from: number }> => {
  const world = await EngineWorld.open();
  world.workflow({ never: { event: { name: 'never' } } }, { name: 'child' });
  const within = 60;
  const tasks = {
    nap: { wait: { seconds: within } },
    paid: { event: { name: 'paid', within }, on_error: 'continue' },
    ok: { approval: { within, on_timeout: 'approve' } },
    hook: { webhook: { within }, on_error: 'continue' },
    child: { workflow: { name: 'child' }, timeout: within, on_error: 'continue' },
    box: { tasks: { x: { event: { name: 'never' } } }, timeout: within, on_error: 'continue' },
    after: task({ depends_on: ['nap', 'paid', 'ok', 'hook', 'child', 'box'] }),
  };
  const id = await world.start(world.workflow(tasks));
  await settled();
  return { world, id, from: world.timers.now() };
};

/** How often each step has ended. */
const ends = (world: EngineWorld, id: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const event of world.journal.events(id))
    if (event.type === 'step_completed' || event.type === 'step_failed')
      counts[event.step] = (counts[event.step] ?? 0) + 1;
  return counts;
};
const ONCE = { '/nap': 1, '/paid': 1, '/ok': 1, '/hook': 1, '/child': 1, '/box': 1 };

const finish = async (world: EngineWorld, id: string): Promise<void> => {
  await world.complete('/after#1');
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  expect(ends(world, id)).toEqual({ ...ONCE, '/after': 1 });
  expect(world.trouble).toEqual([]);
};

describe('a clock that jumps an hour', () => {
  test('forward, while all wait: what is due then comes, once', async () => {
    const { world, id } = await waiting();
    await world.advance(HOUR);
    expect(ends(world, id)).toEqual(ONCE);
    await finish(world, id);
  });

  test('forward, between two processes: what is due comes at the restart, once', async () => {
    const { world, id, from } = await waiting();
    world.timers.die();
    world.timers.turnTo(from + HOUR);
    await world.restart();
    await world.advance(0);
    expect(ends(world, id)).toEqual(ONCE);
    await world.restart();
    await settled();
    await world.complete('/after#2');
    expect(ends(world, id)).toEqual({ ...ONCE, '/after': 1 });
  });

  test.each([false, true])('back, and a restart: %s: nothing comes early, all comes once', async (restarts) => {
    const { world, id, from } = await waiting();
    world.timers.setBack(HOUR);
    if (restarts) await world.restart();
    await settled();
    world.timers.turnTo(from + MINUTE - 1);
    await settled();
    expect(ends(world, id)).toEqual({});
    await world.advance(1);
    await settled();
    await finish(world, id);
    const times = world.journal.events(id).map(({ at }) => at);
    if (!restarts) expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
