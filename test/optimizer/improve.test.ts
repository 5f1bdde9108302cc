import { describe, expect, test } from '@jest/globals';
import { NO_FACTS, type Facts } from '../../src/llm/optimizer/ir/index.js';
import { improve, prove } from '../../src/llm/optimizer/prove/index.js';
import type { RewriteOp } from '../../src/llm/optimizer/rewrite/index.js';
import { studyOf } from '../../src/llm/optimizer/rules/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { compile, pure, read, reading, surroundings, write } from './versions.js';

const found = (tasks: JsonObject, rest: JsonObject = {}, facts: Facts = NO_FACTS): string[] =>
  improve({ study: studyOf(compile(tasks, rest), facts, surroundings.catalogue), surroundings }).map(
    ({ kind, level, ops }) => `${kind} ${level}: ${ops.map(show).join(', ')}`,
  );

const show = (op: RewriteOp): string => {
  switch (op.op) {
    case 'remove_edge':
      return `${op.task} -${op.needs}`;
    case 'add_edge':
      return `${op.task} +${op.needs}`;
    case 'merge_tasks':
      return `${op.task} =${op.drop}`;
    case 'remove_task':
      return `-${op.task}`;
    case 'spell_out_output':
      return `output ${op.scope}/`;
    default:
      return op.op;
  }
};

const after = (...ids: string[]): { depends_on: string[] } => ({ depends_on: ids });
const output = (...ids: string[]): JsonObject => ({
  output: Object.fromEntries(ids.map((id) => [id, `\${tasks.${id}.output}`])),
});

describe('order that nobody needs', () => {
  test('a chain of pure tasks falls apart', () => {
    expect(found({ a: pure(), b: pure(after('a')), c: pure(after('b')) }, output('a', 'b', 'c'))).toEqual([
      'parallelise success-equivalent: /b -a, /c -b',
    ]);
  });

  test('leaves that appear are kept out of the output', () => {
    expect(found({ a: read(), b: read(after('a')) })).toEqual(['parallelise success-equivalent: /b -a, output /']);
  });

  test('writes keep their order when what stood between them goes', () => {
    expect(found({ a: write(), b: pure(after('a')), c: write(after('b')) }, output('a', 'b', 'c'))).toEqual([
      'parallelise success-equivalent: /b -a, /c -b, /c +a',
    ]);
  });

  test('writes keep their order when it came through an edge of another', () => {
    const tasks = { a: write(), b: pure(after('a')), c: write(reading('b')) };
    expect(found(tasks, output('a', 'c'))).toEqual(['parallelise success-equivalent: /b -a, /c +a']);
  });

  test('so does an order that a third task would see', () => {
    const tasks = { a: read(), b: pure(after('a')), c: read(reading('b')), w: write(), p: pure(after('w')) };
    expect(found(tasks, output('a', 'c', 'w', 'p'))).toEqual(['parallelise success-equivalent: /b -a, /c +a, /p -w']);
  });

  test('what is read stays', () => {
    expect(found({ a: pure(), b: pure(reading('a')), c: pure(reading('b')) })).toEqual([]);
  });

  test('an order that a third task would see stays, another goes', () => {
    const tasks = { a: read(), b: read(after('a')), w: write(), p: pure(after('w')) };
    expect(found(tasks, output('a', 'b', 'w', 'p'))).toEqual(['parallelise success-equivalent: /p -w']);
  });

  test('many of one kind and of the other are told apart at once', () => {
    const tasks: Record<string, JsonObject> = {};
    for (let n = 0; n < 40; n++)
      Object.assign(tasks, { [`r${n}`]: read(n > 0 ? after(`r${n - 1}`) : {}), [`p${n}`]: pure(after(`r${n}`)) });
    const freed = Array.from({ length: 40 }, (_, n) => `/p${n} -r${n}`).join(', ');
    expect(found({ ...tasks, w: write() }, output('w', ...Object.keys(tasks)))).toEqual([
      `parallelise success-equivalent: ${freed}`,
    ]);
  });

  test('in a map', () => {
    const tasks = {
      m: {
        map: { over: '${[1, 2]}', as: 'i' },
        tasks: { a: pure(), b: write(after('a')) },
        output: '${tasks.b.output}',
      },
    };
    expect(found(tasks)).toEqual(['parallelise success-equivalent: /m/b -a']);
  });

  test('behind a handler everything stays as it is', () => {
    expect(found({ t: { try: { a: pure(), b: pure(after('a')) }, catch: { c: pure() } } })).toEqual([]);
  });
});

test('edges that a path says, too', () => {
  const tasks = { a: write(), b: write(after('a')), c: write(after('a', 'b')) };
  expect(found(tasks)).toEqual(['remove_implied_edges identical: /c -a']);
});

