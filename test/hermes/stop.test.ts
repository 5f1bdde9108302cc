import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { HermesWorld } from '../world/hermes-world.js';

let world: HermesWorld;
beforeEach(async () => {
  world = await HermesWorld.start();
});
afterEach(() => world.end());

const REGISTER = 'POST /api/register';
const UNREGISTER = 'POST /api/unregister';
const DELETE = 'DELETE /api/mcp/v2/tools/harmonia.CreateTemplate';

describe('stopping', () => {
  test('unregisters once, by the query and with the token, and takes the tools away', async () => {
    await world.begin();
    const token = world.hermes.calls('POST /api/heartbeat')[0]?.headers['x-authentication-token'];
    await Promise.all([world.membership.stop(), world.membership.stop()]);
    const [leave, ...more] = world.hermes.calls(UNREGISTER);
    expect([leave?.query.toString(), leave?.headers['x-authentication-token'], leave?.text, more]).toEqual([
      'component_id=harmonia',
      token,
      '',
      [],
    ]);
    expect([world.hermes.registry.size, world.hermes.tools.size]).toEqual([0, 0]);
    expect([world.membership.status(), world.timers.waiting]).toEqual([
      expect.objectContaining({ state: 'gone', tools: [] }),
      0,
    ]);
  });

  test.each([
    ['401: it is not there any more', { status: 401, body: { detail: 'Invalid authentication token' } }],
    ['404', { status: 404, body: { detail: 'Not Found' } }],
    ['422', { status: 422, body: { detail: [] } }],
    ['500 as text', { status: 500, body: 'Internal Server Error' }],
    ['200 and nonsense', { status: 200, body: 'bye' }],
    ['a cut', 'drop'],
    ['noise', 'noise'],
  ] as const)('is over when it is answered with %s', async (_what, fault) => {
    await world.begin();
    world.hermes.fail('*', fault);
    await world.membership.stop();
    expect([world.membership.status(), world.hermes.calls(UNREGISTER).length, world.timers.waiting]).toEqual([
      expect.objectContaining({ state: 'gone' }),
      1,
      0,
    ]);
  });

  test('is over after two seconds when Hermes hangs, and not one later', async () => {
    await world.begin();
    world.hermes.fail('*', 'hang');
    let isOver = false;
    const stopped = world.membership.stop().then(() => (isOver = true));
    await Promise.all([world.hermes.received(UNREGISTER), world.hermes.received(DELETE)]);
    world.timers.advance(1999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    world.timers.advance(1);
    await stopped;
    expect([world.hermes.calls(UNREGISTER).length, world.timers.waiting]).toEqual([1, 0]);
  });

  test('waits for a registration that is under way, and takes it back', async () => {
    world.hermes.fail(REGISTER, 'hold', 1);
    world.membership.begin(8007);
    await world.hermes.received(REGISTER);
    const stopped = world.membership.stop();
    world.hermes.release();
    await stopped;
    expect([world.calls(), world.hermes.registry.size, world.timers.waiting]).toEqual([[REGISTER, UNREGISTER], 0, 0]);
  });

  test('waits two seconds for a registration that hangs', async () => {
    world.hermes.fail(REGISTER, 'hang', 1);
    world.membership.begin(8007);
    await world.hermes.received(REGISTER);
    const stopped = world.membership.stop();
    world.timers.advance(2000);
    await stopped;
    expect([world.calls(), world.timers.waiting]).toEqual([[REGISTER], 0]);
  });

  test('before anything has begun asks nobody', async () => {
    await world.membership.stop();
    expect(world.hermes.heard).toEqual([]);
    await world.begin();
    expect(world.hermes.calls(REGISTER)).toEqual([]);
  });

  test('while Hermes is away asks it once more, for it may list us still', async () => {
    await world.begin();
    world.hermes.fail('POST /api/heartbeat', 'drop');
    world.hermes.fail(REGISTER, 'drop');
    await world.pass(95_000);
    expect(world.membership.isRegistered).toBe(false);
    await world.membership.stop();
    expect([world.hermes.calls(UNREGISTER).length, world.hermes.registry.size]).toEqual([1, 0]);
  });
});
