import { describe, expect, test } from '@jest/globals';
import { check, CHECKER_VERSION } from '../../src/llm/optimizer/verify/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { after, compile, output, pure, read, reading, table, write, type Versions } from './versions.js';

describe('edges that are only declared', () => {
  const drop = (a: object, b: object, more: Partial<Versions> = {}): Versions => ({
    base: { a: a as never, b: { ...b, ...after('a') }, z: pure(after('a', 'b')) },
    candidate: { a: a as never, b: b as never, z: pure(after('a', 'b')) },
    rest: output,
    ...more,
  });
  table([
    ['between pure tasks', 'proved', drop(pure(), pure())],
    ['between a pure task and a write', 'proved', drop(pure(), write())],
    ['between reads', 'proved', drop(read(), read())],
    ['between a read and a write', 'order_of_effects', drop(read(), write())],
    ['between writes', 'order_of_effects', drop(write(), write())],
    ['writes that commute', 'proved', drop(write(), write(), { facts: { commuting: [['x/write', 'x/write']] } })],
    [
      'tasks that a person let run together',
      'proved',
      drop(write(), write(), { facts: { unordered: [{ scope: '', tasks: ['b', 'a'] }] } }),
    ],
    [
      'writes that an operator calls pure',
      'proved',
      drop(write(), write(), { facts: { effects: { 'x/write': 'pure' } } }),
    ],
    [
      'but not if the task itself says what it does',
      'order_of_effects',
      drop(write({ effects: 'write' }), write({ effects: 'write' }), { facts: { effects: { 'x/write': 'pure' } } }),
    ],
    ['after an approval', 'order_of_effects', drop({ approval: {} }, pure())],
    ['after a wait', 'order_of_effects', drop({ wait: { seconds: 1 } }, pure())],
    ['after a delay', 'order_of_effects', drop({ type: 'core/delay', input: { seconds: 1 } }, pure())],
    [
      'between what sets a variable and what reads it',
      'order_of_effects',
      {
        ...drop(pure({ set: { n: 1 } }), pure({ input: { n: '${state.n}' } })),
        rest: { ...output, state: { n: 0 } },
      },
    ],
    [
      'after a task that may fail with a handler',
      'join_changed',
      {
        base: { a: pure({ on_error: { goto: 'h' } }), h: pure(), b: pure(after('a')), z: pure() },
        candidate: { a: pure({ on_error: { goto: 'h' } }), h: pure(), b: pure(), z: pure() },
        rest: output,
      },
    ],
    ['after a task whose failure is passed over', 'proved', drop(pure({ on_error: 'continue' }), pure())],
    [
      'after a task that a switch may not choose',
      'join_changed',
      {
        base: {
          s: { switch: [{ when: '${input.x > 1}', goto: 'a' }, { goto: 'c' }] },
          a: pure(),
          c: pure(),
          b: pure(after('a')),
          z: pure(),
        },
        candidate: {
          s: { switch: [{ when: '${input.x > 1}', goto: 'a' }, { goto: 'c' }] },
          a: pure(),
          c: pure(),
          b: pure(),
          z: pure(),
        },
        rest: output,
      },
    ],
    [
      'in a try that catches',
      'join_changed',
      {
        base: { t: { try: { a: pure(), b: write(after('a')) }, catch: { c: pure() } }, z: pure(after('t')) },
        candidate: { t: { try: { a: pure(), b: write() }, catch: { c: pure() } }, z: pure(after('t')) },
        rest: output,
      },
    ],
    [
      'in a race',
      'race_changed',
      {
        base: {
          r: { race: { a: pure({ on_error: 'continue' }), b: pure(after('a')), c: pure(after('a', 'b')) } },
          z: pure(after('r')),
        },
        candidate: {
          r: { race: { a: pure({ on_error: 'continue' }), b: pure(), c: pure(after('a', 'b')) } },
          z: pure(after('r')),
        },
        rest: output,
      },
    ],
    [
      'before a step that waits for one of them',
      'order_is_seen',
      {
        base: { a: pure(), b: pure(after('a')), z: { ...pure(after('a', 'b')), join: 'any' } },
        candidate: { a: pure(), b: pure(), z: { ...pure(after('a', 'b')), join: 'any' } },
        rest: output,
      },
    ],
    [
      'when a write may come between two reads',
      'race_made_visible',
      {
        base: { a: read(), b: read(after('a')), w: write(), z: pure(after('a', 'b', 'w')) },
        candidate: { a: read(), b: read(), w: write(), z: pure(after('a', 'b', 'w')) },
        rest: output,
      },
    ],
    [
      'when items of a map write at the same time',
      'race_made_visible',
      {
        base: {
          m: {
            map: { over: '${[1, 2]}', as: 'i' },
            tasks: { a: read(), b: read(after('a')), w: write(after('a', 'b')) },
          },
          z: pure(after('m')),
        },
        candidate: {
          m: { map: { over: '${[1, 2]}', as: 'i' }, tasks: { a: read(), b: read(), w: write(after('a', 'b')) } },
          z: pure(after('m')),
        },
        rest: output,
      },
    ],
    [
      'when the items run one after the other',
      'proved',
      {
        base: {
          m: {
            map: { over: '${[1, 2]}', as: 'i', concurrency: 1 },
            tasks: { a: read(), b: read(after('a')), w: write(after('a', 'b')) },
          },
          z: pure(after('m')),
        },
        candidate: {
          m: {
            map: { over: '${[1, 2]}', as: 'i', concurrency: 1 },
            tasks: { a: read(), b: read(), w: write(after('a', 'b')) },
          },
          z: pure(after('m')),
        },
        rest: output,
      },
    ],
    [
      'a leaf more changes the output',
      'output_changed',
      {
        base: { a: pure(), b: pure(after('a')) },
        candidate: { a: pure(), b: pure() },
      },
    ],
    [
      'unless the output is spelled out',
      'proved',
      {
        base: { a: pure(), b: pure(after('a')) },
        candidate: { a: pure(), b: pure() },
        restOfCandidate: { output: { b: '${tasks.b.output}' } },
      },
    ],
    [
      'which a leaf with a condition does not allow',
      'output_changed',
      {
        base: { a: pure(), b: pure({ ...after('a'), when: '${input.x}' }) },
        candidate: { a: pure(), b: pure({ when: '${input.x}' }) },
        restOfCandidate: { output: { b: '${tasks.b.output}' } },
      },
    ],
    [
      'through a step that a switch may pass over, no order leads',
      'proved',
      {
        base: {
          s: { switch: [{ when: '${input.x > 1}', goto: 'g' }, { goto: 'o' }] },
          o: pure(),
          a: write(),
          g: pure(after('a')),
          b: write(after('g', 's')),
          z: pure(),
        },
        candidate: {
          s: { switch: [{ when: '${input.x > 1}', goto: 'g' }, { goto: 'o' }] },
          o: pure(),
          a: write(),
          g: pure(after('a')),
          b: write(after('g', 's')),
          z: pure(),
        },
        rest: output,
      },
    ],
  ]);
});

