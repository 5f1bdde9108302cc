import { describe, expect, test } from '@jest/globals';
import { decide, diffDefinitions, limitsLeft, usageOf } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, faultsOf, mustCompile, task } from '../world/core-world.js';

const chain = (budget: Json, more: Record<string, Json> = {}): Json => ({
  name: 'w',
  budget,
  tasks: { a: task(), b: task({ depends_on: ['a'] }) },
  ...more,
});
const beside = (budget: Json, more: Record<string, Json> = {}): Json => ({
  name: 'w',
  budget,
  tasks: { a: task(), b: task(), c: task({ depends_on: ['a'] }) },
  ...more,
});
const tokens = (input: number, output = 0): { tokens: { input: number; output: number } } => ({
  tokens: { input, output },
});
/** Sums of money are in billionths. */
const money = (world: CoreWorld): unknown => world.state.account.used.billionths;
const lastType = (world: CoreWorld): string | undefined => world.events.at(-1)?.type;
const same = (world: CoreWorld): void => expect(JSON.stringify(world.replayed())).toBe(JSON.stringify(world.snapshot));

describe('the document (semantics B1)', () => {
  test('a budget is read whole', () => {
    const budget = { tokens: 10, calls: 2, cost: { USD: 0.5, EUR: 1 }, seconds: 1.5 };
    const compiled = mustCompile(chain({ ...budget, by: ['ops'] }));
    expect(compiled.budget).toEqual({ limits: budget, by: ['ops'] });
    expect(mustCompile(chain({ tokens: 1 })).budget).toEqual({ limits: { tokens: 1 }, by: [] });
  });

  test.each<[Json, string[]]>([
    [5, ['wrong_type /budget']],
    [{}, ['wrong_type /budget']],
    [{ by: ['ops'] }, ['wrong_type /budget']],
    [{ tokens: 0 }, ['wrong_type /budget/tokens']],
    [{ tokens: 1.5 }, ['wrong_type /budget/tokens']],
    [{ calls: -1 }, ['wrong_type /budget/calls']],
    [{ seconds: 0 }, ['wrong_type /budget/seconds']],
    [{ cost: {} }, ['wrong_type /budget/cost']],
    [{ cost: { usd: 1 } }, ['wrong_type /budget/cost/usd']],
    [{ cost: { USD: 0 } }, ['wrong_type /budget/cost/USD']],
    [{ money: 1, tokens: 1 }, ['unknown_field /budget/money']],
    [{ tokens: 1, by: 'ops' }, ['wrong_type /budget/by']],
  ])('%j is refused', (budget, faults) => expect(faultsOf(chain(budget))).toEqual(faults));
});

