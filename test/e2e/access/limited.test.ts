import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ROUTES } from '../../../src/api/access/routes/index.js';
import type { Owned, RouteAccess } from '../../../src/api/access/route-access.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ask, codeOf, type HeardAnswer } from '../../world/callers.js';
import { TestService } from '../../world/service.js';
import { EventClient, SocketClient } from '../../world/stream-clients.js';

const ADMIN = 'admin-key-of-the-test-001';
const MINE = 'limited-key-of-the-test-1';
const NOBODY = '00000000-0000-4000-8000-000000000000';
const V = '/api/v1';

/** What belongs to a workflow: one of each. */
type Belongings = Readonly<Record<Owned, string>>;

let service: TestService;
let mine: Belongings;
let theirs: Belongings;

const send = (key: string, method: string, path: string, body?: unknown): Promise<HeardAnswer> =>
  ask(service.url + path, { method, headers: { 'x-api-key': key }, body });

const made = async (path: string, body: object): Promise<JsonObject> => {
  const answer = await send(ADMIN, 'POST', V + path, body);
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.body;
};

/** It waits for an answer; what comes after could be done at the same time. */
const sleeper = (name: string): object => ({
  name,
  tasks: {
    ok: { approval: {} },
    one: { type: 'http/request', input: { url: 'https://a.example/' }, effects: 'read', depends_on: ['ok'] },
    two: { type: 'http/request', input: { url: 'https://b.example/' }, effects: 'read', depends_on: ['one'] },
  },
});

const belongingsOf = async (name: string): Promise<Belongings> => {
  const workflow = (await made('/workflows', sleeper(name))).workflow_id as string;
  const execution = (await made('/executions', { workflow_id: workflow })).execution_id as string;
  const checkpoint = (await made(`/executions/${execution}/checkpoints`, {})).checkpoint_id as string;
  const { suggestions } = await made(`/workflows/${workflow}/suggestions`, {});
  const [suggestion] = suggestions as unknown as readonly { id: string }[];
  const schedule = (await made('/schedules', { name, workflow, cron: '0 0 1 1 *' })).schedule_id as string;
  const webhook = (await made('/webhooks', { name, endpoint: name, workflow })).webhook_id as string;
  const trigger = (
    await made('/triggers', { name, type: 'harmonia/event', params: { name: 'e' }, workflow, enabled: false })
  ).trigger_id as string;
  return { workflow, execution, checkpoint, suggestion: suggestion?.id ?? '', schedule, webhook, trigger };
};

beforeAll(async () => {
  service = await TestService.start({
    HARMONIA_API_KEYS: `admin:${ADMIN},mine:${MINE}:admin:mine`,
  });
  mine = await belongingsOf('mine');
  theirs = await belongingsOf('theirs');
});
afterAll(() => service.stop());

/** Routes about one thing of a workflow: `GET /executions/:id/logs` with what it is about. */
const owned = (): (readonly [string, Owned])[] =>
  Object.entries(ROUTES).flatMap(([route, access]: [string, RouteAccess]) => {
    const about = access.is === 'guarded' ? access.about.find(({ is }) => is === 'path') : undefined;
    return about?.is === 'path' ? [[route, about.owned] as const] : [];
  });

const pathOf = (route: string, id: string): readonly [string, string] => {
  const [method = '', path = ''] = route.split(' ');
  const whole = path.startsWith('/events') ? path : V + path;
  return [method, whole.replace(':id', id).replace(':version', '1.0.0')];
};

/** What is told of an id, without the id and the time. */
const words = ({ status, body: { error, detail } }: HeardAnswer, id: string): string =>
  `${status} ${JSON.stringify({ error, detail })}`.replaceAll(id, 'ID');

