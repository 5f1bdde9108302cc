import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { importDocument } from '../../src/workflow/index.js';
import { translateExpression, translateText } from '../../src/workflow/dialect/expression-text.js';
import { compile } from '../world/core-world.js';
import { pointsInto } from '../world/json-pointers.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';

const imported = (source: unknown): JsonObject => {
  const result = importDocument(source);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value.document;
};

const dialectOf = (source: unknown): string => {
  const result = importDocument(source);
  return result.ok ? result.value.dialect : 'refused';
};

const faultsOf = (source: unknown): string[] => {
  const result = importDocument(source);
  return result.ok ? [] : result.error.map(({ code, pointer }) => `${code} ${pointer}`);
};

const one = (body: Record<string, Json>, rest: Record<string, Json> = {}): Json => ({
  name: 'x',
  tasks: { a: { component: 'c', dependencies: [], ...body }, b: { component: 'c' } },
  ...rest,
});

const taskA = (body: Record<string, Json>): Json => (imported(one(body)).tasks as Record<string, Json>).a as Json;

describe('what a task becomes (appendix B)', () => {
  test.each<[Record<string, Json>, Record<string, Json>]>([
    [{}, { component: 'c', action: 'execute' }],
    [{ action: 'go' }, { action: 'go' }],
    [{ parameters: { x: 1 } }, { input: { x: 1 } }],
    [{ inputs: { x: 1 }, parameters: {} }, { input: { x: 1 } }],
    [{ dependencies: ['b'] }, { depends_on: ['b'] }],
    [{ depends_on: 'b' }, { depends_on: ['b'] }],
    [{ trigger_rule: 'one_success', dependencies: ['b'] }, { join: 'any' }],
    [{ retry: 2 }, { retry_policy: { max_retries: 2 } }],
    [
      { retry_policy: { max_attempts: 3, initial_delay_ms: 500, backoff_factor: 3, retry_on: ['TIMEOUT'] } },
      { retry_policy: { max_retries: 2, initial_delay: 0.5, backoff_multiplier: 3, retry_on: ['timeout'] } },
    ],
    [{ error_handler: { max_retries: 1, delay_seconds: 2 } }, { retry_policy: { max_retries: 1, initial_delay: 2 } }],
    [{ timeout: 5 }, { timeout: 5 }],
    [{ timeout_ms: 1500 }, { timeout: 1.5 }],
    [{ on_failure: 'continue' }, { on_error: 'continue' }],
    [{ on_error: { handler_step: 'b' } }, { on_error: { goto: 'b' } }],
    [{ condition: 'input.x == 1' }, { when: '${input.x == 1}' }],
    [
      { metadata: { condition: { and: [{ eq: ['${input.x}', 1] }, { not: false }] } } },
      { when: '${((input.x) == 1) && (!(false))}' },
    ],
    [{ condition: { in: ['x', ['x', 'y']] } }, { when: '${"x" in ["x","y"]}' }],
    [{ condition: 'true' }, { when: true }],
    [
      { priority: 3, effects: 'read', on_lost: 'fail' },
      { priority: 3, effects: 'read', on_lost: 'fail' },
    ],
  ])('%j: %j', (body, expected) => {
    expect(taskA(body)).toMatchObject(expected);
  });

  test('what only describes is kept, beside what metadata has', () => {
    const document = imported(
      one(
        { metadata: { extra: { a: 1 }, team: 't' }, colour: 'red', note: null },
        { owner: 'me', metadata: { extra: 3 } },
      ),
    );
    expect(document.metadata).toMatchObject({ extra: { extra: 3, owner: 'me' } });
    expect(document.tasks).toMatchObject({ a: { metadata: { extra: { a: 1, colour: 'red' }, team: 't' } } });
  });

  test('a switch in a document that is foreign otherwise stays a switch', () => {
    const document = imported({
      name: 'x',
      tasks: {
        's-1': { id: 's-1', switch: [{ when: '${param.n === 1}', goto: 't-1' }, { goto: 'b' }] },
        't-1': { component: 'c' },
        b: { component: 'c' },
      },
    });
    expect(document.tasks).toMatchObject({
      s_1: { switch: [{ when: '${input.n == 1}', goto: 't_1' }, { goto: 'b' }] },
    });
  });

  test('an output mapping stays beside its schema', () => {
    expect(
      imported(one({}, { output: { y: '${tasks.a.result}' }, output_schema: { y: { type: 'string' } } })),
    ).toMatchObject({
      output: { y: '${tasks.a.output.result}' },
      output_schema: { properties: { y: { type: 'string' } } },
    });
  });
});

