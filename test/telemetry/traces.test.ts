import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readConfig } from '../../src/config/index.js';
import { parseTraceParent } from '../../src/kernel/index.js';
import { OtlpReceiver, type ReceivedSpan } from '../world/otlp-receiver.js';
import { readExposition, valueIn } from '../world/exposition.js';
import { eventually } from '../world/service-process.js';
import { TestService } from '../world/service.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

/** Whatever a task asks: an address, a component, a model. Remembers what it was told of the trace. */
let asked: Server;
const heard = new Map<string, { traceparent: string | undefined; tracestate: string | undefined }>();
let receiver: OtlpReceiver;
let service: TestService;

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const MODEL = { id: 'x', object: 'chat.completion', created: 1, model: 'm' };
const SAID = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'hello' } };

beforeAll(async () => {
  asked = createServer((request, response) => {
    const { traceparent, tracestate } = request.headers as Record<string, string | undefined>;
    heard.set(request.url ?? '', { traceparent, tracestate });
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
    const answer = request.url?.startsWith('/v1/') ? { ...MODEL, choices: [SAID], usage } : { success: true, data: 1 };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => asked.listen(0, '127.0.0.1', resolve));
  receiver = await OtlpReceiver.start();
  service = await TestService.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc',
    OTEL_BSP_SCHEDULE_DELAY: '20',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
    HARMONIA_HTTP_ALLOW: '127.0.0.1',
    SOPHIA_PORT: String(portOf(asked)),
    OPENAI_BASE_URL: `http://127.0.0.1:${portOf(asked)}/v1`,
    OPENAI_API_KEY: 'key',
    TEKTON_LLM_MODEL: 'm',
  });
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
  asked.closeAllConnections();
  asked.close();
});

const run = async (document: object, headers: Record<string, string> = {}): Promise<string> => {
  const workflow = await service.workflow(document);
  const body = { workflow_id: workflow, input: {}, execution_options: { async: false } };
  return (await service.post('/api/v1/executions', body, headers)).body.execution_id as string;
};

const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
  const found = spans.filter((span) => span.name === name);
  expect([name, found.length]).toEqual([name, 1]);
  return found[0] as ReceivedSpan;
};

test('one trace an execution, a span a task run, an attempt below it where it took several', async () => {
  const execution = await run({
    name: 'traced',
    tasks: {
      one: { type: 'core/noop' },
      again: {
        type: 'core/fail',
        input: { message: 'not yet', kind: 'transient', times: 1 },
        retry_policy: { max_retries: 1, initial_delay: 0.001 },
        depends_on: ['one'],
      },
      each: { map: { over: [1, 2], as: 'n' }, tasks: { item: { type: 'core/noop' } }, depends_on: ['again'] },
      bad: { type: 'core/fail', input: { message: 'broken', kind: 'fatal', code: 'too_bad' }, depends_on: ['each'] },
    },
  });
  const spans = await receiver.trace(execution.replaceAll('-', ''), 'workflow traced');
  const root = named(spans, 'workflow traced');
  expect(root).toMatchObject({
    kind: 1,
    status: { code: 2 },
    attributes: { 'harmonia.execution.id': execution, 'harmonia.outcome': 'failed', 'error.type': 'step_failed' },
    resource: { 'service.name': 'harmonia', 'deployment.environment': 'test' },
  });
  expect(root.parentSpanId).toBeUndefined();
  for (const name of ['one', 'again', 'each', 'bad']) expect(named(spans, name).parentSpanId).toBe(root.spanId);
  const items = spans.filter(({ name }) => name === 'item');
  expect(items.map(({ attributes }) => attributes['harmonia.step.address']).sort()).toEqual([
    '/each[0]/item',
    '/each[1]/item',
  ]);
  for (const item of items) expect(item.parentSpanId).toBe(named(spans, 'each').spanId);
  const attempts = spans.filter(({ name }) => name.startsWith('attempt'));
  expect(attempts.map(({ name, parentSpanId }) => [name, parentSpanId]).sort()).toEqual([
    ['attempt 1', named(spans, 'again').spanId],
    ['attempt 2', named(spans, 'again').spanId],
  ]);
  expect(named(spans, 'attempt 1').status).toEqual({ code: 2, message: 'not yet' });
  expect(named(spans, 'bad')).toMatchObject({
    status: { code: 2, message: 'broken' },
    attributes: { 'harmonia.task.type': 'core/fail', 'error.type': 'too_bad', 'harmonia.failure.kind': 'fatal' },
  });
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
  expect(receiver.requests[0]).toMatchObject({ path: '/v1/traces', headers: { authorization: 'Bearer abc' } });
});

test('the trace of who asks goes through: to addresses, components and models', async () => {
  const target = `http://127.0.0.1:${portOf(asked)}`;
  await run(
    {
      name: 'through',
      tasks: {
        web: { type: 'http/request', input: { url: `${target}/web` } },
        own: { type: 'http/request', input: { url: `${target}/own`, headers: { traceparent: 'mine' } } },
        call: { component: 'sophia', action: 'anything', input: {} },
        model: { type: 'llm/generate', input: { prompt: 'say hello' } },
      },
    },
    { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'a=1' },
  );
  const spans = await receiver.trace(TRACE, 'workflow through');
  const root = named(spans, 'workflow through');
  expect(root).toMatchObject({ parentSpanId: CALLER, kind: 2, traceState: 'a=1' });
  const of = (name: string): object => ({
    traceparent: `00-${TRACE}-${named(spans, name).spanId}-01`,
    tracestate: 'a=1',
  });
  expect(heard.get('/web')).toEqual(of('web'));
  expect(heard.get('/own')?.traceparent).toBe('mine');
  expect(heard.get('/api/actions/anything')).toEqual(of('call'));
  expect(heard.get('/v1/chat/completions')).toEqual(of('model'));
});

