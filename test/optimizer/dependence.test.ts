import { describe, expect, test } from '@jest/globals';
import { endsOf, orderOf, type Worlds } from '../../src/llm/optimizer/dependence/index.js';
import { placesOf, usesOf, type PlacedTask } from '../../src/llm/optimizer/ir/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { after, compile, pure } from './versions.js';

const chooses = (...ids: readonly string[]): JsonObject => ({
  switch: ids.map((goto, at): JsonObject => (at < ids.length - 1 ? { when: '${input.x > 1}', goto } : { goto })),
});

describe('which task ends before which starts', () => {
  const orders = (tasks: JsonObject): string => {
    const places = placesOf(compile(tasks, { output: {} }));
    const order = orderOf(places);
    return places.tasks
      .flatMap(({ index, path }) =>
        [...order.columns(index)].map((later) => `${path}<${(places.tasks[later] as PlacedTask).path}`),
      )
      .join(' ');
  };

  test.each<[string, string, JsonObject]>([
    ['one after the other', '/a</b', { a: pure(), b: pure(after('a')) }],
    [
      'one after the next',
      '/a</b /a</c /b</c /x</c',
      { a: pure(), b: pure(after('a')), x: pure(), c: pure(after('b', 'x')) },
    ],
    [
      'what they hold',
      '/g</h /g</h/j /g/i</h /g/i</h/j',
      { g: { tasks: { i: pure() } }, h: { tasks: { j: pure() }, ...after('g') } },
    ],
    [
      'the phases of a try',
      '/t/try/a</t/catch/b /t/try/a</t/finally/c /t/catch/b</t/finally/c',
      { t: { try: { a: pure() }, catch: { b: pure() }, finally: { c: pure() } } },
    ],
    ['who chooses and who is chosen', '/s</b /s</c', { s: chooses('b', 'c'), b: pure(), c: pure() }],
    [
      'who was not chosen has not waited',
      '/a</b /s</b /s</c /s</y /b</y /x</y',
      { a: pure(), s: chooses('b', 'c'), b: pure(after('a')), c: pure(), x: pure(), y: pure(after('b', 'x')) },
    ],
    [
      'but who runs because it was chosen has',
      '/a</s /a</b /r</s /r</o /r</b /s</b',
      { a: pure(), r: chooses('s', 'o'), s: { ...chooses('b'), ...after('a') }, o: pure(), b: pure() },
    ],
    [
      'unless another one may have chosen it',
      '/a</s /r</s /r</o /r</b /s</b /q</b',
      { a: pure(), r: chooses('s', 'o'), s: { ...chooses('b'), ...after('a') }, o: pure(), q: chooses('b'), b: pure() },
    ],
    ['all by their number', '/a</c /b</c', { a: pure(), b: pure(), c: pure({ ...after('a', 'b'), join: 2 }) }],
    ['some', '', { a: pure(), b: pure(), c: pure({ ...after('a', 'b'), join: 1 }) }],
    [
      'a number that is out of reach is not waited for',
      '/a</c /b</c /c</y /x</y',
      { a: pure(), b: pure(), c: pure({ ...after('a', 'b'), join: 2 }), x: pure(), y: pure(after('c', 'x')) },
    ],
    [
      'but who runs because it was reached has waited',
      '/a</c /a</y /b</c /b</y /c</y',
      { a: pure(), b: pure(), c: pure({ ...after('a', 'b'), join: 2 }), y: pure(after('c')) },
    ],
  ])('%s: %s', (_, expected, tasks) => {
    expect(orders(tasks)).toBe(expected);
  });
});

