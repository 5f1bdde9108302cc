import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { OtlpReceiver } from '../world/otlp-receiver.js';
import { TestService } from '../world/service.js';

const PROGRAM = fileURLToPath(new URL('../../bin/harmonia.js', import.meta.url));
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const OTHER = '5'.repeat(32);
const CALLER = '00f067aa0ba902b7';

let receiver: OtlpReceiver;
let service: TestService;

beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  service = await TestService.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: '20',
  });
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
});

const WAYS: readonly [string, () => Transport][] = [
  [
    'HTTP, whose headers name another',
    () =>
      new StreamableHTTPClientTransport(new URL(`${service.url}/mcp`), {
        requestInit: { headers: { traceparent: `00-${OTHER}-${CALLER}-01` } },
      }),
  ],
  [
    'pipes that are bridged to it',
    () =>
      new StdioClientTransport({
        command: process.execPath,
        args: [PROGRAM, 'mcp', '--url', service.url],
        stderr: 'ignore',
      }),
  ],
];

test.each(WAYS)('a call belongs to the trace that its `_meta` names: over %s', async (way, transport) => {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(transport());
  const workflow = await service.workflow({ name: way, tasks: { one: { type: 'core/noop' } } });
  const call = { name: 'ExecuteWorkflow', arguments: { workflow_id: workflow, input_data: {} } };
  await client.callTool({ ...call, _meta: { traceparent: `00-${TRACE}-${CALLER}-01`, tracestate: 'a=1' } });
  const spans = await receiver.trace(TRACE, `workflow ${way}`);
  expect(spans.find(({ name }) => name === `workflow ${way}`)).toMatchObject({
    parentSpanId: CALLER,
    traceState: 'a=1',
  });
  await client.callTool({ ...call, _meta: { traceparent: 7, tracestate: ['x'] } });
  await client.close();
});
