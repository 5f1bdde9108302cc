import { describe, expect, test } from '@jest/globals';
import { diffDefinitions, type CompiledWorkflow } from '../../src/engine/core/index.js';
import { mustCompile, task } from '../world/core-world.js';

type Fields = Record<string, unknown>;

const workflow = (tasks: Fields): CompiledWorkflow => mustCompile({ name: 'w', state: { n: 0 }, tasks, output: {} });

const changes = (from: Fields, to: Fields): string[] =>
  diffDefinitions(workflow(from), workflow(to)).changes.map((change) =>
    change.is === 'changed' ? `${change.path} ${change.what.join(', ')}` : `${change.path} ${change.is}`,
  );

/** Beside it there are tasks that it may name. */
const changed = (from: Fields, to: Fields): string[] => {
  const beside = { x: task(), y: task() };
  return changes({ ...beside, a: from }, { ...beside, a: to });
};

const typed = (more: Fields): Fields => task(more as never);
const reading = (template: unknown): Fields => typed({ input: { n: template } });
const catching = (on_error: unknown): Fields => typed({ on_error });
const inMap = (more: Fields): Fields => ({ map: { over: [1], ...more }, tasks: { z: task() } });

describe('means something else', () => {
  test.each<readonly [string, Fields, Fields, string]>([
    ['another number in an expression', reading('${1 + 1}'), reading('${1 + 2}'), 'input'],
    ['a number or its text', reading('${[1.0]}'), reading('${["1"]}'), 'input'],
    ['a whole number or one with a point', reading('${[1]}'), reading('${[1.0]}'), 'input'],
    ['another unsigned number', reading('${[1u]}'), reading('${[2u]}'), 'input'],
    ['a truth', reading('${true || false}'), reading('${true || true}'), 'input'],
    ['bytes', reading('${string(b"a")}'), reading('${string(b"b")}'), 'input'],
    ['another function', reading('${size("a")}'), reading('${string("a")}'), 'input'],
    ['a number or its text, as they stand', reading(1), reading('1'), 'input'],
    ['text around an expression', reading('a ${input.x}'), reading('b ${input.x}'), 'input'],
    ['the order of a list', reading([1, 2]), reading([2, 1]), 'input'],
    ['another secret', reading('${secrets.a}'), reading('${secrets.b}'), 'input'],
    ['another condition', typed({ when: '${input.x == 1}' }), typed({ when: '${input.x == 2}' }), 'condition'],
    ['one more that it waits for', typed({ depends_on: ['x'] }), typed({ depends_on: ['x', 'y'] }), 'edges'],
    [
      'how many it waits for',
      typed({ depends_on: ['x', 'y'], join: 1 }),
      typed({ depends_on: ['x', 'y'], join: 2 }),
      'edges',
    ],
    [
      'another retry',
      typed({ retry_policy: { max_retries: 1 } }),
      typed({ retry_policy: { max_retries: 2 } }),
      'policy',
    ],
    ['another timeout', typed({ timeout: 1 }), typed({ timeout: 2 }), 'policy'],
    ['another heartbeat', typed({ heartbeat: 1 }), typed({ heartbeat: 2 }), 'policy'],
    ['another priority', typed({ priority: 1 }), typed({ priority: 2 }), 'policy'],
    [
      'another key of a limit',
      typed({ concurrency_key: 'k', concurrency: 1 }),
      typed({ concurrency_key: 'l', concurrency: 1 }),
      'policy',
    ],
    [
      'another limit',
      typed({ concurrency_key: 'k', concurrency: 1 }),
      typed({ concurrency_key: 'k', concurrency: 2 }),
      'policy',
    ],
    [
      'another rate',
      typed({ concurrency_key: 'k', rate: { count: 1, per: 1 } }),
      typed({ concurrency_key: 'k', rate: { count: 1, per: 2 } }),
      'policy',
    ],
    [
      'another key of kept results',
      typed({ cache: { key: 'k', ttl: 9 } }),
      typed({ cache: { key: 'l', ttl: 9 } }),
      'policy',
    ],
    [
      'how long results are kept',
      typed({ cache: { key: 'k', ttl: 9 } }),
      typed({ cache: { key: 'k', ttl: 8 } }),
      'policy',
    ],
    ['what is done when it fails', catching('fail'), catching('continue'), 'on_error'],
    [
      'other classes of failures',
      catching([{ class: 'timeout', then: 'continue' }]),
      catching([{ class: 'fatal', then: 'continue' }]),
      'on_error',
    ],
    ['what it assigns', typed({ set: { n: 1 } }), typed({ set: { n: 2 } }), 'set'],
    ['what undoes it', typed({ compensate: task() }), typed({ compensate: reading(1) }), 'compensate'],
    ['another type', task(), typed({ type: 'test/retried' }), 'work, policy'],
    ['another time', { wait: { seconds: 1 } }, { wait: { seconds: 2 } }, 'work'],
    ['another time of day', { wait: { until: '${input.x}' } }, { wait: { until: '${input.y}' } }, 'work'],
    ['another event', { event: { name: 'a' } }, { event: { name: 'b' } }, 'work'],
    [
      'another match',
      { event: { name: 'a', match: '${event == 1}' } },
      { event: { name: 'a', match: '${event == 2}' } },
      'work',
    ],
    ['how long it waits', { event: { name: 'a', within: 1 } }, { event: { name: 'a', within: 2 } }, 'work'],
    ['how far it looks back', { event: { name: 'a', since: 1 } }, { event: { name: 'a', since: 2 } }, 'work'],
    [
      'what comes of it when nobody answers',
      { approval: { within: 1, on_timeout: 'reject' } },
      { approval: { within: 1, on_timeout: 'approve' } },
      'work',
    ],
    ['who approves', { approval: { by: ['a'] } }, { approval: { by: ['b'] } }, 'work'],
    ['another workflow', { workflow: { name: 'v' } }, { workflow: { name: 'u' } }, 'work'],
    ['whether it waits', { workflow: { name: 'v' } }, { workflow: { name: 'v', wait: false } }, 'work'],
    [
      'other branches',
      { switch: [{ when: '${input.x == 1}', goto: 'x' }] },
      { switch: [{ when: '${input.x == 2}', goto: 'x' }] },
      'work',
    ],
    ['over what', inMap({}), inMap({ over: [2] }), 'work'],
    ['how many items at a time', inMap({ concurrency: 1 }), inMap({ concurrency: 2 }), 'work'],
    ['how many may fail', inMap({ tolerate: 1 }), inMap({ tolerate: '1%' }), 'work'],
    ['the name of an item', inMap({}), inMap({ as: 'thing' }), 'work'],
    [
      'when a loop ends',
      { loop: { until: '${index == 1}' }, tasks: { z: task() } },
      { loop: { while: '${index == 1}' }, tasks: { z: task() } },
      'work',
    ],
    [
      'what a group gives',
      { tasks: { z: task() }, output: { n: 1 } },
      { tasks: { z: task() }, output: { n: 2 } },
      'output',
    ],
    [
      'how a group begins',
      { tasks: { z: task() }, state: { m: 1 } },
      { tasks: { z: task() }, state: { m: 2 } },
      'state',
    ],
  ])('%s', (_, from, to, what) => {
    expect(changed(from, to)).toEqual([`/a ${what}`]);
    expect(changed(from, from)).toEqual([]);
  });
});

