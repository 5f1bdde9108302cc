import { describe, expect, test } from '@jest/globals';
import type { AttemptOutcome } from '../../src/engine/ports/index.js';
import { definePlugin, defineTask, fatal, transient, type TaskContext } from '../../src/plugin/contract/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { runAttempt } from '../world/runner.js';

type Body = (input: JsonObject, context: TaskContext) => unknown;

const cycle = (): unknown[] => {
  const list: unknown[] = [];
  list.push(list);
  return list;
};

/** The two ways in which a task may end. */
const WAYS: Readonly<Record<string, (body: Body) => Body>> = {
  'at once': (body) => body,
  later: (body) => async (input, context) => {
    await new Promise((resolve) => setImmediate(resolve));
    return body(input, context);
  },
};

describe.each(Object.entries(WAYS))('the runner of plugins in this process, a task that ends %s', (_, way) => {
  const run = (body: Body, more: Partial<Parameters<typeof runAttempt>[0]> = {}): Promise<AttemptOutcome> => {
    const task = defineTask({ id: 'it', description: '', run: way(body) as () => Json });
    return runAttempt({ plugin: definePlugin({ id: 'test', tasks: [task] }), type: 'test/it', ...more });
  };

  test('completes with its output', async () => {
    const outcome = await run((input) => ({ got: input.n as Json }), { input: { n: 1 } });
    expect(outcome).toEqual({ is: 'completed', output: { got: 1 } });
  });

  test('completes with null when it has none', async () => {
    expect(await run(() => undefined)).toEqual({ is: 'completed', output: null });
  });

  test.each<[string, unknown, object]>([
    ['what it threw on purpose', fatal('no_money', 'No money.'), { kind: 'fatal', code: 'no_money' }],
    ['when to come back', transient('busy', 'Busy.', { retryAfter: 5 }), { kind: 'transient', retry_after: 5 }],
    ['an error that nobody planned', new TypeError('x is not a function'), { kind: 'transient', code: 'task_threw' }],
    ['a text that was thrown', 'oh', { kind: 'transient', code: 'task_threw' }],
    ['nothing that was thrown', undefined, { kind: 'transient', code: 'task_threw' }],
  ])('fails with %s', async (_what, thrown, failure) => {
    const outcome = run(() => {
      throw thrown;
    });
    expect(await outcome).toMatchObject({ is: 'failed', failure });
  });

  test.each<[string, unknown]>([
    ['a function', () => 1],
    ['a bigint', 1n],
    ['a cycle', cycle()],
  ])('never rejects, even when its output is %s', async (_what, output) => {
    expect(await run(() => output)).toMatchObject({ is: 'failed', failure: { kind: 'fatal' } });
  });

  test('hears the signal, and its words reach the listener', async () => {
    const said: unknown[] = [];
    const controller = new AbortController();
    controller.abort();
    const outcome = await run(
      (_input, context) => {
        context.log('warn', 'careful', { n: 1 });
        context.progress(2, 'nearly');
        return context.signal.aborted;
      },
      {
        signal: controller.signal,
        listener: {
          log: (...line) => void said.push(line),
          progress: (...report) => void said.push(report),
          heartbeat: () => undefined,
          record: () => Promise.resolve(),
          use: () => Promise.resolve(),
        },
      },
    );
    expect(outcome).toEqual({ is: 'completed', output: true });
    expect(said).toEqual([
      ['warn', 'careful', { n: 1 }],
      [1, 'nearly'],
    ]);
  });

  test('of a type that is not there fails for good', async () => {
    expect(await run(() => null, { type: 'test/other' })).toMatchObject({
      is: 'failed',
      failure: { kind: 'fatal', code: 'task_type_unknown' },
    });
  });
});