describe('edges that others imply', () => {
  const chosen = (id: string, other: string): JsonObject => ({
    [`s_${id}`]: { switch: [{ when: `\${input.${id} > 1}`, goto: id }, { goto: other }] },
    [id]: pure(),
    [other]: pure(),
  });
  const counted = { a: write(), x: pure(), k: pure({ ...after('a', 'x'), join: 'any' }), m: pure(after('a')) };
  const switched = { ...chosen('a1', 'o1'), ...chosen('a2', 'o2'), ...chosen('y', 'o3'), b1: pure(after('a1')) };
  const chain = (more: object = {}, level: 'identical' | 'success-equivalent' = 'identical'): Versions => ({
    base: { a: write(), b: write(after('a')), c: write({ ...after('a', 'b'), ...more }), d: pure() },
    candidate: { a: write(), b: write(after('a')), c: write({ ...after('b'), ...more }), d: pure() },
    claim: { level },
  });
  table([
    ['in a chain', 'proved', chain()],
    [
      'a third predecessor would carry where the first one blocks',
      'join_changed',
      {
        base: { a: write(), b: write(after('a')), d: pure(), c: write(after('a', 'b', 'd')) },
        candidate: { a: write(), b: write(after('a')), d: pure(), c: write(after('b', 'd')) },
        claim: { level: 'identical' },
      },
    ],
    [
      'by others that run and are skipped as often, but not in the same cases',
      'join_changed',
      {
        base: { ...switched, c: write(after('a1', 'a2')), z: pure() },
        candidate: { ...switched, c: write(after('b1', 'y')), z: pure() },
        rest: output,
      },
    ],
    [
      'by one, when another that may run without it would let it go on',
      'join_changed',
      {
        base: { ...counted, c: write(after('a', 'k', 'm')) },
        candidate: { ...counted, c: write(after('k', 'm')) },
        claim: { level: 'identical' },
      },
    ],
    [
      'which nobody sees in executions that complete',
      'proved',
      {
        base: { a: write(), b: write(after('a')), d: pure(), c: write(after('a', 'b', 'd')) },
        candidate: { a: write(), b: write(after('a')), d: pure(), c: write(after('b', 'd')) },
      },
    ],
    [
      'one that nothing implies',
      'join_changed',
      {
        base: { a: pure(), b: pure(after('a')), z: pure(after('a', 'b')) },
        candidate: { a: pure(), b: pure(), z: pure(after('a', 'b')) },
        rest: output,
        claim: { level: 'identical' },
      },
    ],
    [
      'one that nothing implies, after a task that can not block',
      'order_changed',
      {
        base: { a: pure({ on_error: 'continue' }), b: pure(after('a')), z: pure(after('a', 'b')) },
        candidate: { a: pure({ on_error: 'continue' }), b: pure(), z: pure(after('a', 'b')) },
        rest: output,
        claim: { level: 'identical' },
      },
    ],
  ]);
});

