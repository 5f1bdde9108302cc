import { expect, test } from '@jest/globals';
import type { RunnableWorkflow } from '../../src/engine/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';

const chain = (n: number, more: object = {}) => ({ a: task(), b: task({ depends_on: ['a'], input: { n } }), ...more });

const opened = async (
  limits: Parameters<typeof EngineWorld.open>[0] = {},
): Promise<{ world: EngineWorld; from: RunnableWorkflow; to: RunnableWorkflow }> => {
  const world = await EngineWorld.open(limits);
  const [from, to] = [world.workflow(chain(1)), world.workflow(chain(2, { c: task({ depends_on: ['b'] }) }))];
  return { world, from, to };
};

const inputs = (world: EngineWorld, execution: string): unknown[] =>
  world.journal
    .events(execution)
    .flatMap((event) => (event.type === 'step_started' && event.step === '/b' ? [event.input] : []));

test('all executions of a request go over in one commit', async () => {
  const { world, from, to } = await opened();
  const ids = [await world.start(from), await world.start(from), await world.start(from)];
  const before = world.journal.commits;
  const report = await world.engine.migrate({ workflow: to });
  expect(report).toEqual({ migratable: ids, unaffected: [], mustFinish: [] });
  expect(world.journal.commits).toBe(before + 1);
  for (const id of ids) expect(world.told(id).at(-1)).toBe('execution_migrated');
  for (const id of ids) world.runner.complete('/a#1', null, id);
  await settled();
  for (const id of ids) expect(inputs(world, id)).toEqual([{ n: 2 }]);
});

test('a commit that fails migrates none, and all go on as they were', async () => {
  const { world, from, to } = await opened();
  const ids = [await world.start(from), await world.start(from)];
  world.journal.hooks.before = () => {
    throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
  };
  await expect(world.engine.migrate({ workflow: to })).rejects.toMatchObject({ code: 'storage_unavailable' });
  delete world.journal.hooks.before;
  await world.advance(60_000);
  for (const id of ids) {
    expect(world.journal.types(id)).not.toContain('execution_migrated');
    world.runner.complete('/a#1', null, id);
  }
  await settled();
  for (const id of ids) expect(inputs(world, id)).toEqual([{ n: 1 }]);
  expect((await world.engine.migrate({ workflow: to })).mustFinish).toHaveLength(2); // /b runs now
});

test('a commit that was written and reported as failed has migrated all', async () => {
  const { world, from, to } = await opened();
  const id = await world.start(from);
  const at = world.journal.commits + 1;
  world.journal.hooks.after = (_, commit) => {
    if (commit === at) throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
  };
  await expect(world.engine.migrate({ workflow: to })).rejects.toMatchObject({ code: 'storage_unavailable' });
  await world.advance(60_000);
  await world.complete('/a#1', '/b#1', '/c#1');
  expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  expect(inputs(world, id)).toEqual([{ n: 2 }]);
});

test('after a restart it goes on with what it was migrated to, and back', async () => {
  const { world, from, to } = await opened();
  const id = await world.start(from);
  await world.engine.migrate({ workflow: to });
  await world.restart();
  await settled();
  expect((await world.engine.migrate({ workflow: from })).migratable).toEqual([id]);
  await world.restart();
  await settled();
  await world.complete('/a#3', '/b#1');
  expect(world.journal.types(id).filter((type) => type === 'execution_migrated')).toHaveLength(2);
  expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  expect(inputs(world, id)).toEqual([{ n: 1 }]);
});

test('a ready step that waits for a slot begins once, with the input of the other version', async () => {
  const world = await EngineWorld.open({ slots: 1 });
  const wide = (n: number) => ({ x: task(), y: task({ input: { n }, priority: n }), z: task({ input: { n } }) });
  const [from, to] = [world.workflow(wide(1)), world.workflow(wide(2))];
  const id = await world.start(from); // one of the three has the slot
  const report = await world.engine.migrate({ workflow: to });
  expect(report.mustFinish).toEqual([
    { execution: id, obstacles: [{ step: '/y', reason: expect.stringContaining('it has begun') as unknown }] },
  ]);
  await world.complete('/y#1', '/x#1', '/z#1');

  const later = world.workflow({ ...wide(1), z: task({ input: { n: 3 } }), v: task() });
  const next = await world.start(from);
  expect((await world.engine.migrate({ workflow: later })).migratable).toEqual([next]);
  await world.complete('/y#1', '/x#1', '/z#1', '/v#1');
  const started = world.journal.events(next).filter(({ type }) => type === 'step_started');
  expect(started).toHaveLength(4);
  expect(started).toContainEqual(expect.objectContaining({ step: '/z', input: { n: 3 }, attempt: 1 }));
  expect(world.journal.types(next).at(-1)).toBe('execution_completed');
});

test('what is counted against the backlog is counted anew', async () => {
  const world = await EngineWorld.open({ steps: 10 });
  const tasks = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, task()] as const));
  const [small, large] = [world.workflow(tasks(1)), world.workflow(tasks(10))];
  const id = await world.start(small);
  await world.engine.migrate({ workflow: large });
  await expect(world.engine.start({ workflow: small, input: {} })).rejects.toMatchObject({ code: 'backlog_full' });
  await world.engine.cancel(id);
  const [one, two] = [await world.start(small), await world.start(small)];
  expect(world.engine.status().open).toBe(2);
  expect([one, two].every((execution) => world.told(execution).includes('execution_started'))).toBe(true);
});

test('an execution that ends because of it is told to have ended', async () => {
  const world = await EngineWorld.open();
  const [from, to] = [
    world.workflow({ a: task(), b: task({ when: true, depends_on: ['a'], on_error: 'continue' }) }),
    world.workflow({ a: task() }),
  ];
  const id = await world.start(from);
  await world.engine.pause(id);
  await world.complete('/a#1');
  await world.engine.migrate({ workflow: to, executions: [id] });
  await world.engine.resume(id);
  await settled();
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
});