describe('reaching a limit', () => {
  test('pauses with the report that reaches it, what runs is recorded, and nothing starts', () => {
    const world = new CoreWorld(beside({ tokens: 100 }));
    world.begin('/a', '/b');
    world.use('/a', tokens(60, 30));
    expect(world.state.status.is).toBe('running');
    world.use('/a', tokens(5, 5));
    expect(world.state.status).toEqual({ is: 'paused', exhausted: true });
    expect(world.events.at(-1)).toEqual({
      type: 'execution_paused',
      at: world.now,
      reason: 'budget: tokens 100 of 100',
      exhausted: [{ budget: 'tokens', used: 100, limit: 100 }],
    });
    expect(world.finish('/a')).toBe('accepted');
    expect(world.begin('/c').status('/c')).toBe('ready');
    expect(world.send({ is: 'begin', step: '/c', generation: 1 })).toBe('stale');
    expect(world.status('/a')).toBe('completed');
    same(world);
  });

  test('of calls, and of money in its own currency', () => {
    const calls = new CoreWorld(chain({ calls: 2 }));
    calls.begin('/a');
    calls.use('/a', { calls: 1 });
    expect(calls.state.status.is).toBe('running');
    calls.use('/a', { calls: 1, unpriced_calls: 1 });
    expect(calls.state.status.is).toBe('paused');

    const paid = new CoreWorld(chain({ cost: { USD: 0.3 } }));
    paid.begin('/a');
    paid.use('/a', { cost: { EUR: 900 }, calls: 9, tokens: { input: 9, output: 9 } });
    paid.use('/a', { cost: { USD: 0.1 } });
    paid.use('/a', { cost: { USD: 0.1 } });
    expect(paid.state.status.is).toBe('running');
    paid.use('/a', { cost: { USD: 0.1 } });
    expect(paid.events.at(-1)).toMatchObject({ exhausted: [{ budget: 'cost.USD', used: 0.3, limit: 0.3 }] });
    expect(money(paid)).toEqual({ EUR: 900e9, USD: 3e8 });
  });

  test('of several limits says which were', () => {
    const world = new CoreWorld(chain({ tokens: 10, calls: 1, cost: { USD: 1 } }));
    world.begin('/a');
    world.use('/a', { ...tokens(10), calls: 1 });
    expect(world.events.at(-1)).toMatchObject({
      exhausted: [
        { budget: 'tokens', used: 10 },
        { budget: 'calls', used: 1 },
      ],
    });
  });

  test('every attempt counts: failed, lost and late ones; a report counts once', () => {
    const retried = { type: 'test/task', retry_policy: { max_retries: 5, initial_delay: 1, jitter: 0 } };
    const world = new CoreWorld({ name: 'w', budget: { tokens: 40 }, tasks: { a: retried } });
    world.begin('/a');
    world.use('/a', tokens(10));
    world.fail('/a', 'transient');
    world.advance(1000).begin('/a');
    world.use('/a', tokens(10), 1);
    expect(world.use('/a', tokens(10), 1)).toBe('accepted');
    expect(world.state.account.used.input).toBe(20);
    world.send({ is: 'lose', step: '/a', generation: 1, attempt: 2 });
    const late = { by: { step: '/a', generation: 1, attempt: 2 }, report: 2, usage: tokens(10) };
    expect(world.send({ is: 'use', ...late })).toBe('accepted');
    expect(world.state.account.used.input).toBe(30);
    world.begin('/a');
    world.use('/a', tokens(10));
    expect(world.state.status.is).toBe('paused');
    same(world);
  });

  test('nothing is booked after the end', () => {
    const world = new CoreWorld(chain({ tokens: 5 }));
    world.send({ is: 'cancel' });
    expect(world.use('/a', tokens(10))).toBe('stale');
    expect(world.state.account.used.input).toBe(0);
  });

  test('with the last that there is to do does not pause', () => {
    const world = new CoreWorld({ name: 'w', budget: { tokens: 10 }, tasks: { a: task() } });
    world.begin('/a');
    world.use('/a', tokens(10));
    expect(world.state.status.is).toBe('paused');
    world.finish('/a', 1);
    expect(world.events.slice(-2).map(({ type }) => type)).toEqual(['execution_resumed', 'execution_completed']);
    same(world);
  });

  test('holds up no end by fail_fast, and what is overdue then fires first', () => {
    const world = new CoreWorld(beside({ tokens: 10 }, { fail_fast: true, timeout: 60 }));
    world.begin('/a', '/b');
    world.use('/a', tokens(10));
    world.fail('/a');
    expect(world.state.status).toMatchObject({ is: 'failed', failure: { code: 'step_failed' } });
    const late = new CoreWorld(beside({ tokens: 10 }, { fail_fast: true, timeout: 60 }));
    late.begin('/a', '/b');
    late.use('/a', tokens(10));
    late.advance(60_000).fail('/a');
    expect(late.state.status).toMatchObject({ is: 'failed', failure: { code: 'execution_timeout' } });
    same(world);
  });

  test('a pause that somebody has asked for does not end by itself', () => {
    const world = new CoreWorld({ name: 'w', budget: { tokens: 10 }, tasks: { a: task() } });
    world.begin('/a');
    world.send({ is: 'pause' });
    world.finish('/a');
    expect(world.state.status.is).toBe('paused');
  });

  test('holds up neither what undoes it nor what tells of its end', () => {
    const world = new CoreWorld({
      name: 'w',
      budget: { tokens: 10 },
      on_failure: { type: 'core/noop' },
      tasks: { a: task({ compensate: { type: 'test/task' } }), b: task({ depends_on: ['a'] }) },
    });
    world.run('/a').begin('/b');
    world.use('/b', tokens(10));
    world.fail('/b');
    expect(world.state.status.is).toBe('running');
    world.begin('/a!compensate');
    world.use('/a!compensate', tokens(10));
    expect(world.state.status.is).toBe('running');
    world.finish('/a!compensate');
    world.begin('/on_failure');
    world.finish('/on_failure');
    expect(world.state.status.is).toBe('failed');
    same(world);
  });

  test('is looked at where somebody else had paused it: it goes on only when it is raised', () => {
    const world = new CoreWorld(chain({ tokens: 10 }));
    world.begin('/a');
    world.send({ is: 'pause' });
    world.use('/a', tokens(10));
    expect(world.state.status).toEqual({ is: 'paused', exhausted: false });
    expect(world.send({ is: 'resume' })).toBe('exhausted');
  });
});

