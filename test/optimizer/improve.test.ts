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
    case 'hoist_task':
      return `^${op.task}`;
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

describe('what is the same for all items', () => {
  const h = pure({ input: { n: '${input.n}' } });
  const w = write({ input: { of: '${tasks.h.output}', i: '${index}' } });
  const each = (tasks: JsonObject, more: JsonObject = {}): JsonObject => ({
    ...{ map: { over: '${input.rows}' }, tasks, output: '${tasks.w.output}', ...more },
  });
  const hoisted = (tasks: JsonObject, ...paths: string[]): JsonObject => {
    const ops = paths.map((task): RewriteOp => ({ op: 'hoist_task', task }));
    const result = prove({ study: studyOf(compile(tasks), NO_FACTS), surroundings }, ops);
    if (!result.ok) throw new Error(`${result.error.gate} ${result.error.reason}`);
    return result.value.candidate.document.tasks as JsonObject;
  };

  test('runs once, if it is asked for at all', () => {
    expect(found({ m: each({ h, w }) })).toEqual(['hoist_invariants success-equivalent: ^/m/h']);
    expect(hoisted({ m: each({ h, w }) }, '/m/h')).toEqual({
      h: { ...h, when: '${size(input.rows) > 0}' },
      m: each({ w }),
    });
  });

  test('waits for what the map waited for, and the map for it', () => {
    const tasks = {
      a: pure(),
      b: write(),
      m: { ...each({ h: { ...h, ...reading('a') }, w: write(after('h')) }, after('b')) },
    };
    expect(hoisted(tasks, '/m/h')).toEqual({
      ...{ a: pure(), b: write() },
      h: { ...h, ...reading('a'), ...after('b'), when: '${size(input.rows) > 0}' },
      m: { ...each({ w: write() }), ...after('b', 'a', 'h') },
    });
  });

  test('with what it reads, and with the question of the map', () => {
    const g = pure({ input: { of: '${tasks.h.output}' } });
    const uses = write({ input: { of: '${tasks.g.output}', i: '${index}' } });
    const tasks = { m: each({ h, g, w: uses }, { when: '${input.x}' }) };
    expect(found(tasks)).toEqual(['hoist_invariants success-equivalent: ^/m/h, ^/m/g']);
    const when = '${(input.x) && size(input.rows) > 0}';
    expect(hoisted(tasks, '/m/h', '/m/g')).toEqual({
      ...{ h: { ...h, when }, g: { ...g, when } },
      m: { ...each({ w: uses }, { when: '${input.x}' }), ...after('h') },
    });
  });

  test('asks nothing where it certainly ran, or may fail', () => {
    const [certain, goesOn] = [{ map: { over: [1, 2] } }, { ...h, on_error: 'continue' }];
    expect(hoisted({ m: each({ h, w }, certain) }, '/m/h')).toEqual({ h, m: each({ w }, certain) });
    expect(hoisted({ m: each({ h: goesOn, w }) }, '/m/h')).toEqual({ h: goesOn, m: each({ w }) });
  });

  test('out of a loop; a leaf is spelled out', () => {
    const loop = { loop: { until: '${index > 1}', max_iterations: 3 }, tasks: { h, w: write() } };
    expect(found({ m: loop })).toEqual(['hoist_invariants success-equivalent: ^/m/h, output /m/']);
  });

  test.each<[string, JsonObject]>([
    ['it reads the item', { m: each({ h: pure({ input: { n: '${item}' } }), w }) }],
    ['it waits for what stays', { m: each({ h: pure(after('w')), w: write(), x: write(reading('h')) }) }],
    ['it has effects', { m: each({ h: read(), w }) }],
    ['it has a cache', { m: each({ h: { ...h, cache: { ttl: 9 } }, w }) }],
    ['it leaves something to chance', { m: each({ h: pure({ input: { n: '${now()}' } }), w }) }],
    ['nothing would stay', { m: { ...each({ h }), output: {} } }],
    ['it may not have run', { m: { loop: { while: '${index < 2}' }, tasks: { h, w } } }],
    ['it asks something else', { m: each({ h: { ...h, when: '${input.x}' }, w }) }],
    ['its failure is tolerated', { m: each({ h, w }, { map: { over: [1, 2], tolerate: 1 } }) }],
    ['the map has a timeout', { m: each({ h, w }, { timeout: 9 }) }],
    ['what holds it runs once', { m: { tasks: { h, w: write(reading('h')) } } }],
  ])('not if %s', (_, tasks) => {
    expect(found(tasks).filter((text) => text.startsWith('hoist'))).toEqual([]);
  });

  test.each<[string, JsonObject, string, string]>([
    ['it stands in no body', { h, w: write() }, '/h', 'precondition not_here'],
    ['it stands in a try', { t: { try: { h, w: write() } } }, '/t/try/h', 'precondition not_here'],
    ['it stands in a race', { r: { race: { h, w: pure() } } }, '/r/h', 'precondition not_here'],
    ['it is not there', { h }, '/m/h', 'referents unknown_task'],
  ])('can not be asked for if %s', (_, tasks, path, refused) => {
    expect(() => hoisted(tasks, path)).toThrow(refused);
  });

  test('nor twice, nor where its name is taken', () => {
    const tasks = { m: each({ h, w }) };
    expect(() => hoisted(tasks, '/m/h', '/m/h')).toThrow('referents unknown_task');
    const ops: readonly RewriteOp[] = [
      { op: 'insert_task', scope: '', id: 'h', definition: h },
      { op: 'hoist_task', task: '/m/h' },
    ];
    expect(prove({ study: studyOf(compile(tasks), NO_FACTS), surroundings }, ops)).toMatchObject({
      error: { gate: 'precondition', reason: 'id_in_use' },
    });
  });
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