describe('tasks that are gone', () => {
  const dead = (task: object, rest: object = output): Versions => ({
    base: { a: pure(), dead: task as never, z: pure(after('a')) },
    candidate: { a: pure(), z: pure(after('a')) },
    rest: rest as never,
    claim: { gone: { '/dead': { is: 'dead' } } },
  });
  const twins = (one: object, other: object, more: Partial<Versions> = {}): Versions => ({
    base: {
      a: pure(),
      b: one as never,
      c: other as never,
      z: pure({ input: { b: '${tasks.b.output}', c: '${tasks.c.output}' } }),
    },
    candidate: { a: pure(), b: one as never, z: pure({ input: { b: '${tasks.b.output}', c: '${tasks.b.output}' } }) },
    rest: output,
    claim: { gone: { '/c': { is: 'duplicate', of: '/b' } } },
    ...more,
  });
  table([
    ['a pure one that nobody reads', 'proved', dead(pure())],
    ['without a reason', 'lost_task', { ...dead(pure()), claim: {} }],
    ['a read', 'not_pure', dead(read())],
    ['a delay', 'not_pure', dead({ type: 'core/delay', input: { seconds: 1 } })],
    ['a leaf of a workflow without a mapping', 'output_changed', dead(pure(), {})],
    ['one that sets a variable', 'not_pure', dead(pure({ set: { n: 1 } }), { ...output, state: { n: 0 } })],
    ['a group of pure ones', 'proved', dead({ tasks: { i: pure(), j: pure() } })],
    ['a group with a write', 'not_pure', dead({ tasks: { i: pure(), j: write() } })],
    [
      'one that others wait for',
      'still_needed',
      {
        base: { a: pure(), dead: pure(), z: pure(after('a', 'dead')) },
        candidate: { a: pure(), z: pure(after('a')) },
        rest: output,
        claim: { gone: { '/dead': { is: 'dead' } } },
      },
    ],
    [
      'one whose failure is handled',
      'still_needed',
      {
        base: { dead: pure({ on_error: { goto: 'h' } }), h: pure(), z: pure() },
        candidate: { h: pure(), z: pure() },
        rest: output,
        claim: { gone: { '/dead': { is: 'dead' } } },
      },
    ],
    [
      'one whose failure is caught',
      'failure_is_caught',
      {
        base: { t: { try: { dead: pure(), i: pure() }, catch: { c: write() } }, z: pure() },
        candidate: { t: { try: { i: pure() }, catch: { c: write() } }, z: pure() },
        rest: output,
        claim: { gone: { '/t/try/dead': { is: 'dead' } } },
      },
    ],
    [
      'the same call twice',
      'proved',
      twins(pure({ input: { n: '${tasks.a.output}' } }), pure({ input: { n: '${tasks.a.output}' } })),
    ],
    [
      'written differently',
      'proved',
      twins(pure({ input: { n: '${tasks.a.output}' } }), pure({ input: { n: '${ tasks.a.output }' } })),
    ],
    ['with another input', 'not_a_duplicate', twins(pure({ input: { n: 1 } }), pure({ input: { n: 2 } }))],
    ['with 1 and "1"', 'not_a_duplicate', twins(pure({ input: { n: 1 } }), pure({ input: { n: '1' } }))],
    ['with chance', 'not_a_duplicate', twins(pure({ input: { n: '${uuid()}' } }), pure({ input: { n: '${uuid()}' } }))],
    ['of reads', 'not_pure', twins(read(), read())],
    ['after other tasks', 'not_a_duplicate', twins(pure(), pure(after('a')))],
    ['of another type', 'not_a_duplicate', twins(pure(), { type: 'y/pure' })],
    [
      'when nobody looks at what the other did',
      'task_changed',
      {
        ...twins(pure(), pure()),
        candidate: { a: pure(), b: pure(), z: pure({ input: { b: '${tasks.b.output}', c: '${tasks.a.output}' } }) },
      },
    ],
    [
      'a duplicate of a duplicate of itself',
      'lost_task',
      {
        ...twins(pure(), pure()),
        candidate: { a: pure(), z: pure({ input: { b: '${tasks.a.output}', c: '${tasks.a.output}' } }) },
      },
    ],
    [
      'chains of duplicates',
      'proved',
      {
        base: {
          b: pure({ input: { n: 1 } }),
          c: pure({ input: { n: 1 } }),
          d: pure(reading('b')),
          e: pure(reading('c')),
          z: pure({ input: { d: '${tasks.d.output}', e: '${tasks["e"].output}' } }),
        },
        candidate: {
          b: pure({ input: { n: 1 } }),
          d: pure(reading('b')),
          z: pure({ input: { d: '${tasks.d.output}', e: '${tasks["d"].output}' } }),
        },
        rest: output,
        claim: { gone: { '/c': { is: 'duplicate', of: '/b' }, '/e': { is: 'duplicate', of: '/d' } } },
      },
    ],
    [
      'an element called tasks is no task',
      'task_changed',
      {
        ...twins(pure(), pure()),
        base: {
          a: pure(),
          b: pure(),
          c: pure(),
          z: pure({
            input: { b: '${tasks.b.output}', c: '${tasks.c.output}', x: '${[{"c": 1, "b": 2}].map(tasks, tasks.c)}' },
          }),
        },
        candidate: {
          a: pure(),
          b: pure(),
          z: pure({
            input: { b: '${tasks.b.output}', c: '${tasks.b.output}', x: '${[{"c": 1, "b": 2}].map(tasks, tasks.b)}' },
          }),
        },
      },
    ],
  ]);
});

