import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { TOOLS } from '../../../src/api/mcp/catalogue.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { callTool, refusedTool } from '../../world/mcp-client.js';
import { TestService } from '../../world/service.js';

const KEYS = {
  admin: 'admin-key-of-the-test-001',
  reader: 'reader-key-of-the-test-01',
  runner: 'runner-key-of-the-test-01',
  limited: 'limited-key-of-the-test-1',
};
type Who = keyof typeof KEYS;
const NOBODY = '0191f7c2-0000-7000-8000-000000000000';
const MAY: Readonly<Record<Who, readonly string[]>> = {
  admin: ['read', 'run', 'write', 'admin'],
  reader: ['read'],
  runner: ['read', 'run'],
  limited: ['read', 'run', 'write', 'admin'],
};

let service: TestService;
const clients = new Map<Who, Client>();

const connect = async (headers: Record<string, string>): Promise<Client> => {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  const address = new URL(`${service.url}/mcp`);
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }));
  return client;
};
const client = (who: Who): Client => clients.get(who) as Client;

interface Belongings {
  readonly workflow: string;
  readonly execution: string;
}
let mine: Belongings;
let theirs: Belongings;

const make = async (name: string): Promise<Belongings> => {
  const document = { name, description: '', tasks: { ok: { approval: {} } } };
  const { workflow_id: workflow } = await callTool(client('admin'), 'CreateWorkflowDefinition', document);
  const input = { workflow_id: workflow, input_data: {} };
  const { execution_id: execution } = await callTool(client('admin'), 'ExecuteWorkflow', input);
  return { workflow: workflow as string, execution: execution as string };
};

beforeAll(async () => {
  const { admin, reader, runner, limited } = KEYS;
  service = await TestService.start({
    HARMONIA_API_KEYS: `admin:${admin},reader:${reader}:read,runner:${runner}:run,limited:${limited}:admin:mine`,
  });
  for (const [who, key] of Object.entries(KEYS)) clients.set(who as Who, await connect({ 'x-api-key': key }));
  mine = await make('mine');
  theirs = await make('theirs');
});
afterAll(async () => {
  for (const one of clients.values()) await one.close();
  await service.stop();
});

test.each([{}, { 'x-api-key': 'no-key-of-anybody-at-all-1' }, { authorization: 'Bearer x' }])(
  'nobody speaks the protocol who does not say who he is: %j',
  async (headers) => {
    await expect(connect(headers as Record<string, string>)).rejects.toThrow(/authentication_failed|401|nauthorized/);
  },
);

describe.each(Object.keys(KEYS) as Who[])('%s', (who) => {
  test('is told by every tool that he may not call it what is missing, and by no other', async () => {
    for (const { name, access } of TOOLS) {
      const result = await client(who).callTool({ name, arguments: { name: '\u0000', confirm: false } });
      const told = JSON.stringify(result.content);
      expect([name, told.includes('permission_denied')]).toEqual([name, !MAY[who].includes(access)]);
    }
  });
});

describe('who is limited to some workflows', () => {
  test('finds these, and of others hears what he hears of what there is not', async () => {
    const own = client('limited');
    expect(await callTool(own, 'ListWorkflowDefinitions')).toMatchObject({ total: 1, workflows: [{ name: 'mine' }] });
    expect(await callTool(own, 'ListWorkflowExecutions')).toMatchObject({ total: 1 });
    expect(await callTool(own, 'ListApprovals')).toMatchObject({ total: 1 });
    const uris = (await own.listResources()).resources.map(({ uri }) => uri).filter((uri) => !uri.includes('/docs/'));
    expect(uris.sort()).toEqual(
      [`harmonia://workflows/${mine.workflow}`, `harmonia://executions/${mine.execution}`].sort(),
    );
    for (const { name, about } of TOOLS) {
      if (about.is !== 'body') continue;
      const told = async (ids: Belongings): Promise<string> => {
        const all = { workflow_id: ids.workflow, execution_id: ids.execution, suggestion_id: '0'.repeat(64) };
        const given = Object.fromEntries(Object.entries(all).filter(([field]) => Object.hasOwn(about.names, field)));
        return JSON.stringify(await refusedTool(own, name, given)).replaceAll(/[0-9a-f-]{36}/g, 'ID');
      };
      expect([name, await told(theirs)]).toEqual([name, await told({ workflow: NOBODY, execution: NOBODY })]);
    }
    await expect(own.readResource({ uri: `harmonia://workflows/${theirs.workflow}` })).rejects.toMatchObject({
      data: { code: 'workflow_not_found' },
    });
    await expect(own.readResource({ uri: `harmonia://executions/${theirs.execution}` })).rejects.toMatchObject({
      data: { code: 'execution_not_found' },
    });
  });

  test('keeps no workflow under another name, however he tries', async () => {
    const own = client('limited');
    const tasks = { a: { type: 'core/noop' } };
    const tries: [string, JsonObject][] = [
      ['CreateWorkflowDefinition', { name: 'other', description: '', tasks }],
      ['ImportWorkflowDefinition', { definition: { name: 'other', tasks } }],
      ['UpdateWorkflowDefinition', { workflow_id: mine.workflow, name: 'theirs' }],
      ['ListTemplates', {}],
      ['ExecuteComponentAction', { component_name: 'x', action: 'y', parameters: {} }],
      ['InstallPlugin', { source: 'x', confirm: true }],
      ['SendEvent', { name: 'to everybody' }],
    ];
    for (const [name, given] of tries)
      expect([name, (await refusedTool(own, name, given)).code]).toEqual([name, 'workflow_limited']);
    const change = { workflow_id: mine.workflow, description: 'changed' };
    expect(await callTool(own, 'UpdateWorkflowDefinition', change)).toMatchObject({ name: 'mine' });
  });
});

test('what tools did, and what they were asked for in vain, is in the audit log', async () => {
  await callTool(client('runner'), 'PauseWorkflowExecution', { execution_id: mine.execution });
  await callTool(client('runner'), 'GetWorkflowExecution', { execution_id: mine.execution });
  const { body } = await service.send('GET', '/api/v1/audit?limit=1000', undefined, { 'x-api-key': KEYS.admin });
  const entries = body.data as unknown as JsonObject[];
  const ofTools = entries.filter(({ method }) => method === 'TOOL').map(({ actor, target }) => [actor, target]);
  expect(ofTools).toContainEqual(['configured:runner', `tool=PauseWorkflowExecution execution_id=${mine.execution}`]);
  expect(JSON.stringify(ofTools)).not.toContain('tool=GetWorkflowExecution ');
  expect(
    entries.filter(({ outcome, method, route }) => outcome === 'done' && method === 'POST' && route === '/mcp'),
  ).toEqual([]);
});
