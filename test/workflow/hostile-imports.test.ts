import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { importDocument } from '../../src/workflow/index.js';

const faultsOf = (source: unknown): string[] => {
  const result = importDocument(source);
  return result.ok ? [] : result.error.map(({ code, pointer }) => `${code} ${pointer}`);
};

const tasksOf = (source: unknown): JsonObject => {
  const result = importDocument(source);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.document.tasks as JsonObject;
};

const one = (body: JsonObject): Json => ({
  name: 'x',
  steps: [
    { id: 'a', ...body },
    { id: 'b', component: 'c', action: 'x' },
  ],
});

describe('what can not be said is a fault at its place', () => {
  test.each<[string, JsonObject, string[]]>([
    ['a loop without a condition', { type: 'loop', component: 'c' }, ['dialect_unmapped /steps/0/type']],
    ['a loop without a bound', { type: 'loop', component: 'c', while: 'true' }, ['required_field /steps/0']],
    ['a loop without a body', { type: 'loop', count: 3 }, ['dialect_unmapped /steps/0/type']],
    [
      'a loop of a strange count',
      { type: 'loop', count: [], component: 'c', max_iterations: 3 },
      ['wrong_type /steps/0/count'],
    ],
    [
      'a bound that is none',
      { type: 'loop', while: 'true', max_iterations: 0, component: 'c' },
      ['wrong_type /steps/0/max_iterations', 'required_field /steps/0'],
    ],
    ['a map over nothing', { type: 'map', component: 'c' }, ['dialect_unmapped /steps/0/type']],
    ['a body that is named only', { type: 'map', items: '${input.x}', body: 'b' }, ['dialect_unmapped /steps/0/body']],
    [
      'a policy for items',
      { type: 'map', config: { items: '${input.x}', on_item_error: 'retry' }, component: 'c' },
      ['dialect_unmapped /steps/0/config/on_item_error'],
    ],
    ['a name for items', { type: 'map', items: [], as: 'the row', component: 'c' }, ['wrong_type /steps/0/as']],
    ['an event without a name', { type: 'event' }, ['dialect_unmapped /steps/0/type']],
    [
      'a correlation with a strange field',
      { type: 'event', event: 'e', filter: { 'a-b': 1 } },
      ['dialect_unmapped /steps/0/filter'],
    ],
    ['a wait for nothing', { type: 'wait' }, ['dialect_unmapped /steps/0/type']],
    [
      'a wait for something else',
      { type: 'wait', wait_for: { approval_of: 'me' } },
      ['dialect_unmapped /steps/0/wait_for'],
    ],
    ['a wait until no time', { type: 'wait', until: 'later' }, ['wrong_type /steps/0/until']],
    ['a strange length of time', { type: 'wait', config: { seconds: 'many' } }, ['wrong_type /steps/0/config/seconds']],
    ['a negative length of time', { type: 'wait', minutes: -1 }, ['wrong_type /steps/0/minutes']],
    [
      'a webhook that waits and has a component',
      { type: 'webhook', component: 'c' },
      ['dialect_unmapped /steps/0/type'],
    ],
    ['a custom task without a type', { type: 'custom' }, ['dialect_unmapped /steps/0/type']],
    ['a sub-workflow without a name', { type: 'subworkflow' }, ['dialect_unmapped /steps/0/type']],
    ['an action without a component', { type: 'action', parameters: { x: 1 } }, ['dialect_unmapped /steps/0']],
    ['a join of a strange kind', { type: 'join', join_type: 'most' }, ['dialect_unmapped /steps/0/join_type']],
    [
      'a transition that a person makes',
      { component: 'c', transitions: [{ to: 'b', automatic: false }] },
      ['dialect_unmapped /steps/0/transitions/0/automatic'],
    ],
    [
      'a transition of a strange name',
      { component: 'c', transitions: { maybe: 'b' } },
      ['dialect_unmapped /steps/0/transitions/maybe'],
    ],
    ['a decision without a condition', { type: 'decision', then: 'b' }, ['required_field /steps/0']],
    [
      'a handler that handles nothing',
      { component: 'c', on_error: [{ class: 'timeout' }] },
      ['dialect_unmapped /steps/0/on_error/0'],
    ],
    [
      'a handler of a strange type',
      { component: 'c', error_handler: { type: 'nowhere' }, on_error: 'nowhere' },
      ['dialect_unmapped /steps/0/on_error'],
    ],
    ['the state as a whole', { component: 'c', inputs: { all: '${state}' } }, ['dialect_unmapped /steps/0/inputs/all']],
    [
      'two inputs of a sub-workflow',
      { type: 'subworkflow', workflow: 'w', input: { x: 1 }, parameters: { y: 2 } },
      ['dialect_unmapped /steps/0/parameters'],
    ],
    [
      'a branch that is named beside one that is not',
      { type: 'parallel', branches: [[{ id: 'z', component: 'c' }], 'b'] },
      ['dialect_unmapped /steps/0/branches/1'],
    ],
    ['a task inside that is none', { type: 'loop', count: 2, body: [7] }, ['wrong_type /steps/0/body/0']],
    [
      'an unknown task inside',
      { type: 'loop', count: 2, body: [{ id: 'z', component: 'c', depends_on: ['nowhere'] }] },
      ['unknown_task /steps/0/body/0/depends_on/0'],
    ],
    [
      'two tasks of one id inside',
      {
        type: 'loop',
        count: 2,
        body: [
          { id: 'z', component: 'c' },
          { id: 'z', component: 'c' },
        ],
      },
      ['duplicate_task_id /steps/0/body/1'],
    ],
    [
      'a task inside that waits for the one around',
      { type: 'loop', count: 2, body: [{ id: 'z', component: 'c', depends_on: ['a'] }] },
      ['unknown_task /steps/0/body/0/depends_on/0'],
    ],
  ])('%s', (_what, body, expected) => {
    expect(faultsOf(one(body))).toEqual(expected);
  });

  test('ways back are loops without a bound', () => {
    const step = (id: string, to: string, condition?: string): Json => ({
      id,
      component: 'c',
      transitions: [{ to, ...(condition && { condition }) }],
    });
    expect(
      faultsOf({ name: 'x', steps: [step('a', 'b'), step('b', 'c', 'input.x'), step('c', 'a', 'input.y')] }),
    ).toEqual(['dialect_unmapped /steps/2/transitions/0']);
    expect(faultsOf({ name: 'x', steps: [step('a', 'a')] })).toEqual(['dialect_unmapped /steps/0/transitions/0']);
    expect(
      faultsOf({
        name: 'x',
        initialState: {},
        transitions: { a: 'b', b: 'a' },
        steps: [
          { id: 'a', component: 'c' },
          { id: 'b', component: 'c' },
        ],
      }),
    ).toEqual(['dialect_unmapped /transitions/b']);
  });

  test.each<[string, Json, string[]]>([
    [
      'transitions of a step that is not there',
      { name: 'x', transitions: { z: 'a' }, steps: [{ id: 'a', component: 'c' }] },
      ['unknown_task /transitions/z'],
    ],
    [
      'a connection that is none',
      { name: 'x', nodes: [{ id: 'a', data: { component: 'c' } }], connections: [{ from: 'a' }, 7] },
      ['wrong_type /connections/0', 'wrong_type /connections/1'],
    ],
    [
      'a connection to nowhere',
      { name: 'x', nodes: [{ id: 'a', data: { component: 'c' }, connections: { output: ['z'] } }] },
      ['unknown_task /nodes/0/connections/output/0'],
    ],
    [
      'a decision drawn with three ways',
      { name: 'x', nodes: [{ id: 'a', type: 'decision', connections: { output: ['a', 'a', 'a'] } }] },
      ['dialect_unmapped /nodes/0/connections/output', 'required_field /nodes/0'],
    ],
    [
      'a phase that is none',
      { sprint_name: 's', phases: [7, { tasks: 3 }, { tasks: [{ name: 3 }] }] },
      ['wrong_type /phases/0', 'wrong_type /phases/1/tasks', 'required_field /phases/2/tasks/0'],
    ],
    [
      'a graph that is none',
      { sprint_name: 's', tasks: [{ id: 'a' }], dependency_graph: { a: 7 } },
      ['wrong_type /dependency_graph/a'],
    ],
    [
      'a dependency that is no task',
      { sprint_name: 's', tasks: [{ id: 'a' }], dependency_graph: { a: ['z'] } },
      ['unknown_task /dependency_graph/a/0'],
    ],
    [
      'handlers that are none',
      { name: 'x', tasks: [{ id: 'a', component: 'c' }], error_handlers: [7] },
      ['wrong_type /error_handlers/0'],
    ],
    [
      'more handlers than anybody writes',
      {
        name: 'x',
        tasks: [{ id: 'a', component: 'c' }],
        error_handlers: Array.from({ length: 17 }, () => ({ handler_step: 'a' })),
      },
      ['dialect_unmapped /error_handlers'],
    ],
    [
      'a variable set by too many',
      {
        name: 'x',
        steps: [
          ...Array.from({ length: 9 }, (_, i) => ({ id: `w${i}`, component: 'c', outputs: { y: 'x' } })),
          { id: 'r', component: 'c', inputs: { x: '${x}' } },
        ],
      },
      ['dialect_unmapped /steps/9/inputs/x'],
    ],
    [
      'a variable set whole and in parts',
      {
        name: 'x',
        steps: [
          { id: 'p', component: 'c', outputs: { a: 'd', b: 'd.b' } },
          { id: 'r', component: 'c', inputs: { x: '${d}' } },
        ],
      },
      ['dialect_unmapped /steps/1/inputs/x'],
    ],
    [
      'a first value too large to be written out',
      { name: 'x', initialState: { d: 'y'.repeat(2000) }, steps: [{ id: 'r', component: 'c', inputs: { x: '${d}' } }] },
      ['dialect_unmapped /steps/0/inputs/x'],
    ],
  ])('%s', (_what, source, expected) => {
    expect(faultsOf(source).sort()).toEqual(expected.sort());
  });
});