test('a sub-workflow is below the step that started it', async () => {
  await service.workflow({ name: 'inner', tasks: { leaf: { type: 'core/noop' } } });
  const execution = await run({ name: 'outer', tasks: { child: { workflow: { name: 'inner', wait: true } } } });
  const spans = await receiver.trace(execution.replaceAll('-', ''), 'workflow outer');
  expect(named(spans, 'workflow inner').parentSpanId).toBe(named(spans, 'child').spanId);
  expect(named(spans, 'leaf').parentSpanId).toBe(named(spans, 'workflow inner').spanId);
});

test('what is not sampled, by who asks, is not told', async () => {
  const trace = TRACE.replaceAll('4', '5');
  const target = `http://127.0.0.1:${portOf(asked)}/quiet`;
  const tasks = { web: { type: 'http/request', input: { url: target } } };
  await run({ name: 'quiet', tasks }, { traceparent: `00-${trace}-${CALLER}-00` });
  const loud = await run({ name: 'loud', tasks: { one: { type: 'core/noop' } } });
  await receiver.trace(loud.replaceAll('-', ''), 'workflow loud');
  expect(receiver.spans.filter(({ traceId }) => traceId === trace)).toEqual([]);
  expect(heard.get('/quiet')?.traceparent).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-00$`));
});

test('a receiver that refuses costs nobody anything, and is counted', async () => {
  receiver.status = 400;
  const execution = await run({ name: 'refused', tasks: { one: { type: 'core/noop' } } });
  const failed = async (): Promise<number> =>
    valueIn(readExposition((await service.get('/metrics')).body.text as string), 'harmonia_trace_spans_total', {
      outcome: 'failed',
    }) ?? 0;
  await eventually(failed, (count) => count > 0);
  receiver.status = 200;
  expect((await service.get(`/api/v1/executions/${execution}`)).body.data).toMatchObject({ status: 'completed' });
});

describe('traceparent', () => {
  const good = `00-${TRACE}-${CALLER}-01`;

  test.each([
    ['as it should be', good, true],
    ['of a later version', `cc-${TRACE}-${CALLER}-01-more`, true],
    ['with other flags set', `00-${TRACE}-${CALLER}-03`, true],
    ['not sampled', `00-${TRACE}-${CALLER}-02`, false],
  ])('%s', (_, text, sampled) => {
    expect(parseTraceParent(text)).toEqual({ trace: TRACE, span: CALLER, sampled });
  });

  test.each([
    ['', `ff-${TRACE}-${CALLER}-01`, `00-${'0'.repeat(32)}-${CALLER}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`],
    [good.toUpperCase(), `${good}-more`, good.slice(0, -1), `cc-${TRACE}-${CALLER}-01.more`, 'x'.repeat(10_000)],
  ])('malformed counts as absent', (...texts) => {
    for (const text of texts) expect([text, parseTraceParent(text)]).toEqual([text, undefined]);
  });
});

describe('settings', () => {
  const traces = (environment: Record<string, string>): ReturnType<typeof readConfig>['traces'] =>
    readConfig(environment).traces;
  const ENDPOINT = 'OTEL_EXPORTER_OTLP_ENDPOINT';

  test('no endpoint, no traces', () => {
    expect(traces({})).toBeUndefined();
    expect(traces({ [ENDPOINT]: 'http://x:4318', OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
    expect(traces({ [ENDPOINT]: 'http://x:4318', OTEL_TRACES_EXPORTER: 'none' })).toBeUndefined();
  });

  test('the names of OpenTelemetry mean what they mean there', () => {
    expect(
      traces({
        [ENDPOINT]: 'http://x:4318/',
        OTEL_SERVICE_NAME: 'h',
        OTEL_TRACES_SAMPLER: 'traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
      }),
    ).toMatchObject({
      endpoint: 'http://x:4318/v1/traces',
      resource: { 'service.name': 'h' },
      sampler: { isParentBased: false, ratio: 0.25 },
    });
    expect(traces({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://x/here' })).toMatchObject({
      endpoint: 'http://x/here',
    });
  });

  test.each<Record<string, string>>([
    { [ENDPOINT]: 'ftp://user:secret@x' },
    { [ENDPOINT]: 'http://x', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { [ENDPOINT]: 'http://x', OTEL_EXPORTER_OTLP_HEADERS: 'secret' },
    { [ENDPOINT]: 'http://x', OTEL_EXPORTER_OTLP_HEADERS: 'a=secret%0Ab' },
    { [ENDPOINT]: 'http://x', OTEL_TRACES_SAMPLER_ARG: '2' },
  ])('what is wrong is refused, and nothing secret is shown', (environment) => {
    expect(() => traces(environment)).toThrow(/OTEL_/);
    expect(() => traces(environment)).not.toThrow(/secret/);
  });
});
