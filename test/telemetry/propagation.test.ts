import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OtlpReceiver } from '../world/otlp-receiver.js';
import { eventually } from '../world/service-process.js';
import { TestService } from '../world/service.js';

const CALLER = '00f067aa0ba902b7';
const V = '/api/v1';

/** Whatever is called. Remembers the headers of each path. */
class Called {
  readonly heard = new Map<string, IncomingHttpHeaders>();
  readonly server: Server = createServer((request, response) => {
    this.heard.set(request.url ?? '', request.headers);
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"success":true,"data":1}');
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  traceOf(path: string): Promise<string | undefined> {
    const look = (): Promise<IncomingHttpHeaders | undefined> => Promise.resolve(this.heard.get(path));
    return eventually(look, (headers) => headers !== undefined).then((headers) => headers?.traceparent as string);
  }
}

let called: Called;
let receiver: OtlpReceiver;
/** With a receiver of traces, and without one. */
let telling: TestService;
let silent: TestService;
beforeAll(async () => {
  called = new Called();
  await new Promise<void>((resolve) => called.server.listen(0, '127.0.0.1', resolve));
  receiver = await OtlpReceiver.start();
  const settings = { HARMONIA_HTTP_ALLOW: '127.0.0.1', SOPHIA_PORT: new URL(called.url).port };
  silent = await TestService.start(settings);
  telling = await TestService.start({
    ...{ ...settings, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '20' },
  });
});
afterAll(async () => {
  await telling.stop();
  await silent.stop();
  await receiver.stop();
  called.server.closeAllConnections();
  called.server.close();
});

/** A trace for each row, so that none is taken for another. */
const traceOfRow = (row: number): string => `${row + 1}`.padStart(32, 'a');
const from = (trace: string, flags = '01'): string => `00-${trace}-${CALLER}-${flags}`;

/** A workflow whose only task calls the path of its name. */
const callerOf = (service: TestService, name: string): Promise<string> =>
  service.workflow({ name, tasks: { web: { type: 'http/request', input: { url: `${called.url}/${name}` } } } });

const must = async (service: TestService, path: string, body: object, headers: Record<string, string>) => {
  const answer = await service.post(path, body, headers);
  if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
  return answer;
};

interface Asking {
  readonly service: TestService;
  readonly name: string;
  readonly workflow: string;
  readonly headers: Record<string, string>;
}

const posts =
  (path: string, body: (asking: Asking) => object) =>
  async (asking: Asking): Promise<void> =>
    void (await must(asking.service, path.replace('{id}', asking.workflow), body(asking), asking.headers));

const viaMcp = async ({ service, workflow, headers }: Asking): Promise<void> => {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), { requestInit: { headers } }));
  await client.callTool({ name: 'ExecuteWorkflow', arguments: { workflow_id: workflow, input_data: {} } });
  await client.close();
};

const webhookOf = async ({ service, name, workflow }: Asking): Promise<string> =>
  (await must(service, `${V}/webhooks`, { name, endpoint: name, workflow_id: workflow }, {})).body.webhook_id as string;

/** A workflow that starts it out of a task: the task is below the caller, and what it starts below the task. */
const viaTask = async (asking: Asking): Promise<void> => {
  const { service, name, headers } = asking;
  const tasks = { child: { workflow: { name, wait: false } } };
  const parent = await service.workflow({ name: `${name}-parent`, tasks });
  await must(service, `${V}/executions`, { workflow_id: parent, input: {} }, headers);
};