describe('names', () => {
  test('of the prototype are names like others', () => {
    const source = JSON.parse(
      `{"name": "x", "initialState": {"__proto__": 1}, "transitions": {"constructor": "__proto__"},
        "steps": {"__proto__": {"component": "c", "inputs": {"__proto__": "\${state.toString}"}, "outputs": {"constructor": "hasOwnProperty"}},
                  "constructor": {"type": "toString", "retry": {"retry_on": ["constructor"], "__proto__": 1}, "config": {"valueOf": 1}}}}`,
    ) as Json;
    const tasks = tasksOf(source);
    expect(Object.keys(tasks)).toEqual(['__proto__', 'constructor', 'state_toString']);
    expect(tasks.constructor).toEqual({
      component: 'toString',
      action: 'execute',
      input: { valueOf: 1 },
      retry_policy: { retry_on: ['constructor'] },
      metadata: { extra: { retry: { retry_on: ['constructor'], ['__proto__']: 1 } } },
    });
    expect(({} as JsonObject).component).toBeUndefined();
  });

  test('of the importer give way to those of the document, in whatever body they stand', () => {
    const tasks = tasksOf({
      name: 'x',
      steps: [
        { id: 'a', component: 'c', transitions: [{ to: 'b', condition: 'state.q.r' }] },
        { id: 'b', component: 'c' },
        {
          id: 'state_q',
          type: 'loop',
          count: 1,
          body: [
            { id: 'state_q_2', component: 'c' },
            { id: 'a_next', component: 'c' },
          ],
        },
      ],
    });
    expect(Object.keys(tasks)).toEqual(['a', 'b', 'state_q', 'a_next_2', 'state_q_3']);
    expect(tasks.a_next_2).toMatchObject({
      switch: [{ when: '${tasks.state_q_3.output.?r.orValue(null)}', goto: 'b' }],
    });
  });

  test('of the importer are not taken again by a body that comes later', () => {
    const tasks = tasksOf({
      name: 'x',
      steps: [
        { id: 'a', component: 'c', inputs: { x: '${state.q.r}' } },
        { id: 'b', type: 'loop', count: 1, body: [{ id: 'state_q', component: 'c', inputs: { x: '${state.q.r}' } }] },
      ],
    });
    expect(Object.keys(tasks)).toEqual(['a', 'b', 'state_q']);
    expect(tasks.b).toMatchObject({
      tasks: { state_q_2: { input: { x: '${tasks.state_q.output.?r.orValue(null)}' } } },
    });
  });
});

