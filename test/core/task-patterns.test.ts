import { expect, test } from '@jest/globals';
import { patternOf, tasksByPattern } from '../../src/engine/core/index.js';

const task = { type: 'core/noop' };

test('tasks of bodies are named as their addresses are', () => {
  const tasks = {
    each: { map: { over: '${input.rows}' }, tasks: { fetch: task } },
    again: { loop: { while: 'x' }, tasks: { inner: { tasks: { deep: task } } } },
    guard: { try: { risky: task }, catch: { mend: task }, finally: { tidy: task } },
    first: { race: { a: task, b: task } },
  };
  expect([...tasksByPattern({ tasks }).keys()]).toEqual([
    ...['/each', '/each[*]/fetch', '/again', '/again[*]/inner', '/again[*]/inner/deep'],
    ...['/guard', '/guard/try/risky', '/guard/catch/mend', '/guard/finally/tidy', '/first', '/first/a', '/first/b'],
  ]);
});

test('addresses of items have one pattern', () => {
  expect(['/a', '/a[3]/b', '/a["e]u\\""]/b[0]'].map(patternOf)).toEqual(['/a', '/a[*]/b', '/a[*]/b[*]']);
});
