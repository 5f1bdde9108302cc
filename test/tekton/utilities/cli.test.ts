import { expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { componentProgram, logLevelOption, runProgram } from '../../../src/tekton/utilities/cli/index.js';

const run = async (
  args: readonly string[],
  environment = {},
): Promise<{ code: number; seen: unknown; said: string }> => {
  let seen: unknown;
  let said = '';
  const program = componentProgram({ name: 'x', description: 'X.', version: '1.2.3', environment });
  const write = (text: string): void => void (said += text);
  program.configureOutput({ writeOut: write, writeErr: write });
  program.command('go').action(() => void (seen = program.opts()));
  return { code: await runProgram(program, ['node', 'x', ...args]), seen, said };
};

test('has the options of the platform', async () => {
  expect(await run(['go'])).toMatchObject({ code: 0, seen: { logLevel: 'INFO' } });
  expect(await run(['go'], { TEKTON_LOG_LEVEL: 'warning' })).toMatchObject({ seen: { logLevel: 'WARN' } });
  const args = ['--log-level', 'CRITICAL', '--config', 'a.yaml', '--verbose', 'go'];
  expect(await run(args)).toMatchObject({ code: 0, seen: { logLevel: 'FATAL', config: 'a.yaml', verbose: true } });
  for (const flag of ['-v', '--version']) expect(await run([flag])).toMatchObject({ code: 0, said: '1.2.3\n' });
  expect(await run(['--help'])).toMatchObject({ code: 0 });
});

test('of which only those that mean something are on a command', async () => {
  const program = componentProgram({ name: 'x', description: 'X.', version: '1' });
  const write = (text: string): void => void (said += text);
  let said = '';
  program.configureOutput({ writeOut: write, writeErr: write });
  let seen: unknown;
  program
    .command('go')
    .addOption(logLevelOption())
    .action((options) => void (seen = options));
  expect(await runProgram(program, ['node', 'x', 'go', '--log-level', 'warning'])).toBe(0);
  expect([seen, await runProgram(program, ['node', 'x', 'go', '--verbose'], { misread: 2 })]).toEqual([
    { logLevel: 'WARN' },
    2,
  ]);
  expect(said).toMatch(/unknown option '--verbose'/);
});

test('what a command throws may be said otherwise', async () => {
  const program = componentProgram({ name: 'x', description: 'X.', version: '1' });
  program.command('go').action(() => Promise.reject(new Error('no')));
  const failed = (error: unknown): number => (error as Error).message.length;
  expect(await runProgram(program, ['node', 'x', 'go'], { failed })).toBe(2);
});

test.each([[[]], [['nothing']], [['--odd', 'go']], [['--log-level', 'loud', 'go']]])('%j is an error', async (args) => {
  expect(await run(args)).toMatchObject({ code: 1, seen: undefined });
});

const DOOR = new URL('../../../dist/tekton/utilities/cli/index.js', import.meta.url).href;
const child = (action: string) =>
  spawn(process.execPath, [
    '--input-type=module',
    '-e',
    `
    import { componentProgram, logLevelOption, runProgram } from ${JSON.stringify(DOOR)};
    const stop = new AbortController();
    const program = componentProgram({ name: 'x', description: 'X.', version: '1', environment: {} });
    program.command('go').action(${action});
    process.exitCode = await runProgram(program, ['node', 'x', 'go'], { onInterrupt: () => stop.abort() });`,
  ]);

test('what fails is said, and is a 1', async () => {
  const failing = child(`() => { throw new Error('no such thing'); }`);
  const [said] = (await once(failing.stderr, 'data')) as [Buffer];
  expect([said.toString(), await once(failing, 'exit')]).toEqual(['no such thing\n', [1, null]]);
});

const WAITING = `() => { console.log('up'); return new Promise((done) => {
    const timer = setInterval(() => {}, 1000);
    stop.signal.addEventListener('abort', () => { clearInterval(timer); ending(done); });
  }); }`;

test.each([
  ['Ctrl-C', 'SIGINT', 130],
  ['SIGTERM', 'SIGTERM', 143],
] as const)('%s lets the command end, and is a %3$d', async (_what, signal, code) => {
  const waiting = child(WAITING.replace('ending(done)', 'setImmediate(done)'));
  await once(waiting.stdout, 'data');
  waiting.kill(signal);
  expect(await once(waiting, 'exit')).toEqual([code, null]);
});

test('the second Ctrl-C ends a command that takes its time', async () => {
  const waiting = child(WAITING.replace('ending(done)', `console.log('ending'); setInterval(() => {}, 1000)`));
  await once(waiting.stdout, 'data');
  waiting.kill('SIGINT');
  await once(waiting.stdout, 'data');
  waiting.kill('SIGINT');
  expect(await once(waiting, 'exit')).toEqual([130, null]);
});
