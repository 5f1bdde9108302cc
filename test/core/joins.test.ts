import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const workflow = (tasks: Record<string, Json>, rest: Record<string, Json> = {}): Json => ({
  name: 'w',
  tasks,
  ...rest,
});

describe('join all (semantics 8)', () => {
  test('a step waits until every predecessor is terminal', () => {
    const world = new CoreWorld(workflow({ a: task(), b: task(), c: task({ depends_on: ['a', 'b'] }) }));
    world.run('/a');
    expect(world.status('/c')).toBe('pending');
    world.run('/b');
    expect(world.status('/c')).toBe('ready');
  });

  test('a data reference is an edge', () => {
    const world = new CoreWorld(workflow({ a: task(), b: task({ input: { x: '${tasks.a.output}' } }) }));
    expect(world.status('/b')).toBe('pending');
    world.run('/a').begin('/b');
    expect(world.events.at(-1)).toMatchObject({ type: 'step_started', input: { x: '/a' } });
  });

  test('an unhandled failure skips what depends on it, independent steps go on, then the execution fails', () => {
    const world = new CoreWorld(
      workflow({ a: task(), b: task({ depends_on: ['a'] }), c: task(), d: task({ depends_on: ['c'] }) }),
    );
    world.begin('/a', '/c');
    world.fail('/a');
    expect(world.statuses()).toEqual({ a: 'failed', b: 'skipped upstream', c: 'running', d: 'pending' });
    world.finish('/c');
    world.run('/d');
    expect(world.state.status).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
    expect(world.events.at(-1)).toMatchObject({ type: 'execution_failed', steps: ['/a'] });
  });

  test('a step skipped by its own condition does not stop those that follow it', () => {
    const world = new CoreWorld(workflow({ a: task({ when: false }), b: task({ depends_on: ['a'] }) }));
    expect(world.statuses()).toEqual({ a: 'skipped condition', b: 'ready' });
  });

  test('fail_fast cancels everything at once', () => {
    const world = new CoreWorld(workflow({ a: task(), b: task() }, { fail_fast: true }));
    world.begin('/a', '/b');
    world.fail('/a');
    expect(world.statuses()).toEqual({ a: 'failed', b: 'canceled' });
    expect(world.orders.at(-1)).toMatchObject({ is: 'stop', step: '/b' });
  });
});

describe('join any and n', () => {
  const join = (join: Json): Json =>
    workflow({
      a: task(),
      b: task(),
      c: task({ on_error: 'continue' }),
      d: task({ depends_on: ['a', 'b', 'c'], join }),
    });

  test('starts at the n-th completion; the others keep running', () => {
    const world = new CoreWorld(join(2));
    world.begin('/a', '/b', '/c');
    world.finish('/a');
    expect(world.status('/d')).toBe('pending');
    world.finish('/b');
    expect(world.statuses()).toMatchObject({ c: 'running', d: 'ready' });
  });

  test('counts completed predecessors only, and is skipped once n is out of reach', () => {
    const world = new CoreWorld(join(3));
    world.begin('/a', '/b', '/c');
    world.fail('/c');
    expect(world.status('/d')).toBe('skipped upstream');
  });

  test('any is one', () => {
    const world = new CoreWorld(join('any'));
    world.begin('/a', '/b', '/c');
    world.fail('/c');
    expect(world.status('/d')).toBe('pending');
    world.finish('/b');
    expect(world.status('/d')).toBe('ready');
  });
});

describe('switch (semantics 9)', () => {
  const pick = (when: string): Json =>
    workflow({
      pick: { switch: [{ when, goto: 'big' }, { goto: 'small' }] },
      big: task(),
      small: task(),
      after: task({ depends_on: ['big'] }),
      merge: task({ depends_on: ['big', 'small'] }),
    });

  test('the chosen target runs, the others are skipped, a merge runs', () => {
    const world = new CoreWorld(pick('${input.n > 3}'), { n: 5 });
    expect(world.statuses()).toMatchObject({ pick: 'completed', big: 'ready', small: 'skipped branch' });
    world.run('/big');
    expect(world.statuses()).toMatchObject({ after: 'ready', merge: 'ready' });
  });

  test('what follows an untaken branch is skipped', () => {
    const world = new CoreWorld(pick('${input.n > 3}'), { n: 1 });
    expect(world.statuses()).toMatchObject({ big: 'skipped branch', after: 'skipped upstream', small: 'ready' });
  });

  test('no match and no default skips all targets', () => {
    const world = new CoreWorld(workflow({ s: { switch: [{ when: '${false}', goto: 'a' }] }, a: task() }));
    expect(world.statuses()).toEqual({ s: 'completed', a: 'skipped branch' });
    expect(world.state.status.is).toBe('completed');
  });

  test('a chosen target still obeys its other edges', () => {
    const world = new CoreWorld(
      workflow({ x: task(), s: { switch: [{ goto: 'a' }] }, a: task({ depends_on: ['x'] }) }),
    );
    expect(world.status('/a')).toBe('pending');
    world.run('/x');
    expect(world.status('/a')).toBe('ready');
  });

  test('of two switches on one target either may choose it', () => {
    const world = new CoreWorld(
      workflow({ s: { switch: [{ when: false, goto: 'a' }] }, t: { switch: [{ goto: 'a' }] }, a: task() }),
    );
    expect(world.status('/a')).toBe('ready');
  });
});

