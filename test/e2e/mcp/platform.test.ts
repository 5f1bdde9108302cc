import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { HERMES_TOOLS } from '../../../src/api/index.js';
import { TOOLS } from '../../../src/api/mcp/catalogue.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { ComponentServer } from '../../world/components.js';
import { TestService } from '../../world/service.js';

/** Names as the real Python Harmonia registers them: platform contract 7, observed. */
const UPSTREAM = [
  ...['CreateWorkflowDefinition', 'UpdateWorkflowDefinition', 'DeleteWorkflowDefinition', 'GetWorkflowDefinition'],
  ...['ListWorkflowDefinitions', 'ExecuteWorkflow', 'CancelWorkflowExecution', 'PauseWorkflowExecution'],
  ...['ResumeWorkflowExecution', 'GetWorkflowExecutionStatus', 'ListWorkflowExecutions', 'CreateTemplate'],
  ...['InstantiateTemplate', 'ListTemplates', 'ListComponents', 'GetComponentActions', 'ExecuteComponentAction'],
  ...['health_check', 'component_info'],
];

let service: TestService;
let component: ComponentServer;
beforeAll(async () => {
  component = await ComponentServer.start();
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: new URL(component.url).host });
});
afterAll(async () => {
  await service.stop();
  component.stop();
});

const ajv = new Ajv.default({ strict: true, allErrors: true });
addFormats.default(ajv);

test('names are unique, schemas are JSON Schemas, and Hermes is told of the 17 + 2', () => {
  expect(new Set(TOOLS.map(({ name }) => name)).size).toBe(TOOLS.length);
  for (const { name, inputSchema, output } of TOOLS) {
    expect(name).toMatch(/^[A-Za-z_]{1,64}$/);
    expect(() => [ajv.compile(inputSchema), ajv.compile(output)]).not.toThrow();
    expect(JSON.stringify(inputSchema)).not.toContain('workflow_engine');
  }
  expect(HERMES_TOOLS.map(({ name }) => name).sort()).toEqual(UPSTREAM.map((name) => `harmonia.${name}`).sort());
  expect(HERMES_TOOLS.every(({ id, name }) => id === name)).toBe(true);
});

interface Called {
  readonly success: boolean;
  readonly result: JsonObject;
  readonly error: string | null;
  readonly code?: string;
}

/** Calls a tool where Hermes is told that it is, under the name that upstream uses. */
const call = async (name: string, parameters: object = {}): Promise<Called> => {
  const { status, body } = await service.post(`/api/tools/harmonia_${name}/execute`, { parameters });
  expect([name, status]).toEqual([name, 200]);
  return body as unknown as Called;
};

const done = async (name: string, parameters: object = {}): Promise<JsonObject> => {
  const { success, result, error } = await call(name, parameters);
  expect([name, success, error]).toEqual([name, true, null]);
  return result;
};

const any = { text: expect.any(String), number: expect.any(Number), object: expect.any(Object) };
const TASKS = { wait: { event: { name: 'never' } } };

