import { describe, expect, test } from '@jest/globals';
import transform from '../../plugins/transform/src/index.js';
import type { JsonObject } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

const run = async (id: string, input: JsonObject, signal?: AbortSignal): Promise<TaskRun['outcome']> => {
  const task = transform.tasks.find((one) => one.id === id);
  if (!task) throw new Error(`no ${id}`);
  return (await runTask(task, input, { ...(signal && { signal }) })).outcome;
};
const query = (expression: string, data: JsonObject = {}, more: JsonObject = {}): Promise<TaskRun['outcome']> =>
  run('query', { expression, data, ...more });

/** Backtracks for longer than anybody waits. */
const REGEX_BOMB = `$contains("${'a'.repeat(60)}b!", /^(a+)+$/)`;

describe('expressions that never end, or grow without bound, end within their limit', () => {
  test.each([
    ['a loop', '($f := function($x) { $f($x + 1) }; $f(1))'],
    ['a regular expression', REGEX_BOMB],
    ['loops in loops', '$count([1..100000].($x := $; [1..100000].($x + $)))'],
  ])('%s', async (_name, expression) => {
    expect(await query(expression, {}, { time_limit: 0.2 })).toMatchObject({
      failure: { kind: 'transient', code: 'timeout' },
    });
  });

  test.each([
    ['recursion', '($f := function($x) { 1 + $f($x) }; $f(1))', 'expression_failed'],
    ['a range', '[1..9000000]', 'expression_failed'],
    ['a text that doubles', '($f := function($s) { $f($s & $s) }; $f("xxxxxxxx"))', 'expression_failed'],
    ['brackets', '('.repeat(30_000), 'expression_invalid'],
    ['lists in lists', '($f := function($l) { $f({ "l": $l, "more": [1..100000] }) }; $f(1))', 'calculation_too_large'],
  ])(
    '%s',
    async (_name, expression, code) => {
      // The limit of memory is met long before on a quiet machine.
      const outcome = await query(expression, {}, { time_limit: 60 });
      expect(outcome).toMatchObject({ failure: { kind: 'fatal', code } });
    },
    90_000,
  );

  test('a template', async () => {
    const nested =
      '{% for i in (1..9000) %}{% for j in (1..9000) %}{% assign x = i | times: j %}{% endfor %}{% endfor %}';
    expect(await run('template', { template: nested, time_limit: 0.2 })).toMatchObject({
      failure: { code: 'timeout' },
    });
    const growing =
      '{% assign s = "xxxxxxxx" %}{% for i in (1..64) %}{% assign s = s | append: s %}{% endfor %}{{ s }}';
    expect(await run('template', { template: growing })).toMatchObject({
      failure: { kind: 'fatal', code: 'template_failed' },
    });
    expect(await run('template', { template: '{% for i in (1..99999999) %}x{% endfor %}' })).toMatchObject({
      failure: { kind: 'fatal', code: 'template_failed' },
    });
  });

  test('one item among many spends what is left for all', async () => {
    const items = Array.from({ length: 50 }, () => 1);
    const outcome = await run('map', { items, expression: '$count([1..40000].($ + 1))', time_limit: 0.1 });
    expect(outcome).toMatchObject({ failure: { code: 'timeout' } });
  });
});

describe('expressions see JSON and nothing else', () => {
  test.each([
    'constructor',
    '$.constructor',
    '$string.constructor',
    '$.__proto__',
    '$lookup($, "__proto__")',
    '$lookup($string, "constructor")',
    '$lookup([1], "constructor")',
    '$.toString',
    '$process',
    '$globalThis',
    '$require',
    '"text".constructor',
    '$sum.implementation',
    '(function($x) { 1 }).environment',
  ])('%s is nothing', async (expression) => {
    expect(await query(expression, { a: 1 })).toEqual({ is: 'completed', output: null });
  });

  test.each(['$now()', '$millis()', '$random()', '$shuffle([1, 2])', '$eval("1")'])(
    '%s is not there, and the message says what to do',
    async (expression) => {
      expect(await query(expression)).toMatchObject({
        failure: {
          kind: 'fatal',
          code: 'expression_failed',
          message: expect.stringMatching(/There is no \$/) as unknown,
        },
      });
    },
  );

  test.each(['function($x) { $x }', '$sum', '{ "a": [$sum] }', '[function($x) { $x }]'])(
    '%s is no result',
    async (expression) => {
      expect(await query(expression)).toMatchObject({ failure: { kind: 'fatal', code: 'result_invalid' } });
    },
  );

  test('what looks like a prototype is a key like others, and changes nothing for the next calculation', async () => {
    const hostile = JSON.parse(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
    ) as JsonObject;
    for (const expression of ['$merge([$, {"a": 1}])', '$ ~> | $ | $ |', '{ "__proto__": { "polluted": 1 } }', '$'])
      await query(expression, hostile);
    const by = JSON.parse('{"__proto__": "a"}') as JsonObject;
    const grouped = await run('group', { items: [{ a: 1 }], by, aggregates: { constructor: { op: 'count' } } });
    expect(JSON.stringify(grouped)).toContain('[{"__proto__":1,"constructor":1}]');
    for (let time = 0; time < 20; time++)
      expect(await query('polluted', {})).toEqual({ is: 'completed', output: null });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each([
    ['{{ "now" | date: "%s" }}', 'template_failed'],
    ['{{ when | date: "%s" }}', 'template_failed'],
    ['{{ rows | sample }}', 'template_failed'],
    ['{% include "/etc/passwd" %}', 'template_failed'],
    ['{% render "../../package.json" %}', 'template_failed'],
    ['{% layout "/etc/passwd" %}', 'template_failed'],
    ['{{ rows.constructor }}', 'template_failed'],
    ['{{ rows | nothing }}', 'template_invalid'],
    ['{{ __proto__.x }}', 'template_failed'],
  ])('the template %s fails', async (template, code) => {
    const data = { when: 'today', rows: [1, 2] };
    expect(await run('template', { template, data })).toMatchObject({ failure: { kind: 'fatal', code } });
  });
});

describe('a bad calculation costs itself only', () => {
  test('a thousand at once, some of them bombs: every other one is right', async () => {
    const bombs = [REGEX_BOMB, '($f := function($x) { $f($x) }; $f(1))'];
    const all = Array.from({ length: 1000 }, (_, n) =>
      n % 250 === 0 ? query(bombs[(n / 250) % 2] as string, {}, { time_limit: 0.1 }) : query('n * 2', { n }),
    );
    const outcomes = await Promise.all(all);
    for (const [n, outcome] of outcomes.entries())
      if (n % 250 === 0) expect(outcome).toMatchObject({ failure: { code: 'timeout' } });
      else expect(outcome).toEqual({ is: 'completed', output: n * 2 });
  }, 60_000);

  test('one that is aborted ends at once, while it runs and while it waits', async () => {
    const controllers = Array.from({ length: 12 }, () => new AbortController());
    const running = controllers.map(({ signal }) => run('query', { expression: REGEX_BOMB, time_limit: 60 }, signal));
    await new Promise((resolve) => setImmediate(resolve));
    controllers.reverse().forEach((controller) => controller.abort());
    for (const outcome of await Promise.all(running)) expect(outcome).toMatchObject({ is: 'failed' });
    expect(await query('1 + 1')).toEqual({ is: 'completed', output: 2 });
  });

  test('what does not fit the schema never starts', async () => {
    for (const input of [{}, { expression: '' }, { expression: '1', time_limit: 0 }, { expression: '1', more: 1 }])
      expect(await run('query', input as JsonObject)).toMatchObject({ failure: { code: 'schema_mismatch' } });
  });
});
