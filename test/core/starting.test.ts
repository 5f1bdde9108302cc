import { describe, expect, test } from '@jest/globals';
import { findStep, startRun, type Refusal } from '../../src/engine/core/index.js';
import type { Json } from '../../src/kernel/index.js';
import { CoreWorld, mustCompile, task, type CoreWorldOptions } from '../world/core-world.js';

const nested = (levels: number): Json => (levels === 1 ? {} : { x: nested(levels - 1) });

const start = (document: Record<string, Json>, input: Json, metadata: Json = {}): Refusal | Json => {
  const decision = startRun({
    at: 1,
    execution: '00000000-0000-4000-8000-000000000001',
    compiled: mustCompile({ name: 'w', tasks: { a: task() }, ...document }),
    workflow: { id: 'w', name: 'w', version: '1.0.0', definition: 'd' },
    input,
    metadata: metadata as Record<string, Json>,
    options: {},
  });
  return decision.is === 'refused' ? decision.refusal : decision.state.input;
};

const schema = {
  input_schema: {
    type: 'object',
    required: ['n'],
    properties: { n: { type: 'number' }, m: { type: 'number', default: 7 } },
  },
};

describe('a start', () => {
  test.each<readonly [string, Record<string, Json>, Json, Json, object]>([
    ['an input that does not fit its schema', schema, { n: 'x' }, {}, { pointer: '/input/n' }],
    ['an input that lacks something', schema, {}, {}, { code: 'schema_mismatch' }],
    ['an input that is no object', {}, [], {}, { code: 'wrong_type', pointer: '/input' }],
    ['an input that nests too deep', {}, nested(201), {}, { code: 'nesting_too_deep', pointer: '/input' }],
    ['metadata that nest too deep', {}, {}, nested(201), { code: 'nesting_too_deep', pointer: '/metadata' }],
    ['a number that JSON has not', {}, { n: Infinity }, {}, { code: 'not_json', pointer: '/input/n' }],
    ['a workflow without tasks', { tasks: {} }, {}, {}, { code: 'empty_workflow' }],
  ])('refuses %s', (_, document, input, metadata, found) => {
    expect(start(document, input, metadata)).toMatchObject({ is: 'invalid', faults: [found] });
  });

  test('completes its input with defaults, and takes what nests as deep as it may', () => {
    expect(start(schema, { n: 1 })).toEqual({ n: 1, m: 7 });
    expect(start({}, nested(200), nested(200))).toEqual(nested(200));
  });

  test('has its own timeout before that of the workflow', () => {
    const deadline = (options: CoreWorldOptions): unknown =>
      new CoreWorld({ name: 'w', timeout: 9, tasks: { a: task() } }, {}, options).state.deadline;
    expect([deadline({}), deadline({ timeout: 5000 })]).toEqual([1_009_000, 1_005_000]);
  });
});

describe('a failed attempt', () => {
  const policy = (max_retries: number, more = {}): Record<string, Json> => ({
    max_retries,
    initial_delay: 1,
    jitter: 0,
    ...more,
  });
  const failed = (fields: Record<string, Json>, options: CoreWorldOptions = {}): CoreWorld => {
    const run = new CoreWorld({ name: 'w', tasks: { a: task(fields), b: task(fields) } }, {}, options).begin(
      '/a',
      '/b',
    );
    run.fail('/a', 'transient');
    run.fail('/b', 'transient');
    return run;
  };

  test('is retried by the policy of its task, else by that of the execution, else by that of its type', () => {
    const state = (...about: Parameters<typeof failed>): string | undefined =>
      findStep(failed(...about).state, '/a')?.state.at;
    const [none, some] = [{ retry_policy: policy(0) }, { retry_policy: policy(2) }];
    expect(state({})).toBe('failed');
    expect(state({}, some)).toBe('backing-off');
    expect(state(none, some)).toBe('failed');
    expect(state({ type: 'test/retried' })).toBe('backing-off');
    expect(state({ type: 'test/retried' }, none)).toBe('failed');
  });

  test('waits for a time of its own, so that not all try again at once', () => {
    const fields = { retry_policy: policy(2, { initial_delay: 1000, jitter: 1 }) };
    const execution = '00000000-0000-4000-8000-000000000002';
    const times = [failed(fields), failed(fields, { execution })].flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'attempt_failed' ? [event.retry_at] : [])),
    );
    expect(new Set(times).size).toBe(4);
  });

  test('that was lost is not made again when its retries have had all their time', () => {
    const fields = { retry_policy: policy(9, { max_elapsed: 10 }) };
    const run = new CoreWorld({ name: 'w', tasks: { a: task(fields) } }).begin('/a');
    run.send({ is: 'lose', step: '/a', generation: 1, attempt: 1 });
    run.advance(10_000).begin('/a');
    expect(findStep(run.state, '/a')?.state).toMatchObject({ at: 'failed', failure: { kind: 'timeout' } });
  });
});

describe('a kept result', () => {
  const keyOf = (step: string, tasks: Record<string, Json>, options: CoreWorldOptions = {}): string => {
    const key = new CoreWorld({ name: 'w', tasks }, {}, options).cacheKeyOf(step);
    expect(key).not.toBe('');
    return key;
  };
  const cached = task({ cache: { ttl: 5, key: 'k' } });

  test('is shared by all executions of the workflow, and by all instances of the task', () => {
    const map = { m: { map: { over: [1, 2] }, tasks: { x: cached } } };
    const execution = '00000000-0000-4000-8000-000000000002';
    expect(keyOf('/a', { a: cached })).toBe(keyOf('/a', { a: cached }, { execution }));
    expect(keyOf('/m[0]/x', map)).toBe(keyOf('/m[1]/x', map));
  });

  test('is not shared with other tasks, workflows and phases', () => {
    const guard = {
      g: { try: { f: task({ when: '${input.nothing}' }), x: cached }, catch: { x: cached } },
    };
    const caught = new CoreWorld({ name: 'w', tasks: guard });
    const before = caught.cacheKeyOf('/g/try/x');
    caught.run('/g/try/x');
    const keys = [
      keyOf('/a', { a: cached }),
      keyOf('/b', { b: cached }),
      keyOf('/a', { a: cached }, { workflow: 'other' }),
      keyOf('/g/x', { g: { tasks: { x: cached } } }),
      before,
      caught.cacheKeyOf('/g/catch/x'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).not.toContain('');
  });
});