describe('going on', () => {
  const exhausted = (budget: Json = { tokens: 10, calls: 5, by: ['ops', 'boss'] }): CoreWorld => {
    const world = new CoreWorld(chain(budget));
    world.begin('/a');
    world.use('/a', tokens(12));
    return world;
  };

  test('without a raise, or with one that is not enough, is refused and changes nothing (E8)', () => {
    const world = exhausted();
    const before = JSON.stringify(world.snapshot);
    expect(world.send({ is: 'resume' })).toBe('exhausted');
    expect(world.send({ is: 'resume', raise: { calls: 6 }, by: 'ops' })).toBe('exhausted');
    expect(world.send({ is: 'resume', raise: { tokens: 12 }, by: 'ops' })).toBe('exhausted');
    expect(JSON.stringify(world.snapshot)).toBe(before);
  });

  test('is for those who may; a limit is raised, never lowered, and must be there', () => {
    const world = exhausted();
    expect(world.send({ is: 'resume', raise: { tokens: 20 } })).toBe('conflict');
    expect(world.send({ is: 'resume', raise: { tokens: 20 }, by: 'me' })).toBe('conflict');
    expect(world.send({ is: 'resume', raise: { tokens: 20, calls: 5 }, by: 'ops' })).toBe('invalid');
    expect(world.send({ is: 'resume', raise: { tokens: 20, seconds: 5 }, by: 'ops' })).toBe('invalid');
    expect(world.send({ is: 'resume', raise: { tokens: 20 }, by: 'ops', comment: 'worth it' })).toBe('accepted');
    expect(world.events.slice(-2)).toEqual([
      { type: 'budget_raised', at: world.now, limits: { tokens: 20 }, by: 'ops', comment: 'worth it' },
      { type: 'execution_resumed', at: world.now },
    ]);
    world.finish('/a');
    expect(world.begin('/b').status('/b')).toBe('running');
    world.use('/b', tokens(8));
    expect(world.events.at(-1)).toMatchObject({ exhausted: [{ budget: 'tokens', used: 20, limit: 20 }] });
    same(world);
  });

  test('what is wrong with a raise is said of each limit', () => {
    const raise = { tokens: 20, calls: 5, cost: { USD: 1 } };
    const decision = decide(exhausted().state, { is: 'resume', at: 2e6, raise, by: 'ops' });
    const refusal = decision.is === 'refused' && decision.refusal.is === 'invalid' ? decision.refusal : undefined;
    expect(refusal?.faults.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'budget_not_raised /budget/calls',
      'budget_missing /budget/cost/USD',
    ]);
  });

  test('anybody may where nobody is named', () => {
    expect(exhausted({ tokens: 10 }).send({ is: 'resume', raise: { tokens: 20 } })).toBe('accepted');
  });

  test('canceling is always possible, undoing first, too', () => {
    const world = exhausted();
    expect(world.send({ is: 'cancel' })).toBe('accepted');
    expect(world.state.status.is).toBe('canceled');
    const undone = new CoreWorld(
      chain({ tokens: 10 }, { tasks: { a: task({ compensate: { type: 'test/task' } }), b: task() } }),
    );
    undone.run('/a').begin('/b');
    undone.use('/b', tokens(10));
    undone.send({ is: 'cancel', compensate: true });
    expect(undone.state.status.is).toBe('running');
    undone.run('/a!compensate');
    expect(undone.state.status.is).toBe('canceled');
  });

  test('after its end starts from what was used: it pauses before anything begins', () => {
    const world = exhausted({ tokens: 10 });
    world.send({ is: 'cancel' });
    expect(world.send({ is: 'reopen', operation: { is: 'resume' } })).toBe('accepted');
    expect(world.events.slice(-2).map(({ type }) => type)).toEqual(['execution_reopened', 'execution_paused']);
    expect(world.send({ is: 'resume', raise: { tokens: 13 } })).toBe('accepted');
    expect(world.state.limits?.get('tokens')).toBe(13);
    same(world);
  });
});

