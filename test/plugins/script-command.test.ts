import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../plugins/script/src/command.js';
import type { Json } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

const ALLOW = ['/bin/sh', '/bin/cat', '/bin/true', '/usr/bin/env', '/usr/bin/printf', 'sh', '/no/such/program'];
const run = async (input: Record<string, Json>, signal?: AbortSignal): Promise<TaskRun['outcome']> =>
  (await runTask(command, input, { config: { allow: ALLOW }, ...(signal && { signal }) })).outcome;
const sh = (script: string, more: Record<string, Json> = {}): Record<string, Json> => ({
  program: '/bin/sh',
  args: ['-c', script],
  ...more,
});

const outputOf = (outcome: TaskRun['outcome']): { stdout: string; stderr: string } => {
  if (outcome.is === 'failed') throw new Error(outcome.failure.message);
  return outcome.output as { stdout: string; stderr: string };
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A process that nobody has waited for yet still has its number.
  return !existsSync('/proc') || existsSync(`/proc/${pid}/exe`);
};
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
};

describe('script/command', () => {
  test('cuts off what is too long and says so', async () => {
    expect(await run(sh('printf 1234567890', { max_bytes: 4 }))).toEqual({
      is: 'completed',
      output: { exit_code: 0, stdout: '1234', stderr: '', truncated: true },
    });
    expect(await run(sh('printf 1234', { max_bytes: 4 }))).toMatchObject({
      output: { stdout: '1234', truncated: false },
    });
  });

  test('a bare name is looked up in the minimal path only', async () => {
    expect(await run({ program: 'sh', args: ['-c', 'echo $PATH'] })).toMatchObject({
      output: { stdout: '/usr/local/bin:/usr/bin:/bin\n' },
    });
    expect(await run({ program: '../bin/sh' })).toMatchObject({ failure: { code: 'program_not_allowed' } });
  });

  test.each(['LD_PRELOAD', 'NODE_OPTIONS', 'PYTHONPATH', 'BASH_ENV', 'PATH', 'GLIBC_TUNABLES'])(
    'the variable %s is refused',
    async (name) => {
      expect(await run({ program: '/bin/true', env: { [name]: 'x' } })).toMatchObject({
        failure: { kind: 'fatal', code: 'program_not_allowed' },
      });
    },
  );

  test('what cannot be started fails for good: no such program, no such directory, a zero byte', async () => {
    const failure = { kind: 'fatal', code: 'program_failed' };
    expect(await run({ program: '/no/such/program' })).toMatchObject({ failure });
    expect(await run({ program: '/bin/true', cwd: '/no/such/directory' })).toMatchObject({ failure });
    expect(await run({ program: '/bin/cat', args: ['a\u0000b'] })).toMatchObject({ failure });
  });

  test('a program that does not read its input is no failure', async () => {
    expect(await run({ program: '/bin/true', stdin: 'x'.repeat(2 ** 20) })).toMatchObject({ output: { exit_code: 0 } });
  });

  test('a failure shows the ends of the output, however long it was', async () => {
    const failed = await run(
      sh('i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done; echo why >&2; exit 9'),
    );
    expect(failed).toMatchObject({
      failure: { code: 'program_failed', details: { exit_code: 9, stderr: 'why\n' } },
    });
    const { stdout } = (failed.is === 'failed' ? failed.failure.details : undefined) as { stdout: string };
    expect(stdout).toMatch(/line 19999\n$/);
    expect(stdout.length).toBeLessThanOrEqual(4000);
  });

  test('its own timeout is transient', async () => {
    expect(await run(sh('sleep 100', { timeout: 0.0505 }))).toMatchObject({
      failure: { kind: 'transient', code: 'timeout' },
    });
    expect(await run(sh('trap "exit 3" TERM; sleep 100 & wait', { timeout: 0.1 }))).toMatchObject({
      failure: { kind: 'transient', code: 'timeout' },
    });
  });

  test('nothing that it started survives an abort, not even what ignores the request', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'harmonia-script-'));
    const file = join(directory, 'pid');
    const controller = new AbortController();
    const stubborn = `(trap "" TERM; echo $$ > /dev/null; sh -c 'echo $PPID' > ${file}; while :; do sleep 1; done) >/dev/null 2>&1 </dev/null & wait`;
    const running = run(sh(stubborn), controller.signal);
    let pid = 0;
    await until(async () => {
      pid = Number(await readFile(file, 'utf8').catch(() => '0'));
      return pid > 0;
    });
    expect(isAlive(pid)).toBe(true);
    controller.abort();
    expect(await running).toMatchObject({ is: 'failed' });
    await until(() => !isAlive(pid));
    await rm(directory, { recursive: true });
  });
});

