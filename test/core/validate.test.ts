import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startRun } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { compile, CoreWorld, faultsOf, mustCompile, task } from '../world/core-world.js';

const workflow = (tasks: Record<string, Json>, rest: Record<string, Json> = {}): Json => ({
  name: 'w',
  tasks,
  ...rest,
});

describe('every fault has a code and a pointer', () => {
  test.each<[string, unknown, string[]]>([
    ['no object', [], ['wrong_type ']],
    ['nothing in it', {}, ['required_field ', 'required_field ']],
    ['an unknown field', workflow({}, { colour: 1 }), ['unknown_field /colour']],
    [
      'wrong types',
      workflow({ a: 3 }, { fail_fast: 'x', timeout: -1 }),
      ['wrong_type /timeout', 'wrong_type /fail_fast', 'wrong_type /tasks/a'],
    ],
    ['a bad id', workflow({ 'a b': task(), in: task() }), ['invalid_task_id /tasks/a b', 'invalid_task_id /tasks/in']],
    ['an unknown task', workflow({ a: task({ depends_on: ['b'] }) }), ['unknown_task /tasks/a/depends_on/0']],
    [
      'an unknown task in an expression',
      workflow({ a: task({ input: { x: ['${tasks.b.output}'] } }) }),
      ['unknown_task /tasks/a/input/x/0'],
    ],
    ['a self reference', workflow({ a: task({ depends_on: ['a'] }) }), ['self_reference /tasks/a/depends_on/0']],
    [
      'a cycle',
      workflow({ a: task({ depends_on: ['b'] }), b: task({ input: { x: '${tasks.a.output}' } }) }),
      ['dependency_cycle /tasks/a'],
    ],
    [
      'a goto to an ancestor',
      workflow({ a: task(), b: task({ depends_on: ['a'], on_error: { goto: 'a' } }) }),
      ['goto_ancestor /tasks/b/on_error/goto'],
    ],
    ['an unknown type', workflow({ a: { type: 'no/such' } }), ['task_type_unknown /tasks/a/type']],
    ['no work', workflow({ a: {} }), ['required_field /tasks/a']],
    [
      'two kinds of work',
      workflow({ a: { type: 'test/task', component: 'c', action: 'x' } }),
      ['wrong_type /tasks/a/component'],
    ],
    ['a join out of reach', workflow({ a: task({ join: 2 }) }), ['join_out_of_reach /tasks/a/join']],
    [
      'a bad retry policy',
      workflow({ a: task({ retry_policy: { max_retries: -1, x: 1 } }) }),
      ['out_of_range /tasks/a/retry_policy/max_retries', 'unknown_field /tasks/a/retry_policy/x'],
    ],
    ['a bad expression', workflow({ a: task({ when: '${1 +}' }) }), ['expression_syntax /tasks/a/when']],
    [
      'a secret outside of input',
      workflow({ a: task({ when: '${secrets.x == "1"}' }) }),
      ['secret_not_allowed /tasks/a/when'],
    ],
    ['a secret in the output', workflow({ a: task() }, { output: '${secrets.x}' }), ['secret_not_allowed /output']],
    [
      'a bad schema',
      workflow({ a: task() }, { input_schema: { type: 'nonsense' } }),
      ['invalid_schema /input_schema/type'],
    ],
    [
      'a hostile pattern in a schema',
      workflow({ a: task() }, { input_schema: { properties: { x: { pattern: '(?=a)' } } } }),
      ['invalid_schema /input_schema'],
    ],
    [
      'constant input that does not fit its type',
      workflow({ a: { type: 'test/strict', input: { n: 'x' } } }),
      ['schema_mismatch /tasks/a/input/n'],
    ],
    ['a switch without targets', workflow({ a: { switch: [] } }), ['wrong_type /tasks/a/switch']],
    ['an unknown switch target', workflow({ a: { switch: [{ goto: 'z' }] } }), ['unknown_task /tasks/a/switch/0/goto']],
    [
      'error where nothing fails',
      workflow({ a: task({ input: { e: '${error.message}' } }) }),
      ['expression_unknown_name /tasks/a/input/e'],
    ],
  ])('%s', (_name, document, expected) => {
    expect(faultsOf(document).sort()).toEqual(expected.sort());
  });

  test.each<[string, unknown, string[]]>([
    [
      'a cycle through a switch and a goto',
      workflow({
        a: { switch: [{ goto: 'b' }], depends_on: ['c'] },
        b: task({ on_error: { goto: 'd' } }),
        c: task({ depends_on: ['d'] }),
        d: task(),
      }),
      ['goto_ancestor /tasks/b/on_error/goto'],
    ],
    [
      'a switch that chooses what it waits for',
      workflow({ a: task(), s: { depends_on: ['a'], switch: [{ goto: 'a' }] } }),
      ['dependency_cycle /tasks/a'],
    ],
    [
      'a task, a switch and a goto that name themselves',
      workflow({
        a: task({ input: { x: '${tasks.a.output}' } }),
        s: { switch: [{ goto: 's' }] },
        g: task({ on_error: { goto: 'g' } }),
      }),
      [
        'self_reference /tasks/a/input/x',
        'self_reference /tasks/s/switch/0/goto',
        'self_reference /tasks/g/on_error/goto',
      ],
    ],
    [
      'faults of all branches, each at its own place',
      workflow({ s: { switch: [7, { when: '${', goto: 'a', 'x/y': 1, z: 2 }, { goto: 'no' }] }, a: task() }),
      [
        'wrong_type /tasks/s/switch/0',
        'unknown_field /tasks/s/switch/1/x~1y',
        'unknown_field /tasks/s/switch/1/z',
        'expression_syntax /tasks/s/switch/1/when',
        'unknown_task /tasks/s/switch/2/goto',
      ],
    ],
    [
      'error outside of the target of a goto',
      workflow({
        a: task({ on_error: { goto: 'b' } }),
        b: task({ when: '${error.code == "x"}' }),
        c: task({ when: '${error.code == "x"}' }),
      }),
      ['expression_unknown_name /tasks/c/when'],
    ],
    [
      'numbers that are none',
      workflow({ a: task({ timeout: Number.NaN, priority: Infinity, input: { x: [JSON.parse('1e999') as number] } }) }),
      [
        ...['not_json /tasks/a/timeout', 'not_json /tasks/a/priority', 'not_json /tasks/a/input/x/0'],
        ...['wrong_type /tasks/a/timeout', 'wrong_type /tasks/a/priority'],
      ],
    ],
    ['an id that is too long', workflow({ ['x'.repeat(129)]: task() }), [`invalid_task_id /tasks/${'x'.repeat(129)}`]],
    [
      'names of prototypes',
      workflow({ constructor: { type: 'constructor' } }),
      ['task_type_unknown /tasks/constructor/type'],
    ],
    [
      'a dependency on a prototype',
      workflow({ a: task({ depends_on: ['toString'] }) }),
      ['unknown_task /tasks/a/depends_on/0'],
    ],
    [
      'expressions in the name of an action',
      workflow({ a: { component: 'c', action: '${input.x}', input: { y: '${' } } }),
      ['wrong_type /tasks/a/action'],
    ],
  ])('%s', (_name, document, expected) => {
    expect(faultsOf(document).sort()).toEqual(expected.sort());
  });

  test('an expression of a component task that fails says where it stands', () => {
    const world = new CoreWorld(
      workflow({ a: { component: 'c', action: 'x', input: { deep: ['${input.nothing}'] } } }),
    );
    world.begin('/a');
    expect(world.events).toContainEqual(
      expect.objectContaining({
        failure: expect.objectContaining({ details: expect.objectContaining({ pointer: '/tasks/a/input/deep/0' }) }),
      }),
    );
  });

  test('all of them in one report', () => {
    const document = workflow({ a: task({ depends_on: ['x'], when: '${' }), b: { type: 'no/such' } }, { nope: 1 });
    expect(faultsOf(document)).toHaveLength(4);
  });
});

