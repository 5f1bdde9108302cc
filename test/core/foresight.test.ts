import { describe, expect, test } from '@jest/globals';
import { foresee, type Assume, type Forecast } from '../../src/engine/core/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { mustCompile, task } from '../world/core-world.js';

/* What is foreseen of single constructs. That it comes true is held against the engine in test/simulation/foresight. */

const see = (tasks: JsonObject, input: JsonObject | undefined = {}, more: JsonObject = {}, assume?: Assume) => {
  const result = foresee(mustCompile({ name: 'w', tasks, ...more }), { input, now: 0, ...(assume && { assume }) });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

const bounds = ({ min, max }: Forecast): string =>
  max === 0 ? 'never' : min === max ? `${min}` : `${min}..${max === Infinity ? '' : max}`;

const seen = (tasks: JsonObject, input?: JsonObject, assume?: Assume): Record<string, string> =>
  Object.fromEntries(see(tasks, input, {}, assume).tasks.map((forecast) => [forecast.pattern, bounds(forecast)]));

const because = (tasks: JsonObject, pattern: string, input?: JsonObject): Json[] =>
  JSON.parse(JSON.stringify(see(tasks, input).tasks.find((one) => one.pattern === pattern)?.because ?? [])) as Json[];

const after = (...depends_on: string[]): Record<string, Json> => task({ depends_on });

describe('conditions', () => {
  const tasks = { a: task(), b: task({ when: '${input.n > 3}' }), c: task({ when: '${tasks.a.output.ok}' }) };

  test('decided by the input, by a task, or by nothing that is known', () => {
    expect(seen(tasks, { n: 5 })).toEqual({ '/a': '1', '/b': '1', '/c': '0..1' });
    expect(seen(tasks, { n: 1 })).toEqual({ '/a': '1', '/b': 'never', '/c': '0..1' });
    expect(because(tasks, '/b', { n: 1 })).toEqual([{ is: 'condition_false' }]);
    expect(because(tasks, '/c')).toEqual([{ is: 'condition_open' }]);
    const given: Assume = ({ pattern }) => (pattern === '/a' ? { is: 'completed', output: { ok: true } } : undefined);
    expect(seen(tasks, { n: 1 }, given)).toEqual({ '/a': '1', '/b': 'never', '/c': '1' });
  });

  test('without an input, what reads it is open', () => {
    const result = foresee(mustCompile({ name: 'w', tasks }), { input: undefined, now: 0 });
    expect(result.ok && result.value.tasks.map(bounds)).toEqual(['1', '0..1', '0..1']);
  });

  test('one that can not be worked out fails, and the workflow with it', () => {
    const foreseen = see({ a: task({ when: '${input.n.deep == 1}' }), b: after('a') }, { n: 1 });
    expect(foreseen.fails).toBe('must');
    expect(foreseen.tasks.map(bounds)).toEqual(['never', 'never']);
    expect(foreseen.tasks[0]?.because[0]?.is).toBe('not_worked_out');
    expect(foreseen.tasks[1]?.because).toEqual([{ is: 'upstream', by: '/a' }]);
  });

  test('the time, chance and variables are known to nobody beforehand', () => {
    const open = { a: task({ when: '${now() > "2020"}' }), b: task({ when: '${uuid() == ""}' }) };
    expect(Object.values(seen(open))).toEqual(['0..1', '0..1']);
  });

  test('the status of a task that completes is known, its output is not', () => {
    const status = { a: task(), b: task({ when: '${tasks.a.status == "completed"}' }) };
    expect(seen(status)).toEqual({ '/a': '1', '/b': '1' });
  });
});

describe('ways through', () => {
  const merge: JsonObject = {
    ask: task(),
    pick: { switch: [{ when: '${tasks.ask.output.big}', goto: 'big' }, { goto: 'small' }] },
    big: task(),
    small: task(),
    merge: after('big', 'small'),
  };

  test('a merge after a switch runs whichever way it goes', () => {
    expect(seen(merge)).toEqual({ '/ask': '1', '/pick': '1', '/big': '0..1', '/small': '0..1', '/merge': '1' });
    expect(because(merge, '/big')).toEqual([{ is: 'branch', by: '/pick' }]);
  });

  test('with more ways than can be told apart less is certain, and nothing wrong', () => {
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [`t${n}`, task({ when: '${tasks.ask.output.x}' })]),
    );
    const foreseen = see({ ...many, ...merge, last: after('merge') });
    expect(foreseen.worlds).toBe(64);
    expect(foreseen.tasks.find(({ pattern }) => pattern === '/ask')?.min).toBe(1);
    expect(foreseen.tasks.find(({ pattern }) => pattern === '/t11')).toMatchObject({ min: 0, max: 1 });
  });

  test('what handles a failure runs only after one', () => {
    const handled = { a: task({ on_error: { goto: 'mend' } }), mend: task(), b: after('a') };
    expect(seen(handled)).toEqual({ '/a': '1', '/mend': '0..1', '/b': '1' });
    expect(because(handled, '/mend')).toContainEqual({ is: 'only_after_failure' });
    const fails: Assume = ({ pattern }) =>
      pattern === '/a' ? { is: 'failed', failure: { kind: 'fatal', code: 'x', message: '' } } : undefined;
    expect(seen(handled, {}, fails)).toEqual({ '/a': '1', '/mend': '1', '/b': 'never' });
  });

  test('a catch is possible, a finally certain', () => {
    const tried = { t: { try: { a: task() }, catch: { b: task() }, finally: { c: task() } } };
    expect(seen(tried)).toEqual({ '/t': '1', '/t/try/a': '1', '/t/catch/b': '0..1', '/t/finally/c': '1' });
  });

  test('what undoes a task is possible when the task is', () => {
    const undone = {
      a: task({ compensate: { type: 'test/task' } }),
      b: task({ when: false, compensate: { type: 'test/task' } }),
    };
    expect(seen(undone)).toMatchObject({ '/a!compensate': '0..1', '/b!compensate': 'never' });
  });
});

