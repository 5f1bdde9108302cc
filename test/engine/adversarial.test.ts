import { describe, expect, test } from '@jest/globals';
import { HarmoniaError } from '../../src/kernel/index.js';
import type { AttemptOutcome } from '../../src/engine/ports/index.js';
import { task } from '../world/core-world.js';
import { EngineWorld, settled } from '../world/engine-world.js';
import type { RunnableWorkflow } from '../../src/engine/index.js';

const buggy = <T extends object>(target: T): T =>
  new Proxy(target, {
    get: () => {
      throw new TypeError('a bug');
    },
  });

/** A workflow in which the core throws when it evaluates something of a task: a bug that nobody has found yet. */
const withBug = (workflow: RunnableWorkflow, id: string): RunnableWorkflow => {
  const { tasks } = workflow.compiled.scope;
  const broken = tasks.map((found) => {
    if (found.id !== id || found.work.is !== 'task') return found;
    if (found.when !== undefined) return { ...found, when: buggy(found.when) };
    return { ...found, work: { ...found.work, input: buggy(found.work.input) } };
  });
  const scope = { ...workflow.compiled.scope, tasks: broken, byId: new Map(broken.map((found) => [found.id, found])) };
  return { ...workflow, compiled: { ...workflow.compiled, scope } };
};

const others = async (world: EngineWorld): Promise<void> => {
  world.runner.immediately = undefined;
  const id = await world.start(world.workflow({ other: task() }));
  await world.complete('/other#1');
  expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
};

describe('a runner that breaks its promise', () => {
  test.each<[string, () => never]>([
    [
      'by throwing',
      () => {
        throw new Error('in your face');
      },
    ],
    [
      'by throwing nothing',
      () => {
        throw undefined as unknown as Error;
      },
    ],
  ])('%s fails the attempt, and the others go on', async (_, immediately) => {
    const world = await EngineWorld.open();
    world.runner.immediately = immediately;
    const id = await world.start(world.workflow({ a: task(), b: task() }));
    expect(world.runner.begun).toEqual(['/a#1', '/b#1']);
    expect(world.journal.types(id).at(-1)).toBe('execution_failed');
    expect(world.journal.events(id).find(({ type }) => type === 'step_failed')).toMatchObject({
      failure: { kind: 'transient', code: 'task_threw' },
    });
    await others(world);
  });

  test('by rejecting fails the attempt, and the others go on', async () => {
    const world = await EngineWorld.open();
    world.runner.immediately = () => Promise.reject(new Error('in your face')) as unknown as AttemptOutcome;
    const id = await world.start(world.workflow({ a: task() }));
    expect(world.journal.types(id).at(-1)).toBe('execution_failed');
    await others(world);
  });
});

describe('a core that throws', () => {
  test('stops that execution, tells of it, and leaves its journal whole; the others go on', async () => {
    const world = await EngineWorld.open();
    const workflow = withBug(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }), 'b');
    const id = await world.start(workflow);
    await world.complete('/a#1');
    expect(world.trouble).toEqual([expect.stringContaining(`execution ${id} cannot go on: TypeError: a bug`)]);
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
    // What was decided before it is kept, at its place in the journal, and told.
    expect(world.journal.types(id)).toEqual(['execution_started', 'step_started', 'step_completed']);
    expect(world.told(id)).toEqual(world.journal.types(id));
    await others(world);
  });

  test('halfway through a decision loses no place in the journal for what was decided before', async () => {
    const world = await EngineWorld.open();
    const tasks = { a: task(), x: task(), y: task({ depends_on: ['x'], when: '${tasks.x.output == 1}' }) };
    const id = await world.start(withBug(world.workflow(tasks), 'y'));
    world.runner.complete('/a#1');
    world.runner.complete('/x#1', 1);
    await settled();
    expect(world.trouble).toEqual([expect.stringContaining('a bug')]);
    expect(world.journal.types(id)).toEqual(['execution_started', 'step_started', 'step_started', 'step_completed']);
    expect(world.told(id)).toEqual(world.journal.types(id));
    await world.restart();
    await settled();
    world.runner.complete('/x#2', 1);
    await settled();
    await world.complete('/y#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('lets a healed program go on from where it stood', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(withBug(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }), 'b'));
    await world.complete('/a#1');
    await world.restart();
    await settled();
    await world.complete('/b#1');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });

  test('runs nothing of the execution that it gave up in the same commit', async () => {
    const world = await EngineWorld.open();
    await world.start(withBug(world.workflow({ a: task({ priority: 1 }), b: task() }), 'b'));
    expect(world.runner.begun).toEqual([]);
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
    await others(world);
  });
});

describe('an execution that was given up', () => {
  // Known fault of recovery: begins to pass, and then says so, when it is mended.
  test('keeps nobody waiting', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(withBug(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }), 'b'));
    const waiting = world.engine.ended(id);
    await world.complete('/a#1');
    expect(await waiting).toBeUndefined();
    expect(await world.engine.ended(id)).toBeUndefined();
  });

  test('is left alone when a commit of another one fails: nothing of it is told again', async () => {
    const world = await EngineWorld.open();
    const id = await world.start(withBug(world.workflow({ a: task(), b: task({ depends_on: ['a'] }) }), 'b'));
    await world.complete('/a#1');
    const told = world.told(id);
    const at = world.journal.commits + 1;
    world.journal.hooks.before = ({ transitions }, commit) => {
      if (commit === at && transitions.length > 0)
        throw new HarmoniaError('storage_unavailable', { reason: 'injected' });
    };
    await world.engine.start({ workflow: world.workflow({ c: task() }), input: {} }).catch(() => undefined);
    await world.advance(60_000);
    expect(world.engine.status().storage).toBeUndefined();
    expect(world.told(id).slice(0, told.length + 1)).toEqual(told);
  });
});

describe('an execution that fails while its steps begin', () => {
  test('runs nothing any more: no effect after the end', async () => {
    const world = await EngineWorld.open();
    const bad = task({ input: { n: '${input.missing}' } });
    const id = await world.start(world.workflow({ a: task({ priority: 1 }), bad }, { fail_fast: true }));
    expect(world.journal.types(id).at(-1)).toBe('execution_failed');
    expect(world.runner.begun).toEqual([]);
    expect(world.engine.status()).toMatchObject({ open: 0, running: 0 });
  });
});

describe('a journal that cannot be read', () => {
  test('leaves that execution as it is, tells of it, and the others are taken up', async () => {
    const world = await EngineWorld.open();
    const lost = await world.start(world.workflow({ a: task() }));
    const id = await world.start(world.workflow({ b: task() }));
    const load = world.journal.load.bind(world.journal);
    world.journal.load = (execution) => (execution === lost ? Promise.reject(new Error('damaged')) : load(execution));
    await world.restart();
    await settled();
    expect(world.trouble).toEqual([expect.stringContaining(`execution ${lost} cannot be taken up`)]);
    await world.complete('/b#2');
    expect(await world.engine.ended(id)).toMatchObject({ is: 'completed' });
  });
});

describe('a notifier that breaks its promise', () => {
  test('does not make the engine take a good commit for a failed one', async () => {
    const world = await EngineWorld.open();
    world.published.push = () => {
      throw new Error('a bug of the listener');
    };
    const id = await world.start(world.workflow({ a: task() }));
    await world.complete('/a#1');
    expect(world.engine.status()).toEqual({ state: 'running', open: 0, running: 0, waiting: 0 });
    expect(world.journal.types(id).at(-1)).toBe('execution_completed');
  });
});