describe('how a step may end', () => {
  /** The ends of the task `t`, wherever it is. */
  const ends = (tasks: JsonObject, worlds: Worlds): string => {
    const { home, task } = placesOf(compile(tasks, { output: {} })).tasks.find(
      (placed) => placed.task.id === 't',
    ) as PlacedTask;
    const set = endsOf(home, worlds)[task.index] as number;
    return ['carries', 'neutral', 'blocks'].filter((_, bit) => set & (1 << bit)).join(' ');
  };
  const handled = (on_error: unknown): JsonObject => ({ t: pure({ on_error } as JsonObject), h: pure() });
  const t = { t: pure() };

  test.each<[string, string, Worlds, JsonObject]>([
    ['when everything is looked at', 'carries blocks', 'all', t],
    ['when the execution completes', 'carries', 'completing', t],
    ['in a group', 'carries', 'completing', { g: { tasks: t } }],
    ['in a group whose failure is handled', 'carries blocks', 'completing', { g: { tasks: t, on_error: 'continue' } }],
    ['in a group of it', 'carries blocks', 'completing', { g: { tasks: { i: { tasks: t } }, on_error: 'continue' } }],
    ['in a race', 'carries blocks', 'completing', { r: { race: { ...t, u: pure() } } }],
    ['in a try', 'carries blocks', 'completing', { y: { try: t, catch: { c: pure() } } }],
    ['in a catch', 'carries blocks', 'completing', { y: { try: { c: pure() }, catch: t } }],
    ['in a map', 'carries', 'completing', { m: { map: { over: '${[1]}', as: 'i' }, tasks: t } }],
    [
      'in a map that tolerates some',
      'carries blocks',
      'completing',
      { m: { map: { over: '${[1]}', as: 'i', tolerate: 1 }, tasks: t } },
    ],
    [
      'in a map that tolerates a share',
      'carries blocks',
      'completing',
      { m: { map: { over: '${[1]}', as: 'i', tolerate: '5%' }, tasks: t } },
    ],
    ['chosen', 'carries neutral', 'completing', { s: chooses('t', 'u'), t: pure(), u: pure() }],
    ['after one that may fail', 'carries neutral blocks', 'all', { a: pure(), t: pure(after('a')) }],
    ['after one that may fail, with a group around', 'carries', 'completing', { a: pure(), t: pure(after('a')) }],
    [
      'after one whose failure is passed over',
      'carries',
      'completing',
      { a: pure({ on_error: 'continue' }), t: pure(after('a')) },
    ],
    [
      'after one whose failure is handled',
      'carries neutral',
      'completing',
      { a: pure({ on_error: { goto: 'h' } }), h: pure(), t: pure(after('a')) },
    ],
    ['passed over', 'carries', 'all', handled('continue')],
    ['handled', 'carries blocks', 'completing', handled({ goto: 'h' })],
    ['some passed over', 'carries blocks', 'all', handled([{ class: 'timeout', then: 'continue' }])],
    [
      'all passed over, some counts',
      'carries blocks',
      'all',
      handled([{ class: 'timeout', then: 'fail' }, { then: 'continue' }]),
    ],
    [
      'all passed over, and then some handled',
      'carries',
      'all',
      handled([{ then: 'continue' }, { class: 'timeout', goto: 'h' }]),
    ],
    ['all count', 'carries blocks', 'all', handled([{ then: 'fail' }])],
    [
      'waiting for any',
      'carries neutral',
      'completing',
      { a: pure(), b: pure(), t: pure({ ...after('a', 'b'), join: 'any' }) },
    ],
  ])('%s: %s', (_, expected, worlds, tasks) => {
    expect(ends(tasks, worlds)).toBe(expected);
  });
});

describe('what the expressions of a task use', () => {
  const uses = (task: JsonObject, tasks: JsonObject = {}): string => {
    const workflow = compile({ t: task, ...tasks }, { output: {}, state: { n: 0, rows: [] } });
    const { state, chance } = usesOf((placesOf(workflow).at('/t') as PlacedTask).task);
    return [state ? 'state' : '', chance ? 'chance' : ''].join('');
  };
  const input = (value: unknown): JsonObject => pure({ input: value } as JsonObject);

  test.each<[string, string, JsonObject]>([
    ['nothing', '', input({ n: '${input.n + 1}' })],
    ['a variable', 'state', input({ n: '${state.n}' })],
    ['the time', 'chance', input({ n: '${now()}' })],
    ['a new id', 'chance', input({ n: '${uuid()}' })],
    ['deep inside', 'statechance', input({ n: '${[uuid()].map(x, x + string(state.n))}' })],
    ['in a list', 'state', input({ n: [1, '${state.n}'] })],
    ['in text', 'state', input({ n: 'of ${state.n}' })],
    ['in a condition', 'state', pure({ when: '${state.n > 0}' })],
    ['in an assignment', 'state', pure({ set: { n: '${state.n + 1}' } })],
    ['in the key of a limit', 'state', pure({ concurrency_key: '${string(state.n)}', concurrency: 2 })],
    ['in the key of a cache', 'state', pure({ cache: { ttl: 5, key: '${string(state.n)}' } })],
    ['in what undoes it', 'state', pure({ compensate: input({ n: '${state.n}' }) })],
    ['in the output of a group', 'state', { tasks: { i: pure() }, output: '${state.n}' }],
    ['in variables of a group', 'state', { tasks: { i: pure() }, state: { m: '${state.n}' } }],
    ['in what a map is over', 'state', { map: { over: '${state.rows}', as: 'i' }, tasks: { i: pure() } }],
    [
      'in the condition of a loop',
      'state',
      { loop: { while: '${state.n < 3}', max_iterations: 3 }, tasks: { i: pure() } },
    ],
    ['in a wait', 'state', { wait: { seconds: '${state.n}' } }],
    ['in an event', 'state', { event: { name: 'e', match: '${event.n == state.n}', within: 5 } }],
    ['in an approval', 'state', { approval: { message: 'of ${state.n}' } }],
    ['in the input of a workflow', 'state', { workflow: { name: 'child', input: { n: '${state.n}' } } }],
    ['but not in what it holds', '', { tasks: { i: input({ n: '${state.n}' }) } }],
  ])('%s: %s', (_, expected, task) => {
    expect(uses(task)).toBe(expected);
  });

  test('in branches: state', () => {
    expect(uses({ switch: [{ when: '${state.n > 0}', goto: 'u' }] }, { u: pure() })).toBe('state');
  });
});