describe('what cannot be said is a fault at its place, never left out', () => {
  test.each<[Record<string, Json>, string]>([
    [{ trigger_rule: 'all_done' }, 'dialect_unmapped /tasks/a/trigger_rule'],
    [{ type: 'loop' }, 'dialect_unmapped /tasks/a/type'],
    [{ type: 'event' }, 'dialect_unmapped /tasks/a/type'],
    [{ timeout: '30s' }, 'wrong_type /tasks/a/timeout'],
    [{ timeout_ms: -1 }, 'wrong_type /tasks/a/timeout_ms'],
    [{ retry: 'often' }, 'wrong_type /tasks/a/retry'],
    [{ input: { x: 1 }, parameters: { y: 2 } }, 'dialect_unmapped /tasks/a/parameters'],
    [{ parameters: [1] }, 'wrong_type /tasks/a/parameters'],
    [{ dependencies: [1] }, 'wrong_type /tasks/a/dependencies'],
    [{ dependencies: ['B'] }, 'unknown_task /tasks/a/dependencies/0'],
    [{ next: 7 }, 'wrong_type /tasks/a/next'],
    [{ transitions: 'b' }, 'wrong_type /tasks/a/transitions'],
    [
      { transitions: [{ to: 'b' }, { to: 'b' }, { to: 'b', condition: 'input.x' }] },
      'dialect_unmapped /tasks/a/transitions',
    ],
    [{ condition: { xor: [1, 2] } }, 'dialect_unmapped /tasks/a/condition'],
    [{ metadata: { condition: 'env.x' } }, 'dialect_unmapped /tasks/a/metadata/condition'],
    [{ on_error: 'nowhere' }, 'dialect_unmapped /tasks/a/on_error'],
    [{ parameters: { 'x/y': ['{{ z | upper }}'] } }, 'dialect_unmapped /tasks/a/parameters/x~1y/0'],
    [{ parameters: { x: '{{ z | default(1) | default(2) }}' } }, 'dialect_unmapped /tasks/a/parameters/x'],
    [{ parameters: { x: '{{ a b }}' } }, 'dialect_unmapped /tasks/a/parameters/x'],
    [{ parameters: { x: '${(input.a) ?? 1}' } }, 'dialect_unmapped /tasks/a/parameters/x'],
    [{ parameters: { x: '${input.list[0].length}' } }, 'dialect_unmapped /tasks/a/parameters/x'],
    [{ parameters: { x: '${env.HOME' } }, 'dialect_unmapped /tasks/a/parameters/x'],
  ])('%j: %s', (body, expected) => {
    expect(faultsOf(one(body))).toEqual([expected]);
  });

  test('so are handlers of errors that are no tasks, and a decision without a way', () => {
    expect(faultsOf(one({}, { error_handlers: [{ error_type: 'x', handler_step: 'nowhere' }] }))).toEqual([
      'dialect_unmapped /error_handlers/0',
    ]);
    expect(faultsOf({ name: 'x', steps: [{ id: 'a', type: 'decision' }] })).toEqual(['required_field /steps/0']);
  });

  test('what has no number where one belongs is left to the validator', () => {
    expect(taskA({ retry_policy: { max_retries: '3' }, join: 'some' })).toMatchObject({
      retry_policy: { max_retries: '3' },
      join: 'some',
    });
  });
});

describe('a document that is ours', () => {
  const ours = (text: string): Json => ({
    name: 'x',
    tasks: { a: { type: 'core/log', input: { message: text } }, s: { switch: [{ goto: 'a' }] } },
  });

  test.each(['really??', 'a === b', 'Dear {{ name }}, …', '{{', '{ {"a": {{"b": 1}} } }', '${input.x == "a ?? b"}'])(
    'stays as it is with the text %j',
    (text) => {
      expect(importDocument(ours(text))).toMatchObject({
        ok: true,
        value: { dialect: 'canonical', document: ours(text) },
      });
    },
  );

  test.each(['${param.x}', '${input.x ?? 3}', '${input.x === 3}', '${expr.1+1}'])('is none with %s', (text) => {
    expect(dialectOf(ours(text))).not.toBe('canonical');
  });

  const counting = { type: 'core/value', input: { n: '${state.n}' }, set: { n: '${state.n + 1}' } };

  test.each<[string, JsonObject]>([
    ['of the workflow', { state: { n: 0 }, tasks: { a: counting } }],
    ['of a body', { tasks: { g: { state: { n: 0 }, tasks: { a: counting } } } }],
  ])('stays as it is when it reads variables %s', (_, parts) => {
    const document = { name: 'x', output: '${state}', ...parts };
    expect(importDocument(document)).toMatchObject({ ok: true, value: { dialect: 'canonical', document } });
    expect(dialectOf({ name: 'x', tasks: { a: counting } })).not.toBe('canonical');
  });

  test('what was imported once is imported again as it is, whatever its source says', () => {
    const once = imported(one({ parameters: { x: '{{ topic }} ${param.y ?? 2}' } }));
    expect(importDocument(once)).toMatchObject({ ok: true, value: { dialect: 'canonical', document: once } });
  });
});

