import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

/** The corners of each rule of docs/semantics.md; `reference.test.ts` holds the engine to the rules at large. */

const workflow = (tasks: Record<string, Json>, rest: Record<string, Json> = {}): Json => ({
  name: 'w',
  tasks,
  ...rest,
});

/** How a predecessor `p` comes to its end, with the tasks that it takes. */
const ENDINGS: Record<string, (id: string) => Record<string, Json>> = {
  completed: (id) => ({ [id]: task() }),
  failed: (id) => ({ [id]: task({ when: '${input.nothing}' }) }),
  continued: (id) => ({ [id]: task({ when: '${input.nothing}', on_error: 'continue' }) }),
  'gone to': (id) => ({ [id]: task({ when: '${input.nothing}', on_error: { goto: `${id}_t` } }), [`${id}_t`]: task() }),
  condition: (id) => ({ [id]: task({ when: false }) }),
  branch: (id) => ({ [`${id}_s`]: { switch: [{ when: false, goto: id }] }, [id]: task() }),
  upstream: (id) => ({ ...ENDINGS.branch?.(`${id}_u`), [id]: task({ depends_on: [`${id}_u`] }) }),
};

const joined = (endings: readonly string[], join: Json): string => {
  const ids = endings.map((_, index) => `p${index}`);
  const tasks = Object.assign({}, ...endings.map((ending, index) => ENDINGS[ending]?.(`p${index}`))) as Record<
    string,
    Json
  >;
  const world = new CoreWorld(workflow({ ...tasks, j: task({ depends_on: ids, join }) }));
  for (const [index, ending] of endings.entries()) if (ending === 'completed') world.run(`/p${index}`);
  return world.status('/j');
};

describe('rule 7: join all', () => {
  test.each<[string, string, string]>([
    ['completed', 'completed', 'ready'],
    ['completed', 'failed', 'skipped upstream'],
    ['completed', 'continued', 'ready'],
    ['completed', 'gone to', 'skipped upstream'],
    ['completed', 'condition', 'ready'],
    ['completed', 'branch', 'ready'],
    ['completed', 'upstream', 'ready'],
    ['failed', 'failed', 'skipped upstream'],
    ['failed', 'condition', 'skipped upstream'],
    ['continued', 'continued', 'ready'],
    ['continued', 'branch', 'ready'],
    ['gone to', 'condition', 'skipped upstream'],
    ['condition', 'condition', 'ready'],
    ['condition', 'branch', 'ready'],
    ['condition', 'upstream', 'ready'],
    ['branch', 'branch', 'skipped upstream'],
    ['branch', 'upstream', 'skipped upstream'],
    ['upstream', 'upstream', 'skipped upstream'],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(joined([one, other], 'all')).toBe(expected);
    expect(joined([other, one], 'all')).toBe(expected);
  });
});

describe('rule 8: join any and n', () => {
  test.each<[string[], Json, string]>([
    [['completed', 'failed', 'failed'], 'any', 'ready'],
    [['completed', 'completed', 'failed'], 2, 'ready'],
    [['completed', 'continued', 'condition'], 2, 'skipped upstream'],
    [['continued', 'condition', 'branch'], 'any', 'skipped upstream'],
    [['completed', 'completed', 'completed'], 3, 'ready'],
    [['completed', 'completed', 'upstream'], 3, 'skipped upstream'],
  ])('%j with join %j: %s', (endings, join, expected) => {
    expect(joined(endings, join)).toBe(expected);
  });

  test('reads what is not there yet as null, with its status', () => {
    const world = new CoreWorld(
      workflow({
        a: task(),
        b: task(),
        j: task({ join: 'any', input: { a: '${tasks.a.output}', b: ['${tasks.b.status}', '${tasks.b.output}'] } }),
      }),
    );
    world.begin('/b').run('/a').begin('/j');
    expect(world.events.at(-1)).toMatchObject({ step: '/j', input: { a: '/a', b: ['running', null] } });
  });
});