describe('what a task says', () => {
  const changed = (one: object, other: object, more: Partial<Versions> = {}): Versions => ({
    base: { a: one as never, z: pure(after('a')) },
    candidate: { a: other as never, z: pure(after('a')) },
    rest: output,
    ...more,
  });
  table([
    ['nothing else', 'proved', changed(pure(), pure())],
    ['another priority', 'proved', changed(pure(), pure({ priority: 5 }), { claim: { level: 'identical' } })],
    ['a cache of a pure task', 'proved', changed(pure(), pure({ cache: { ttl: 60 } }))],
    ['a cache of a read', 'cache_changed', changed(read(), read({ cache: { ttl: 60 } }))],
    [
      'a cache with a key of its own',
      'cache_changed',
      changed(pure({ input: { n: 1 } }), pure({ input: { n: 1 }, cache: { ttl: 60, key: 'k' } })),
    ],
    [
      'a cache of a delay',
      'cache_changed',
      changed({ type: 'core/delay', input: {} }, { type: 'core/delay', input: {}, cache: { ttl: 60 } }),
    ],
    [
      'a cache with chance in the input',
      'cache_changed',
      changed(pure({ input: { n: '${now()}' } }), pure({ input: { n: '${now()}' }, cache: { ttl: 60 } })),
    ],
    ['another timeout', 'task_changed', changed(pure(), pure({ timeout: 5 }))],
    [
      'another timeout, as claimed',
      'proved',
      changed(pure(), pure({ timeout: 5 }), { claim: { level: 'policy-change', policies: { '/a': ['timeout'] } } }),
    ],
    [
      'a retry beside it',
      'policy_changed',
      changed(pure(), pure({ timeout: 5, retry_policy: {} }), {
        claim: { level: 'policy-change', policies: { '/a': ['timeout'] } },
      }),
    ],
    [
      'another input beside it',
      'task_changed',
      changed(pure(), pure({ timeout: 5, input: { n: 1 } }), {
        claim: { level: 'policy-change', policies: { '/a': ['timeout'] } },
      }),
    ],
    ['another input', 'task_changed', changed(pure(), pure({ input: { n: 1 } }))],
    ['another type', 'task_changed', changed(pure(), read())],
    ['another condition', 'task_changed', changed(pure(), pure({ when: '${input.x}' }))],
    ['another handler', 'task_changed', changed(pure(), pure({ on_error: 'continue' }))],
    [
      'another workflow timeout',
      'workflow_changed',
      changed(pure(), pure(), { restOfCandidate: { ...output, timeout: 5 } }),
    ],
    [
      'another output',
      'output_changed',
      changed(pure(), pure(), { restOfCandidate: { output: { x: '${tasks.a.output}' } } }),
    ],
    [
      'a task more',
      'added_task',
      changed(pure(), pure(), { candidate: { a: pure(), b: pure(), z: pure(after('a')) } }),
    ],
    [
      'an edge more',
      'proved',
      changed(pure(), pure(), {
        base: { a: pure(), b: pure(), z: pure(after('a', 'b')) },
        candidate: { a: pure(), b: pure(after('a')), z: pure(after('a', 'b')) },
      }),
    ],
    [
      'an edge more, as a fix',
      'proved',
      changed(pure(), pure(), {
        base: { a: write(), b: write(), z: pure(after('a', 'b')) },
        candidate: { a: write(), b: write(after('a')), z: pure(after('a', 'b')) },
        claim: { level: 'fix' },
      }),
    ],
    [
      'an edge less, as a fix',
      'edge_removed',
      changed(pure(), pure(), {
        base: { a: write(), b: write(after('a')), z: pure(after('a', 'b')) },
        candidate: { a: write(), b: write(), z: pure(after('a', 'b')) },
        claim: { level: 'fix' },
      }),
    ],
  ]);
});

