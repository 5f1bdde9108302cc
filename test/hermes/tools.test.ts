import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HermesWorld, toolNamed } from '../world/hermes-world.js';

let world: HermesWorld;
beforeEach(async () => {
  world = await HermesWorld.start();
});
afterEach(() => world.end());

const PUT = 'POST /api/mcp/v2/tools';
const ids = (): unknown[] => world.hermes.tools.list().map(({ id }) => id);

describe('our tools', () => {
  test('are registered under our own ids, with a schema and the address of their route', async () => {
    world.tools = [toolNamed('CreateTemplate')];
    await world.begin();
    expect(world.hermes.calls(PUT).map(({ body }) => body)).toEqual([
      {
        ...{ id: 'harmonia.CreateTemplate', name: 'harmonia.CreateTemplate', description: 'does it', version: '0.1.0' },
        schema: { type: 'object', properties: { name: { type: 'string' } } },
        tags: ['workflow'],
        endpoint: 'http://localhost:8007/api/tools/harmonia.CreateTemplate/execute',
        metadata: {
          ...{ component: 'harmonia', component_version: '0.1.0', port: 8007, fastmcp: true },
          ...{ category: 'workflow_management', tags: ['workflow'] },
        },
      },
    ]);
    expect(world.membership.status()).toMatchObject({ tools: ['harmonia.CreateTemplate'] });
  });

  test('are registered once: a renewal of the token does not send them again', async () => {
    world.hermes.tokenLife = 300;
    await world.begin();
    await world.pass(260_000);
    expect([world.hermes.calls('POST /api/register').length, world.hermes.calls(PUT).length]).toEqual([2, 2]);
  });

  test('that could not be put there are tried again after the next heartbeat', async () => {
    world.hermes.fail(PUT, { status: 500, body: 'Internal Server Error' }, 2);
    await world.begin();
    expect([ids(), world.membership.isRegistered]).toEqual([[], true]);
    await world.pass(30_000);
    expect(ids()).toEqual(['harmonia.CreateTemplate', 'harmonia.ListTemplates']);
  });

  test('that hang hold up no heartbeat', async () => {
    world.hermes.fail(PUT, 'hang', 2);
    world.membership.begin(8007);
    await world.hermes.received(PUT, 2);
    await world.hermes.received('POST /api/heartbeat');
    world.timers.advance(5000);
    await world.settled();
    await world.pass(30_000);
    expect(ids()).toHaveLength(2);
  });

  test('that have changed are sent again, and those that are gone are deleted', async () => {
    await world.begin();
    world.tools = [toolNamed('ListTemplates', 'lists them'), toolNamed('ExecuteWorkflow')];
    await world.pass(30_000);
    expect(world.hermes.tools.list().map(({ id, description }) => [id, description])).toEqual([
      ['harmonia.ListTemplates', 'lists them'],
      ['harmonia.ExecuteWorkflow', 'does it'],
    ]);
  });

  test('of another component id do not take the place of ours', async () => {
    await world.begin();
    const other = await HermesWorld.start({ componentId: 'harmonia-b', url: world.hermes.url });
    await other.begin();
    expect(ids().sort()).toEqual([
      ...['harmonia-b.CreateTemplate', 'harmonia-b.ListTemplates'],
      ...['harmonia.CreateTemplate', 'harmonia.ListTemplates'],
    ]);
    await other.end();
    expect(ids().sort()).toEqual(['harmonia.CreateTemplate', 'harmonia.ListTemplates']);
  });

  test('are deleted by id at the end, also one of whose registration nobody knows the outcome', async () => {
    world.hermes.fail(PUT, 'drop', 1);
    await world.begin();
    await world.membership.stop();
    const deleted = world.hermes.heard.flatMap(({ call }) => /^DELETE .*\/(.*)$/.exec(call)?.[1] ?? []);
    expect(deleted.sort()).toEqual(['harmonia.CreateTemplate', 'harmonia.ListTemplates']);
  });
});
