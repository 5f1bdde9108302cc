import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ask, codeOf, type HeardAnswer } from '../../world/callers.js';
import { TestService } from '../../world/service.js';

const ADA = 'admin-key-of-ada-00000001';
const BOB = 'admin-key-of-bob-00000001';
const V = '/api/v1';

/** A workflow, an ended execution of it with a checkpoint, and whatever else takes a key. */
const WORKFLOW = { name: 'w', tasks: { a: { type: 'core/noop' } } };
const TEMPLATE = { name: 't', template: { name: 'made', tasks: { a: { type: 'core/noop' } } } };

let service: TestService;
const ids: Record<string, string> = {};

const send = (who: string, path: string, body: unknown, key?: string): Promise<HeardAnswer> =>
  ask(service.url + path, {
    method: 'POST',
    headers: { 'x-api-key': who, ...(key !== undefined && { 'idempotency-key': key }) },
    body,
  });

const made = async (path: string, body: object): Promise<JsonObject> => {
  const answer = await send(ADA, V + path, body);
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
};

beforeAll(async () => {
  service = await TestService.start({ HARMONIA_API_KEYS: `ada:${ADA}:admin,bob:${BOB}:admin` });
  ids.workflow = (await made('/workflows', WORKFLOW)).workflow_id as string;
  const ended = { workflow_id: ids.workflow, execution_options: { async: false } };
  ids.execution = (await made('/executions', ended)).execution_id as string;
  const waiting = (await made('/workflows', { name: 'waits', tasks: { ok: { approval: {} } } })).workflow_id as string;
  ids.open = (await made('/executions', { workflow_id: waiting })).execution_id as string;
  ids.checkpoint = (await made(`/executions/${ids.open}/checkpoints`, {})).checkpoint_id as string;
  ids.template = (await made('/templates', TEMPLATE)).template_id as string;
  const { workflow } = ids;
  ids.schedule = (await made('/schedules', { name: 's', workflow, cron: '0 0 1 1 *' })).schedule_id as string;
  ids.webhook = (await made('/webhooks', { name: 'h', endpoint: 'h', workflow })).webhook_id as string;
  const delivered = await made(`/webhooks/${ids.webhook}/deliver`, { n: 1 });
  ids.delivery = delivered.delivery_id as string;
});
afterAll(() => service.stop());

/** Path and body of every route that takes a key, and what of the answer says what it has made. */
const ROWS: Readonly<Record<string, readonly [body: () => object, made: string]>> = {
  'POST /workflows': [() => WORKFLOW, 'workflow_id'],
  'POST /workflows/import': [() => WORKFLOW, 'workflow_id'],
  'POST /workflows/{workflow}/execute': [() => ({}), 'execution_id'],
  'POST /executions': [() => ({ workflow_id: ids.workflow }), 'execution_id'],
  'POST /executions/{open}/checkpoint': [() => ({ name: 'c' }), 'checkpoint_id'],
  'POST /executions/{open}/checkpoints': [() => ({ name: 'd' }), 'checkpoint_id'],
  'POST /executions/{execution}/reexecute': [() => ({ operation: 'fork' }), 'execution_id'],
  'POST /executions/{open}/restore': [() => ({ checkpoint_id: ids.checkpoint }), 'execution_id'],
  'POST /checkpoints': [() => ({ execution_id: ids.open, name: 'e' }), 'checkpoint_id'],
  'POST /checkpoints/{checkpoint}/restore': [() => ({}), 'execution_id'],
  'POST /state/checkpoints': [() => ({ execution_id: ids.open, name: 'f' }), 'checkpoint_id'],
  'POST /state/restore': [() => ({ checkpoint_id: ids.checkpoint }), 'execution_id'],
  'POST /schedules': [() => ({ name: 'n', workflow: ids.workflow, cron: '0 0 1 1 *' }), 'schedule_id'],
  'POST /schedules/{schedule}/trigger': [() => ({}), 'data.execution_id'],
  'POST /templates': [() => ({ ...TEMPLATE, name: 'u' }), 'template_id'],
  'POST /templates/import': [() => ({ ...TEMPLATE, name: 'v' }), 'template_id'],
  'POST /templates/{template}/create': [() => ({}), 'workflow_id'],
  'POST /templates/{template}/instantiate': [() => ({}), 'workflow_id'],
  'POST /templates/{template}/use': [() => ({}), 'workflow_id'],
  'POST /triggers': [() => ({ name: 'n', type: 'harmonia/event', params: { name: 'e' }, workflow: 'w' }), 'trigger_id'],
  'POST /webhooks/{webhook}/deliver': [() => ({ n: 2 }), 'delivery_id'],
  'POST /deliveries/{delivery}/redeliver': [() => ({}), 'delivery_id'],
  'POST /actions/{action}': [() => ({ params: { workflow_id: ids.workflow } }), 'data.execution_id'],
  'POST /capabilities/{action}': [() => ({ workflow_id: ids.workflow }), 'execution_id'],
};