test('a certificate says which edges went and what may happen when something fails', () => {
  const base = compile({ a: pure(), b: pure(after('a')), c: pure(reading('b')), z: pure(after('a', 'c')) }, output);
  const candidate = compile({ a: pure(), b: pure(), c: pure(reading('b')), z: pure(after('a', 'c')) }, output);
  const claim = { level: 'success-equivalent', stands: {}, gone: {}, policies: {} } as const;
  const checked = check({ base, candidate, claim, facts: NO_FACTS });
  expect(checked).toMatchObject({
    ok: true,
    value: {
      checker: CHECKER_VERSION,
      droppedEdges: [{ from: '/a', to: '/b', because: 'independent' }],
      changesOnFailure: [
        { is: 'runs_anyway', task: '/b', although: '/a' },
        { is: 'runs_anyway', task: '/c', although: '/a' },
        { is: 'runs_anyway', task: '/z', although: '/a' },
      ],
    },
  });
  expect(check({ base, candidate, claim, facts: NO_FACTS })).toEqual(checked);
});

describe('who does not wait any more may have run when the time is over', () => {
  type Two = readonly [JsonObject, JsonObject];
  const goesOn = pure({ on_error: 'continue' });
  const changesOf = ([base, candidate]: Two, rest: JsonObject = {}): readonly string[] | undefined => {
    const checked = check({
      ...{ base: compile(base, { output: {}, ...rest }), candidate: compile(candidate, { output: {}, ...rest }) },
      ...{ claim: { level: 'success-equivalent', stands: {}, gone: {}, policies: {} }, facts: NO_FACTS },
    });
    return checked.ok ? checked.value.changesOnFailure.map(({ task }) => task) : undefined;
  };
  const sooner = [
    { b: goesOn, c: write(after('b')) },
    { b: goesOn, c: write() },
  ] as const;
  const implied = [
    { a: goesOn, b: pure({ ...after('a'), on_error: 'continue' }), c: write(after('a', 'b')) },
    { a: goesOn, b: pure({ ...after('a'), on_error: 'continue' }), c: write(after('b')) },
  ] as const;
  const inside = ([base, candidate]: Two, more: JsonObject, id = 'g'): Two => [
    { [id]: { tasks: base, output: {}, ...more } },
    { [id]: { tasks: candidate, output: {}, ...more } },
  ];

  const beside = ([base, candidate]: Two, d: JsonObject): Two => [
    { ...base, d },
    { ...candidate, d },
  ];
  const nine = { timeout: 9 };

  test.each([
    ['without a deadline', sooner, {}, []],
    ['with one of the workflow', sooner, nine, ['/c']],
    ['with one of what holds both', inside(sooner, nine), {}, ['/g/c']],
    ['with one of what holds that', inside(inside(sooner, {}, 'i'), nine), {}, ['/g/i/c']],
    ['with one of a task beside them', beside(sooner, pure(nine)), {}, []],
    ['where it waits by another way', implied, nine, []],
  ] as const)('%s', (_, versions, rest, wanted) => {
    expect(changesOf(versions, rest)).toEqual(wanted);
  });
});
