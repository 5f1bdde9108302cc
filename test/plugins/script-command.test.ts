import { describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../plugins/script/src/command.js';
import type { Json } from '../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../src/plugin/testing/index.js';

const ALLOW = ['/bin/sh', '/bin/cat', '/bin/true', 'sh', '/no/such/program'];
const run = async (input: Record<string, Json>, signal?: AbortSignal): Promise<TaskRun['outcome']> =>
  (await runTask(command, input, { config: { allow: ALLOW }, ...(signal && { signal }) })).outcome;
const sh = (script: string, more: Record<string, Json> = {}): Record<string, Json> => ({
  program: '/bin/sh',
  args: ['-c', script],
  ...more,
});

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
