import { describe, expect, test } from '@jest/globals';
import type { AttemptControl } from '../../src/engine/ports/index.js';
import type { Json } from '../../src/kernel/index.js';
import { definePlugin, defineTask, isTaskFailure, type TaskContext } from '../../src/plugin/contract/index.js';
import { runTask } from '../../src/plugin/testing/index.js';
import { runAttempt } from '../world/runner.js';

const taskOf = (run: (context: TaskContext) => unknown) =>
  defineTask({ id: 'task', description: '', run: (_input, context) => run(context) as never });

describe('context.once', () => {
  test('does it once for all attempts', async () => {
    let calls = 0;
    const task = taskOf(async (context) => [
      await context.once('charge', () => ++calls),
      await context.once('mail', () => 'sent'),
    ]);
    const first = await runTask(task);
    expect(first).toMatchObject({
      outcome: { is: 'completed', output: [1, 'sent'] },
      results: { charge: 1, mail: 'sent' },
    });
    const { charge } = first.results;
    const second = await runTask(task, {}, { attempt: 2, results: { charge: charge as Json } });
    expect(second).toMatchObject({ outcome: { output: [1, 'sent'] }, results: { charge: 1, mail: 'sent' } });
    expect(calls).toBe(1);
  });

  test('calls at the same time are one call', async () => {
    let calls = 0;
    const work = async (): Promise<number> => Promise.resolve(++calls);
    const { outcome } = await runTask(
      taskOf((context) => Promise.all([context.once('k', work), context.once('k', work), context.once('k', work)])),
    );
    expect([outcome, calls]).toEqual([{ is: 'completed', output: [1, 1, 1] }, 1]);
  });

  test('a failure is passed on and not recorded: the next call tries again', async () => {
    let calls = 0;
    const fails = (): number => {
      calls += 1;
      if (calls === 1) throw new Error('not yet');
      return calls;
    };
    const { outcome, results } = await runTask(
      taskOf(async (context) => {
        await expect(context.once('k', fails)).rejects.toThrow('not yet');
        return context.once('k', fails);
      }),
    );
    expect([outcome, results]).toEqual([{ is: 'completed', output: 2 }, { k: 2 }]);
  });

  test('what is answered is what is recorded: copied, and without secrets', async () => {
    const given = { token: 'tr0ub4dor', list: [1] };
    const { outcome, results } = await runTask(
      taskOf(async (context) => {
        const got = await context.once('k', () => given);
        given.list.push(2);
        return got;
      }),
      {},
      { secrets: { password: 'tr0ub4dor' } },
    );
    const recorded = { token: '***', list: [1] };
    expect([outcome, results]).toEqual([{ is: 'completed', output: recorded }, { k: recorded }]);
  });

  test.each<[string, (context: TaskContext) => Promise<unknown>, string]>([
    ['a key that is empty', (context) => context.once('', () => 1), 'once_key_invalid'],
    ['a key that is long', (context) => context.once('k'.repeat(201), () => 1), 'once_key_invalid'],
    ['a key that is none', (context) => context.once(7 as never, () => 1), 'once_key_invalid'],
    ['what is no JSON', (context) => context.once('k', () => new Date(0) as never), 'output_invalid'],
    ['what is too large', (context) => context.once('k', () => 'x'.repeat(2 ** 21)), 'payload_too_large'],
  ])('%s fails the attempt for good', async (_what, run, code) => {
    const { outcome, results } = await runTask(taskOf(run), {}, { maxOutputBytes: 2 ** 20 });
    expect(outcome).toMatchObject({ is: 'failed', failure: { kind: 'fatal', code } });
    expect(results).toEqual({});
  });

  test('a step records 1,000 results', async () => {
    const { outcome, results } = await runTask(
      taskOf(async (context) => {
        for (let n = 0; n <= 1000; n++) await context.once(`k${n}`, () => n);
      }),
    );
    expect(outcome).toMatchObject({ is: 'failed', failure: { kind: 'fatal', code: 'once_too_often' } });
    expect(Object.keys(results)).toHaveLength(1000);
  });

  test('a record that is refused is a failure of the call', async () => {
    const listener: Omit<AttemptControl, 'signal'> = {
      log: () => undefined,
      progress: () => undefined,
      heartbeat: () => undefined,
      record: () => Promise.reject(new Error('the attempt is over')),
      use: () => Promise.resolve(),
    };
    const task = taskOf((context) => context.once('k', () => 1));
    const outcome = await runAttempt({
      plugin: definePlugin({ id: 'test', tasks: [task] }),
      type: 'test/task',
      listener,
    });
    expect(outcome).toMatchObject({ is: 'failed', failure: { message: expect.stringContaining('over') } });
    expect(isTaskFailure(outcome)).toBe(false);
  });
});
