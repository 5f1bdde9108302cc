import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { HostGround, type HostWorld } from '../world/plugin-host.js';

let ground: HostGround;
beforeEach(async () => {
  ground = await HostGround.make();
});
afterEach(() => ground.clear());

/** Says what is done to it; what it says of itself outlives no module. */
const MORE = `start: ({ config, log }) => {
    if (config.bad) throw new Error('bad');
    (globalThis.logOf ??= new Map()).set('a', log);
    log('info', 'start ' + config.n);
  }, stop: () => globalThis.logOf.get('a')('info', 'stop')`;

const service = (version = '1.0.0'): Promise<string> =>
  ground.folderOf({ id: 'a', version, manifest: { role: 'service' }, more: MORE });
const installed = async (): Promise<HostWorld> => {
  const world = await ground.open({ a: { n: 1 } });
  await world.host.install({ source: await service(), trusted: true });
  return world;
};
/** From now on no lock can be written. */
const blockLock = (): Promise<unknown> => mkdir(join(ground.folder, 'plugins-lock.json.new'));
const unblockLock = (): Promise<void> => rm(join(ground.folder, 'plugins-lock.json.new'), { recursive: true });

describe('the hooks of a plugin', () => {
  test('see the settings that were made while it was switched off', async () => {
    const world = await installed();
    await world.host.disable('a');
    await world.host.configure('a', { n: 2 });
    await world.host.enable('a');
    expect(world.said).toEqual(['start 1', 'stop', 'start 2']);
  });

  test('go on with the settings before when new ones cannot be kept', async () => {
    const world = await installed();
    await blockLock();
    await expect(world.host.configure('a', { n: 2 })).rejects.toThrow('EISDIR');
    expect([world.said, world.host.find('a').settings]).toEqual([
      ['start 1', 'stop', 'start 2', 'stop', 'start 1'],
      { n: 1 },
    ]);
  });

  test('are stopped again when it cannot be kept that it was switched on', async () => {
    const world = await installed();
    await world.host.disable('a');
    world.host.watch();
    await world.minutes(12);
    expect(world.said).toEqual(['start 1', 'stop']);
    await blockLock();
    await expect(world.host.enable('a')).rejects.toThrow('EISDIR');
    expect([world.said.slice(2), world.host.find('a').enabled]).toEqual([['start 1', 'stop'], false]);
  });

  test('are called once for files that are installed once more', async () => {
    const world = await installed();
    await world.host.upgrade('a', {});
    await world.host.remove('a');
    await world.host.install({ source: await service(), trusted: true });
    world.host.watch();
    await world.minutes(12);
    await world.host.stop();
    expect([world.said, world.registry.plugins]).toEqual([['start 1', 'stop'], 4]);
  });

  test('are called after a restart for a version, too, that only executions under way need', async () => {
    const world = await installed();
    await world.host.upgrade('a', { source: await service('2.0.0') });
    const again = await ground.open({ a: { n: 1 } });
    expect(again.said).toEqual(['start 1', 'start 1']);
    again.inUse = new Set([2]);
    again.host.watch();
    await again.minutes(6);
    expect(again.said).toEqual(['start 1', 'start 1', 'stop']);
  });

  test('are stopped once nobody needs a plugin that was switched off', async () => {
    const world = await installed();
    world.host.watch();
    await world.host.disable('a');
    world.inUse = new Set([1]);
    await world.minutes(12);
    expect(world.said).toEqual(['start 1']);
    world.inUse = new Set();
    await world.minutes(2);
    expect(world.said).toEqual(['start 1', 'stop']);
    await world.host.enable('a');
    expect([world.said.at(-1), await world.say('a')]).toEqual(['start 1', '1.0.0']);
  });
});

test('a plugin that was switched off, forgotten, and then removed leaves no file', async () => {
  const world = await installed();
  world.host.watch();
  await world.host.disable('a');
  await world.minutes(12);
  await world.host.remove('a');
  await world.minutes(12);
  expect([world.said, await readdir(join(ground.folder, '.installed'), { recursive: true })]).toEqual([
    ['start 1', 'stop'],
    ['a'],
  ]);
});

test('what could not be kept is not there after a restart, and leaves no file', async () => {
  const world = await ground.open();
  await mkdir(ground.folder, { recursive: true });
  await blockLock();
  await expect(world.host.install({ source: await ground.folderOf({ id: 'b' }), trusted: true })).rejects.toThrow();
  expect(world.host.list()).toEqual([]);
  await unblockLock();
  const again = await ground.open();
  expect([again.host.list(), await readdir(join(ground.folder, '.installed'), { recursive: true })]).toEqual([
    [],
    ['b'],
  ]);
});
