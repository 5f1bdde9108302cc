import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OtlpReceiver } from '../world/otlp-receiver.js';
import { eventually, ServiceProcess } from '../world/service-process.js';

let directory: string;
let receiver: OtlpReceiver;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-traces-'));
  receiver = await OtlpReceiver.start();
});
afterEach(async () => {
  await receiver.stop();
  await rm(directory, { recursive: true, force: true });
});

test('what goes on after kill -9 goes on in the same trace, below the same spans, from when it began', async () => {
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '20', LOG_FORMAT: 'json' };
  const first = await ServiceProcess.start(directory, settings);
  const tasks = {
    before: { type: 'core/log', input: { message: 'said by the task', level: 'warn' } },
    group: {
      depends_on: ['before'],
      tasks: { go: { event: { name: 'go' } }, after: { type: 'core/noop', depends_on: ['go'] } },
    },
  };
  const workflow = await first.workflow({ name: 'broken off', tasks });
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
  const started = await first.post('/api/v1/executions', { workflow_id: workflow, input: {} }, headers);
  const execution = started.body.execution_id as string;
  const told = (): Promise<readonly { readonly name: string }[]> => Promise.resolve(receiver.spans);
  await eventually(told, (spans) => spans.some(({ name }) => name === 'before'));
  const killedAt = Date.now();
  await first.kill();

  const second = await ServiceProcess.start(directory, settings);
  await second.post('/api/v1/events', { name: 'go', payload: {} });
  await eventually(
    () => second.statusOf(execution),
    (status) => status === 'completed',
  );
  const spans = await receiver.trace(trace, 'workflow broken off');
  const span = (name: string) => {
    const found = spans.filter((one) => one.name === name);
    expect([name, found.length]).toEqual([name, 1]);
    const [one] = found as [(typeof found)[number]];
    return { ...one, start: Number(one.startTimeUnixNano) / 1e6, end: Number(one.endTimeUnixNano) / 1e6 };
  };
  const root = span('workflow broken off');
  expect(root.parentSpanId).toBe('00f067aa0ba902b7');
  expect(span('before').parentSpanId).toBe(root.spanId);
  expect(span('group').parentSpanId).toBe(root.spanId);
  expect(span('go').parentSpanId).toBe(span('group').spanId);
  expect(span('after').parentSpanId).toBe(span('group').spanId);
  const line = first.said.split('\n').find((text) => text.includes('said by the task')) ?? '{}';
  const ids = { execution_id: execution, task: '/before', trace_id: trace, span_id: span('before').spanId };
  expect(JSON.parse(line)).toMatchObject(ids);
  // Waits and constructs that were open when it died began before that.
  for (const name of ['workflow broken off', 'group', 'go']) {
    expect(span(name).start).toBeLessThan(killedAt);
    expect(span(name).end).toBeGreaterThanOrEqual(killedAt);
  }
  await second.kill();
}, 60_000);

test('nothing is loaded that nobody asked for', async () => {
  const { execFileSync } = await import('node:child_process');
  const program = `
    import { createRequire } from 'node:module';
    import { readConfig } from '${new URL('../../dist/config/index.js', import.meta.url).href}';
    import { createService } from '${new URL('../../dist/main.js', import.meta.url).href}';
    const app = await createService({ ...readConfig({ HARMONIA_LOG_LEVEL: 'error' }), dataDirectory: process.argv[1] });
    await app.listen(0, '127.0.0.1');
    const loaded = () => Object.keys(createRequire(import.meta.url).cache).filter((path) => /prom-client|@opentelemetry/.test(path)).length;
    const before = loaded();
    await fetch((await app.getUrl()) + '/metrics').then((answer) => answer.text());
    console.log(JSON.stringify([before, loaded() > 0]));
    await app.close();
  `;
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', program, directory], { encoding: 'utf8' });
  expect(JSON.parse(said)).toEqual([0, true]);
}, 60_000);