describe('rule 9: switch', () => {
  const two = (s: Json, t: Json): Record<string, string> =>
    new CoreWorld(
      workflow({ s: { switch: [{ when: s, goto: 'x' }] }, t: { switch: [{ when: t, goto: 'x' }] }, x: task() }),
    ).statuses();

  test.each<[Json, Json, string]>([
    [true, true, 'ready'],
    [true, false, 'ready'],
    [false, true, 'ready'],
    [false, false, 'skipped branch'],
    [true, '${input.nothing}', 'ready'],
    [false, '${input.nothing}', 'skipped branch'],
    ['${input.nothing}', '${input.nothing}', 'skipped upstream'],
  ])('two switches on one target, %j and %j: %s', (s, t, expected) => {
    expect(two(s, t).x).toBe(expected);
  });

  test('a switch that is skipped chooses nothing, and stands in nobody’s way', () => {
    const skipped = { when: false, switch: [{ goto: 'x' }] };
    expect(new CoreWorld(workflow({ s: skipped, x: task() })).statuses()).toEqual({
      s: 'skipped condition',
      x: 'skipped branch',
    });
    expect(new CoreWorld(workflow({ s: skipped, t: { switch: [{ goto: 'x' }] }, x: task() })).statuses()).toMatchObject(
      { x: 'ready' },
    );
  });

  test('the first true branch is chosen; later conditions are not looked at', () => {
    const world = new CoreWorld(
      workflow({
        s: { switch: [{ when: true, goto: 'a' }, { when: '${input.nothing}', goto: 'b' }, { goto: 'a' }] },
        a: task(),
        b: task(),
      }),
    );
    expect(world.statuses()).toEqual({ s: 'completed', a: 'ready', b: 'skipped branch' });
    expect(world.events).toContainEqual(expect.objectContaining({ type: 'step_completed', step: '/s', output: 'a' }));
  });

  test('a chosen target whose other edge stands in the way is skipped', () => {
    const world = new CoreWorld(
      workflow({
        p: task({ when: '${input.nothing}' }),
        s: { switch: [{ goto: 'x' }] },
        x: task({ depends_on: ['p'] }),
      }),
    );
    expect(world.status('/x')).toBe('skipped upstream');
  });

  test('the cause of a skip does not depend on who ends first', () => {
    const document = workflow({
      p: task(),
      q: task(),
      s: { depends_on: ['q'], switch: [{ when: false, goto: 'x' }] },
      x: task({ depends_on: ['p'] }),
    });
    for (const order of ['pq', 'qp']) {
      const world = new CoreWorld(document);
      for (const id of order) {
        world.begin(`/${id}`);
        if (id === 'p') world.fail('/p');
        else world.finish('/q');
      }
      expect(world.status('/x')).toBe('skipped branch');
    }
  });

  test('may handle its own failure', () => {
    const world = new CoreWorld(
      workflow({
        s: { switch: [{ when: '${input.nothing}', goto: 'a' }], on_error: { goto: 'b' } },
        a: task(),
        b: task({ input: { why: '${error.code}' } }),
      }),
    );
    world.run('/b');
    expect(world.statuses()).toEqual({ s: 'failed handled', a: 'skipped branch', b: 'completed' });
    expect(world.events).toContainEqual(expect.objectContaining({ step: '/b', input: { why: 'expression_error' } }));
    expect(world.state.status.is).toBe('completed');
  });
});