const idIn = ({ body, text }: HeardAnswer, path: string): string => {
  const found = path.split('.').reduce<unknown>((at, name) => (at as JsonObject | undefined)?.[name], body);
  if (typeof found !== 'string') throw new Error(`no ${path} in ${text}`);
  return found;
};

test('every route that takes a key is in the list', async () => {
  const { body } = await ask(`${service.url}${V}/openapi.json`);
  interface Operation {
    readonly parameters?: readonly { readonly name: string }[];
  }
  const paths = Object.entries(body.paths as unknown as Record<string, Record<string, Operation>>);
  const keyed = paths.flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [] }]) =>
      parameters.some(({ name }) => name === 'Idempotency-Key') ? [`${method.toUpperCase()} ${path}`] : [],
    ),
  );
  const plain = (route: string): string => route.replace('/api/v1', '').replace(/\{\w+\}/g, '{}');
  expect([...new Set(keyed.map(plain))].sort()).toEqual(Object.keys(ROWS).map(plain).sort());
});

test.each(Object.entries(ROWS))('%s: nobody is answered what another caller has made', async (route, [body, at]) => {
  const path = `${V}${route.replace('POST ', '')}`.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === 'action' ? 'execute_workflow' : (ids[name] ?? ''),
  );
  const key = route.replace(' ', '');
  const first = await send(ADA, path, body(), key);
  const again = await send(ADA, path, body(), key);
  const other = await send(BOB, path, body(), key);
  expect([first.status, idIn(again, at)]).toEqual([expect.any(Number), idIn(first, at)]);
  expect([other.headers['idempotent-replayed'], idIn(other, at)]).toEqual([
    undefined,
    expect.not.stringMatching(idIn(first, at)),
  ]);
});

test('what a key was used for is told in the words of who sent it', async () => {
  const twice = async (who: string, path: string, one: object, another: object): Promise<HeardAnswer> => {
    await send(who, path, one, 'used');
    return send(who, path, another, 'used');
  };
  for (const [path, one, another] of [
    [`${V}/workflows`, WORKFLOW, { ...WORKFLOW, name: 'x' }],
    [
      `${V}/actions/execute_workflow`,
      { params: { workflow_id: 'w' } },
      { params: { workflow_id: 'w', input: { n: 1 } } },
    ],
    [
      `${V}/capabilities/execute_workflow`,
      { workflow_id: 'w', input: { n: 2 } },
      { workflow_id: 'w', input: { n: 3 } },
    ],
  ] as const) {
    const refused = await twice(BOB, path, one, another);
    expect([path, codeOf(refused), refused.text]).toEqual([
      path,
      'idempotency_conflict',
      expect.stringContaining(' used '),
    ]);
    expect(refused.text).not.toMatch(/[0-9a-f]{64}/);
  }
});