describe('ids', () => {
  test('are made valid and unique, the same way each time, and references follow', () => {
    const source = {
      name: 'x',
      tasks: [
        { id: 'a-b', component: 'c' },
        { id: 'a_b', component: 'c', depends_on: ['a-b'] },
        {
          id: 'a b',
          component: 'c',
          depends_on: ['a_b'],
          input: { x: '${tasks.a-b.output.y}', z: '${tasks["a b!"].output}' },
        },
        { id: 'a b!', component: 'c', depends_on: ['a-b'] },
        { id: 'in', component: 'c' },
        { id: '1st', component: 'c' },
        { id: 'é', name: 'Ünique', component: 'c', depends_on: ['in', '1st'] },
        { id: 'last', component: 'c', depends_on: ['Ünique'] },
      ],
    };
    const { tasks } = imported(source) as { tasks: Record<string, JsonObject> };
    expect(Object.keys(tasks)).toEqual(['a_b_2', 'a_b', 'a_b_3', 'a_b_', 'in_', '_1st', 'task', 'last']);
    expect(tasks).toMatchObject({
      a_b: { depends_on: ['a_b_2'] },
      a_b_3: { name: 'a b', depends_on: ['a_b'], input: { x: '${tasks.a_b_2.output.y}', z: '${tasks.a_b_.output}' } },
      task: { name: 'Ünique', depends_on: ['in_', '_1st'], metadata: { original_id: 'é' } },
      last: { depends_on: ['task'] },
    });
    expect(imported(source)).toEqual(imported(source));
  });
});

describe('expressions of upstream', () => {
  const names = {
    task: (name: string) => ({ a: 'a', 'a-b': 'a_b' })[name],
    inputIsSure: () => false,
    variable: () => undefined,
    state: () => undefined,
  };

  test.each([
    ['input.a ?? input.b ?? 3', 'input.?a.orValue(input.?b.orValue(3))'],
    ['x ?? "a ?? b"', 'x == null ? "a ?? b" : x'],
    ['input.list.length > 2', 'size(input.list) > 2'],
    ['tasks.a.output.rows.length', 'size(tasks.a.output.rows)'],
    ['"x.length"', '"x.length"'],
    ['input.length()', 'input.length()'],
    ['constructor.toString', 'constructor.toString'],
    ['tasks.a-b.result', 'tasks.a_b.output.result'],
    ['tasks.a.output - 1', 'tasks.a.output - 1'],
    ['not (a and b) or None', '! (a && b) || null'],
  ])('%s → %s', (source, expected) => {
    expect(translateExpression(source, names)).toBe(expected);
  });

  test.each([
    ['{{ x | default("a | b") }}', '${input.?x.orValue("a | b")}'],
    ['{{ x | default(None) }}', '${input.?x.orValue(null)}'],
    ['{{ x | default( param.y ) }}', '${input.?x.orValue(input.y)}'],
    ['{{ x', '{{ x'],
    ['${"}"}{{a.output.b}}', '${"}"}${tasks.a.output.?b.orValue(null)}'],
  ])('%s → %s', (source, expected) => {
    expect(translateText(source, names)).toBe(expected);
  });

  test.each([
    '{{'.repeat(500_000),
    `\${${'a ?? '.repeat(20_000)}1}`,
    `\${${'a.'.repeat(50_000)}b}`,
    `\${${'a'.repeat(100_000)}}`,
    `{{ x | default(${' '.repeat(100_000)}x }}`,
    `\${${' '.repeat(100_000)}`,
    '${"'.repeat(100_000),
    'x'.repeat(2 ** 20),
  ])('%.20s… takes time in proportion to its length', (text) => {
    const before = performance.now();
    importDocument(one({ parameters: { text } }));
    expect(performance.now() - before).toBeLessThan(3000);
  });
});

