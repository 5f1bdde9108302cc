import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FakeHermes } from '../../world/fake-hermes/fake-hermes.js';

// "A whole component" of docs/guides/tekton-utilities.md, as a process of its own. It finds the package by its name: what
// runs is dist. Time is the machine's; nothing here waits for it but by what is said and heard.
const guide = readFileSync(new URL('../../../docs/guides/tekton-utilities.md', import.meta.url), 'utf8');
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

let program: string;
beforeAll(() => {
  program = /^## A whole component\n[^]*?```js\n([^]*?)```/m.exec(guide)?.[1] ?? '';
  expect(program).toContain('HermesRegistration');
});

let hermes: FakeHermes;
beforeEach(async () => void (hermes = await FakeHermes.start()));
afterEach(() => hermes.stop());

interface Running {
  readonly child: ChildProcess;
  readonly says: (pattern: RegExp) => Promise<string>;
  readonly ended: Promise<{ code: number | null; said: string }>;
}

const run = (environment: Record<string, string>, ...args: string[]): Running => {
  const child = spawn(process.execPath, ['--input-type=module', '-', ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HERMES_URL: hermes.url, SOPHIA_PORT: '0', ...environment },
  });
  child.stdin.end(program);
  let said = '';
  const heard = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      for (const look of heard) look();
    });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  const says = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(said);
        if (found) resolve(found[1] ?? found[0]);
      };
      heard.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended, and said: ${said}`)));
    });
  return { child, says, ended };
};

test('a component of the utilities registers, serves, logs, and takes leave on SIGTERM', async () => {
  const { child, says, ended } = run({}, 'serve');
  const address = await says(/listens at (\S+)/);
  await hermes.received('POST /api/heartbeat');
  await says(/Registered with Hermes at .* as sophia/);
  const [registered] = hermes.calls('POST /api/register');
  expect(registered?.body).toMatchObject({
    ...{ component_id: 'sophia', name: 'sophia', type: 'sophia', endpoint: address, capabilities: ['ml.analysis'] },
    metadata: { capabilities: [{ id: 'ml.analysis' }] },
  });
  const health = await fetch(`${address.replace('localhost', '127.0.0.1')}/health`);
  expect(await health.json()).toMatchObject({ status: 'healthy', component: 'sophia', registered: true });
  const lost = await fetch(`${address.replace('localhost', '127.0.0.1')}/lost`, {
    headers: { 'x-request-id': 'req-7' },
  });
  expect([lost.status, lost.headers.get('x-request-id'), await lost.json()]).toEqual([
    ...[404, 'req-7'],
    expect.objectContaining({ error: 'DataNotFoundError', requestId: 'req-7' }),
  ]);
  await says(/ - sophia - WARN - Sophia has nothing at \/lost\. request_id=req-7/);
  child.kill('SIGTERM');
  const { code, said } = await ended;
  expect([code, hermes.calls('POST /api/unregister').length, hermes.registry.size]).toEqual([0, 1, 0]);
  expect(said).toMatch(/ended with 0\n$/);
  expect(said).not.toContain('signature');
});

test('and says in one list what is wrong with its settings', async () => {
  const { ended } = run({ SOPHIA_PORT: 'x' }, 'serve');
  expect(await ended).toEqual({
    code: 1,
    said: 'The configuration of sophia has 1 problem(s):\n  SOPHIA_PORT: it must be a number\n',
  });
});
