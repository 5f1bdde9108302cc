import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../src/kernel/index.js';
import { tourOfAccess } from '../world/access-tour.js';
import { tourOfAdvice } from '../world/advice-tour.js';
import { tourOfAssistants } from '../world/assistant-tour.js';
import { tourOfCallers } from '../world/caller-tour.js';
import { tourOfComponents } from '../world/component-tour.js';
import { ComponentServer } from '../world/components.js';
import { FakeHermes } from '../world/fake-hermes/fake-hermes.js';
import { LlmDouble } from '../llm/double/llm-double.mjs';
import { writePackage } from '../world/packages.js';
import { TestService, type Answer } from '../world/service.js';
import { EventClient } from '../world/stream-clients.js';
import { tourOfSuggestions } from '../world/suggestion-tour.js';
import { tourOfTemplates } from '../world/template-tour.js';
import { tourOfTools } from '../world/tool-tour.js';
import { tourOfTriggers } from '../world/trigger-tour.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Response {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly type?: string } }>>;
}
interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonObject }>> };
}
interface Contract {
  readonly paths: Readonly<Record<string, Readonly<Partial<Record<string, Operation>>>>>;
  readonly components: { readonly schemas: object };
}

let service: TestService;
let component: ComponentServer;
let root: string;
let hermes: FakeHermes;
let llm: LlmDouble;
let contract: Contract;
let ajv: Ajv.default;
beforeAll(async () => {
  component = await ComponentServer.start();
  root = await mkdtemp(join(tmpdir(), 'harmonia-tour-'));
  // Nobody answers at the first.
  hermes = await FakeHermes.start();
  llm = await LlmDouble.start({ speaks: ['openai'] });
  const allow = `127.0.0.1:9,${new URL(component.url).host}`;
  const elsewhere = { TEKTON_ROOT: root, HERMES_URL: hermes.url, OPENAI_BASE_URL: llm.openaiUrl };
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: allow, ...elsewhere });
  contract = (await service.get('/api/v1/openapi.json')).body as unknown as Contract;
  ajv = new Ajv.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'contract', components: contract.components });
});
afterAll(async () => {
  await service.stop();
  await hermes.stop();
  await llm.stop();
  component.stop();
  await rm(root, { recursive: true });
});

test('docs/openapi.json is what the service serves (npm run openapi)', () => {
  const kept = JSON.parse(readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8')) as unknown;
  expect(contract).toEqual(kept);
});

test('every route is in the contract, and every operation of the contract is a route', () => {
  const described = Object.entries(contract.paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => (item[method] ? [`${method.toUpperCase()} ${path}`] : [])),
  );
  const alias = /^\w+ \/api(?!\/v1)(\/|$)/;
  const viewer = /^GET \/(docs|api\/v1\/(docs|openapi\.json))/;
  // What is spoken there is told by the protocol itself.
  const protocol = /^\w+ \/mcp$/;
  const own = (route: string): boolean => ![alias, viewer, protocol].some((other) => other.test(route));
  const routes = service.routes().map((route) => route.replace(/:(\w+)/g, '{$1}'));
  expect(routes.filter(own).sort()).toEqual(described.filter((operation) => !alias.test(operation)).sort());
  // Every resource under /api/v1 is under /api as well.
  const under = (prefix: string): string[] =>
    routes.flatMap((route) => (route.includes(` ${prefix}/`) ? [route.replace(`${prefix}/`, '/')] : []));
  expect(under('/api').filter((route) => !route.includes(' /v1/'))).toEqual(
    expect.arrayContaining(under('/api/v1').filter((route) => !/\/(docs|openapi\.json)/.test(route))),
  );
});