describe('how often', () => {
  const each = (over: Json) => ({ each: { map: { over, as: 'it' }, tasks: { a: task({ when: '${it > 1}' }) } } });

  test('items of a map, one by one when they are known', () => {
    expect(seen(each('${input.items}'), { items: [1, 2, 3] })).toEqual({ '/each': '1', '/each[*]/a': '2' });
    expect(seen(each([]))).toEqual({ '/each': '1', '/each[*]/a': 'never' });
    expect(seen({ ask: task(), ...each('${tasks.ask.output}') })).toMatchObject({ '/each[*]/a': '0..' });
    const [map] = see(each('${input.items}'), { items: [1, 2] }).tasks;
    expect(map?.sizes).toEqual({ min: 2, max: 2 });
  });

  test('iterations of a loop', () => {
    const loop = (how: JsonObject) => ({ l: { loop: { max_iterations: 5, ...how }, tasks: { a: task() } } });
    expect(seen(loop({ while: '${index < 3}' }))).toMatchObject({ '/l[*]/a': '3' });
    expect(seen(loop({ until: '${index >= 1}' }))).toMatchObject({ '/l[*]/a': '2' });
    expect(seen(loop({ until: '${previous.a.done}' }))).toMatchObject({ '/l[*]/a': '1..5' });
    expect(see(loop({ while: true })).fails).toBe('must');
  });

  test('in a race nobody is certain', () => {
    expect(seen({ r: { race: { a: task(), b: task() } } })).toEqual({ '/r': '1', '/r/a': '0..1', '/r/b': '0..1' });
  });
});

test('inputs are known field by field, texts as far as they begin', () => {
  const input = {
    url: 'https://data.example/${input.day}/${tasks.a.output}',
    method: 'GET',
    body: '${tasks.a.output}',
  };
  const [, b] = see({ a: task(), b: task({ input }) }, { day: 'monday' }).tasks;
  expect(b?.inputs.map((one) => Object.fromEntries(one))).toEqual([
    {
      url: { is: 'begins', text: 'https://data.example/monday/' },
      method: { is: 'value', value: 'GET' },
      body: { is: 'begins', text: '' },
    },
  ]);
});

test('an input that the workflow does not take is refused', () => {
  const compiled = mustCompile({
    name: 'w',
    input_schema: { type: 'object', required: ['day'], properties: { day: { type: 'string' } } },
    tasks: { a: task() },
  });
  const refused = foresee(compiled, { input: {}, now: 0 });
  expect(refused.ok ? [] : refused.error.map(({ pointer }) => pointer)).toEqual(['/input']);
});