test('edges that a path says, and whose loss a failure would tell, stay', () => {
  const tasks = { a: write(), b: write(after('a')), d: write(), c: write(after('a', 'b', 'd')) };
  expect(found(tasks)).toEqual([]);
});

test('dead tasks, and those that only they read', () => {
  const tasks = { a: pure(), b: pure(reading('a')), z: pure({ input: { n: 1 } }), w: write() };
  expect(found(tasks, output('z'))).toEqual(['remove_dead_tasks success-equivalent: -/b, -/a']);
});

test('duplicates, and what reads them', () => {
  const tasks = {
    a: pure({ input: { n: 1 } }),
    b: pure({ input: { n: 1 } }),
    c: pure(reading('a')),
    d: pure(reading('b')),
    e: read(reading('d')),
  };
  expect(found(tasks, output('c', 'e'))).toEqual(['merge_duplicates success-equivalent: /a =b, /c =d']);
  expect(found({ a: pure(), b: pure() })).toEqual(['merge_duplicates success-equivalent: /a =b, output /']);
});

describe('order that is missing', () => {
  const file = (type: string, path: string, more: JsonObject = {}): JsonObject => ({ type, input: { path, ...more } });
  const reader = file('f/read', 'out/a.csv');
  const writer = file('f/write', 'out/a.csv');

  test('one writes the file that the other reads', () => {
    expect(found({ b: reader, a: writer })).toEqual(['add_missing_order fix: /b +a, output /']);
    expect(found({ a: writer, b: { ...reader, ...after('a') } })).toEqual([]);
  });

  test('of two that write, the first that is written down comes first', () => {
    expect(found({ b: writer, a: writer })).toEqual(['add_missing_order fix: /a +b, output /']);
  });

  test('by the same expression, also inside of a group', () => {
    const path = '${input.dir + "/a"}';
    const tasks = { g: { tasks: { b: file('f/read', path) }, output: {} }, a: file('f/write', path), z: pure() };
    expect(found(tasks, output('z'))).toEqual(['add_missing_order fix: /g +a']);
  });

  test('not in another root, of another name, or when both only read', () => {
    expect(found({ a: writer, b: file('f/read', 'out/a.csv', { root: '/other' }) })).toEqual([]);
    expect(found({ a: writer, b: file('f/read', 'out/b.csv') })).toEqual([]);
    expect(found({ a: reader, b: reader })).toEqual([]);
  });

  test('one sets the variable that the other reads', () => {
    const tasks = { b: read({ input: { n: '${state.n}' } }), a: pure({ set: { n: 1 } }) };
    expect(found(tasks, { ...output('a', 'b'), state: { n: 0 } })).toEqual(['add_missing_order fix: /b +a']);
  });

  test('but not of another variable; of any, when it can not be told which', () => {
    const reads = (n: string): JsonObject => ({ b: read({ input: { n } }), a: pure({ set: { n: 1 } }) });
    const rest = { ...output('a', 'b'), state: { n: 0, m: 0 } };
    expect(found(reads('${state.m}'), rest)).toEqual([]);
    expect(found(reads('${state["m"]}'), rest)).toEqual([]);
    for (const n of ['${state["n"]}', '${state[input.name]}', '${[state].size()}'])
      expect(found(reads(n), rest)).toEqual(['add_missing_order fix: /b +a']);
    const setting = { b: pure({ set: { m: '${now()}' } }), a: pure({ set: { n: 1 } }), c: pure({ input: { n: 1 } }) };
    expect(found(setting, { ...output('a', 'b', 'c'), state: { n: 0, m: 0 } })).toEqual([]);
  });
});

test('nothing is wrong with a workflow of one task', () => {
  expect(found({ a: write() })).toEqual([]);
});

describe('ops that do not fit together', () => {
  const group = { tasks: { a: pure(), b: pure(after('a')) }, output: {} };
  const edge: RewriteOp = { op: 'remove_edge', task: '/g/b', needs: 'a' };
  test.each<[string, RewriteOp]>([
    ['what holds a task was removed before', { op: 'remove_task', task: '/g' }],
    ['what holds a task was replaced before', { op: 'replace_task', task: '/g', definition: pure() }],
    ['the task was removed before', { op: 'remove_task', task: '/g/b' }],
  ])('%s', (_, first) => {
    const workflow = compile({ g: group, z: pure() }, output('z'));
    const refused = prove({ study: studyOf(workflow, NO_FACTS), surroundings }, [first, edge]);
    expect(refused).toMatchObject({ ok: false, error: { gate: 'referents', reason: 'unknown_task' } });
  });
});
