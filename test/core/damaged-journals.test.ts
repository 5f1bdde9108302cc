import { describe, expect, test } from '@jest/globals';
import { replay, type RunEvent } from '../../src/engine/core/index.js';
import { CoreWorld, task } from '../world/core-world.js';

const run = new CoreWorld({ name: 'w', tasks: { a: task(), m: { map: { over: [1] }, tasks: { f: task() } } } });
run.begin('/a');
const { events, compiled, now: at } = run;

const folding =
  (...more: RunEvent[]): (() => unknown) =>
  () =>
    replay(compiled, [...events, ...more]);
const about = { at, step: '/a', generation: 1 };

describe('a journal that does not fit together is not folded', () => {
  test.each<[string, RunEvent, string]>([
    ['a second start', { type: 'step_started', ...about, attempt: 1 }, '/a is running and cannot start'],
    [
      'another generation',
      { type: 'step_completed', ...about, generation: 2, attempt: 1, output: null },
      'step_completed of generation 2 of /a, not 1',
    ],
    ['no such step', { type: 'step_canceled', ...about, step: '/b' }, 'which the execution does not have'],
    ['a second opening of an item', { type: 'body_opened', ...about, step: '/m', body: 7 }, '/m has no item 7'],
    [
      'the end of an item that is not open',
      { type: 'body_closed', ...about, step: '/m', body: 3, result: { is: 'canceled' } },
      '/m has no open item 3',
    ],
  ])('%s', (_, event, reason) => {
    expect(folding()).not.toThrow();
    expect(folding(event)).toThrow(reason);
  });

  test('an end of what has ended, an event after the end, a reopening before it', () => {
    const done: RunEvent = { type: 'step_completed', ...about, attempt: 1, output: null };
    expect(folding(done, done)).toThrow('/a is completed and cannot be completed');
    const canceled: RunEvent = { type: 'execution_canceled', at };
    expect(folding(canceled, done)).toThrow('step_completed of /a after the end');
    const reopened = { type: 'execution_reopened', at, operation: 'resume', generation: 2, reset: ['/a'] } as const;
    expect(folding(reopened)).toThrow('execution_reopened before the end');
    expect(folding(canceled, reopened)).not.toThrow();
  });
});
