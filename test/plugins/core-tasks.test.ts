import { describe, expect, test } from '@jest/globals';
import { delay } from '../../plugins/core/src/delay.js';
import { fail } from '../../plugins/core/src/fail.js';
import { log } from '../../plugins/core/src/log.js';
import { noop } from '../../plugins/core/src/noop.js';
import { value } from '../../plugins/core/src/value.js';
import type { JsonObject, Task } from '../../src/plugin/contract/index.js';
import { runTask } from '../../src/plugin/testing/index.js';

describe('core/delay', () => {
  test('never ends early: fractions count, and what is longer than a timer of Node can be', async () => {
    const began = Date.now();
    await runTask(delay, { seconds: 0.0305 }, { firstStartedAt: began });
    expect(Date.now() - began).toBeGreaterThanOrEqual(30);

    const warnings: Error[] = [];
    const hear = (warning: Error): void => void warnings.push(warning);
    process.on('warning', hear);
    const controller = new AbortController();
    const runs = [2_147_484, 4_294_968, 1e12, 1e308].map((seconds) =>
      runTask(delay, { seconds }, { signal: controller.signal }),
    );
    const ended = Promise.race(runs).then(() => 'ended');
    const meanwhile = runTask(delay, { seconds: 0.05 }).then(() => 'meanwhile');
    expect(await Promise.race([ended, meanwhile])).toBe('meanwhile');
    controller.abort();
    for (const { outcome } of await Promise.all(runs)) expect(outcome).toMatchObject({ is: 'failed' });
    process.off('warning', hear);
    expect(warnings).toEqual([]);
  });

  test('counts from the first attempt, by the clock it is given', async () => {
    const clock = { now: () => 1_000_000 };
    const { outcome } = await runTask(delay, { seconds: 10 }, { clock, firstStartedAt: 990_000 });
    expect(outcome).toEqual({ is: 'completed', output: null });
  });
});

describe('core/fail', () => {
  const failing = async (input: JsonObject, attempt = 1): Promise<unknown> =>
    (await runTask(fail, input, { attempt })).outcome;

  test('fails as it is told, and without a word has defaults', async () => {
    expect(await failing({})).toEqual({
      is: 'failed',
      failure: { kind: 'fatal', code: 'task_failed', message: 'failed on purpose' },
    });
    expect(await failing({ kind: 'transient', code: 'busy', message: 'later' })).toEqual({
      is: 'failed',
      failure: { kind: 'transient', code: 'busy', message: 'later' },
    });
  });

  test('ends its failing after so many attempts', async () => {
    expect(await failing({ times: 0 })).toMatchObject({ is: 'completed' });
    expect(await failing({ times: 2 }, 2)).toMatchObject({ is: 'failed' });
    expect(await failing({ times: 2 }, 3)).toEqual({ is: 'completed', output: { attempt: 3 } });
  });
});

test('core/log writes at each level, and gives the message', async () => {
  for (const level of ['debug', 'info', 'warn', 'error'])
    expect(await runTask(log, { message: 'm', level })).toMatchObject({
      outcome: { is: 'completed', output: { message: 'm' } },
      logs: [{ level, message: 'm' }],
    });
  expect((await runTask(log, { message: '' })).logs).toEqual([{ level: 'info', message: '' }]);
});

test('core/noop and core/value take anything', async () => {
  const odd = JSON.parse('{"__proto__":{"a":1},"":[null,"\\ud800",1e308]}') as JsonObject;
  expect((await runTask(noop, odd)).outcome).toEqual({ is: 'completed', output: null });
  const { outcome } = await runTask(value, odd);
  expect(JSON.stringify(outcome)).toBe(JSON.stringify({ is: 'completed', output: odd }));
});

test.each<[Task, JsonObject]>([
  [delay, {}],
  [delay, { seconds: '1' }],
  [delay, { seconds: -1 }],
  [delay, { seconds: null }],
  [delay, { seconds: 1, minutes: 1 }],
  [fail, { kind: 'timeout' }],
  [fail, { times: -1 }],
  [fail, { times: 1.5 }],
  [fail, { code: 7 }],
  [fail, { reason: 'x' }],
  [log, {}],
  [log, { message: 7 }],
  [log, { message: 'x', level: 'fatal' }],
])('$id refuses %j', async (task, input) => {
  expect((await runTask(task, input)).outcome).toMatchObject({ failure: { kind: 'fatal', code: 'schema_mismatch' } });
});