describe('rule 10: goto', () => {
  const broken = (goto: string): Json => task({ when: '${input.nothing}', on_error: { goto } });

  test('a target waits for its other predecessors, and obeys them', () => {
    const fails = new CoreWorld(workflow({ a: broken('t'), p: task(), t: task({ depends_on: ['p'] }) }));
    expect(fails.status('/t')).toBe('pending');
    fails.begin('/p');
    fails.fail('/p');
    expect(fails.statuses()).toEqual({ a: 'failed handled', p: 'failed', t: 'skipped upstream' });
    expect(fails.state.status.is).toBe('failed');
    const runs = new CoreWorld(workflow({ a: broken('t'), p: task(), t: task({ depends_on: ['p'] }) }));
    runs.run('/p', '/t');
    expect(runs.state.status.is).toBe('completed');
  });

  test('a target whose source is skipped is skipped (branch)', () => {
    const world = new CoreWorld(workflow({ a: task({ when: false, on_error: { goto: 't' } }), t: task() }));
    expect(world.statuses()).toEqual({ a: 'skipped condition', t: 'skipped branch' });
    expect(world.state.status).toEqual({ is: 'completed', output: {} });
  });

  test('a target may itself go on to the next', () => {
    const world = new CoreWorld(
      workflow({
        a: broken('b'),
        b: task({ when: '${input.nothing}', on_error: { goto: 'c' } }),
        c: task({ input: { from: '${error.step}' } }),
      }),
    );
    world.run('/c');
    expect(world.statuses()).toEqual({ a: 'failed handled', b: 'failed handled', c: 'completed' });
    expect(world.events).toContainEqual(expect.objectContaining({ step: '/c', input: { from: '/b' } }));
  });

  test.each([['as'], ['sa']])(
    'a target of a switch and of a failure sees the error, whichever comes first (%s)',
    (order) => {
      const world = new CoreWorld(
        workflow({
          a: task({ on_error: { goto: 't' } }),
          q: task(),
          s: { depends_on: ['q'], switch: [{ goto: 't' }] },
          t: task({ input: { e: '${error.?message.orValue("none")}' } }),
        }),
      );
      for (const id of order) {
        if (id === 's') world.run('/q');
        else {
          world.begin('/a');
          world.fail('/a');
        }
      }
      world.begin('/t');
      expect(world.events.at(-1)).toMatchObject({ step: '/t', input: { e: 'broken' } });
    },
  );

  test('a target of several failures sees the first, also after it was tried again', () => {
    const tasks = {
      a: task({ on_error: { goto: 't' } }),
      b: task({ on_error: { goto: 't' } }),
      t: task({ type: 'test/retried', input: { code: '${error.code}' }, set: { seen: '${error.code}' } }),
    };
    const run = new CoreWorld(workflow(tasks, { state: { seen: null } })).begin('/a', '/b');
    run.fail('/b', 'fatal', 'first');
    run.fail('/a', 'fatal', 'second');
    run.begin('/t');
    expect(run.orders.at(-1)).toMatchObject({ is: 'run', input: { code: 'first' } });
    run.fail('/t', 'transient');
    run.advance(1000).run('/t');
    expect(run.state.root.state?.values).toEqual({ seen: 'first' });
  });

  test('a target that only a switch chose sees no error', () => {
    const world = new CoreWorld(
      workflow({
        a: task({ on_error: { goto: 't' } }),
        s: { switch: [{ goto: 't' }] },
        t: task({ input: { e: '${error.?message.orValue("none")}' } }),
      }),
    );
    world.run('/a').begin('/t');
    expect(world.events.at(-1)).toMatchObject({ step: '/t', input: { e: 'none' } });
  });

  test('a retried failure goes nowhere until it is final', () => {
    const world = new CoreWorld(
      workflow({ a: task({ retry_policy: { max_retries: 1 }, on_error: { goto: 't' } }), t: task() }),
    );
    world.begin('/a');
    world.fail('/a', 'transient');
    expect(world.statuses()).toEqual({ a: 'waiting', t: 'pending' });
    world.advance(10_000).begin('/a');
    world.fail('/a', 'transient');
    expect(world.statuses()).toEqual({ a: 'failed handled', t: 'ready' });
  });
});

