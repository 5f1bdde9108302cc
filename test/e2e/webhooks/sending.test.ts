import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { JsonObject } from '../../../src/kernel/index.js';
import { Receiver } from '../../world/receiver.js';
import { TestService } from '../../world/service.js';
import { eventually } from '../../world/service-process.js';

const SECRET = `whsec_${Buffer.from('a key that only two of us know..').toString('base64')}`;
const V = '/api/v1';

let service: TestService;
let receiver: Receiver;
let workflow: string;
const made: string[] = [];

beforeAll(async () => {
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: '127.0.0.1' });
  const { body } = await service.post(`${V}/workflows`, {
    name: 'told',
    tasks: { a: { type: 'core/value', input: { n: '${input.n}' } } },
  });
  workflow = body.workflow_id as string;
});
afterAll(() => service.stop());
beforeEach(async () => {
  receiver = await Receiver.start();
});
afterEach(async () => {
  for (const id of made.splice(0)) await service.send('DELETE', `${V}/webhooks/${id}`);
  await receiver.stop();
});

const subscribe = async (fields: object = {}): Promise<string> => {
  const { status, body } = await service.post(`${V}/webhooks`, { name: 'tell', url: receiver.url, ...fields });
  if (status !== 201) throw new Error(JSON.stringify(body));
  made.push(body.webhook_id as string);
  return body.webhook_id as string;
};
const run = async (n = 1): Promise<string> => {
  const { body } = await service.post(`${V}/executions`, { workflow_id: workflow, input: { n } });
  return body.execution_id as string;
};
const deliveries = async (id: string, query = ''): Promise<JsonObject[]> =>
  (await service.get(`${V}/webhooks/${id}/deliveries${query}`)).body.items as unknown as JsonObject[];
const settled = (id: string, count: number): Promise<JsonObject[]> =>
  eventually(
    () => deliveries(id),
    (all) => all.length === count && all.every(({ status }) => status !== 'pending'),
  );

describe('what is sent', () => {
  test('the end of an execution arrives, signed as Standard Webhooks want it, and is in the log', async () => {
    const id = await subscribe({ auth: { type: 'standard_webhooks', secret: SECRET } });
    const execution = await run(7);
    const [letter] = await receiver.received(1);
    const headers = letter?.headers as Record<string, string>;
    const event = new Webhook(SECRET).verify(letter?.body ?? '', headers);
    expect(event).toMatchObject({
      type: 'execution_completed',
      execution_id: execution,
      details: { output: { a: { n: 7 } } },
    });
    const [delivery] = await settled(id, 1);
    expect(delivery).toMatchObject({
      ...{ id: headers['webhook-id'], status: 'delivered', attempts: 1, status_code: 204, error: null },
      ...{ event_type: 'execution_completed', execution_id: execution, webhook_id: id },
    });
  });
});
