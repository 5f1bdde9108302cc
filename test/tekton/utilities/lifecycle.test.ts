import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Lifecycle, type LifecycleHooks } from '../../../src/tekton/utilities/lifecycle/index.js';

/** A life, and everything that happened in it, in order. */
const living = (hooks: Partial<LifecycleHooks> = {}): { life: Lifecycle; seen: string[] } => {
  const seen: string[] = [];
  const note = (what: string) => (): void => void seen.push(what);
  const life = new Lifecycle({
    component: 'x',
    ...{ initialize: note('initialising'), start: note('starting'), stop: note('stopping') },
    onEvent: (event, error) => seen.push(error instanceof Error ? `${event}: ${error.message}` : event),
    ...hooks,
  });
  return { life, seen };
};

test('begins and ends in order; what was opened last is closed first', async () => {
  const { life, seen } = living();
  expect(life.state).toBe('uninitialized');
  const run = life.run();
  for (const name of ['database', 'socket']) life.opened(name, () => void seen.push(`close ${name}`));
  await new Promise((resolve) => setImmediate(resolve));
  expect(life.state).toBe('running');
  life.shutDown();
  expect([await run, life.state]).toEqual([0, 'stopped']);
  expect(seen).toEqual([
    ...['initialize', 'initialising', 'initialization_completed', 'start', 'starting', 'start_completed'],
    ...['shutdown', 'stop', 'stopping', 'close socket', 'close database', 'stop_completed'],
  ]);
  expect(await life.stop()).toBe(0);
  expect(seen).toHaveLength(12);
});

describe('what fails', () => {
  const broken = (): never => {
    throw new Error('no disk');
  };

  test.each([
    ['initialize', ['initialize', 'initialization_failed: x can not initialize: no disk']],
    [
      'start',
      ['initialize', 'initialising', 'initialization_completed', 'start', 'start_failed: x can not start: no disk'],
    ],
  ] as const)('in %s closes what was opened, and is a 1', async (hook, expected) => {
    const { life, seen } = living({ [hook]: broken });
    life.opened('file', () => void seen.push('close file'));
    expect([await life.run(), life.state]).toEqual([1, 'error']);
    expect(seen).toEqual([...expected, 'close file']);
  });

  test('on the way out keeps nothing else from being closed', async () => {
    const { life, seen } = living();
    life.opened('one', () => void seen.push('close one'));
    life.opened('two', () => Promise.reject(new Error('busy')));
    await life.start();
    expect([await life.stop(), life.state]).toEqual([1, 'error']);
    expect(seen.slice(-4)).toEqual([
      ...['stopping', 'error: x could not close two.', 'close one', 'stop_failed: x could not close two.'],
    ]);
  });

  test('by taking too long is given up', async () => {
    const { life, seen } = living({ grace: 10, stop: () => new Promise<void>(() => undefined) });
    await life.start();
    expect([await life.stop(), seen.at(-1)]).toEqual([1, 'stop_failed: x did not stop within 10 ms.']);
  });

  test('can not be started twice', async () => {
    const { life } = living();
    await life.start();
    await expect(life.start()).rejects.toThrow('x is running and can not be started.');
    await life.stop();
  });
});

test('its health is asked for while it runs', async () => {
  let isWell = true;
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const { life } = living({
      healthInterval: 1,
      healthCheck: () => {
        if (!isWell) throw new Error('unwell');
      },
      onEvent: (event) => {
        if (event === 'health_check') isWell = false;
        if (event.startsWith('health')) heard.push(event);
        if (event === 'health_check_failed') void life.stop().then(() => resolve());
      },
    });
    void life.start();
  });
  expect(heard.slice(0, 2)).toEqual(['health_check', 'health_check_failed']);
});

test.each(['SIGTERM', 'SIGINT'] as const)('a process ends in order on %s', async (signal) => {
  const door = new URL('../../../dist/tekton/utilities/lifecycle/index.js', import.meta.url).href;
  const program = `
    import { Lifecycle } from ${JSON.stringify(door)};
    const alive = setInterval(() => {}, 1000);
    const life = new Lifecycle({ component: 'x', start: () => console.log('up') });
    life.opened('timer', () => { clearInterval(alive); console.log('down'); });
    process.exitCode = await life.run();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(child.stdout, 'data');
  child.kill(signal);
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toBe('up\ndown\n');
});