describe('means the same', () => {
  test.each<readonly [string, Fields, Fields]>([
    ['how an expression is spaced', reading('${ 1+ 1 }'), reading('${1 + 1}')],
    ['a name, or a description', typed({ description: 'a' }), typed({ description: 'b' })],
    [
      'the order in which classes of failures are named',
      catching([{ class: ['timeout', 'fatal'], then: 'continue' }]),
      catching([{ class: ['fatal', 'timeout'], then: 'continue' }]),
    ],
    ['the order of keys', reading({ a: 1, b: 2 }), reading({ b: 2, a: 1 })],
  ])('%s', (_, from, to) => {
    expect(changed(from, to)).toEqual([]);
  });

  test('the order of tasks, and of what they wait for', () => {
    const from = { x: task(), y: task(), a: task({ depends_on: ['x', 'y'] }) };
    const to = { a: task({ depends_on: ['y', 'x'] }), y: task(), x: task() };
    expect(changes(from, to)).toEqual([]);
  });
});

describe('is told', () => {
  test('outer ones first; what a construct of another kind holds is not compared', () => {
    const from = { g: { tasks: { a: task(), b: task() } }, t: { try: { a: task() } } };
    const to = { g: { race: { a: reading(1) } }, t: { try: { a: reading(1), m: task() } }, n: task() };
    expect(changes(from, to)).toEqual(['/g work', '/t/try output', '/t/try/a input', '/t/try/m added', '/n added']);
  });
});
