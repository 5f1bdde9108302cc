import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { importDocument } from '../../src/workflow/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { translateExpression, translateText } from '../../src/workflow/dialect/expression-text.js';

const imported = (source: unknown): { dialect: string; document: JsonObject } => {
  const result = importDocument(source);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

const faultsOf = (source: unknown): string[] => {
  const result = importDocument(source);
  return result.ok ? [] : result.error.map(({ code, pointer }) => `${code} ${pointer}`);
};

describe('a canonical document', () => {
  const document = {
    name: 'w',
    version: '1.2.0',
    input_schema: { type: 'object', properties: { n: { type: 'number' } } },
    tasks: {
      a: { type: 'core/noop' },
      b: { component: 'x', action: 'y', depends_on: ['a'] },
      s: { switch: [{ goto: 'a' }] },
    },
  };

  test('passes unchanged', () => {
    expect(imported(document)).toEqual({ dialect: 'canonical', document, warnings: [] });
  });

  test('is a fixed point of importing', () => {
    const once = imported({ name: 'x', tasks: [{ id: 'a', component: 'c', action: 'd', dependencies: [] }] }).document;
    expect(imported(once)).toMatchObject({ dialect: 'canonical', document: once });
  });
});

describe('dialects', () => {
  test('D1: a map of component tasks; version and ids are made ours', () => {
    const { document, dialect } = imported({
      name: 'D1',
      version: '1.0',
      input_schema: { url: { type: 'string', required: true }, depth: { type: 'integer', default: 2 } },
      tasks: {
        'fetch-it': {
          id: 'fetch-it',
          name: 'Fetch',
          component: 'ergon',
          action: 'get',
          input: { url: '${input.url}' },
          retry_policy: { max_attempts: 3, initial_delay_ms: 500 },
        },
      },
    });
    expect(dialect).toBe('D1');
    expect(document).toMatchObject({
      version: '1.0.0',
      input_schema: { type: 'object', required: ['url'], properties: { depth: { default: 2 } } },
      tasks: {
        fetch_it: {
          name: 'Fetch',
          component: 'ergon',
          action: 'get',
          retry_policy: { max_retries: 2, initial_delay: 0.5 },
          metadata: { original_id: 'fetch-it' },
        },
      },
    });
  });

  test('D2: a list; D3: dependencies by id, key or display name, {{ }} and parameters', () => {
    expect(
      imported({
        name: 'D2',
        tasks: [
          { id: 'a', component: 'c', action: 'x' },
          { name: 'b', component: 'c', action: 'x', depends_on: ['a'] },
        ],
      }),
    ).toMatchObject({ dialect: 'D2', document: { tasks: { b: { depends_on: ['a'] } } } });
    const { document, dialect } = imported({
      name: 'T',
      workflow_definition: {
        name: 'D3',
        tasks: {
          plan: { name: 'Plan it', component: 'metis', parameters: { what: '{{ topic }}' } },
          make: {
            component: 'numa',
            dependencies: ['Plan it'],
            parameters: { plan: '{{ plan.output.steps }}', n: '{{ count | default(3) }}', all: 'x {{plan.output}} y' },
          },
        },
        input: { topic: { type: 'string' } },
        output: { done: { type: 'boolean', description: 'finished' } },
      },
      parameters: {
        topic: { parameter_type: 'text', required: true },
        count: { parameter_type: 'integer', required: false },
      },
    });
    expect(dialect).toBe('D3');
    expect(document).toMatchObject({
      name: 'D3',
      input_schema: { required: ['topic'], properties: { topic: { type: 'string' }, count: { type: 'integer' } } },
      output_schema: { properties: { done: { type: 'boolean' } } },
      tasks: {
        plan: { name: 'Plan it', component: 'metis', action: 'execute', input: { what: '${input.topic}' } },
        make: {
          depends_on: ['plan'],
          input: {
            plan: '${tasks.plan.output.?steps.orValue(null)}',
            n: '${input.?count.orValue(3)}',
            all: 'x ${tasks.plan.output} y',
          },
        },
      },
    });
    expect(document).not.toHaveProperty('output');
  });

  test('D4: steps with transitions, a decision, a wait', () => {
    const { document, dialect } = imported({
      name: 'D4',
      steps: [
        { id: 'start', type: 'start', transitions: [{ to: 'check' }] },
        { id: 'check', type: 'decision', transitions: [{ to: 'big', condition: '${input.n > 3}' }, { to: 'small' }] },
        { id: 'big', type: 'action', component: 'c', action: 'x', timeout_ms: 5000 },
        { id: 'small', type: 'wait', parameters: { duration: 5 } },
      ],
    });
    expect(dialect).toBe('D4');
    expect(document.tasks).toMatchObject({
      start: { type: 'core/noop' },
      check: { switch: [{ when: '${input.n > 3}', goto: 'big' }, { goto: 'small' }], depends_on: ['start'] },
      big: { component: 'c', timeout: 5 },
      small: { wait: { seconds: 5 } },
    });
  });

  test('D5: next is inverted, D7: a tool is an action of mcp', () => {
    expect(
      imported({
        name: 'D5',
        metadata: { default_component: 'ergon' },
        tasks: [
          { id: 'a', type: 'fetch', config: { x: 1 }, next: 'b' },
          { id: 'b', type: 'store' },
        ],
      }),
    ).toMatchObject({
      dialect: 'D5',
      document: { tasks: { a: { component: 'ergon', action: 'fetch', input: { x: 1 } }, b: { depends_on: ['a'] } } },
    });
    expect(imported({ name: 'D7', tasks: { a: { tool: 'Search', parameters: { q: 'x' } } } })).toMatchObject({
      dialect: 'D7',
      document: { tasks: { a: { component: 'mcp', action: 'Search' } } },
    });
  });

  test('what the dialect had beside is kept', () => {
    const { document } = imported({
      name: 'x',
      tasks: { a: { component: 'c', action: 'd', hours: 3, dependencies: [] } },
    });
    expect(document).toMatchObject({
      tasks: { a: { metadata: { extra: { hours: 3 } } } },
      metadata: { source_dialect: 'D3' },
    });
  });
});

describe('what cannot be imported', () => {
  test.each<[string, unknown, string[]]>([
    ['no object', 3, ['wrong_type ']],
    ['no tasks', { name: 'x' }, ['dialect_unknown ']],
    [
      'an unknown dependency',
      { tasks: [{ id: 'a', component: 'c', dependencies: ['z'] }] },
      ['unknown_task /tasks/0/dependencies/0'],
    ],
    [
      'two of one id',
      {
        tasks: [
          { id: 'a', component: 'c' },
          { id: 'a', component: 'c' },
        ],
      },
      ['duplicate_task_id /tasks/1'],
    ],
    [
      'an environment variable',
      { tasks: { a: { component: 'c', parameters: { x: '${env.HOME}' } } } },
      ['dialect_unmapped /tasks/a/parameters/x'],
    ],
    [
      'an unknown filter',
      { tasks: { a: { component: 'c', parameters: { x: '{{ y | upper }}' } } } },
      ['dialect_unmapped /tasks/a/parameters/x'],
    ],
    [
      'several, all of them',
      { tasks: [{ id: 'a', component: 'c', dependencies: ['y', 'z'] }, 7] },
      ['wrong_type /tasks/1', 'unknown_task /tasks/0/dependencies/0', 'unknown_task /tasks/0/dependencies/1'],
    ],
  ])('%s', (_name, source, expected) => {
    expect(faultsOf(source).sort()).toEqual(expected.sort());
  });

  test('whatever a document holds, importing does not throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue({ maxDepth: 6 }),
          fc.record(
            {
              name: fc.jsonValue(),
              tasks: fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
              steps: fc.jsonValue(),
              parameters: fc.jsonValue(),
            },
            { requiredKeys: [] },
          ),
        ),
        (source) => {
          importDocument(source);
        },
      ),
      { numRuns: process.env.HARMONIA_TEST_LONG === '1' ? 20_000 : 500 },
    );
  });
});

describe('expressions of upstream in CEL', () => {
  const names = {
    task: (name: string) => (name === 'a' ? 'a' : undefined),
    inputIsSure: (name: string) => name === 'sure',
    variable: () => undefined,
    state: () => undefined,
  };
  test.each([
    ['param.x', 'input.x'],
    ['workflow.input.x', 'input.x'],
    ['tasks.a.result', 'tasks.a.output.result'],
    ['tasks.a.output.x', 'tasks.a.output.x'],
    ['input.x === 3 and not input.y', 'input.x == 3 && ! input.y'],
    ['input.x ?? 80', 'input.?x.orValue(80)'],
    ['tasks.a.output.n ?? 0', 'tasks.a.output.?n.orValue(0)'],
    ['expr.1+1', '1+1'],
    ['"and or not"', '"and or not"'],
  ])('%s → %s', (source, expected) => {
    expect(translateExpression(source, names)).toBe(expected);
  });

  test('inside a text', () => {
    expect(translateText('a {{ sure }} ${param.x} $${y} {{ other }}', names)).toBe(
      'a ${input.sure} ${input.x} $${y} ${input.?other.orValue(null)}',
    );
  });
});