describe('nesting', () => {
  const nested = (levels: number): Json => {
    let body: Json = [{ id: 'last', component: 'c' }];
    for (let level = 0; level < levels; level++) body = [{ id: `l${level}`, type: 'loop', count: 2, body }];
    return { name: 'x', steps: body };
  };

  test('has as many levels as a document may have, and no more', () => {
    expect(faultsOf(nested(15))).toEqual([]);
    expect(faultsOf(nested(16)).map((fault) => fault.split(' ')[0])).toEqual(['nesting_too_deep']);
    expect(faultsOf(nested(5000))).toEqual(['nesting_too_deep ']);
  });

  test('what is imported is not deeper than a document may be', () => {
    let deep: Json = { component: 'c' };
    for (let level = 0; level < 14; level++) deep = { type: 'loop', count: 2, body: deep };
    const result = importDocument({ name: 'x', tasks: { a: deep } });
    if (result.ok) expect(importDocument(result.value.document)).toMatchObject({ ok: true });
    else expect(result.error[0]?.code).toBe('nesting_too_deep');
  });
});

describe('size', () => {
  const many = (make: (index: number) => Json, count: number): Json[] =>
    Array.from({ length: count }, (_, i) => make(i));
  /** Milliseconds of this process, not of the clock: the machine may be busy. */
  const work = (source: Json): number => {
    const before = process.cpuUsage();
    importDocument(source);
    const { user } = process.cpuUsage(before);
    return user / 1000;
  };

  test.each<[string, (count: number) => Json]>([
    [
      'transitions with conditions into one step',
      (n) => ({
        name: 'x',
        steps: [
          ...many((i) => ({ id: `t${i}`, component: 'c', transitions: [{ to: 'end', condition: 'input.x' }] }), n),
          { id: 'end', type: 'end' },
        ],
      }),
    ],
    [
      'bodies',
      (n) => ({
        name: 'x',
        tasks: many(
          (i) => ({
            id: `m${i}`,
            type: 'map',
            items: '${input.x}',
            tasks: [
              { id: `t${i}`, component: 'c' },
              { id: 'm0', component: 'c' },
            ],
          }),
          n,
        ),
      }),
    ],
    [
      'one id again and again',
      (n) => ({
        name: 'x',
        tasks: many(
          (i) => ({ id: 'x-'.repeat(1 + (i % 50)) + '.'.repeat(i / 50), type: 'loop', count: 1, component: 'c' }),
          n,
        ),
      }),
    ],
    [
      'writers and readers of the state',
      (n) => ({
        name: 'x',
        steps: many(
          (i) => ({
            id: `t${i}`,
            component: 'c',
            inputs: { x: '${v' + String(i - 1) + '} ${d.f' + String(i - 1) + '}' },
            outputs: { a: `v${i}`, b: `d.f${i}` },
          }),
          n,
        ),
      }),
    ],
    [
      'variables from outside',
      (n) => ({
        name: 'x',
        steps: many((i) => ({ id: `t${i}`, component: 'c', inputs: { x: '${state.v' + String(i) + '.x}' } }), n),
      }),
    ],
    [
      'tasks in phases, and a graph',
      (n) => ({
        sprint_name: 's',
        phases: [{ name: 'p', tasks: many((i) => ({ id: `t${i}`, name: 'n' }), n) }],
        dependency_graph: Object.fromEntries(
          many((i) => i, n - 1).map((i) => [`t${String(Number(i) + 1)}`, [`t${String(i)}`]]),
        ),
      }),
    ],
    [
      'ways of one decision',
      (n) => ({
        name: 'x',
        steps: [
          {
            id: 'd',
            type: 'decision',
            mode: 'all',
            transitions: many((i) => ({ to: `t${i}`, condition: 'input.x' }), n),
          },
          ...many((i) => ({ id: `t${i}`, component: 'c' }), n),
        ],
      }),
    ],
  ])('%s take time in proportion', (_what, make) => {
    const small = Math.min(...[0, 1, 2].map(() => work(make(250))));
    // 16 times as much is 16 times the work, or 256 times if something is quadratic.
    expect(work(make(4000))).toBeLessThan(100 * Math.max(small, 10));
  });
});