describe('a caller that is limited to some workflows', () => {
  test('has something of each kind to be tested with', () => {
    for (const own of [mine, theirs])
      for (const [kind, id] of Object.entries(own)) expect([kind, id]).toEqual([kind, expect.stringMatching(/.{20}/)]);
    expect(owned().length).toBeGreaterThan(60);
  });

  test('hears of things of other workflows what he hears of things that there are not', async () => {
    const nobody = { suggestion: '0'.repeat(64) } as Record<string, string>;
    const told: unknown[] = [];
    for (const [route, kind] of owned()) {
      const none = nobody[kind] ?? NOBODY;
      const [method, path] = pathOf(route, theirs[kind]);
      const body = ['GET', 'DELETE'].includes(method) ? undefined : {};
      const answer = await send(MINE, method, path, body);
      const unknown = await send(MINE, method, pathOf(route, none)[1], body);
      if (answer.status !== 404 || words(answer, theirs[kind]) !== words(unknown, none))
        told.push([route, words(answer, theirs[kind]), words(unknown, none)]);
    }
    expect(told).toEqual([]);
    // None of it was changed.
    for (const [kind, path] of [
      ['workflow', 'workflows'],
      ['execution', 'executions'],
      ['checkpoint', 'checkpoints'],
      ['suggestion', 'suggestions'],
      ['schedule', 'schedules'],
      ['webhook', 'webhooks'],
      ['trigger', 'triggers'],
    ] as const)
      expect([kind, (await send(ADMIN, 'GET', `${V}/${path}/${theirs[kind]}`)).status]).toEqual([kind, 200]);
  });

  test('reads what belongs to his own', async () => {
    for (const [route, kind] of owned()) {
      if (!route.startsWith('GET ') || route.includes('/events/')) continue;
      const answer = await send(MINE, 'GET', pathOf(route, mine[kind])[1]);
      expect([route, answer.status]).toEqual([route, 200]);
    }
  });

  test('sees his own alone in lists, with their number', async () => {
    for (const list of ['workflows', 'executions', 'checkpoints', 'approvals', 'schedules', 'webhooks', 'triggers']) {
      const all = await send(ADMIN, 'GET', `${V}/${list}`);
      const his = await send(MINE, 'GET', `${V}/${list}`);
      expect([list, all.body.total, his.body.total]).toEqual([list, 2, 1]);
      for (const id of Object.values<string>(theirs)) expect([list, his.text.includes(id)]).toEqual([list, false]);
      const beyond = await send(MINE, 'GET', `${V}/${list}?limit=1&page=2`);
      expect([list, beyond.body.items, beyond.body.total]).toEqual([list, [], 1]);
    }
    const asked = await send(MINE, 'GET', `${V}/executions?workflow_id=${theirs.workflow}`);
    expect(asked.body).toMatchObject({ total: 0, items: [] });
  });

  test('names his own alone in bodies, under whatever name', async () => {
    const refusals = [
      ['POST', '/executions', { workflow_id: theirs.workflow }, 'workflow_not_found'],
      ['POST', '/executions', { workflow_id: mine.workflow, workflowId: theirs.workflow }, 'workflow_not_found'],
      ['POST', '/checkpoints', { execution_id: theirs.execution }, 'execution_not_found'],
      ['POST', '/state/checkpoints', { executionId: theirs.execution }, 'execution_not_found'],
      ['POST', '/state/restore', { checkpoint_id: theirs.checkpoint }, 'checkpoint_not_found'],
      ['POST', '/schedules', { name: 's', workflow: 'theirs', cron: '0 0 1 1 *' }, 'workflow_not_found'],
      [
        'PUT',
        `/schedules/${mine.schedule}`,
        { name: 's', workflow: theirs.workflow, cron: '0 0 1 1 *' },
        'workflow_not_found',
      ],
      ['POST', '/events', { name: 'e', workflow_id: theirs.workflow }, 'workflow_not_found'],
      ['POST', '/events', { name: 'e', execution_id: theirs.execution }, 'execution_not_found'],
      ['POST', '/events', { name: 'e' }, 'workflow_limited'],
      ['POST', '/executions', { workflow_id: [mine.workflow] }, 'workflow_limited'],
      ['POST', '/workflows', sleeper('others'), 'workflow_limited'],
      ['POST', '/workflows/import', { document: sleeper('others') }, 'workflow_limited'],
      ['PUT', `/workflows/${mine.workflow}?bump=true`, sleeper('theirs'), 'workflow_limited'],
      ['POST', '/webhooks', { name: 'w', endpoint: 'w', workflow: mine.workflow }, 'workflow_limited'],
      ['PUT', '/credentials/c', { type: 'secret', value: 'v' }, 'workflow_limited'],
      ['POST', '/keys', { name: 'k', permissions: ['admin'] }, 'workflow_limited'],
      ['GET', '/audit', undefined, 'workflow_limited'],
    ] as const;
    for (const [method, path, body, code] of refusals) {
      const answer = await send(MINE, method, V + path, body);
      expect([method, path, answer.status, codeOf(answer)]).toEqual([
        method,
        path,
        code === 'workflow_limited' ? 403 : 404,
        code,
      ]);
    }
    const accepted = [
      ['POST', '/executions', { workflowId: mine.workflow }, 201],
      ['POST', '/checkpoints', { executionId: mine.execution }, 201],
      ['POST', '/events', { name: 'e', workflow_id: mine.workflow }, 200],
      ['PUT', `/schedules/${mine.schedule}`, { name: 's', workflow: 'mine', cron: '0 0 1 1 *' }, 200],
      ['PUT', `/workflows/${mine.workflow}?bump=true`, sleeper('mine'), 200],
      ['POST', '/workflows', sleeper('mine'), 201],
    ] as const;
    for (const [method, path, body, status] of accepted)
      expect([method, path, (await send(MINE, method, V + path, body)).status]).toEqual([method, path, status]);
  });
});

