import { describe, expect, test } from '@jest/globals';
import {
  compileCondition,
  compileTemplate,
  evaluateCondition,
  evaluateTemplate,
  type Scope,
} from '../../../src/engine/core/expression/index.js';
import type { Json } from '../../../src/kernel/index.js';

const names = new Set(['input', 'workflow', 'execution', 'error']);
const options = { pointer: '/x', names, secrets: true };

const variables: Record<string, Json> = {
  input: {
    n: 5,
    half: 0.5,
    list: [10, 20, 30],
    i: 1,
    name: 'ada',
    none: null,
    deep: { a: { b: 'c' } },
    flag: false,
    rows: [{ v: 1 }, { v: 2 }],
  },
  tasks: {
    a: { status: 'completed', output: { rows: [1, 2], total: 2 }, error: null },
    gone: { status: 'skipped', output: null, error: null },
  },
  workflow: { name: 'w' },
  execution: { id: 'e' },
  error: null,
};

const scope = (): Scope => {
  let counter = 0;
  return { variables, now: 1_000, uuid: () => `uuid-${counter++}` };
};

const evaluate = (source: Json): Json => {
  const compiled = compileTemplate(source, options);
  expect(compiled.faults).toEqual([]);
  const result = evaluateTemplate(compiled.value, scope());
  if (!result.ok) throw new Error(result.error.message);
  return result.value.value;
};

const failureOf = (source: Json): string => {
  const compiled = compileTemplate(source, options);
  expect(compiled.faults).toEqual([]);
  const result = evaluateTemplate(compiled.value, scope());
  return result.ok ? `evaluated to ${JSON.stringify(result.value.value)}` : result.error.code;
};

const faultsOf = (source: Json): string[] => compileTemplate(source, options).faults.map(({ code }) => code);

describe('a text', () => {
  test.each<[string, Json]>([
    ['${input.n}', 5],
    ['${input.list}', [10, 20, 30]],
    ['${input.none}', null],
    ['${input.flag}', false],
    ['hello ${input.name}!', 'hello ada!'],
    ['${input.n} and ${input.half}', '5 and 0.5'],
    ['<${input.none}>', '<>'],
    ['list: ${input.list}', 'list: [10,20,30]'],
    ['object: ${input.deep}', 'object: {"a":{"b":"c"}}'],
    ['$${input.n}', '${input.n}'],
    ['a$${b} ${input.n}', 'a${b} 5'],
    ['cost: $5', 'cost: $5'],
    ['', ''],
    ['${"}"}', '}'],
    ["${'a' + \"}\" + 'b'}", 'a}b'],
    ['${{"a": {"b": 1}}}', { a: { b: 1 } }],
    ['${r"\\d"}', '\\d'],
  ])('%j gives %j', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });
});

describe('numbers are doubles', () => {
  test.each<[string, Json]>([
    ['${input.n + 1}', 6],
    ['${1 + input.n}', 6],
    ['${1 / 2}', 0.5],
    ['${input.n / 2}', 2.5],
    ['${size(input.list) / 2}', 1.5],
    ['${input.n % 2}', 1],
    ['${7 % 4}', 3],
    ['${size(input.list) > 2}', true],
    ['${size(input.list) + 0.5}', 3.5],
    ['${size(input.list) == 3}', true],
    ['${input.n == 5}', true],
    ['${input.n >= 5 && input.n < 5.5}', true],
    ['${input.list[0]}', 10],
    ['${input.list[input.i]}', 20],
    ['${input.list[input.i + 1]}', 30],
    ['${[1, 2, 3][input.i]}', 2],
    ['${-input.n}', -5],
    ['${input.n in [5, 6]}', true],
    ['${int(3.7)}', 3],
    ['${input.list.map(v, v / 4)}', [2.5, 5, 7.5]],
    ['${input.list.filter(v, v > 10)}', [20, 30]],
    ['${input.rows.map(r, r.v)[1]}', 2],
    ['${input.n > 3 ? "big" : "small"}', 'big'],
  ])('%s gives %j', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });
});

