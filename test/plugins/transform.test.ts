import { describe, expect, test } from '@jest/globals';
import transform from '../../plugins/transform/src/index.js';
import type { JsonObject } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

const run = async (id: string, input: JsonObject, signal?: AbortSignal): Promise<TaskRun['outcome']> => {
  const task = transform.tasks.find((one) => one.id === id);
  if (!task) throw new Error(`no ${id}`);
  return (await runTask(task, input, { ...(signal && { signal }) })).outcome;
};
const outputOf = async (id: string, input: JsonObject): Promise<unknown> => {
  const outcome = await run(id, input);
  if (outcome.is === 'failed') throw new Error(`${outcome.failure.code}: ${outcome.failure.message}`);
  return outcome.output;
};
const PEOPLE: JsonObject[] = [
  { name: 'Ada', team: 'a', age: 36 },
  { name: 'Bo', team: 'b', age: 20 },
  { name: 'Cy', team: 'a', age: null },
  { name: 'Di', team: 'b', age: 50 },
];

describe('transform', () => {
  test('query: any JSON in, any JSON out, nothing found is null', async () => {
    expect(await outputOf('query', { data: { rows: PEOPLE }, expression: '$sum(rows.age[$ != null])' })).toBe(106);
    expect(await outputOf('query', { data: { a: 1 }, expression: 'b.c' })).toBeNull();
    expect(await outputOf('query', { expression: '$x + 1', variables: { x: 2 } })).toBe(3);
    expect(await outputOf('query', { data: PEOPLE, expression: '$[team="a"].name' })).toEqual(['Ada', 'Cy']);
    expect(await outputOf('query', { data: 'ünïcode', expression: '$uppercase($)' })).toBe('ÜNÏCODE');
  });

  test('map: one for each item, null where there is nothing', async () => {
    const expression = '{ "n": $index, "who": name, "in": $year - age }';
    expect(await outputOf('map', { items: PEOPLE.slice(0, 2), expression, variables: { year: 2000 } })).toEqual([
      { n: 0, who: 'Ada', in: 1964 },
      { n: 1, who: 'Bo', in: 1980 },
    ]);
    expect(await outputOf('map', { items: [{ a: [1] }, {}, { a: [] }, [1, [2]]], expression: 'a' })).toEqual([
      [1],
      null,
      [],
      null,
    ]);
    expect(await outputOf('map', { items: [], expression: 'a' })).toEqual([]);
    expect(await outputOf('map', { items: [[1, 2], [3]], expression: '$' })).toEqual([[1, 2], [3]]);
  });

  test('filter: what is true stays, and stays as it was', async () => {
    expect(await outputOf('filter', { items: PEOPLE, where: 'age != null and age > 30' })).toEqual([
      PEOPLE[0],
      PEOPLE[3],
    ]);
    const items: JsonObject[] = [
      { v: 0 },
      { v: '' },
      { v: [] },
      { v: {} },
      { v: null },
      {},
      { v: [0] },
      { v: 'x' },
      { v: { a: 0 } },
    ];
    expect(await outputOf('filter', { items, where: 'v' })).toEqual([{ v: 'x' }, { v: { a: 0 } }]);
    expect(await outputOf('filter', { items: [5, 6, 7], where: '$index = 1' })).toEqual([6]);
  });

  test('sort: by several, stable, nothing last whichever way', async () => {
    const by: JsonObject[] = [{ expression: 'team', order: 'desc' }, { expression: 'age' }];
    const names = async (order: JsonObject['by']): Promise<unknown> =>
      ((await outputOf('sort', { items: PEOPLE, by: order })) as { name: string }[]).map(({ name }) => name);
    expect(await names(by)).toEqual(['Bo', 'Di', 'Ada', 'Cy']);
    expect(await names([{ expression: 'age', order: 'desc' }])).toEqual(['Di', 'Ada', 'Bo', 'Cy']);
    expect(await names([{ expression: '1' }])).toEqual(['Ada', 'Bo', 'Cy', 'Di']);
    expect(await outputOf('sort', { items: ['ä', 'a', 'Z', 'b'], by: [{ expression: '$' }] })).toEqual([
      'Z',
      'a',
      'b',
      'ä',
    ]);
    expect(await run('sort', { items: [1, 'a'], by: [{ expression: '$' }] })).toMatchObject({
      failure: { kind: 'fatal', code: 'expression_failed', message: expect.stringContaining('by[0]') as unknown },
    });
    expect(await run('sort', { items: [{ a: {} }], by: [{ expression: 'a' }] })).toMatchObject({
      failure: { code: 'expression_failed', details: { field: 'by[0]', index: 0 } },
    });
  });

  test('group: every aggregate, by several keys, and over everything', async () => {
    const aggregates = {
      n: { op: 'count' },
      aged: { op: 'count', of: 'age' },
      sum: { op: 'sum', of: 'age' },
      avg: { op: 'avg', of: 'age' },
      min: { op: 'min', of: 'name' },
      max: { op: 'max', of: 'age' },
      all: { op: 'list', of: 'name' },
      first: { op: 'first', of: 'name' },
      last: { op: 'last', of: 'name' },
    };
    expect(await outputOf('group', { items: PEOPLE, by: { team: 'team' }, aggregates })).toEqual([
      { team: 'a', n: 2, aged: 1, sum: 36, avg: 36, min: 'Ada', max: 36, all: ['Ada', 'Cy'], first: 'Ada', last: 'Cy' },
      { team: 'b', n: 2, aged: 2, sum: 70, avg: 35, min: 'Bo', max: 50, all: ['Bo', 'Di'], first: 'Bo', last: 'Di' },
    ]);
    expect(await outputOf('group', { items: [], aggregates })).toEqual([
      { n: 0, aged: 0, sum: 0, avg: null, min: null, max: null, all: [], first: null, last: null },
    ]);
    const by = { t: 'team', old: 'age > 30', none: 'nothing' };
    expect(await outputOf('group', { items: PEOPLE.slice(0, 2), by, aggregates: { n: { op: 'count' } } })).toEqual([
      { t: 'a', old: true, none: null, n: 1 },
      { t: 'b', old: false, none: null, n: 1 },
    ]);
    expect(await run('group', { items: [], by: { n: 'a' }, aggregates: { n: { op: 'count' } } })).toMatchObject({
      failure: { code: 'expression_invalid' },
    });
    for (const op of ['sum', 'avg'])
      expect(await run('group', { items: ['1'], aggregates: { n: { op } } })).toMatchObject({
        failure: { kind: 'fatal', code: 'expression_failed' },
      });
    expect(await run('group', { items: [1, 'a'], aggregates: { n: { op: 'max' } } })).toMatchObject({
      failure: { code: 'expression_failed' },
    });
  });

  const LEFT: JsonObject[] = [{ id: 1 }, { id: 2 }, { id: null }, {}];
  const RIGHT: JsonObject[] = [{ of: 2, v: 'x' }, { of: 2, v: 'y' }, { of: 3 }, { of: null }];
  const pair = (left: unknown, right: unknown): object => ({ left, right });
  const PAIRS = [pair(LEFT[1], RIGHT[0]), pair(LEFT[1], RIGHT[1])];
  test.each<[string, object[]]>([
    ['inner', PAIRS],
    ['left', [pair(LEFT[0], null), ...PAIRS, pair(LEFT[2], null), pair(LEFT[3], null)]],
    ['right', [...PAIRS, pair(null, RIGHT[2]), pair(null, RIGHT[3])]],
    [
      'full',
      [
        pair(LEFT[0], null),
        ...PAIRS,
        pair(LEFT[2], null),
        pair(LEFT[3], null),
        pair(null, RIGHT[2]),
        pair(null, RIGHT[3]),
      ],
    ],
  ])('join: %s', async (kind, rows) => {
    expect(await outputOf('join', { left: LEFT, right: RIGHT, on: { left: 'id', right: 'of' }, kind })).toEqual(rows);
  });

  test('join: keys of several parts, of one type only; select; bounded', async () => {
    const on = { left: '[a, b]', right: '[x, y]' };
    const left: JsonObject[] = [{ a: 1, b: 2 }, { a: 1 }];
    expect(await outputOf('join', { left, right: [{ x: 1, y: 2 }], on, select: '$merge([left, right])' })).toEqual([
      { a: 1, b: 2, x: 1, y: 2 },
    ]);
    expect(await outputOf('join', { left: [1], right: ['1'], on: { left: '$', right: '$' } })).toEqual([]);
    const many = Array.from({ length: 2000 }, () => 1);
    expect(await run('join', { left: many, right: many, on: { left: '$', right: '$' } })).toMatchObject({
      failure: { kind: 'fatal', code: 'result_too_large' },
    });
  });

  test('template: text of data', async () => {
    const text =
      'Dear {{ name | upcase }},{% for row in rows %} {{ forloop.index }}:{{ row.n }}{% endfor %} {{ day | date: "%d.%m.%Y" }}';
    const data = { name: 'Ada', rows: [{ n: 5 }, { n: 6 }], day: '2026-01-02T23:00:00Z' };
    expect(await outputOf('template', { template: text, data })).toBe('Dear ADA, 1:5 2:6 02.01.2026');
    expect(await outputOf('template', { template: '[{{ nobody }}]', strict: false })).toBe('[]');
    expect(await run('template', { template: '[{{ nobody }}]' })).toMatchObject({
      failure: { kind: 'fatal', code: 'template_failed' },
    });
    expect(await run('template', { template: '{% for %}' })).toMatchObject({
      failure: { kind: 'fatal', code: 'template_invalid' },
    });
  });

  test('all of it is pure, and told as such', () => {
    expect(transform.tasks.map(({ effects }) => effects)).toEqual(transform.tasks.map(() => 'pure'));
  });
});
