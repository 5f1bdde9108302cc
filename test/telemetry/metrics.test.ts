import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Apart, Distribution } from '../../src/telemetry/metrics/tally.js';
import { readExposition, valueIn, type ReadFamily } from '../world/exposition.js';
import { TestService } from '../world/service.js';

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const page = async (): Promise<ReadonlyMap<string, ReadFamily>> => {
  const { status, body, headers } = await service.get('/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return readExposition(body.text as string);
};

const grown =
  (before: ReadonlyMap<string, ReadFamily>, after: ReadonlyMap<string, ReadFamily>) =>
  (name: string, labels: Record<string, string> = {}): number =>
    (valueIn(after, name, labels) ?? 0) - (valueIn(before, name, labels) ?? 0);

test('what runs is counted by type of task and outcome', async () => {
  const workflow = await service.workflow({
    name: 'counted',
    tasks: {
      one: { type: 'core/noop' },
      again: {
        type: 'core/fail',
        input: { message: 'twice', kind: 'transient', times: 1 },
        retry_policy: { max_retries: 1, initial_delay: 0.001 },
        depends_on: ['one'],
      },
      never: { type: 'core/noop', when: '${false}' },
      bad: { type: 'core/fail', input: { message: 'no', kind: 'fatal' }, depends_on: ['again'] },
    },
  });
  const before = await page();
  await service.complete(workflow);
  const by = grown(before, await page());
  expect(by('harmonia_executions_started_total')).toBe(1);
  expect(by('harmonia_executions_ended_total', { outcome: 'failed' })).toBe(1);
  expect(by('harmonia_executions_ended_total', { outcome: 'completed' })).toBe(0);
  expect(by('harmonia_execution_duration_seconds_count')).toBe(1);
  expect(by('harmonia_tasks_total', { type: 'core/noop', outcome: 'completed' })).toBe(1);
  expect(by('harmonia_tasks_total', { type: 'core/noop', outcome: 'skipped' })).toBe(1);
  expect(by('harmonia_tasks_total', { type: 'core/fail', outcome: 'completed' })).toBe(1);
  expect(by('harmonia_tasks_total', { type: 'core/fail', outcome: 'failed' })).toBe(1);
  expect(by('harmonia_task_attempts_total', { type: 'core/fail', outcome: 'transient' })).toBe(1);
  expect(by('harmonia_task_attempts_total', { type: 'core/fail', outcome: 'fatal' })).toBe(1);
  expect(by('harmonia_task_attempt_duration_seconds_count', { type: 'core/fail' })).toBe(3);
  expect(by('harmonia_queue_wait_seconds_count')).toBe(4);
  expect(by('harmonia_commit_duration_seconds_count')).toBeGreaterThan(0);
  expect(by('harmonia_commit_events_sum')).toBe(11);
});

test('the service tells how it is', async () => {
  const now = await page();
  for (const name of ['harmonia_up', 'harmonia_storage_writable']) expect(valueIn(now, name)).toBe(1);
  for (const name of ['harmonia_executions_open', 'harmonia_tasks_running', 'harmonia_queue_length'])
    expect(valueIn(now, name)).toBe(0);
  expect(valueIn(now, 'harmonia_plugin_enabled', { plugin: 'core' })).toBe(1);
  expect(valueIn(now, 'harmonia_database_size_bytes', { file: 'database' })).toBeGreaterThan(0);
  expect(valueIn(now, 'nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
  expect(valueIn(now, 'process_resident_memory_bytes')).toBeGreaterThan(0);
});

test('requests are counted by the template of their route, whatever is asked for', async () => {
  const before = await page();
  for (let n = 0; n < 20; n++) await service.get(`/api/v1/executions/none-${n}`);
  for (let n = 0; n < 20; n++) await service.get(`/nowhere/${n}`);
  const after = await page();
  const by = grown(before, after);
  const route = '/api/v1/executions/:id';
  expect(by('harmonia_http_requests_total', { method: 'GET', route, status: '422' })).toBe(20);
  expect(by('harmonia_http_requests_total', { method: 'GET', route: 'unmatched', status: '404' })).toBe(20);
  expect(by('harmonia_http_request_duration_seconds_count', { method: 'GET', route })).toBe(20);
});

test('names that people give are in no label, and more of them make no more series', async () => {
  const run = async (name: string): Promise<void> => {
    await service.complete(
      await service.workflow({ name, tasks: { [name.replaceAll('-', '_')]: { type: 'core/noop' } } }),
    );
  };
  await run('warm');
  const series = (families: ReadonlyMap<string, ReadFamily>): number =>
    [...families.values()].reduce((sum, { samples }) => sum + samples.length, 0);
  const before = series(await page());
  for (let n = 0; n < 10; n++) await run(`secretname-${n}`);
  const { body } = await service.get('/metrics');
  expect(body.text).not.toContain('secretname');
  // Of Node's own, kinds of handles come and go.
  const own = (families: ReadonlyMap<string, ReadFamily>): ReadFamily[] =>
    [...families.values()].filter(({ name }) => name.startsWith('harmonia_'));
  const now = readExposition(body.text as string);
  expect(own(now).length).toBeGreaterThan(20);
  expect(series(now)).toBeLessThan(before + 20);
});

test('names keep the conventions of Prometheus', async () => {
  for (const { name, type, help, samples } of (await page()).values()) {
    if (!name.startsWith('harmonia_')) continue;
    expect(name).toMatch(/^harmonia(_[a-z]+)+$/);
    expect(help).toMatch(/^\S.{10,}\.$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb|percent)(_|$)/);
    for (const { labels } of samples) for (const label of Object.keys(labels)) expect(label).toMatch(/^[a-z]+$/);
  }
});

describe('what is kept apart', () => {
  test('has a bound, beyond which all is one', () => {
    const kept = new Apart(() => ({ count: 0 }), 3);
    for (const value of ['a', 'b', 'c', 'd', 'e', 'a']) kept.of(value).count += 1;
    expect([...kept.entries()].map(([value, { count }]) => [value, count])).toEqual([
      ['a', 2],
      ['b', 1],
      ['c', 1],
      ['other', 2],
    ]);
  });

  test('buckets hold all that is not above their bound', () => {
    const times = new Distribution([1, 2]);
    for (const value of [0, 1, 1.5, 2, 3]) times.add(value);
    expect(times.samples('x').map(({ labels, value }) => [labels.le, value])).toEqual([
      [1, 2],
      [2, 4],
      ['+Inf', 5],
      [undefined, 7.5],
      [undefined, 5],
    ]);
  });
});