describe('size', () => {
  const many = <T>(make: (index: number) => T): T[] => Array.from({ length: 10_000 }, (_, index) => make(index));

  test.each<[string, Json, number]>([
    [
      'ids that all become the same',
      { tasks: many((i) => ({ id: '-'.repeat(1 + (i % 100)) + '.'.repeat(i / 100), component: 'c' })) },
      0,
    ],
    ['a chain', { tasks: many((i) => ({ id: `t-${i}`, component: 'c', depends_on: i > 0 ? [`t-${i - 1}`] : [] })) }, 0],
    [
      'an unknown dependency each',
      { tasks: many((i) => ({ id: `t${i}`, component: 'c', dependencies: [`no${i}`] })) },
      10_000,
    ],
    [
      'an unknown transition each',
      { steps: many((i) => ({ id: `t${i}`, type: 'task', transitions: [{ to: `no${i}` }] })) },
      10_000,
    ],
    [
      'a trace with unknown parents',
      {
        schemaVersion: '1.5',
        workflow: { specification: { tasks: many((i) => ({ id: `t${i}`, parents: [`no${i}`] })) } },
      },
      10_000,
    ],
  ])('%s takes time in proportion', (_name, source, faults) => {
    expect(faultsOf({ name: 'x', ...(source as JsonObject) })).toHaveLength(faults);
  });

  test('the original is kept once, and a document keeps its depth', () => {
    const source = { name: 'x', tasks: many((i) => ({ id: `t${i}`, component: 'c', action: 'd', input: { i } })) };
    const document = imported(source);
    expect(document.metadata).toMatchObject({ source });
    expect(JSON.stringify(document).length).toBeLessThan(3 * JSON.stringify(source).length);
    let deep: Json = 1;
    for (let level = 0; level < 58; level++) deep = [deep];
    const nested = importDocument(one({ parameters: { deep } }));
    if (nested.ok) expect(compile(nested.value.document)).not.toMatchObject({ error: [{ code: 'nesting_too_deep' }] });
  });
});

describe('whatever becomes of an example', () => {
  const examples: Json[] = [
    one({ action: 'go', input: { x: '${param.y}' }, retry_policy: { max_attempts: 3 }, timeout: 4 }),
    {
      name: 'D2',
      tasks: [
        { id: 'a', component: 'c' },
        { name: 'b', component: 'c', depends_on: ['a'], condition: { eq: ['${input.x}', 1] } },
      ],
    },
    {
      name: 'T',
      parameters: { topic: { parameter_type: 'text', required: true } },
      workflow_definition: {
        name: 'D3',
        tasks: { p: { name: 'P', component: 'c', parameters: { x: '{{ topic | default(3) }}' } } },
        output: { y: '{{ p.output.z }}' },
      },
    },
    {
      name: 'D4',
      steps: [
        { id: 's', type: 'start', transitions: [{ to: 'd' }] },
        { id: 'd', type: 'decision', transitions: [{ to: 'w', condition: 'input.n > 3' }, { to: 'j' }] },
        { id: 'w', type: 'wait', wait_for: { timeout_hours: 1 }, parameters: { minutes: 2 } },
        { id: 'j', type: 'join', sources: ['s', 'd'], join_type: 'any' },
      ],
    },
    {
      name: 'D5',
      metadata: { default_component: 'c' },
      tasks: [
        { id: 'a', type: 'x', config: { y: 1 }, next: ['b'] },
        { id: 'b', type: 'z', join: ['a'] },
      ],
    },
    { name: 'D7', tasks: { a: { tool: 'Search', parameters: { q: 'x' }, on_failure: 'continue' } } },
    {
      name: 'wf',
      schemaVersion: '1.5',
      workflow: {
        specification: {
          tasks: [
            { id: 'a', name: 'A', parents: [], children: ['b'] },
            { id: 'b', parents: ['a'], children: [] },
          ],
        },
        execution: { tasks: [{ id: 'a', runtimeInSeconds: 2, command: { program: 'p' } }] },
      },
    },
  ];

  /** Puts `value` in the place of the n-th value of a document. */
  const mutate = (document: Json, n: number, value: Json): Json => {
    let left = n;
    const visit = (inner: Json): Json => {
      if (left-- === 0) return value;
      if (Array.isArray(inner)) return (inner as Json[]).map(visit);
      if (typeof inner !== 'object' || inner === null) return inner;
      return Object.fromEntries(Object.entries(inner).map(([key, entry]) => [key, visit(entry)]));
    };
    return visit(document);
  };

  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>,
    fc.constantFrom<Json>(
      'a',
      'b',
      '${',
      '${param.x ?? }',
      '{{ a | b }}',
      '{{',
      'constructor',
      '__proto__',
      -1,
      '',
      [],
      {},
    ),
    fc.string({ unit: 'binary' }).map((text): Json => `\${${text}}`),
    fc.string({ unit: 'binary' }).map((text): Json => `{{${text}}}`),
  );

  test('importing does not throw, faults point into the source, and the validator takes what comes out', () => {
    const changes = fc.array(fc.tuple(fc.nat(40), values), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(fc.constantFrom(...examples), changes, (example, list) => {
        const source = list.reduce<Json>((document, [n, value]) => mutate(document, n, value), example);
        const result = importDocument(source);
        expect(importDocument(source)).toEqual(result);
        if (result.ok) compile(result.value.document);
        else
          for (const { pointer } of result.error)
            expect([pointer, pointsInto(source, pointer)]).toEqual([pointer, true]);
      }),
      { numRuns: LONG ? 50_000 : 1500 },
    );
  });
});