describe('whatever a body or a query names', () => {
  const KINDS = ['workflow', 'execution', 'instance', 'checkpoint', 'suggestion', 'schedule', 'webhook', 'trigger'];
  const NAMES = new RegExp(`^(${KINDS.join('|')})(?:_?id|s|_?ids)?$`, 'i');

  interface Operation {
    readonly parameters?: readonly { readonly in: string; readonly name: string }[];
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  }
  interface Schema {
    readonly $ref?: string;
    readonly properties?: Readonly<Record<string, unknown>>;
    readonly allOf?: readonly Schema[];
    readonly anyOf?: readonly Schema[];
    readonly oneOf?: readonly Schema[];
  }

  /** `POST /executions workflow_id`: whatever the documented contract takes that is called like a thing of a workflow. */
  const documented = async (): Promise<readonly string[]> => {
    const { body } = await send(ADMIN, 'GET', `${V}/openapi.json`);
    const { paths, components } = body as unknown as {
      paths: Record<string, Record<string, Operation>>;
      components: { schemas: Record<string, Schema> };
    };
    const fieldsOf = ({ $ref, properties = {}, ...parts }: Schema): readonly string[] => [
      ...Object.keys(properties),
      ...($ref === undefined ? [] : fieldsOf(components.schemas[$ref.split('/').at(-1) ?? ''] ?? {})),
      ...[...(parts.allOf ?? []), ...(parts.anyOf ?? []), ...(parts.oneOf ?? [])].flatMap(fieldsOf),
    ];
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { parameters = [], requestBody }]) => {
        const queries = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
        const bodies = Object.values(requestBody?.content ?? {}).flatMap(({ schema = {} }) => fieldsOf(schema));
        const named = [...new Set([...queries, ...bodies])].filter((name) => NAMES.test(name));
        const plain = path.replace(/^\/api\/v1/, '').replace(/\{(\w+)\}/g, ':$1');
        return named.map((name) => `${method.toUpperCase()} ${plain} ${name}`);
      }),
    );
  };

  const cron = '0 0 1 1 *';
  /** What else it takes to have the name looked at. Further names are those under which handlers read it, too. */
  const ROWS: Readonly<Record<string, readonly [kind: Owned, rest: object, ...others: string[]]>> = {
    'GET /checkpoints execution_id': ['execution', {}, 'executionId'],
    'POST /checkpoints execution_id': ['execution', {}, 'executionId'],
    'POST /state/checkpoints execution_id': ['execution', {}, 'executionId'],
    'POST /state/restore checkpoint_id': ['checkpoint', {}, 'checkpointId'],
    'POST /events workflow_id': ['workflow', { name: 'e' }, ...['workflowId', 'workflow_definition_id']],
    'POST /events execution_id': ['execution', { name: 'e' }, 'executionId'],
    'GET /executions workflow_id': ['workflow', {}, 'workflowId'],
    'POST /executions workflow_id': ['workflow', {}, 'workflowId', 'workflow_definition_id'],
    'POST /executions/:id/reexecute checkpoint_id': ['checkpoint', { operation: 'restore' }, 'checkpointId'],
    'POST /executions/:id/restore checkpoint_id': ['checkpoint', {}, 'checkpointId'],
    'POST /expressions/help workflow_id': ['workflow', { expression: 'input', llm: 'never' }, 'workflowId'],
    'POST /expressions/evaluate instance_id': ['execution', { expression: '1' }, 'instanceId', 'execution_id'],
    'POST /llm/troubleshoot workflow': ['workflow', { state: {}, error: 'no' }],
    'POST /schedules workflow': ['workflow', { name: 's', cron }],
    'POST /schedules workflow_id': ['workflow', { name: 's', cron }, 'workflowId'],
    'PUT /schedules/:id workflow': ['workflow', { name: 's', cron }],
    'PUT /schedules/:id workflow_id': ['workflow', { name: 's', cron }, 'workflowId'],
    'GET /schedules workflow_id': ['workflow', {}, 'workflowId'],
    'POST /workflows/:id/transition execution_id': ['execution', { action: 'pause' }, 'executionId', 'instance_id'],
    'POST /workflows/:id/migrate execution_ids': ['execution', { to_version: '1.0.0' }, 'executionIds', 'executions'],
    'POST /workflows/:id/suggestions/apply-safe suggestions': ['suggestion', {}],
    'POST /sprints/:id/export workflow_id': ['workflow', {}],
    'POST /webhooks workflow': ['workflow', { name: 'w', endpoint: 'w' }],
    'POST /webhooks workflow_id': ['workflow', { name: 'w', endpoint: 'w' }],
    'POST /webhooks execution': ['execution', { name: 'w', endpoint: 'w' }],
    'PUT /webhooks/:id workflow': ['workflow', {}],
    'PUT /webhooks/:id workflow_id': ['workflow', {}],
    'PUT /webhooks/:id execution': ['execution', {}],
    'POST /triggers workflow': ['workflow', {}],
    'POST /triggers workflow_id': ['workflow', {}],
    'PUT /triggers/:id workflow': ['workflow', {}],
    'PUT /triggers/:id workflow_id': ['workflow', {}],
    'POST /keys workflows': ['workflow', { name: 'k', permissions: ['read'] }],
  };
  const LISTS = new Set(['execution_ids', 'executionIds', 'executions', 'suggestions', 'workflows']);

  test('is in the list below', async () => {
    expect([...(await documented())].sort()).toEqual(Object.keys(ROWS).sort());
  });

  /** What is told of a name, without the name; of a list, what is in it. */
  const told = async (row: string, name: string, id: string): Promise<readonly [number, string]> => {
    const [method = '', pattern = ''] = row.split(' ');
    const kind = pattern.split('/')[1]?.replace(/s$/, '') as Owned | undefined;
    const path = V + pattern.replace(':id', (kind && mine[kind]) ?? NOBODY);
    const [, rest] = ROWS[row] ?? [undefined, {}];
    const value = LISTS.has(name) ? [id] : id;
    const answer =
      method === 'GET'
        ? await send(MINE, 'GET', `${path}?${name}=${id}`)
        : await send(MINE, method, path, { ...rest, [name]: value });
    const { status, body } = answer;
    const answered = JSON.stringify(body.total ?? body.data ?? null).replaceAll(id, 'ID');
    return [status, status < 300 ? `${status} ${answered}` : words(answer, id)];
  };

  test.each(Object.entries(ROWS))('%s tells nothing of what belongs to others', async (row, [kind, , ...others]) => {
    const [method = '', pattern = '', own = ''] = row.split(' ');
    const access = ROUTES[`${method} ${pattern}`];
    const isForAll = access?.is === 'guarded' && access.about.some(({ is }) => is === 'everything');
    for (const name of [own, ...others]) {
      const [, ofTheirs] = await told(row, name, theirs[kind]);
      const [, ofNobody] = await told(row, name, kind === 'suggestion' ? '0'.repeat(64) : NOBODY);
      expect([name, ofTheirs]).toEqual([name, ofNobody]);
      const [status, ofMine] = await told(row, name, mine[kind]);
      if (isForAll) expect([name, status]).toEqual([name, 403]);
      // Else the name was not looked at, and nothing is proved.
      else expect([name, ofMine]).toEqual([name, expect.not.stringMatching(/^4(03|04|22) /)]);
    }
  });
});