const WAYS: readonly (readonly [string, (asking: Asking) => Promise<void>])[] = [
  ['executions', posts(`${V}/executions`, ({ workflow }) => ({ workflow_id: workflow, input: {} }))],
  ['execute', posts('/api/workflows/{id}/execute', () => ({}))],
  ['capability', posts('/capabilities/execute_workflow', ({ name }) => ({ workflow_id: name }))],
  ['action', posts('/api/actions/execute_workflow', ({ name }) => ({ params: { workflow_id: name } }))],
  ['message', posts('/api/message', ({ name }) => ({ message: `run ${name}` }))],
  ['mcp', viaMcp],
  [
    'tool',
    posts('/api/mcp/v2/tools/call', ({ workflow }) => ({
      ...{ name: 'ExecuteWorkflow', arguments: { workflow_id: workflow, input_data: {} } },
    })),
  ],
  [
    'hook',
    async (asking) => {
      await webhookOf(asking);
      await must(asking.service, `/hooks/${asking.name}`, {}, asking.headers);
    },
  ],
  [
    'delivered',
    async (asking) =>
      void (await must(
        asking.service,
        `${V}/webhooks/${await webhookOf(asking)}/deliver`,
        { payload: 1 },
        asking.headers,
      )),
  ],
  ['child', viaTask],
];

describe.each(WAYS.map(([name, ask], row) => [name, ask, traceOfRow(row)] as const))(
  'started by %s',
  (name, ask, trace) => {
    const headers = { traceparent: from(trace), tracestate: 'a=1' };

    test('it goes on in the trace of the caller, and so does what it calls', async () => {
      await ask({ service: telling, name, headers, workflow: await callerOf(telling, name) });
      const spans = await receiver.trace(trace, `workflow ${name}`);
      const root = spans.find((span) => span.name === `workflow ${name}`);
      const above = spans.find((span) => span.spanId === root?.parentSpanId);
      expect(above === undefined ? root?.parentSpanId : above.name).toBe(name === 'child' ? 'child' : CALLER);
      const task = spans.find((span) => span.name === 'web');
      expect(task?.parentSpanId).toBe(root?.spanId);
      expect(called.heard.get(`/${name}`)).toMatchObject({
        traceparent: `00-${trace}-${task?.spanId as string}-01`,
        tracestate: 'a=1',
      });
    });

    test('where no traces are told, that of the caller goes through as it came', async () => {
      called.heard.delete(`/${name}`);
      await ask({ service: silent, name, headers, workflow: await callerOf(silent, name) });
      expect(await called.traceOf(`/${name}`)).toBe(from(trace));
    });
  },
);

test('what is sent of an execution belongs to its trace, too', async () => {
  const trace = traceOfRow(50);
  for (const [service, path] of [
    [telling, '/told'],
    [silent, '/untold'],
  ] as const) {
    await must(service, `${V}/webhooks`, { name: 'tell', url: called.url + path }, {});
    const workflow = await service.workflow({ name: `telling ${path}`, tasks: { one: { type: 'core/noop' } } });
    await must(service, `${V}/executions`, { workflow_id: workflow, input: {} }, { traceparent: from(trace) });
  }
  const spans = await receiver.trace(trace, 'workflow telling /told');
  const root = spans.find(({ name }) => name === 'workflow telling /told')?.spanId as string;
  expect(await called.traceOf('/told')).toBe(`00-${trace}-${root}-01`);
  expect(await called.traceOf('/untold')).toBe(from(trace));
});

test('a call that is made for a request alone belongs to the trace of the request', async () => {
  const headers = { traceparent: from(traceOfRow(60)) };
  const definition = {
    ...{ name: 'afar', base_url: called.url, actions: [{ name: 'ask', method: 'POST', path: '/afar' }] },
  };
  await must(silent, `${V}/components`, definition, {});
  await must(silent, `${V}/components/afar/actions/ask`, {}, headers);
  expect(await called.traceOf('/afar')).toBe(headers.traceparent);
});

test('what a schedule starts is nobody’s, whoever has made it', async () => {
  const workflow = await callerOf(telling, 'scheduled');
  const at = new Date(Date.now() + 50).toISOString();
  const schedule = { name: 'once', workflow_id: workflow, once: at };
  await must(telling, `${V}/schedules`, schedule, { traceparent: from(traceOfRow(70)) });
  const heard = await called.traceOf('/scheduled');
  expect(heard).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(heard).not.toContain(traceOfRow(70));
});

test('nobody’s trace is made up where none are told', async () => {
  const workflow = await callerOf(silent, 'alone');
  await must(silent, `${V}/executions`, { workflow_id: workflow, input: {} }, {});
  expect(await called.traceOf('/alone')).toBeUndefined();
});