describe('time', () => {
  test('passes while it is not paused, and pauses before the next attempt', () => {
    const world = new CoreWorld(beside({ seconds: 10 }));
    world.begin('/a').advance(4000);
    world.send({ is: 'pause' });
    world.advance(60_000);
    expect(world.send({ is: 'resume' })).toBe('accepted');
    world.advance(5999);
    expect(world.send({ is: 'expire-budget' })).toBe('stale');
    expect(world.begin('/b').status('/b')).toBe('running');
    world.advance(1);
    world.finish('/a');
    expect(world.events.at(-1)).toMatchObject({ exhausted: [{ budget: 'seconds', used: 10, limit: 10 }] });
    expect(world.advance(99_000).send({ is: 'resume' })).toBe('exhausted');
    expect(world.send({ is: 'resume', raise: { seconds: 11 } })).toBe('accepted');
    world.advance(1000);
    expect(world.send({ is: 'begin', step: '/c', generation: 1 })).toBe('accepted');
    expect(world.status('/c')).toBe('ready');
    expect(lastType(world)).toBe('execution_paused');
    same(world);
  });

  test('is over when nothing else happens, at a time that is no whole millisecond, too', () => {
    const world = new CoreWorld(chain({ seconds: 0.0105 }));
    world.advance(10);
    expect(world.send({ is: 'expire-budget' })).toBe('stale');
    world.advance(1);
    expect(world.send({ is: 'expire-budget' })).toBe('accepted');
    expect(world.state.status.is).toBe('paused');
  });

  test('does not pass after the end, and never back', () => {
    const world = new CoreWorld(chain({ seconds: 10 }));
    world.advance(3000).send({ is: 'cancel' });
    world.advance(60_000).send({ is: 'reopen', operation: { is: 'resume' } });
    world.advance(-5000).send({ is: 'pause' });
    expect(world.state.account).toMatchObject({ ran: 3000, runsSince: undefined });
  });
});

test('what is summed up is told as it was reported; of an execution that has used nothing, nothing', () => {
  const world = new CoreWorld(chain({ tokens: 100 }));
  expect(usageOf(world.state.account.used)).toBeUndefined();
  world.begin('/a');
  const usage = { tokens: { input: 1, output: 2 }, cost: { USD: 0.1, EUR: 0.2 }, calls: 3, unpriced_calls: 1 };
  world.use('/a', usage);
  expect(usageOf(world.state.account.used)).toEqual(usage);
  world.use('/a', { tokens: { input: 1, output: 0 }, cost: { USD: 0.2 }, calls: 1, unpriced_calls: 1 });
  expect(usageOf(world.state.account.used)).toEqual({
    ...{ tokens: { input: 2, output: 2 }, cost: { USD: 0.3, EUR: 0.2 }, calls: 4, unpriced_calls: 2 },
  });
});

