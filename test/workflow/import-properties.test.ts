import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { isReservedWord } from '../../src/engine/core/index.js';
import { isJsonObject, type Json, type JsonObject } from '../../src/kernel/index.js';
import { importDocument } from '../../src/workflow/index.js';
import { compile } from '../world/core-world.js';
import { pointsInto } from '../world/json-pointers.js';
import { documentOf } from '../world/plain/plain-workflow.js';
import { NESTED, workflows } from '../world/plain/random-workflows.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const numRuns = LONG ? 20_000 : 1000;
const PATIENCE = LONG ? 300_000 : 30_000;

const BODIES = ['tasks', 'try', 'catch', 'finally', 'race'];
const ID = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Ids that are not valid, or that a body around has too, as `address problem`. */
const wrongIds = (tasks: Json | undefined, around: ReadonlySet<string> = new Set(), where = ''): string[] => {
  if (!isJsonObject(tasks)) return [];
  const ids = Object.keys(tasks);
  const seen = new Set([...around, ...ids]);
  return ids.flatMap((id) => {
    const at = `${where}/${id}`;
    const own = [
      ...(ID.test(id) && !isReservedWord(id) ? [] : [`${at} is not valid`]),
      ...(around.has(id) ? [`${at} repeats an enclosing one`] : []),
    ];
    const task = tasks[id];
    if (!isJsonObject(task)) return own;
    return [...own, ...BODIES.flatMap((body) => wrongIds(task[body], seen, `${at}/${body}`))];
  });
};

const name = fc.constantFrom(
  ...[
    'a',
    'b',
    'c',
    'a-b',
    'a_b',
    'step',
    'step_1',
    'in',
    'try',
    '1',
    '',
    'a_next',
    'state_a',
    'branch_1',
    '__proto__',
  ],
  ...['constructor', 'toString', 'ü', 'x'.repeat(200)],
);
const text = fc.oneof(
  name,
  fc.constantFrom(
    ...[
      '${item.x}',
      '${index}',
      '{{ a.output.x }}',
      '{{ item }}',
      '${state.a.success}',
      'state.a.result',
      'true',
      '30s',
    ],
    ...[
      '${param.x ?? 1}',
      '${state.q.r}',
      '${document.x}',
      '${',
      '{{',
      '$${x}',
      '${tasks.a.output.x}',
      'continue',
      'any',
    ],
  ),
  fc.string({ maxLength: 8 }),
);
const number = fc.constantFrom(-1, 0, 0.5, 1, 3, 1e9);
const scalar: fc.Arbitrary<Json> = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const type = fc.constantFrom(
  ...['standard', 'decision', 'parallel', 'join', 'loop', 'map', 'event', 'wait', 'webhook', 'custom'],
  ...['start', 'end', 'fork', 'action', 'approval', 'subworkflow', 'core/log', 'task', 'notification', 'group'],
);
const condition: fc.Arbitrary<Json> = fc.oneof(
  scalar,
  fc.record({ eq: fc.tuple(scalar, scalar) }),
  fc.record({ and: fc.array(scalar, { maxLength: 2 }) }),
);
const way: fc.Arbitrary<Json> = fc.oneof(name, fc.record({ to: name, condition }, { requiredKeys: ['to'] }));
const some = (fields: Record<string, fc.Arbitrary<Json>>, most: number): fc.Arbitrary<JsonObject> =>
  fc
    .array(fc.oneof(...Object.entries(fields).map(([field, value]) => value.map((said) => [field, said] as const))), {
      maxLength: most,
    })
    .map((entries) => Object.fromEntries(entries));
const few = (value: fc.Arbitrary<Json>): fc.Arbitrary<Json> => fc.array(value, { maxLength: 2 });
const named = (value: fc.Arbitrary<Json>): fc.Arbitrary<JsonObject> => fc.dictionary(name, value, { maxKeys: 2 });

const settings = some(
  {
    items: scalar,
    while: scalar,
    count: scalar,
    max_iterations: number,
    event: scalar,
    seconds: scalar,
    url: scalar,
    timeout_hours: scalar,
    state_change: scalar,
    concurrency: number,
    x: scalar,
  },
  4,
);

