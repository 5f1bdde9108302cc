import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../../src/kernel/index.js';
import { harmonia, harmoniaHere } from '../../world/command-line.js';
import { eventually } from '../../world/service-process.js';

const REPOSITORY = fileURLToPath(new URL('../../..', import.meta.url));
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython)
  process.stderr.write('SKIPPED: there is no python3 here, so nothing is launched as the platform does\n');
const withPython = hasPython ? test : test.skip;

let root: string;
let port: number;
let url: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'harmonia-launch-')));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  await new Promise((resolve) => server.close(resolve));
  url = `http://localhost:${port}`;
  await writeFile(join(root, '.env.tekton'), 'HARMONIA_PORT=1\n');
  await writeFile(join(root, '.env.local'), `HARMONIA_PORT=${port}\nHERMES_PORT=9\nTEKTON_HERMES_DISCOVERY=false\n`);
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Launched = ChildProcessByStdio<null, Readable, Readable>;

/** As the launcher of the platform starts a component: its command, directory, session and pipes. */
const launch = (environment: Record<string, string>): Launched =>
  spawn('python3', ['-m', 'harmonia'], {
    cwd: join(root, 'Harmonia'),
    detached: true,
    env: { PATH: process.env.PATH, HOME: root, TEKTON_NAME: 'harmonia', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const health = async (): Promise<JsonObject | undefined> => {
  const answer = await fetch(`${url}/health`).catch(() => undefined);
  return answer?.status === 200 ? ((await answer.json()) as JsonObject) : undefined;
};

/** Fails when the process ends before it answers. */
const healthy = async (child: Launched): Promise<JsonObject> => {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return eventually(
    async () => {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${said}`);
      return (await health()) ?? {};
    },
    ({ status }) => status === 'healthy',
  );
};

const ended = async (child: Launched): Promise<number | null> =>
  child.exitCode ?? ((await once(child, 'exit')) as [number | null])[0];

/** The commands of a section of the guide, about this checkout and this port. */
const commands = async (section: string): Promise<string[]> => {
  const guide = await readFile(join(REPOSITORY, 'docs/guides/tekton.md'), 'utf8');
  const [, text = ''] = guide.split(`## ${section}\n`);
  const [, block = ''] = /```sh\n([^]*?)```/.exec(text) ?? [];
  return block.trim().replaceAll('~/Tekton', root).replaceAll('localhost:8007', `localhost:${port}`).split('\n');
};

const runGuided = async (section: string): Promise<string[]> => {
  const outputs: string[] = [];
  for (const line of await commands(section)) {
    const [, ...args] = line.split(' ');
    const ran = await harmonia(args);
    expect([line, ran.code, ran.err]).toEqual([line, 0, '']);
    outputs.push(ran.out);
  }
  return outputs;
};

/** `curl -s [-X METHOD] URL`. */
const fetchGuided = async (section: string): Promise<number[]> => {
  const statuses: number[] = [];
  for (const line of await commands(section)) {
    const [, method = 'GET', address = ''] = /^curl -s (?:-X (\w+) )?(\S+)$/.exec(line) ?? [];
    statuses.push((await fetch(address, { method })).status);
  }
  return statuses;
};

describe('python3 -m harmonia', () => {
  withPython(
    'installed in a checkout: one process, found, asked to stop, started again, stopped by a signal',
    async () => {
      const [dry, done] = await runGuided('Install');
      expect(dry).toBe(done?.replace(/^/gm, 'would ').replace(/would $/, ''));
      // The files of the checkout win over the process.
      const first = launch({ TEKTON_ROOT: root, HARMONIA_PORT: '2' });
      expect(await commands('Launch')).toContain(`cd ${join(root, 'Harmonia')} && ${first.spawnargs.join(' ')}`);
      expect(await healthy(first)).toMatchObject({ component: 'harmonia', port, details: { pid: first.pid } });
      expect(await readdir(join(root, '.tekton/data/harmonia'))).toContain('harmonia.db');
      if (process.platform === 'linux')
        expect(await readFile(`/proc/${first.pid}/cmdline`, 'utf8')).toMatch(/^tekton-harmonia/);
      expect(await fetchGuided('Status')).toEqual([200, 200, 200, 200, 200]);
      // Commands find the service by the settings of the checkout, and a second one says once why it does not start.
      expect(await harmonia(['workflow', 'list'], { TEKTON_ROOT: root, HARMONIA_PORT: '2' })).toMatchObject({
        code: 0,
      });
      expect(await harmonia(['serve', '--port', '0'], { TEKTON_ROOT: root })).toEqual({
        ...{ code: 70, out: '' },
        err: expect.stringMatching(/^Another process works on .* \[storage_locked\]\n {2}→ .*\n$/) as unknown,
      });
      expect(await fetchGuided('Stop')).toEqual([200, 202]);
      expect(await ended(first)).toBe(0);

      // The launcher has read them already: the process counts.
      const second = launch({
        ...{ TEKTON_ROOT: root, _TEKTON_ENV_FROZEN: '1', HARMONIA_PORT: String(port), HERMES_PORT: '9' },
        TEKTON_HERMES_DISCOVERY: 'false',
      });
      await healthy(second);
      // It ends, and nobody reads any more what is said, at the end for one.
      second.stdout.destroy();
      second.stderr.destroy();
      for (let n = 0; n < 3; n++) expect(await health()).toMatchObject({ details: { pid: second.pid } });
      second.kill('SIGTERM');
      expect(await ended(second)).toBe(0);

      await runGuided('Back to the Python component');
      expect((await readdir(root)).sort()).toEqual(['.env.local', '.env.tekton', '.tekton']);
    },
    120_000,
  );

  withPython('in a checkout of Harmonia itself, with the options of upstream’s', async () => {
    const data = join(root, 'own-data');
    const args = ['-m', 'harmonia', '--init-only', '--data-dir', data, '--log-level', 'WARNING', '--port', '0'];
    const child = spawnSync('python3', args, { cwd: REPOSITORY, encoding: 'utf8' });
    expect([child.status, child.stdout]).toEqual([0, `Ready to serve, data in ${data}\n`]);
    expect(await readdir(data)).toContain('harmonia.db');
  });
});

describe('harmonia serve', () => {
  test('--init-only makes what is needed, as the start-up file says, and the options win over it', async () => {
    const file = join(root, 'start-up.json');
    await writeFile(file, JSON.stringify({ data_directory: join(root, 'a'), log_level: 'INFO' }));
    const serve = (...args: string[]) => harmoniaHere(['serve', '--init-only', '--instructions-file', file, ...args]);
    expect(await serve()).toEqual({ code: 0, out: `Ready to serve, data in ${join(root, 'a')}\n`, err: '' });
    expect((await serve('--data-dir', join(root, 'b'))).out).toContain(join(root, 'b'));
    await writeFile(file, JSON.stringify({ database_type: 'postgresql' }));
    expect(await serve()).toMatchObject({ code: 2, err: expect.stringContaining('/database_type') as unknown });
  });

  test('what is no port, level or address is refused', async () => {
    for (const args of [
      ['--port', '70000'],
      ['--port', 'x'],
      ['--log-level', 'LOUD'],
      ['--hermes-url', 'localhost'],
    ])
      expect([args, (await harmoniaHere(['serve', ...args])).code]).toEqual([args, 2]);
  });

  test('in a checkout without ports it does not start, and says which', async () => {
    const { TEKTON_ROOT, HARMONIA_PORT } = process.env;
    Object.assign(process.env, { TEKTON_ROOT: join(root, 'lonely'), HARMONIA_PORT: '' });
    try {
      const { code, err } = await harmoniaHere(['serve']);
      expect([code, err]).toEqual([2, expect.stringContaining('HARMONIA_PORT and HERMES_PORT')]);
    } finally {
      Object.assign(process.env, { TEKTON_ROOT: TEKTON_ROOT ?? '', HARMONIA_PORT: HARMONIA_PORT ?? '' });
    }
  });
});