describe('what may be missing', () => {
  test.each<[string, Json]>([
    ['${tasks.gone.output?.rows}', null],
    ['${tasks.a.output?.rows}', [1, 2]],
    ['${tasks.gone.output.?rows.orValue([])}', []],
    ['${input.?nothing.orValue(80)}', 80],
    ['${has(input.nothing)}', false],
    ['${has(tasks.gone.output.rows)}', false],
    ['${has(input.n) ? input.n : 0}', 5],
    ['${"a?.b"}', 'a?.b'],
    ['${true ?0.5:1}', 0.5],
  ])('%s gives %j', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  test.each([
    '${tasks.gone.output.rows}',
    '${input.nothing}',
    '${input.none.x}',
    '${input.list[7]}',
    '${1 / 0}',
    '${input.name * 2}',
    '${timestamp("2024-01-01T00:00:00Z")}',
  ])('%s is an expression_error', (source) => {
    expect(failureOf(source)).toBe('expression_error');
  });
});

describe('faults at save time', () => {
  test.each<[string, string]>([
    ['${', 'expression_syntax'],
    ['${}', 'expression_syntax'],
    ['${input.n +}', 'expression_syntax'],
    ['${"a}', 'expression_syntax'],
    ['${nobody.x}', 'expression_unknown_name'],
    ['${harmoniaPay(1)}', 'expression_unknown_name'],
    ['${tasks[input.name].output}', 'expression_syntax'],
    ['${tasks}', 'expression_syntax'],
    ['${secrets.key + "x"}', 'secret_not_allowed'],
    ['${input.name.matches("(?=x)")}', 'invalid_regular_expression'],
    ['${input.list.map(a, input.list.map(b, input.list.map(c, 1)))}', 'expression_too_complex'],
    [`\${${'('.repeat(200)}1${')'.repeat(200)}}`, 'expression_too_complex'],
    [`\${"${'x'.repeat(20_000)}"}`, 'expression_too_complex'],
  ])('%.60s is %s', (source, code) => {
    expect(faultsOf(source)).toContain(code);
  });

  test('a macro variable is no unknown name, and hides what it is called like', () => {
    expect(faultsOf('${input.list.exists(item, item > 1)}')).toEqual([]);
  });
});

describe('references', () => {
  test('say which task is read, how deep, and whether it is guarded', () => {
    const { references } = compileTemplate(
      ['${tasks.a.output.rows[0]}', '${has(tasks.b.output.x)}', '${tasks["c"].output?.y}'],
      options,
    );
    expect(references.tasks).toEqual([
      { task: 'a', path: ['output', 'rows', '0'], pointer: '/x/0', guarded: false },
      { task: 'b', path: ['output', 'x'], pointer: '/x/1', guarded: true },
      { task: 'c', path: ['output', 'y'], pointer: '/x/2', guarded: true },
    ]);
  });
});

describe('secrets', () => {
  test('stay out of the value; slots say where they belong', () => {
    const { value } = compileTemplate(
      { key: '${secrets.k}', header: 'Bearer ${secrets["t"]} for ${input.name}', n: 1 },
      options,
    );
    expect(evaluateTemplate(value, scope())).toEqual({
      ok: true,
      value: {
        value: { key: { $secret: 'k' }, header: { $secret_text: ['Bearer ', { $secret: 't' }, ' for ', 'ada'] }, n: 1 },
        secrets: [
          { pointer: '/key', text: [{ $secret: 'k' }] },
          { pointer: '/header', text: ['Bearer ', { $secret: 't' }, ' for ', 'ada'] },
        ],
      },
    });
  });

  test('are refused where they may not stand', () => {
    expect(compileTemplate('${secrets.k}', { ...options, secrets: false }).faults.map(({ code }) => code)).toEqual([
      'secret_not_allowed',
    ]);
  });
});

describe('hostile data and expressions', () => {
  test.each(['${input.constructor}', '${input.__proto__}', '${input.name.constructor}', '${input.toString}'])(
    '%s reaches no prototype',
    (source) => {
      expect(failureOf(source)).toBe('expression_error');
    },
  );

  test('a __proto__ key stays a key', () => {
    const template = JSON.parse('{"__proto__": {"polluted": "${input.n}"}}') as Json;
    const value = evaluate(template) as Record<string, unknown>;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":5}}');
  });

  test('a catastrophic pattern takes linear time', () => {
    expect(evaluate('${"' + 'a'.repeat(5000) + '!".matches("^(a+)+$")}')).toBe(false);
  });

  test('nested macros over long lists are stopped', () => {
    const long: Json = Array.from({ length: 5000 }, (_, i) => i);
    const { value } = compileTemplate('${input.long.map(a, input.long.map(b, a + b))}', options);
    const result = evaluateTemplate(value, { ...scope(), variables: { input: { long } } });
    expect(result).toMatchObject({ ok: false, error: { code: 'expression_error' } });
  });
});

describe('time and ids', () => {
  test('now() is the time of the request, uuid() is derived', () => {
    expect(evaluate(['${now()}', '${uuid()}', '${uuid()}'])).toEqual(['1970-01-01T00:00:01.000Z', 'uuid-0', 'uuid-1']);
  });
});

describe('a condition', () => {
  test.each<[Json, boolean]>([
    [true, true],
    ['false', false],
    ['${input.n > 3}', true],
    [' ${!input.flag} ', true],
  ])('%j is %j', (source, expected) => {
    const { value, faults } = compileCondition(source, options);
    expect(faults).toEqual([]);
    expect(evaluateCondition(value, scope())).toEqual({ ok: true, value: expected });
  });

  test('is one expression, not a text', () => {
    expect(compileCondition('${input.n} x', options).faults).toHaveLength(1);
    expect(compileCondition('yes', options).faults).toHaveLength(1);
    expect(compileCondition(1, options).faults).toHaveLength(1);
  });

  test('must give true or false', () => {
    const { value } = compileCondition('${input.n}', options);
    expect(evaluateCondition(value, scope())).toMatchObject({ ok: false, error: { code: 'expression_error' } });
  });
});