describe('every operation answers as the contract describes', () => {
  const seen = new Set<string>();

  /** Sends a request and holds the answer against its operation. */
  const ask = async (operation: string, path: string, body?: unknown): Promise<Answer['body']> => {
    const [method = '', route = ''] = operation.split(' ');
    const answer = await service.send(method, path, body);
    const described = contract.paths[route]?.[method.toLowerCase()];
    const content = described?.responses[answer.status]?.content;
    const schema = (content?.['application/json'] ?? content?.['text/plain'])?.schema;
    if (!schema) throw new Error(`${operation} answers ${answer.status}, which is not described`);
    const text = JSON.stringify(schema).replaceAll('"#/', '"contract#/');
    const check: ValidateFunction = ajv.compile(JSON.parse(text) as object);
    expect([operation, check(schema.type === 'string' ? answer.body.text : answer.body), check.errors ?? []]).toEqual([
      operation,
      true,
      [],
    ]);
    if (answer.status < 400) seen.add(operation);
    return answer.body;
  };

  const tourOfSchedules = async (workflow: string): Promise<void> => {
    const V = '/api/v1/schedules';
    const body = {
      name: 'tour',
      workflow,
      cron: '0 0 1 1 *',
      time_zone: 'Asia/Tokyo',
      overlap: 'skip',
      end: '2199-01-01T00:00:00Z',
    };
    const { schedule_id: id } = await ask(`POST ${V}`, V, body);
    await ask(`POST ${V}`, V, { ...body, cron: '0 0 30 2 *' });
    await ask(`GET ${V}`, V);
    const s = `${V}/${id as string}`;
    await ask(`GET ${V}/{id}`, s);
    for (const timing of [{ interval: 3600, start: '2026-01-01T00:00:00Z' }, { once: '2199-01-01T00:00:00Z' }])
      await ask(`PUT ${V}/{id}`, s, { name: 'tour', workflow, catch_up: { all: 2 }, ...timing });
    await ask(`PUT ${V}/{id}`, s, { ...body, dst: { gap: 'skip' } });
    for (const action of ['pause', 'resume', 'trigger', 'trigger'])
      await ask(`POST ${V}/{id}/${action}`, `${s}/${action}`, {});
    await ask(`POST ${V}/{id}/backfill`, `${s}/backfill`, { from: '2020-01-01T00:00:00Z', to: '2022-01-01T00:00:00Z' });
    await ask(`GET ${V}/{id}/ticks`, `${s}/ticks`);
    await ask(`GET ${V}/{id}/upcoming`, `${s}/upcoming?count=3`);
    await ask(`POST ${V}/preview`, `${V}/preview`, { cron: '30 2 * * *', time_zone: 'Europe/Berlin' });
    await ask(`DELETE ${V}/{id}`, s);
    await ask(`GET ${V}/{id}`, s);
  };

  const tourOfBudgets = async (): Promise<void> => {
    const V = '/api/v1';
    const budget = { seconds: 0.001, tokens: 5, cost: { USD: 1 }, by: ['ops'] };
    const workflow = await service.workflow({ name: 'budgeted', budget, tasks: { ok: { approval: {} } } });
    await ask(`POST ${V}/executions`, `${V}/executions`, {
      workflow_id: workflow,
      execution_options: { budget: { calls: 0 } },
    });
    const started = await ask(`POST ${V}/executions`, `${V}/executions`, {
      workflow_id: workflow,
      execution_options: { budget: { calls: 5 } },
    });
    const e = `${V}/executions/${started.execution_id as string}`;
    await EventClient.seen(
      `${service.url}/events/executions/${started.execution_id as string}?since=0`,
      ({ type }) => type === 'execution_paused',
    );
    await ask(`GET ${V}/executions/{id}`, e);
    const resume = `POST ${V}/executions/{id}/resume`;
    for (const body of [{}, { budget: { seconds: 900 } }, { budget: { seconds: -1 }, by: 'ops' }])
      await ask(resume, `${e}/resume`, body);
    await ask(resume, `${e}/resume`, { budget: { seconds: 900 }, by: 'ops', comment: 'tour' });
    await ask(`GET ${V}/executions/{id}`, e);
  };

  const tourOfPlugins = async (): Promise<void> => {
    const V = '/api/v1';
    const root = await mkdtemp(join(tmpdir(), 'harmonia-tour-'));
    const source = await writePackage(root, { id: 'tour' });
    await ask(`POST ${V}/plugins`, `${V}/plugins`, { source, trusted: true });
    await ask(`POST ${V}/plugins`, `${V}/plugins`, { source, trusted: true });
    await ask(`POST ${V}/plugins`, `${V}/plugins`, { source: './relative' });
    await ask(`GET ${V}/plugins`, `${V}/plugins?limit=2&page=2`);
    await ask(`GET ${V}/task-types`, `${V}/task-types?limit=1000`);
    const p = `${V}/plugins/tour`;
    await ask(`GET ${V}/plugins/{id}`, p);
    await ask(`GET ${V}/plugins/{id}`, `${V}/plugins/nobody`);
    await ask(`PUT ${V}/plugins/{id}/config`, `${p}/config`, { n: 1 });
    await ask(`GET ${V}/plugins/{id}/config`, `${p}/config`);
    await ask(`POST ${V}/plugins/{id}/upgrade`, `${p}/upgrade`, {
      source: await writePackage(root, { id: 'tour', version: '2.0.0' }),
    });
    await ask(`POST ${V}/plugins/{id}/disable`, `${p}/disable`);
    await ask(`POST ${V}/plugins/{id}/enable`, `${p}/enable`);
    await ask(`DELETE ${V}/plugins/{id}`, `${V}/plugins/core`);
    await ask(`DELETE ${V}/plugins/{id}`, p);
    await rm(root, { recursive: true });
  };

  test('in one tour of the service', async () => {
    const V = '/api/v1';
    const document = {
      name: 'tour',
      tasks: {
        a: { type: 'core/log', input: { message: 'hello' } },
        b: { type: 'core/delay', input: { seconds: 60 }, depends_on: ['a'] },
      },
    };
    for (const path of [
      '/',
      '/api/v1',
      '/health',
      '/metrics',
      '/ready',
      '/status',
      '/api/v1/status',
      '/discovery',
      '/api/v1/discovery',
      '/shutdown/status',
    ])
      await ask(`GET ${path}`, path);
    const { workflow_id: workflow } = await ask(`POST ${V}/workflows`, `${V}/workflows`, document);
    const w = `${V}/workflows/${workflow as string}`;
    await ask(`POST ${V}/workflows/import`, `${V}/workflows/import`, { document: { ...document, name: 'imported' } });
    await ask(`POST ${V}/workflows/validate`, `${V}/workflows/validate`, { name: 'x', tasks: { a: {} } });
    await ask(`POST ${V}/workflows`, `${V}/workflows`, { name: 'x', tasks: { a: {} } });
    await ask(`GET ${V}/workflows`, `${V}/workflows`);
    await ask(`POST ${V}/workflows/{id}/draft`, `${w}/draft`, { canvas_state: { nodes: [] } });
    await ask(`GET ${V}/workflows/{id}`, w);
    await ask(`PUT ${V}/workflows/{id}`, w, { ...document, description: 'again' });
    await ask(`GET ${V}/workflows/{id}/versions`, `${w}/versions`);
    await ask(`GET ${V}/workflows/{id}/export`, `${w}/export`);

    const { execution_id: other } = await ask(`POST ${V}/workflows/{id}/execute`, `${w}/execute`, {});
    const { execution_id: execution } = await ask(`POST ${V}/executions`, `${V}/executions`, { workflow_id: workflow });
    const e = `${V}/executions/${execution as string}`;
    await ask(`POST ${V}/workflows/{id}/migrate`, `${w}/migrate?dry_run=true`, { to_version: '1.0.0' });
    await ask(`POST ${V}/workflows/{id}/migrate`, `${w}/migrate`, { to_version: '1.0.0' });
    await ask(`POST ${V}/executions`, `${V}/executions`, { workflow_id: 5 });
    await ask(`GET ${V}/executions`, `${V}/executions`);
    for (const page of ['tasks', 'logs', 'events', 'history', 'timeline', 'metrics', 'verify'])
      await ask(`GET ${V}/executions/{id}/${page}`, `${e}/${page}`);
    for (const action of ['pause', 'resume', 'suspend'])
      await ask(`POST ${V}/executions/{id}/${action}`, `${e}/${action}`, { reason: 'tour' });
    await tourOfAdvice(llm, ask);
    await tourOfBudgets();
    const { checkpoint_id: checkpoint } = await ask(`POST ${V}/executions/{id}/checkpoint`, `${e}/checkpoint`, {});
    const restore = { checkpoint_id: checkpoint };
    await ask(`POST ${V}/executions/{id}/checkpoints`, `${e}/checkpoints`, { name: 'second' });
    await ask(`POST ${V}/checkpoints`, `${V}/checkpoints`, { execution_id: execution });
    await ask(`POST ${V}/state/checkpoints`, `${V}/state/checkpoints`, { executionId: execution, name: 'third' });
    await ask(`GET ${V}/checkpoints`, `${V}/checkpoints`);
    await ask(`GET ${V}/executions/{id}/checkpoints`, `${e}/checkpoints`);
    const c = `${V}/checkpoints/${checkpoint as string}`;
    await ask(`GET ${V}/checkpoints/{id}`, c);
    await ask(`POST ${V}/checkpoints/{id}/validate`, `${c}/validate`);
    await ask(`POST ${V}/checkpoints/{id}/restore`, `${c}/restore`, {});
    await ask(`POST ${V}/state/restore`, `${V}/state/restore`, restore);
    await ask(`POST ${V}/executions/{id}/restore`, `${e}/restore`, restore);
    await ask(`DELETE ${V}/checkpoints/{id}`, c);
    for (const action of ['cancel', 'stop', 'terminate'])
      await ask(`POST ${V}/executions/{id}/${action}`, `${e}/${action}`, {});
    await ask(`GET ${V}/executions/{id}`, e);
    await ask(`GET ${V}/executions/{id}`, `${e}?at=1`);
    await tourOfPlugins();
    await tourOfSchedules(workflow as string);
    await ask(`GET ${V}/workflows/{id}/stats`, `${w}/stats`);
    await tourOfAssistants({ workflow: workflow as string, execution: execution as string }, ask);
    await ask(`DELETE ${V}/executions/{id}`, e);
    await ask(`DELETE ${V}/workflows/{id}`, w);
    await ask(`DELETE ${V}/workflows/{id}`, `${w}?force=true`);
    await ask(`GET ${V}/executions/{id}`, `${V}/executions/${other as string}`);

    const waits = {
      name: 'waits',
      state: { note: '' },
      tasks: {
        urls: {
          type: 'core/value',
          input: Object.fromEntries(METHODS.map((method) => [method, `\${tasks.h_${method}.callback_url}`])),
        },
        ...Object.fromEntries(METHODS.map((method) => [`h_${method}`, { depends_on: ['urls'], webhook: {} }])),
        paid: { event: { name: 'paid' } },
        sent: { event: { name: 'sent' } },
        ok: { approval: { by: ['ops'], message: 'Ship it?' } },
      },
    };
    const { execution_id: waiting } = await ask(`POST ${V}/executions`, `${V}/executions`, {
      workflow_id: await service.workflow(waits),
    });
    const x = `${V}/executions/${waiting as string}`;
    await EventClient.seen(
      `${service.url}/events/executions/${waiting as string}?since=0`,
      ({ step, event_type }) => step === '/h_delete' && event_type === 'task_waiting',
    );
    await ask(`GET ${V}/approvals`, `${V}/approvals`);
    await ask(`GET ${V}/executions/{id}/state`, `${x}/state`);
    await ask(`PUT ${V}/executions/{id}/state`, `${x}/state`, { variables: { note: 'gift' } });
    await ask(`PUT ${V}/executions/{id}/state`, `${x}/state`, { variables: { note: 'gift', other: 1 } });
    await ask(`POST ${V}/events`, `${V}/events`, { name: 'paid', payload: { amount: 3 } });
    await ask(`POST ${V}/executions/{id}/signal`, `${x}/signal`, { name: 'sent' });
    await ask(`POST ${V}/executions/{id}/approvals`, `${x}/approvals`, { step: '/ok', approved: true, by: 'ops' });
    const { data: waitingNow } = await ask(`GET ${V}/executions/{id}`, x);
    const urls = (waitingNow as unknown as { task_status: { urls: { output: Record<string, string> } } }).task_status;
    for (const method of METHODS) {
      const path = new URL(urls.urls.output[method] ?? '').pathname;
      await ask(`${method.toUpperCase()} ${V}/callbacks/{token}`, path);
    }
    await EventClient.readAll(`${service.url}/events/executions/${waiting as string}`);
    await ask(`GET ${V}/executions/{id}/tasks`, `${x}/tasks`);
    const again = { operation: 'rerun_from', step: '/paid' };
    await ask(`POST ${V}/executions/{id}/reexecute`, `${x}/reexecute?dry_run=true`, again);
    await ask(`POST ${V}/executions/{id}/reexecute`, `${x}/reexecute`, again);

    const dead = 'http://127.0.0.1:9';
    await service.complete(
      await service.workflow({ name: 'dead', tasks: { a: { type: 'http/request', input: { url: dead } } } }),
    );
    await ask(`GET ${V}/llm/status`, `${V}/llm/status`);
    await ask(`GET ${V}/llm/usage`, `${V}/llm/usage?groupBy=day,purpose`);
    await ask(`GET ${V}/hermes`, `${V}/hermes`);
    await ask(`POST ${V}/hermes/register`, `${V}/hermes/register`);
    await ask(`GET ${V}/destinations`, `${V}/destinations`);
    await ask(`POST ${V}/destinations/{destination}/reset`, `${V}/destinations/${encodeURIComponent(dead)}/reset`);
    const k = `${V}/credentials/tour`;
    const made = await ask(`PUT ${V}/credentials/{name}`, k, { type: 'api_key', key: 'secret', header: 'X-Key' });
    expect(made.message).toBe('Credential made');
    await ask(`PUT ${V}/credentials/{name}`, k, { type: 'bearer', token: 'secret' });
    await ask(`PUT ${V}/credentials/{name}`, k, { type: 'bearer' });
    await ask(`GET ${V}/credentials`, `${V}/credentials?managed=true`);
    await ask(`GET ${V}/credentials/{name}`, k);
    await ask(`POST ${V}/credentials/rotate`, `${V}/credentials/rotate`);
    await ask(`DELETE ${V}/credentials/{name}`, k);
    const { webhook_id: webhook } = await ask(`POST ${V}/webhooks`, `${V}/webhooks`, {
      ...{ name: 'tour', endpoint: 'tour', methods: METHODS.map((method) => method.toUpperCase()) },
      ...{ action: 'event', event: 'tour', auth: { type: 'api_key', key: 'tour-key', query: 'key' } },
    });
    expect(webhook).toEqual(expect.any(String));
    const h = `${V}/webhooks/${webhook as string}`;
    await ask(`POST ${V}/webhooks`, `${V}/webhooks`, { name: 'tour' });
    await ask(`GET ${V}/webhooks`, `${V}/webhooks`);
    await ask(`GET ${V}/webhooks/{id}`, h);
    await ask(`PUT ${V}/webhooks/{id}`, h, { description: 'again' });
    for (const method of METHODS) await ask(`${method.toUpperCase()} /hooks/{endpoint}`, '/hooks/tour?key=tour-key');
    await ask('POST /hooks/{endpoint}', '/hooks/tour');
    const { delivery_id: delivery } = await ask(`POST ${V}/webhooks/{id}/deliver`, `${h}/deliver`, { n: 1 });
    await ask(`POST ${V}/deliveries/{id}/redeliver`, `${V}/deliveries/${delivery as string}/redeliver`, {});
    await ask(`GET ${V}/webhooks/{id}/events`, `${h}/events`);
    await ask(`GET ${V}/webhooks/{id}/deliveries`, `${h}/deliveries`);
    await ask(`POST ${V}/webhooks/{id}/redeliver-dead`, `${h}/redeliver-dead`, {});
    await ask(`DELETE ${V}/webhooks/{id}`, h);
    const { webhook_id: sent } = await ask(`POST ${V}/webhooks`, `${V}/webhooks`, {
      ...{ name: 'out', url: `${dead}/`, retries: { max_attempts: 1 }, auth: { type: 'hmac', secret: 'tour-secret' } },
    });
    expect(sent).toEqual(expect.any(String));
    const o = `${V}/webhooks/${sent as string}`;
    await ask(`POST ${V}/webhooks`, `${V}/webhooks`, { name: 'out', url: 'http://10.0.0.1/' });
    await ask(`GET ${V}/webhooks/{id}`, o);
    await ask(`GET ${V}/webhooks`, `${V}/webhooks?direction=outbound`);
    await ask(`PUT ${V}/webhooks/{id}`, o, { headers: { 'x-a': 'b' } });
    const { delivery_id: letter } = await ask(`POST ${V}/webhooks/{id}/deliver`, `${o}/deliver`, { n: 1 });
    await ask(`POST ${V}/deliveries/{id}/redeliver`, `${V}/deliveries/${letter as string}/redeliver`, {});
    await ask(`GET ${V}/webhooks/{id}/deliveries`, `${o}/deliveries?status=dead`);
    await ask(`GET ${V}/webhooks/{id}/events`, `${o}/events`);
    await ask(`POST ${V}/webhooks/{id}/redeliver-dead`, `${o}/redeliver-dead`, {});
    await ask(`DELETE ${V}/webhooks/{id}`, o);
    await tourOfAccess(ask);
    await tourOfTemplates(ask);
    await tourOfTriggers(ask);
    await tourOfSuggestions(ask);
    await tourOfComponents(ask, component.url);
    await tourOfTools(ask);
    await tourOfCallers(ask, root);
    const measured = await fetch(`${service.url}/metrics`);
    expect([measured.status, measured.headers.get('content-type')]).toEqual([
      200,
      expect.stringMatching(/^text\/plain/),
    ]);
    seen.add('GET /metrics');
    // The last: nothing is ready afterwards.
    for (const path of ['/shutdown', '/admin/shutdown']) await ask(`POST ${path}`, path);

    const streams = /^GET \/events|^POST .*\/stream$/;
    const alias = /^\w+ \/api(?!\/v1)(\/|$)/;
    const all = Object.entries(contract.paths).flatMap(([path, item]) =>
      METHODS.flatMap((method) => (item[method] ? [`${method.toUpperCase()} ${path}`] : [])),
    );
    expect(
      all.filter((operation) => !seen.has(operation) && !streams.test(operation) && !alias.test(operation)),
    ).toEqual([]);
  });
});

test('bodies are described by the DTOs that check them', () => {
  const bodyOf = (path: string): unknown =>
    contract.paths[path]?.post?.requestBody?.content['application/json']?.schema;
  expect(bodyOf('/api/v1/executions')).toEqual({ $ref: '#/components/schemas/StartDto' });
  expect(contract.components.schemas).toMatchObject({
    StartDto: { required: ['workflow_id'], properties: { workflow_id: { format: 'uuid' } } },
    RetryOptionsDto: { properties: { max_retries: { type: 'integer', minimum: 0, maximum: 1000 } } },
  });
});

test('the viewer is there, at /docs too, and needs nothing from elsewhere', async () => {
  const moved = await fetch(`${service.url}/docs`, { redirect: 'manual' });
  expect([moved.status, moved.headers.get('location')]).toEqual([302, '/api/v1/docs']);
  const page = await fetch(`${service.url}/api/v1/docs`);
  const html = await page.text();
  const links = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1] ?? '');
  for (const link of links) {
    expect(link).toMatch(/^\//);
    expect((await fetch(service.url + link)).status).toBe(200);
  }
});