describe('rule 10: fail_fast', () => {
  test.each<[string, Json]>([
    ['continue', 'continue'],
    ['goto', { goto: 't' }],
  ])('lets a handled failure pass (%s)', (_name, on_error) => {
    const world = new CoreWorld(workflow({ a: task({ on_error }), b: task(), t: task() }, { fail_fast: true }));
    world.begin('/a', '/b');
    world.fail('/a');
    expect(world.status('/b')).toBe('running');
  });

  test('holds for failures that need no attempt, and names what failed', () => {
    const world = new CoreWorld(workflow({ a: task({ when: '${input.nothing}' }), b: task() }, { fail_fast: true }));
    expect(world.statuses()).toEqual({ a: 'failed', b: 'canceled' });
    expect(world.events.at(-1)).toMatchObject({ type: 'execution_failed', steps: ['/a'] });
  });

  test('waits for the end of a pause', () => {
    const world = new CoreWorld(workflow({ a: task(), b: task() }, { fail_fast: true }));
    world.begin('/a', '/b');
    world.send({ is: 'pause' });
    world.fail('/a');
    expect(world.state.status.is).toBe('paused');
    world.send({ is: 'resume' });
    expect(world.statuses()).toEqual({ a: 'failed', b: 'canceled' });
  });
});

describe('rule 6: what an expression sees of a task', () => {
  test.each<[string, Json]>([
    ['completed', { status: 'completed', output: '/p0', error: null }],
    ['continued', { status: 'failed', output: null, error: 'expression_error' }],
    ['condition', { status: 'skipped', output: null, error: null }],
  ])('%s', (ending, expected) => {
    const world = new CoreWorld(
      workflow({
        ...ENDINGS[ending]?.('p0'),
        j: task({
          input: {
            status: '${tasks.p0.status}',
            output: '${tasks.p0.output}',
            error: '${tasks.p0.error.?code}',
          },
        }),
      }),
    );
    if (ending === 'completed') world.run('/p0');
    world.begin('/j');
    expect(world.events.at(-1)).toMatchObject({ input: expected });
  });

  test('a condition that is no boolean, or fails, is a failure that on_error handles', () => {
    const world = new CoreWorld(
      workflow({ a: task({ when: '${input.?none}', on_error: 'continue' }), b: task({ depends_on: ['a'] }) }),
    );
    expect(world.statuses()).toEqual({ a: 'failed handled', b: 'ready' });
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'step_failed', attempt: 0, failure: expect.objectContaining({ kind: 'fatal' }) }),
    );
  });

  test('now() and uuid() are the same on replay', () => {
    const document = workflow({ a: task({ input: { at: '${now()}', ids: ['${uuid()}', '${uuid()}'] } }) });
    const inputs = [1, 2].map(() => new CoreWorld(document).begin('/a').events.at(-1));
    expect(inputs[0]).toEqual(inputs[1]);
    const ids = (inputs[0] as { input?: { ids: string[] } }).input?.ids ?? [];
    expect(new Set(ids).size).toBe(2);
  });
});

describe('rule 11: output', () => {
  test('switches and sources of a goto are no leaves; what was skipped is not there', () => {
    const world = new CoreWorld(
      workflow({
        s: { switch: [{ when: true, goto: 'b' }, { goto: 'a' }] },
        a: task(),
        b: task({ on_error: { goto: 'c' } }),
        c: task(),
      }),
    );
    world.run('/b');
    expect(world.state.status).toEqual({ is: 'completed', output: {} });
  });

  test('a mapping that fails is a failure of the execution', () => {
    const world = new CoreWorld(workflow({ a: task() }, { output: { x: '${tasks.a.output.x.y}' } }));
    world.run('/a');
    expect(world.state.status).toMatchObject({
      is: 'failed',
      failure: { code: 'expression_error', details: { pointer: '/output/x' } },
    });
  });

  test('of a failed execution is not looked at', () => {
    const world = new CoreWorld(workflow({ a: task({ when: '${input.nothing}' }) }, { output: '${tasks.a.output.x}' }));
    expect(world.state.status).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
  });

  test('is held against its schema', () => {
    const run = new CoreWorld(
      workflow(
        { a: task() },
        { output: { n: '${tasks.a.output}' }, output_schema: { properties: { n: { type: 'number' } } } },
      ),
    ).run('/a');
    expect(run.state.status).toMatchObject({ is: 'failed', failure: { code: 'schema_mismatch', kind: 'fatal' } });
  });
});