const { task } = fc.letrec<{ task: JsonObject; body: Json }>((tie) => ({
  body: fc.oneof({ maxDepth: 3 }, scalar, few(tie('task')), named(tie('task')), tie('task')),
  task: some(
    {
      id: name,
      name,
      type,
      component: name,
      action: name,
      tool: name,
      input: settings,
      config: settings,
      parameters: settings,
      depends_on: few(name),
      dependencies: fc.oneof(few(name), scalar),
      next: fc.oneof(way, few(way)),
      transitions: fc.oneof(scalar, few(way), named(way)),
      branches: fc.oneof(few(way), few(tie('body'))),
      sources: few(name),
      condition,
      conditions: named(condition),
      outputs: fc.oneof(named(text), few(name)),
      wait_for: fc.oneof(scalar, settings),
      join_type: scalar,
      timeout: scalar,
      retry: scalar,
      on_error: fc.oneof(scalar, few(some({ error_type: text, goto: name }, 2))),
      output: scalar,
      body: tie('body'),
      tasks: tie('body'),
      steps: tie('body'),
      map: settings,
      loop: settings,
      wait: settings,
      event: fc.oneof(scalar, settings),
      workflow: fc.oneof(scalar, settings),
      try: tie('body'),
      catch: tie('body'),
      race: tie('body'),
      switch: fc.oneof(scalar, few(some({ when: condition, goto: name }, 2))),
      metadata: fc.oneof(scalar, named(scalar)),
      data: settings,
      connections: some({ input: few(name), output: few(name) }, 2),
    },
    8,
  ),
}));

const tasks: fc.Arbitrary<Json> = fc.oneof(fc.array(task, { maxLength: 5 }), fc.dictionary(name, task, { maxKeys: 5 }));
const rest = {
  name: scalar,
  version: scalar,
  transitions: named(fc.oneof(way, few(way))),
  initialState: named(scalar),
  error_handlers: few(some({ error_type: text, handler_step: name }, 2)),
  dependency_graph: named(few(name)),
  output: scalar,
  metadata: named(scalar),
};
/** Documents of every dialect that are mostly right. */
const document = fc
  .tuple(
    some(rest, 4),
    fc.oneof(
      ...['tasks', 'steps', 'nodes'].map((field) => tasks.map((list): JsonObject => ({ [field]: list }))),
      tasks.map((list): JsonObject => ({ sprint_name: 's', tasks: list })),
      few(some({ name, tasks }, 2)).map((phases): JsonObject => ({ phases })),
    ),
  )
  .map(([around, inside]): Json => ({ ...around, ...inside }));

/** One task that is right more often, so that something is imported at all. */
const calm: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      id: name,
      type,
      component: fc.constantFrom('c', 'd'),
      config: fc.constantFrom<JsonObject>(
        ...[
          { items: '${input.rows}' },
          { count: 3 },
          { event: 'e' },
          { seconds: 1 },
          { handler: 'p/t' },
          { url: 'http://x' },
        ],
        { workflow: 'w' },
      ),
      body: fc.array(fc.record({ id: name, component: fc.constant('c') }), { maxLength: 2 }),
    },
    { requiredKeys: ['id', 'type', 'component', 'config'] },
  )
  .map((body) => body as JsonObject);
const calmDocument = fc
  .tuple(fc.uniqueArray(calm, { maxLength: 6, selector: ({ id }) => id }), fc.boolean())
  .map(([list, isSteps]): Json => ({ name: 'x', [isSteps ? 'steps' : 'tasks']: list }));

const anything = fc.oneof(document, calmDocument, fc.jsonValue({ maxDepth: 6 }) as fc.Arbitrary<Json>);

/** As a parser would give it: `__proto__` is a key. */
const parsed = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

jest.setTimeout(PATIENCE);

describe('whatever is imported', () => {
  test('importing does not throw, says the same each time, and its faults point into the source', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const source = parsed(value);
        const result = importDocument(source);
        expect(importDocument(source)).toEqual(result);
        const faults = result.ok ? result.value.warnings : result.error;
        for (const { pointer } of faults) expect([pointer, pointsInto(source, pointer)]).toEqual([pointer, true]);
      }),
      { numRuns },
    );
  });

  test('ids are valid, and none repeats one of an enclosing body', () => {
    let imported = 0;
    fc.assert(
      fc.property(fc.oneof(calmDocument, anything), (value) => {
        const result = importDocument(parsed(value));
        if (!result.ok || result.value.dialect === 'canonical') return;
        imported += 1;
        expect(wrongIds(result.value.document.tasks)).toEqual([]);
        compile(result.value.document);
      }),
      { numRuns },
    );
    expect(imported).toBeGreaterThan(numRuns / 10);
  });

  test('a document of the canonical form stays as it is, whatever constructs it has', () => {
    fc.assert(
      fc.property(workflows(NESTED), (workflow) => {
        const document = documentOf(workflow);
        expect(importDocument(document)).toEqual({ ok: true, value: { document, dialect: 'canonical', warnings: [] } });
      }),
      { numRuns },
    );
  });

  test('what was imported is canonical: importing it again changes nothing', () => {
    let again = 0;
    fc.assert(
      fc.property(fc.oneof(calmDocument, anything), (value) => {
        const once = importDocument(parsed(value));
        if (!once.ok) return;
        again += 1;
        const { document: canonical } = once.value;
        expect(importDocument(canonical)).toEqual({
          ok: true,
          value: { document: canonical, dialect: 'canonical', warnings: [] },
        });
        expect(parsed(canonical)).toEqual(canonical);
      }),
      { numRuns },
    );
    expect(again).toBeGreaterThan(numRuns / 10);
  });
});