describe('every tool of upstream has its parameters and results', () => {
  const seen = new Set<string>();
  const check = async (name: string, parameters: object, result: object): Promise<JsonObject> => {
    const found = await done(name, parameters);
    expect([name, found]).toEqual([name, result]);
    seen.add(name);
    return found;
  };

  test('workflows and executions', async () => {
    const words = { name: 'upstream', description: 'd', tasks: TASKS, metadata: { a: 1 } };
    const kept = { workflow_id: any.text, name: 'upstream', description: 'd' };
    const created = { ...kept, version: '1.0.0', status: 'created' };
    const { workflow_id } = await check('CreateWorkflowDefinition', { ...words, version: '1.0.0' }, created);
    const change = { workflow_id, description: 'other', metadata: { b: 2 } };
    const updated = { ...kept, description: 'other', version: '1.0.1', status: 'updated' };
    await check('UpdateWorkflowDefinition', change, updated);
    await check(
      'GetWorkflowDefinition',
      { workflow_id },
      {
        ...{
          workflow_id,
          name: 'upstream',
          description: 'other',
          tasks: expect.objectContaining({ wait: any.object }),
        },
        ...{ input_schema: {}, output_schema: {}, version: '1.0.1', metadata: expect.objectContaining({ a: 1, b: 2 }) },
        ...{ created_at: any.text, updated_at: any.text },
      },
    );
    const paging = { limit: 1, offset: 0, count: 1, total: any.number };
    await check(
      'ListWorkflowDefinitions',
      { limit: 1 },
      {
        ...paging,
        workflows: [
          {
            ...{ workflow_id, name: 'upstream', description: 'other', version: '1.0.1', task_count: 1 },
            ...{ created_at: any.text, updated_at: any.text },
          },
        ],
      },
    );
    const started = { execution_id: any.text, workflow_id, status: 'running', started_at: any.text };
    const { execution_id } = await check('ExecuteWorkflow', { workflow_id, input_data: {} }, started);
    await check('PauseWorkflowExecution', { execution_id }, { execution_id, status: 'paused' });
    await check('ResumeWorkflowExecution', { execution_id }, { execution_id, status: 'running' });
    await check(
      'GetWorkflowExecutionStatus',
      { execution_id },
      {
        ...{ execution_id, workflow_id, status: 'running', progress: 0, started_at: any.text, completed_at: null },
        ...{ task_statuses: { wait: 'waiting' }, error_message: null },
      },
    );
    const listed = { ...started, workflow_name: 'upstream', completed_at: null };
    const filter = { workflow_id, status: 'running', limit: 1 };
    await check('ListWorkflowExecutions', filter, { ...paging, total: 1, executions: [listed] });
    expect((await call('DeleteWorkflowDefinition', { workflow_id })).code).toBe('conflict');
    await check('CancelWorkflowExecution', { execution_id }, { execution_id, status: 'cancelled' });
    await check('DeleteWorkflowDefinition', { workflow_id }, { workflow_id, status: 'deleted' });
  });

  test('templates', async () => {
    const tasks = { say: { type: 'core/log', input: { message: '${param.words}' } } };
    const { workflow_id } = await done('CreateWorkflowDefinition', { name: 'for all', description: '', tasks: TASKS });
    const words = { name: 'template', description: 'd', is_public: true };
    const parameters = { words: { type: 'string', required: true } };
    const made = { ...words, template_id: any.text, status: 'created' };
    const wanted = { ...words, workflow_definition_id: workflow_id, tags: ['mcp'] };
    await check('CreateTemplate', wanted, made);
    const { body } = await service.post('/api/v1/templates', {
      ...{ name: 'filled in', workflow_definition: { name: 'filled in', tasks }, parameters, tags: ['mcp', 'words'] },
    });
    const template_id = body.template_id as unknown as string;
    await check(
      'InstantiateTemplate',
      { template_id, parameter_values: { words: 'hello' } },
      {
        ...{ instantiation_id: any.text, workflow_definition_id: any.text, workflow_name: 'filled in' },
        status: 'instantiated',
      },
    );
    const { code } = await call('InstantiateTemplate', { template_id, parameter_values: {} });
    expect(code).toBe('validation_error');
    const shown = { template_id, name: 'filled in', description: '', is_public: true, created_at: any.text };
    const list = { templates: [{ ...shown, tags: ['mcp', 'words'] }], count: 1, total: 1 };
    await check('ListTemplates', { tags: ['mcp', 'words'] }, list);
  });

  test('components', async () => {
    const registered = {
      name: 'echo',
      base_url: component.url,
      actions: [{ name: 'say', path: '/say', parameters: [{ name: 'n' }] }],
    };
    expect((await service.post('/api/v1/components', registered)).status).toBe(201);
    const names = expect.arrayContaining(['echo']);
    await check('ListComponents', {}, { components: names, count: any.number });
    const which = { component_name: 'echo' };
    await check('GetComponentActions', which, { ...which, actions: ['say'], count: 1 });
    const action = { ...which, action: 'say' };
    const result = { ...action, result: expect.anything(), status: 'executed' };
    await check('ExecuteComponentAction', { ...action, parameters: { n: 1 } }, result);
  });

  test('the service', async () => {
    const health = { status: 'healthy', component: 'harmonia', timestamp: any.text, uptime: any.number };
    await check('health_check', {}, health);
    const details = { active_workflows: any.number, total_workflows: any.number, engine_initialized: true };
    await check('health_check', { detailed: true }, { ...health, details });
    const info = { name: 'harmonia', version: any.text, description: any.text, metadata: any.object };
    await check('component_info', { include_capabilities: false }, { ...info, capabilities: [] });
    expect([...seen].sort()).toEqual([...UPSTREAM].sort());
  });
});

test('a tool is called under any of its names, by any of the routes', async () => {
  for (const name of ['ListComponents', 'harmonia_ListComponents', 'harmonia.ListComponents']) {
    for (const base of ['/api/tools', '/api/v1/tools', '/mcp/tools', '/api/mcp/v2/tools'])
      expect((await service.post(`${base}/${name}/execute`)).body).toMatchObject({ success: true, tool_id: name });
    for (const base of ['/mcp', '/api/mcp/v2']) {
      for (const body of [
        { tool_name: name, arguments: {}, context: {} },
        { tool: name, parameters: {} },
      ])
        expect((await service.post(`${base}/process`, body)).body).toMatchObject({
          ...{ success: true, status: 'success', error: null, metadata: { tool: name } },
          result: { count: any.number },
        });
      const { body } = await service.post(`${base}/tools/call`, { name, arguments: {} });
      expect(body).toMatchObject({ structuredContent: { count: any.number } });
    }
  }
  const wrong = { tool_name: 'GetWorkflowDefinition', arguments: { workflow_id: 7 } };
  expect((await service.post('/mcp/process', wrong)).body).toMatchObject({
    ...{ success: false, status: 'error', error: expect.stringContaining('/workflow_id: ') },
    ...{ result: { error: expect.stringContaining('/workflow_id: ') } },
    metadata: { code: 'validation_error', details: { cure: any.text, faults: [{ pointer: '/workflow_id' }] } },
  });
  expect((await service.post('/mcp/process', { tool_name: 'Nothing' })).body).toMatchObject({
    metadata: { code: 'tool_not_found' },
  });
  expect(await service.post('/api/tools/Nothing/execute')).toMatchObject({
    ...{ status: 404, body: { error: { code: 'tool_not_found' } } },
  });
});

test('the platform finds what it looks for', async () => {
  for (const base of ['/mcp', '/api/mcp/v2']) {
    const { body } = await service.get(`${base}/tools`);
    expect(body).toMatchObject({ count: TOOLS.length, tools: expect.any(Array) });
    const tools = body.tools as unknown as JsonObject[];
    expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(UPSTREAM));
    expect(tools[0]).toMatchObject({ schema: { type: 'object' }, input_schema: { type: 'object' }, version: any.text });
    expect((await service.get(`${base}/health`)).body).toMatchObject({
      ...{ status: 'ok', component: 'harmonia-fastmcp', workflow_engine: 'running', message: any.text },
    });
    expect((await service.get(`${base}/workflow-status`)).body).toMatchObject({
      ...{ status: 'running', component: 'harmonia', active_executions: any.number, component_count: any.number },
    });
    expect((await service.get(`${base}/capabilities`)).body).toMatchObject({ count: 4 });
  }
});