test('a plan tells nothing of what is inside workflows of others that are started', async () => {
  const calling = (name: string): object => ({
    name: 'mine',
    tasks: { call: { workflow: { name, input: {}, wait: true } } },
  });
  const id = (await made('/workflows', calling('theirs'))).workflow_id as string;
  const hidden = await send(MINE, 'POST', `${V}/workflows/${id}/plan`, {});
  expect([hidden.status, hidden.text.includes('a.example'), hidden.text.includes('/one')]).toEqual([200, false, false]);
  expect((await send(ADMIN, 'POST', `${V}/workflows/${id}/plan`, {})).text).toContain('a.example');
  const call = (name: string, given: object): Promise<HeardAnswer> =>
    send(MINE, 'POST', '/mcp/tools/call', { name, arguments: given });
  expect((await call('PlanWorkflow', { workflow_id: id })).text).not.toContain('a.example');
  const { structuredContent } = (await call('health_check', { detailed: true })).body;
  const his = (await send(MINE, 'GET', `${V}/workflows`)).body.total;
  expect(structuredContent).toMatchObject({ details: { total_workflows: his } });
  expect((await send(ADMIN, 'GET', `${V}/workflows`)).body.total).not.toBe(his);
});

describe('streams of a limited caller', () => {
  const startBoth = async (): Promise<{ his: string; other: string }> => ({
    other: (await made('/executions', { workflow_id: theirs.workflow })).execution_id as string,
    his: (await made('/executions', { workflow_id: mine.workflow })).execution_id as string,
  });

  test('tell of his own workflows alone, also what is stored', async () => {
    const url = `${service.url}/events?since=0&api_key=${MINE}`;
    const events = await EventClient.open(url);
    const { his, other } = await startBoth();
    await events.until(() => events.events.some(({ execution_id }) => execution_id === his));
    events.leave();
    expect(new Set(events.events.map(({ workflow_id }) => workflow_id))).toEqual(new Set([mine.workflow]));
    expect(JSON.stringify(events.all)).not.toContain(other);
  });

  test('on WebSockets: nor do frames reach what is hidden; a workflow that comes later is seen', async () => {
    const client = new SocketClient(`${service.url}/ws/events`, { headers: { 'x-api-key': MINE } });
    const changes = new SocketClient(`${service.url}/ws/workflows`, { headers: { 'x-api-key': MINE } });
    await client.type('connected');
    await changes.type('connected');
    const { his, other } = await startBoth();
    await client.seen(({ execution_id, sequence }) => execution_id === his && sequence !== undefined);
    for (const type of ['subscribe', 'pause', 'cancel'])
      for (const id of [other, NOBODY]) client.say({ type, execution_id: id, requestId: `${type} ${id}` });
    await client.count(6, ({ type }) => type === 'error');
    const errors = client.frames.filter(({ type }) => type === 'error');
    expect(errors.map(({ code }) => code)).toEqual(Array.from({ length: 6 }, () => 'execution_not_found'));
    await made('/workflows', sleeper('hidden'));
    const later = (await made('/workflows', sleeper('mine'))).workflow_id as string;
    await changes.seen(({ workflow_id }) => workflow_id === later);
    const started = (await made('/executions', { workflow_id: later })).execution_id as string;
    await client.seen(({ execution_id, sequence }) => execution_id === started && sequence !== undefined);
    expect(JSON.stringify(changes.frames)).not.toContain('hidden');
    expect(
      client.frames.filter(({ sequence }) => sequence !== undefined).map(({ execution_id }) => execution_id),
    ).not.toContain(other);
    const foreign = new SocketClient(`${service.url}/ws/executions/${other}`, { headers: { 'x-api-key': MINE } });
    expect(await foreign.gone()).toEqual({ code: 4404, reason: 'execution_not_found' });
    await client.leave();
    await changes.leave();
  });
});