describe('the start request', () => {
  test('of each limit the tighter holds', () => {
    const world = new CoreWorld(chain({ tokens: 10, calls: 5 }), {}, { budget: { tokens: 20, calls: 2, seconds: 9 } });
    expect([...(world.state.limits ?? [])]).toEqual([
      ['tokens', 10],
      ['calls', 2],
      ['seconds', 9],
    ]);
  });

  test('alone is enough', () => {
    const world = new CoreWorld({ name: 'w', tasks: { a: task() } }, {}, { budget: { cost: { USD: 1 } } });
    world.begin('/a');
    world.use('/a', { cost: { USD: 1 } });
    expect(world.state.status.is).toBe('paused');
  });
});

describe('another version', () => {
  const goOver = (world: CoreWorld, document: Json, definition: string): string => {
    const { workflow, compiled } = world.state;
    const to = { ...workflow, version: definition, definition };
    const diff = diffDefinitions(compiled, mustCompile(document));
    return world.send({ is: 'migrate', from: workflow.definition, to, diff });
  };

  test('brings its own limits; what was raised stays raised', () => {
    const world = new CoreWorld(chain({ tokens: 100 }));
    world.begin('/a');
    world.use('/a', tokens(50));
    expect(goOver(world, chain({ tokens: 40 }), 'd2')).toBe('accepted');
    expect(world.events.at(-1)).toMatchObject({ exhausted: [{ budget: 'tokens', used: 50, limit: 40 }] });
    world.send({ is: 'resume', raise: { tokens: 60 } });
    expect(goOver(world, chain({ tokens: 45 }), 'd3')).toBe('accepted');
    expect(world.state.limits?.get('tokens')).toBe(60);
    expect(goOver(world, chain({ tokens: 90 }), 'd4')).toBe('accepted');
    expect(world.state.limits?.get('tokens')).toBe(90);
    expect(goOver(world, chain({ calls: 9 }), 'd5')).toBe('accepted');
    expect([...(world.state.limits ?? [])]).toEqual([['calls', 9]]);
    expect(goOver(world, { name: 'w', tasks: { a: task(), b: task({ depends_on: ['a'] }) } }, 'd6')).toBe('accepted');
    expect(world.state.limits).toBeUndefined();
    expect(world.state.status.is).toBe('running');
  });
});

describe('sub-workflows', () => {
  const parent = { name: 'w', budget: { tokens: 30 }, tasks: { c: { workflow: { name: 'child' } }, d: task() } };
  const ended = { is: 'completed' as const, output: 1, usage: tokens(20, 10) };

  test('what a child has used counts when it has ended, once', () => {
    const world = new CoreWorld(parent);
    const heard = { is: 'child' as const, step: '/c', generation: 1 };
    world.send({ ...heard, outcome: { is: 'started' } });
    expect(world.send({ ...heard, outcome: ended })).toBe('accepted');
    expect(world.events.slice(-3).map(({ type }) => type)).toEqual([
      'usage_recorded',
      'step_completed',
      'execution_paused',
    ]);
    expect(world.send({ ...heard, outcome: ended })).toBe('stale');
    expect(world.state.account.used.input).toBe(20);
    same(world);
  });

  test('may use what is left of tokens, calls and money, not of time', () => {
    const world = new CoreWorld(chain({ tokens: 10, calls: 3, cost: { USD: 0.3 }, seconds: 900 }));
    world.begin('/a');
    world.use('/a', { ...tokens(4, 1), calls: 1, cost: { USD: 0.1, EUR: 5 } });
    const { limits = new Map(), account } = world.state;
    expect(limitsLeft(limits, account)).toEqual({ tokens: 5, calls: 2, cost: { USD: 0.2 } });
  });

  test('also when nobody waits for it any more', () => {
    const race = {
      name: 'w',
      budget: { tokens: 300 },
      tasks: { r: { race: { a: task(), ...parent.tasks } }, z: task() },
    };
    const world = new CoreWorld(race);
    world.run('/r/a');
    expect(world.status('/r')).toBe('completed');
    const outcome = { is: 'canceled' as const, reason: undefined, usage: tokens(7) };
    expect(world.send({ is: 'child', step: '/r/c', generation: 1, outcome })).toBe('accepted');
    expect(world.state.account.used.input).toBe(7);
    expect(world.send({ is: 'child', step: '/r/c', generation: 1, outcome })).toBe('stale');
    same(world);
  });
});
