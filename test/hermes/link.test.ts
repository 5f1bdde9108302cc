import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/kernel/index.js';
import { ENDPOINT, HermesWorld } from '../world/hermes-world.js';

let world: HermesWorld;
beforeEach(async () => {
  world = await HermesWorld.start();
});
afterEach(() => world.end());

const REGISTER = 'POST /api/register';
const BEAT = 'POST /api/heartbeat';
const entries = (): JsonObject[] =>
  world.hermes.registry.list({ isHealthy: false }).components as unknown as JsonObject[];

describe('a registration', () => {
  test('says who we are: a fixed id, texts as capabilities, the rich ones in the metadata', async () => {
    await world.begin();
    expect(world.hermes.calls(REGISTER).map(({ body }) => body)).toEqual([
      {
        ...{ component_id: 'harmonia', name: 'harmonia', version: '0.1.0', type: 'harmonia', endpoint: ENDPOINT },
        capabilities: ['workflow_orchestration', 'state_management'],
        metadata: { category: 'workflow', capabilities: [{ id: 'workflow.execution', parameters: {} }] },
      },
    ]);
    expect(entries()).toMatchObject([
      { component_id: 'harmonia', name: 'harmonia', last_heartbeat: expect.any(Number) as never },
    ]);
    expect(world.lines).toEqual([`info: Registered with Hermes at ${world.hermes.url} as harmonia.`]);
  });

  test('takes id and token from the answer, and sends the token as it came, with a status that is an object', async () => {
    world.hermes.fail(
      REGISTER,
      { status: 200, body: { success: true, componentId: 'other', token: '{"payload":  "as it came" }' } },
      1,
    );
    await world.begin();
    const [beat] = world.hermes.calls(BEAT);
    expect(beat?.headers['x-authentication-token']).toBe('{"payload":  "as it came" }');
    expect(beat?.body).toEqual({ component_id: 'other', status: { status: 'healthy' } });
  });

  test('reads snake_case as well, and an id that is not said is the one that was asked for', async () => {
    world.hermes.fail(REGISTER, { status: 200, body: { component_id: 'snake', token: 'opaque' } }, 1);
    await world.begin();
    expect(world.hermes.calls(BEAT)[0]?.body).toMatchObject({ component_id: 'snake' });
    world.join();
    world.hermes.fail(REGISTER, { status: 200, body: { token: 'opaque' } }, 1);
    await world.begin();
    expect(world.hermes.calls(BEAT).at(-2)?.body).toMatchObject({ component_id: 'harmonia' });
  });

  test('waits until the service is ready', async () => {
    world.isReady = false;
    await world.begin();
    await world.pass(5000);
    expect([world.calls(), world.membership.status()]).toEqual([[], expect.objectContaining({ state: 'asleep' })]);
    world.isReady = true;
    await world.pass(1000);
    expect(world.membership.isRegistered).toBe(true);
  });

  test('comes about when Hermes starts later', async () => {
    const { port } = world.hermes;
    await world.hermes.stop();
    await world.begin();
    await world.pass(60_000);
    expect(world.membership.status()).toMatchObject({
      state: 'unregistered',
      trouble: expect.stringMatching(/ECONNREFUSED/) as never,
    });
    expect(world.lines).toEqual([expect.stringMatching(/^warn: Not registered .* ECONNREFUSED .*tried again/)]);
    const { FakeHermes } = await import('../world/fake-hermes/fake-hermes.js');
    world.hermes = await FakeHermes.start({ port, now: () => world.timers.now() });
    await world.pass(30_000);
    expect([world.membership.isRegistered, entries().length]).toEqual([true, 1]);
  });

  test.each([
    ['a server error as text', { status: 500, body: 'Internal Server Error' }],
    ['a fault', { status: 422, body: { detail: [{ loc: ['body', 'name'], msg: 'Field required' }] } }],
    ['no success', { status: 200, body: { success: false, token: 'x' } }],
    ['no token', { status: 200, body: { success: true, componentId: 'harmonia' } }],
    ['a token that no header can say', { status: 200, body: { componentId: 'harmonia', token: 'a\r\nx-evil: 1' } }],
    ['a list', { status: 200, body: [] }],
    ['a page for people', { status: 200, body: '<html>' }],
    [
      'a redirect to somewhere else',
      { status: 307, body: '', headers: { location: 'http://127.0.0.1:1/api/register' } },
    ],
    ['a cut', 'drop'],
    ['noise', 'noise'],
  ] as const)('that is answered with %s is tried again', async (_what, fault) => {
    world.hermes.fail(REGISTER, fault, 2);
    await world.begin();
    expect([world.membership.isRegistered, world.hermes.calls(REGISTER).length]).toEqual([false, 1]);
    await world.pass(5000);
    expect([world.membership.isRegistered, world.hermes.calls(REGISTER).length]).toEqual([true, 3]);
    expect(world.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  });

  test('that is redirected on the spot is made there', async () => {
    const location = `${world.hermes.url}/api/register?x=1`;
    world.hermes.fail(REGISTER, { status: 307, body: '', headers: { location } }, 1);
    await world.begin();
    expect([world.membership.isRegistered, world.hermes.calls(REGISTER).length]).toEqual([true, 2]);
  });

  test('that hangs ends after five seconds, and is tried again', async () => {
    world.hermes.fail(REGISTER, 'hang', 1);
    world.membership.begin(8007);
    await world.hermes.received(REGISTER);
    world.timers.advance(4999);
    expect(world.link.state.next).toBeUndefined();
    world.timers.advance(1);
    await world.link.settled();
    expect(world.membership.status()).toMatchObject({ state: 'unregistered', trouble: 'no answer within 5 s' });
    await world.pass(2000);
    expect(world.membership.isRegistered).toBe(true);
  });

  test('that answers without end is cut', async () => {
    world.hermes.fail('GET /api/components', {
      status: 200,
      body: { components: [{ component_id: 'x'.repeat(2 ** 20) }] },
    });
    await world.begin();
    expect(world.membership.status()).toMatchObject({
      state: 'registered',
      trouble: expect.stringMatching(/more than 1048576 bytes/) as never,
    });
  });
});

describe('a heartbeat', () => {
  beforeEach(() => world.begin());

  test('comes at once and every 30 s', async () => {
    await world.pass(120_000);
    expect(world.hermes.calls(BEAT)).toHaveLength(5);
    expect(world.hermes.calls(REGISTER)).toHaveLength(1);
  });

  test('tells of a Hermes that has restarted and forgotten us, though it goes on answering 200', async () => {
    world.hermes.restart();
    await world.pass(60_000);
    expect(entries()).toMatchObject([{ component_id: 'harmonia' }]);
    expect(world.lines.at(-2)).toMatch(/^info: Registering with Hermes .* again: it lists us no more\.$/);
    expect([...world.hermes.tools.list()].map(({ id }) => id)).toEqual([
      'harmonia.CreateTemplate',
      'harmonia.ListTemplates',
    ]);
  });

  test('with a token that has expired is followed by a registration at once', async () => {
    world.hermes.fail(BEAT, { status: 401, body: { detail: 'Invalid authentication token' } }, 1);
    await world.pass(30_000);
    expect(world.calls().slice(-3)).toEqual([BEAT, REGISTER, BEAT]);
    expect(world.membership.isRegistered).toBe(true);
  });

  test.each([
    ['500 as text', { status: 500, body: 'Internal Server Error' }],
    ['a fault', { status: 422, body: { detail: [] } }],
    ['no success', { status: 200, body: { success: false } }],
    ['no JSON', { status: 200, body: 'OK' }],
    ['a cut', 'drop'],
  ] as const)('that is answered with %s three times means: not registered', async (_what, fault) => {
    world.hermes.fail(BEAT, fault, 3);
    await world.pass(60_000);
    expect(world.membership.isRegistered).toBe(true);
    world.timers.advance(30_000);
    await world.link.settled();
    expect(world.membership.isRegistered).toBe(false);
    await world.pass(3000);
    expect([world.membership.isRegistered, world.calls().slice(-2)]).toEqual([true, [REGISTER, BEAT]]);
  });

  test('goes on while the renewal of the token fails, and the new token is used then', async () => {
    world.hermes.restart();
    world.hermes.tokenLife = 300;
    await world.pass(60_000);
    const first = world.hermes.calls(BEAT).at(-1);
    world.hermes.fail(REGISTER, { status: 500, body: 'Internal Server Error' }, 2);
    await world.pass(260_000);
    expect([world.hermes.calls(REGISTER).length, world.membership.isRegistered]).toEqual([5, true]);
    const last = world.hermes.calls(BEAT).at(-1);
    expect(last?.headers['x-authentication-token']).not.toBe(first?.headers['x-authentication-token']);
  });

  test('never goes with a token that has expired: each is renewed before', async () => {
    world.hermes.restart();
    world.hermes.tokenLife = 90;
    await world.pass(900_000);
    expect(world.hermes.registry.list({ isHealthy: true }).total).toBe(1);
    expect(world.lines.filter((line) => line.includes('token'))).toEqual([]);
    expect(world.hermes.calls(REGISTER).length).toBeGreaterThan(10);
  });
});

describe('others', () => {
  test('of our name change nothing: ids are compared', async () => {
    const ghost = { component_id: 'harmonia-harmonia-52b0913f', name: 'harmonia', version: '0.1.0', type: 'harmonia' };
    world.hermes.registry.register({ ...ghost, endpoint: 'http://localhost:8007', capabilities: [], metadata: {} });
    await world.begin();
    await world.pass(120_000);
    expect([entries().length, world.hermes.calls(REGISTER).length]).toEqual([2, 1]);
    world.hermes.registry.unregister('harmonia');
    await world.pass(60_000);
    expect(world.hermes.calls(REGISTER)).toHaveLength(2);
  });

  test('with our id are told of, and are not fought', async () => {
    await world.begin();
    const other = { component_id: 'harmonia', name: 'harmonia', version: '9', type: 'harmonia' };
    world.hermes.registry.register({ ...other, endpoint: 'http://localhost:9007', capabilities: [], metadata: {} });
    await world.pass(240_000);
    expect(world.lines.filter((line) => line.includes('has our id'))).toEqual([
      'warn: Another component at http://localhost:9007 has our id "harmonia": set HARMONIA_COMPONENT_ID.',
    ]);
    expect(world.hermes.calls(REGISTER)).toHaveLength(1);
  });
});

describe('being asked to register', () => {
  test('does it now', async () => {
    world.hermes.fail(REGISTER, { status: 500, body: 'x' }, 1);
    await world.begin();
    expect([world.membership.registerNow(), world.membership.isRegistered]).toEqual([true, false]);
    await world.settled();
    expect(world.membership.isRegistered).toBe(true);
  });

  test('is refused before the service is ready and after its end', async () => {
    expect(world.membership.registerNow()).toBe(false);
    await world.begin();
    await world.membership.stop();
    expect(world.membership.registerNow()).toBe(false);
  });
});

test('the token is shown nowhere: in no line, no state, no error', async () => {
  const secret = 'tok-7c1e';
  const answer = { status: 200, body: { componentId: 'harmonia', token: `{"payload":{},"signature":"${secret}"}` } };
  world.hermes.fail(REGISTER, answer);
  await world.begin();
  for (const fault of [
    'drop',
    'noise',
    { status: 401, body: { detail: `${secret} is bad` } },
    { status: 500, body: secret },
  ] as const) {
    world.hermes.fail(BEAT, fault, 4);
    await world.pass(130_000);
    expect(world.shows(secret)).toBe(false);
  }
  expect(world.hermes.calls(BEAT).every(({ headers }) => headers['x-authentication-token']?.includes(secret))).toBe(
    true,
  );
  expect(world.lines.length).toBeGreaterThan(3);
});