describe('on_error (semantics 10)', () => {
  test('continue: the output is null and dependants run', () => {
    const world = new CoreWorld(
      workflow({
        a: task({ on_error: 'continue' }),
        b: task({ input: { x: '${tasks.a.output}', e: '${tasks.a.error.code}' } }),
      }),
    );
    world.begin('/a');
    world.fail('/a');
    expect(world.statuses()).toEqual({ a: 'failed handled', b: 'ready' });
    world.begin('/b');
    expect(world.events.at(-1)).toMatchObject({ input: { x: null, e: 'broken' } });
    world.finish('/b');
    expect(world.state.status.is).toBe('completed');
  });

  const goto = workflow({
    a: task({ on_error: { goto: 'sorry' } }),
    b: task({ depends_on: ['a'] }),
    sorry: task({ input: { why: '${error.message}', where: '${error.step}' } }),
  });

  test('goto: the target sees the error, other dependants are skipped, the execution may complete', () => {
    const world = new CoreWorld(goto);
    world.begin('/a');
    world.fail('/a');
    expect(world.statuses()).toEqual({ a: 'failed handled', b: 'skipped upstream', sorry: 'ready' });
    world.begin('/sorry');
    expect(world.events.at(-1)).toMatchObject({ input: { why: 'broken', where: '/a' } });
    world.finish('/sorry');
    expect(world.state.status.is).toBe('completed');
  });

  test('goto: without a failure the target is skipped', () => {
    const world = new CoreWorld(goto);
    world.run('/a');
    expect(world.statuses()).toMatchObject({ b: 'ready', sorry: 'skipped branch' });
  });

  test('an expression that fails is a failure of its step', () => {
    const world = new CoreWorld(
      workflow({
        a: task({ input: { x: '${input.nothing}' }, on_error: 'continue' }),
        b: task({ when: '${input.nothing}' }),
      }),
    );
    world.begin('/a');
    expect(world.statuses()).toEqual({ a: 'failed handled', b: 'failed' });
    expect(world.state.status).toMatchObject({
      is: 'failed',
      failure: { details: { cause: { code: 'expression_error' } } },
    });
  });
});

describe('output', () => {
  test('is the mapping', () => {
    const world = new CoreWorld(workflow({ a: task() }, { output: { said: '${tasks.a.output}', n: '${input.n}' } }), {
      n: 1,
    });
    world.run('/a');
    expect(world.state.status).toEqual({ is: 'completed', output: { said: '/a', n: 1 } });
  });

  test('is, without a mapping, the outputs of the completed leaves', () => {
    const world = new CoreWorld(workflow({ a: task(), b: task({ depends_on: ['a'] }), c: task({ when: false }) }));
    world.run('/a', '/b');
    expect(world.state.status).toEqual({ is: 'completed', output: { b: '/b' } });
  });

  test('that does not fit output_schema fails the execution', () => {
    const world = new CoreWorld(
      workflow(
        { a: task() },
        {
          output: { n: '${tasks.a.output}' },
          output_schema: { type: 'object', properties: { n: { type: 'number' } } },
        },
      ),
    );
    world.run('/a');
    expect(world.state.status).toMatchObject({ is: 'failed', failure: { code: 'schema_mismatch' } });
  });
});

describe('input', () => {
  const schema = {
    type: 'object',
    required: ['day'],
    properties: { day: { type: 'string' }, n: { type: 'number', default: 7 } },
  };

  test('gets the defaults of its schema', () => {
    const world = new CoreWorld(workflow({ a: task() }, { input_schema: schema }), { day: 'monday' });
    expect(world.state.input).toEqual({ day: 'monday', n: 7 });
  });

  test('that does not fit is refused with pointers', () => {
    expect(() => new CoreWorld(workflow({ a: task() }, { input_schema: schema }), { n: 'x' })).toThrow(
      /schema_mismatch.*\/input\/n/,
    );
  });

  test('an empty workflow is refused', () => {
    expect(() => new CoreWorld(workflow({}))).toThrow(/empty_workflow/);
  });
});