describe('warnings', () => {
  test('say where the output of a task that may be skipped is read without a guard', () => {
    const result = compile(
      workflow({
        a: task({ when: '${input.x}' }),
        b: task({ input: { bad: '${tasks.a.output.n}', good: '${tasks.a.output?.n}' } }),
      }),
    );
    expect(result.ok && result.value.warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual([
      'may_be_null /tasks/b/input/bad',
    ]);
  });
});

describe('size', () => {
  test('a chain of 10,000 tasks is accepted, 10,001 are not', () => {
    const chain = (length: number): Json =>
      workflow(
        Object.fromEntries(
          Array.from({ length }, (_, i) => [`t${i}`, task(i > 0 ? { depends_on: [`t${i - 1}`] } : {})]),
        ),
      );
    expect(faultsOf(chain(10_000))).toEqual([]);
    expect(faultsOf(chain(10_001))).toEqual(['too_many_tasks /tasks']);
  });

  test('a ring of 10,000 tasks is one cycle', () => {
    const ring = workflow(
      Object.fromEntries(
        Array.from({ length: 10_000 }, (_, i) => [`t${i}`, task({ depends_on: [`t${(i + 9999) % 10_000}`] })]),
      ),
    );
    expect(faultsOf(ring)).toEqual(['dependency_cycle /tasks/t0']);
  });

  const large = (fields: (index: number) => Record<string, Json>, rest: Record<string, Json> = {}): Json =>
    workflow(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`t${i}`, task(fields(i))])), rest);

  test.each<[string, Json, number]>([
    ['a fan', large((i) => ({ depends_on: i > 0 ? ['t0'] : [] })), 0],
    ['a fan-in', large((i) => ({ depends_on: i === 9999 ? Array.from({ length: 9999 }, (_, k) => `t${k}`) : [] })), 0],
    [
      'dense layers',
      large((i) => ({
        depends_on: i < 100 ? [] : Array.from({ length: 100 }, (_, k) => `t${i - (i % 100) - 100 + k}`),
      })),
      0,
    ],
    ['one handler of all', large((i) => ({ on_error: i === 9999 ? 'fail' : { goto: 't9999' } })), 0],
    ['an unknown dependency each', large((i) => ({ depends_on: [`no${i}`] })), 10_000],
    ['an unknown reference each', large((i) => ({ input: { x: `\${tasks.no${i}.output}` } })), 10_000],
    [
      'an output of unknown tasks',
      large(() => ({}), { output: Array.from({ length: 10_000 }, (_, i) => `\${tasks.no${i}.output}`) }),
      10_000,
    ],
    [
      'a goto back each',
      large((i) => ({ depends_on: i === 0 ? [] : [`t${i - 1}`], on_error: i === 0 ? 'fail' : { goto: 't0' } })),
      9_999,
    ],
    [
      'a switch over all',
      workflow({
        s: { switch: Array.from({ length: 9_999 }, (_, i) => ({ when: false, goto: `t${i}` })) },
        ...Object.fromEntries(Array.from({ length: 9_999 }, (_, i) => [`t${i}`, task()])),
      }),
      0,
    ],
  ])('%s takes time in proportion to its edges', (_name, document, faults) => {
    expect(faultsOf(document)).toHaveLength(faults);
  });

  test('long names do not make long reports', () => {
    const long = 'y'.repeat(20_000);
    const document = workflow({
      ...Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${long}${i}`, task()])),
      ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`t${i}`, task({ depends_on: ['no'] })])),
    });
    const result = compile(document);
    expect(result.ok).toBe(false);
    expect(JSON.stringify(result).length).toBeLessThan(5_000_000);
  });

  test('deep nesting is a fault, not a stack overflow', () => {
    let deep: Json = 1;
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(faultsOf(workflow({ a: task({ input: { deep } }) }))).toEqual(['nesting_too_deep ']);
  });

  test('a text of 1 MiB is data', () => {
    expect(faultsOf(workflow({ a: task({ input: { text: 'x'.repeat(2 ** 20) } }) }))).toEqual([]);
  });
});

describe('what a start request brings', () => {
  const start = (input: Json, metadata: Record<string, Json> = {}): string[] => {
    const decision = startRun({
      at: 1,
      execution: 'e',
      compiled: mustCompile(workflow({ a: task() })),
      workflow: { id: 'w', name: 'w', version: '1', definition: 'd' },
      input,
      metadata,
      options: {},
    });
    if (decision.is === 'accepted' || decision.refusal.is !== 'invalid') return [];
    return decision.refusal.faults.map(({ code, pointer }) => `${code} ${pointer}`);
  };
  let deep: Json = 1;
  for (let level = 0; level < 50_000; level++) deep = [deep];

  test.each<[string, Json, Record<string, Json>, string[]]>([
    ['no object', [], {}, ['wrong_type /input']],
    ['an input nested too deep', { deep }, {}, ['nesting_too_deep /input']],
    ['metadata nested too deep', {}, { deep }, ['nesting_too_deep /metadata']],
    ['numbers that are none', { x: [Number.NaN] }, { y: Infinity }, ['not_json /metadata/y', 'not_json /input/x/0']],
    ['lone surrogates and -0', { x: '\ud800', y: -0 }, {}, []],
  ])('%s', (_name, input, metadata, expected) => {
    expect(start(input, metadata)).toEqual(expected);
  });
});

describe('hostile documents', () => {
  test('a __proto__ key is an id like any other, and a wrong one', () => {
    const document = JSON.parse(
      '{"name":"w","tasks":{"__proto__":{"type":"test/task"},"a":{"type":"test/task","input":{"__proto__":{"x":1}}}}}',
    ) as unknown;
    expect(faultsOf(document)).toEqual([]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  test('never make the validator throw', () => {
    const values = fc.jsonValue({ maxDepth: 5 });
    const nearly = fc.record(
      {
        name: fc.oneof(fc.string(), values),
        version: fc.oneof(fc.string(), values),
        output: values,
        input_schema: values,
        tasks: fc.oneof(
          values,
          fc.dictionary(
            fc.string(),
            fc.record(
              {
                type: fc.oneof(fc.constant('test/task'), values),
                depends_on: values,
                when: fc.oneof(
                  fc.string().map((text) => `\${${text}}`),
                  values,
                ),
                input: values,
                retry_policy: values,
                on_error: values,
                join: values,
                switch: values,
                timeout: values,
              },
              { requiredKeys: [] },
            ),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(values, nearly), (document) => {
        const result = compile(document);
        if (!result.ok) for (const fault of result.error) expect(fault.pointer).toMatch(/^(\/|$)/);
      }),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 20_000 : 500 },
    );
  });
});