describe('what a workflow may not do', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'harmonia-script-')));
    await writeFile(join(directory, 'tool'), '#!/bin/sh\necho evil\n', { mode: 0o755 });
    await writeFile(join(directory, 'env.sh'), 'echo evil');
    await symlink('/bin/cat', join(directory, 'cat'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  test.each(['/bin/../bin/cat', '/bin//cat', './cat', 'cat', '/bin/cat ', 'CAT', '/bin/cat\u0000', '/proc/self/exe'])(
    'name an allowed program in another way: %j',
    async (program) => {
      expect(await run({ program, cwd: directory })).toMatchObject({
        failure: { kind: 'fatal', code: 'program_not_allowed' },
      });
    },
  );

  test('put another program in the place of a relative one by choosing the working directory', async () => {
    const config = { allow: ['./tool', 'tool'] };
    for (const program of config.allow) {
      const { outcome } = await runTask(command, { program, cwd: directory }, { config });
      expect(outcome).toMatchObject({ failure: { kind: 'fatal', code: 'program_failed' } });
    }
  });

  test.each([
    'BASH_ENV=/evil',
    `PATH=/evil:`,
    'LD_PRELOAD=x',
    '',
    'A B',
    'A\u0000B',
    '__proto__ ',
    'GIT_SSH_COMMAND',
    'GIT_EXTERNAL_DIFF',
    'LUA_INIT',
    'PS4',
  ])('set the variable %j', async (name) => {
    expect(await run({ program: '/bin/true', env: { [name]: '' } })).toMatchObject({
      failure: { kind: 'fatal', code: 'program_not_allowed' },
    });
  });

  test('reach a shell through arguments, or the environment of the service', async () => {
    process.env.HARMONIA_SECRET_hidden = 'hunter2';
    const hostile = ['$(id)', '`id`', '; id', '| id', '> /tmp/x', '-n', "'", '"', '*', '\n', '~'];
    expect(await run({ program: '/usr/bin/printf', args: ['[%s]', ...hostile] })).toMatchObject({
      output: { stdout: hostile.map((text) => `[${text}]`).join('') },
    });
    expect(await run({ program: '/usr/bin/env' })).toMatchObject({
      output: { stdout: 'PATH=/usr/local/bin:/usr/bin:/bin\nLANG=C.UTF-8\n' },
    });
    delete process.env.HARMONIA_SECRET_hidden;
  });

  test('send more arguments than the system takes', async () => {
    const args = Array.from({ length: 1000 }, () => 'x'.repeat(4000));
    expect(await run({ program: '/bin/true', args })).toMatchObject({
      failure: { kind: 'fatal', code: 'program_failed' },
    });
    expect(await run({ program: '/bin/true', args: Array.from({ length: 1001 }, () => '') })).toMatchObject({
      failure: { code: 'schema_mismatch' },
    });
    expect(await run({ program: '/bin/true', args: ['x'.repeat(100_000)] })).toMatchObject({ is: 'completed' });
  });
});

describe('how a program ends', () => {
  test.each<[string, string, Record<string, Json>]>([
    ['exit 1', 'fatal', {}],
    ['exit 75', 'transient', {}],
    ['exit 75', 'fatal', { transient: [] }],
    ['exit 4', 'transient', { transient: [4] }],
    ['kill -9 $$', 'transient', {}],
    ['kill -TERM $$', 'transient', {}],
    ['kill -SEGV $$', 'fatal', {}],
  ])('%s is %s', async (script, kind, more) => {
    expect(await run(sh(script, more))).toMatchObject({ failure: { kind, code: 'program_failed' } });
  });

  test('a signal is no exit code, whatever is expected', async () => {
    expect(await run(sh('kill -9 $$', { expect: [0, 9, 137] }))).toMatchObject({
      failure: { message: 'The program ended with signal SIGKILL.' },
    });
  });

  test('output is read as UTF-8 and bounded on both streams; the program is not held up', async () => {
    expect(await run(sh(`printf '\\377\\303\\274'`))).toMatchObject({ output: { stdout: '\ufffdü' } });
    const flood = await run(sh('head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2', { max_bytes: 10 }));
    expect(flood).toMatchObject({ output: { exit_code: 0, truncated: true } });
    const { stdout, stderr } = outputOf(flood);
    expect([stdout.length, stderr.length]).toEqual([10, 10]);
  });

  test('a large input comes back whole', async () => {
    const stdin = 'ü'.repeat(1_000_000);
    expect(await run({ program: '/bin/cat', stdin, max_bytes: 4_000_000 })).toMatchObject({
      output: { stdout: stdin, truncated: false },
    });
  });

  test('a process that left the group and holds the output does not hold the attempt once it is aborted', async () => {
    const leaver = `setsid sh -c 'echo $$; exec sleep 100' & exit 0`;
    const began = Date.now();
    const held = await run(sh(leaver, { timeout: 0.3 }));
    expect(Date.now() - began).toBeLessThan(2000);
    const { stdout } = outputOf(held);
    process.kill(Number(stdout), 'SIGKILL');
  });

  test('one that stays in the group is stopped', async () => {
    const held = await run(sh('sleep 100 & echo $!; exit 0', { timeout: 0.3 }));
    const { stdout } = outputOf(held);
    await until(() => !isAlive(Number(stdout)));
  });

  test('an abort before the start ends it at once', async () => {
    expect(await run(sh('sleep 100'), AbortSignal.abort())).toMatchObject({ is: 'failed' });
  });
});
