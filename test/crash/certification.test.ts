import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harmonia, startHarmonia } from '../world/command-line.js';

const LONG = process.env.HARMONIA_TEST_LONG === '1';
const ROOT = join(import.meta.dirname, '../..');

interface Verdict {
  readonly task: string;
  readonly declared: string;
  readonly seen: string;
  readonly boundaries: number;
  readonly kills: number;
  readonly repeated: number;
  readonly failures: readonly string[];
  readonly remarks: readonly string[];
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'harmonia-certification-'));
  // Found beside the plugins, it needs no hook of the loader: their processes start sooner.
  await mkdir(join(root, 'node_modules/@tekton'), { recursive: true });
  await symlink(ROOT, join(root, 'node_modules/@tekton/harmonia'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

interface Parts {
  readonly id: string;
  readonly tasks: readonly string[];
  readonly code: string;
  readonly crash?: string;
  readonly hosts?: readonly string[];
}

/** A ledger in a file: each line is an effect. It is read by the process that certifies. */
const LEDGER = `
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
const file = join(import.meta.dirname, 'ledger');
export const service = () => ({
  file,
  effects: () => { try { return readFileSync(file, 'utf8').split('\\n').filter(Boolean); } catch { return []; } },
  reset: () => rmSync(file, { force: true }),
  stop: () => undefined,
});
`;

const write = async ({ id, tasks, code, crash, hosts }: Parts): Promise<string> => {
  const directory = join(root, id);
  await mkdir(directory);
  const harmoniaField = { apiVersion: '^1.0', id, tasks, ...(hosts && { hosts }) };
  const files: Record<string, string> = {
    'package.json': JSON.stringify({
      name: id,
      version: '1.0.0',
      type: 'module',
      exports: './index.js',
      harmonia: harmoniaField,
    }),
    'index.js': `import { definePlugin, defineTask } from '@tekton/harmonia/plugin';
import { appendFileSync } from 'node:fs';
${code}
export default definePlugin({ id: '${id}', tasks: [${tasks.join(', ')}] });`,
    'ledger.js': LEDGER,
    'crash.js':
      crash ??
      `import { defineCrashTest } from '@tekton/harmonia/testing';
import { service } from './ledger.js';
const tasks = ${JSON.stringify(tasks)};
export default defineCrashTest({ service, cases: tasks.map((task) => ({ task, input: ({ file }) => ({ file }) })) });`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return directory;
};

const crash = async (
  directory: string,
): Promise<{ code: number | null; verdicts: readonly Verdict[]; err: string }> => {
  const { code, out, err } = await harmonia(['plugin', 'test', directory, '--crash', '--json']);
  return { code, err, verdicts: (JSON.parse(out) as { tasks: Verdict[] }).tasks };
};

const certificateOf = (directory: string): Promise<string> =>
  readFile(join(directory, 'harmonia-certificate.json'), 'utf8');

test('a plugin that lies about its effects is caught where it goes wrong, and gets no certificate', async () => {
  const directory = await write({
    id: 'liar',
    tasks: ['reads', 'loses', 'guesses', 'gaps', 'forgets'],
    code: `
const reads = defineTask({ id: 'reads', description: 'Says it reads.', effects: 'read',
  run: ({ file }) => void appendFileSync(file, 'written\\n') });
const loses = defineTask({ id: 'loses', description: 'Records before it does.', effects: 'idempotent',
  run: async ({ file }, context) => {
    let isFirst = false;
    await context.once('sent', () => { isFirst = true; return true; });
    if (isFirst) appendFileSync(file, 'sent\\n');
  } });
const guesses = defineTask({ id: 'guesses', description: 'Knows chance.', effects: 'pure',
  run: () => Math.random() });
const gaps = defineTask({ id: 'gaps', description: 'Trusts once too much.', effects: 'idempotent',
  run: ({ file }, context) => context.once('sent', () => (appendFileSync(file, 'sent\\n'), true)) });
const known = new Set();
const forgets = defineTask({ id: 'forgets', description: 'Remembers in its process.', effects: 'idempotent',
  run: ({ file }, { idempotencyKey: key }) => {
    if (!known.has(key)) appendFileSync(file, 'sent\\n');
    known.add(key);
  } });`,
  });
  await writeFile(join(directory, 'harmonia-certificate.json'), '{}');
  const { code, verdicts, err } = await crash(directory);
  const said = Object.fromEntries(verdicts.map(({ task, failures }) => [task, failures.join('\n')]));
  expect(said.reads).toMatch(/"reads" declares effects: 'read', but does something: "written"/);
  expect(said.loses).toMatch(
    /when it is killed in once\('sent'\), after the record \(boundary 3 of .*never happened: "sent"/,
  );
  expect(said.guesses).toMatch(/declares effects: 'pure', but answers differently/);
  expect(said.gaps).toMatch(/when it is killed after fs.appendFileSync \(boundary 3 of .*once more: "sent"/);
  expect(said.forgets).toMatch(/when it is killed after fs.appendFileSync \(boundary 2 of 3\), .*once more: "sent"/);
  expect(code).toBe(1);
  expect(err).toContain('not certified');
  await expect(certificateOf(directory)).rejects.toThrow('ENOENT');
}, 60_000);

test('one that posts without a key is caught at the request', async () => {
  const directory = await write({
    id: 'poster',
    tasks: ['unkeyed'],
    hosts: ['api.example.com'],
    code: `
const post = ({ url }, context) => context.http.request({ url, method: 'POST', body: 'x' }).then(({ status }) => status);
const unkeyed = defineTask({ id: 'unkeyed', description: 'Posts.', effects: 'idempotent', run: post });`,
    crash: `
import { once } from 'node:events';
import { createServer } from 'node:http';
const service = async () => {
  let effects = [];
  const server = createServer((request, response) => { effects.push(request.method); response.end('ok'); });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: 'http://127.0.0.1:' + server.address().port + '/parcels', effects: () => effects, reset: () => { effects = []; },
    stop: () => { server.closeAllConnections(); server.close(); } };
};
export default { service, cases: [{ task: 'unkeyed', input: ({ url }) => ({ url }) }] };`,
  });
  const { code, verdicts } = await crash(directory);
  const [failure] = verdicts[0]?.failures ?? [];
  expect(failure).toMatch(/killed after http.request POST \/parcels \(boundary \d of \d\), .*once more: "POST"/);
  expect(failure).toContain('context.idempotencyKey');
  expect(code).toBe(1);
}, 60_000);

describe('what is declared and more', () => {
  test('waits, writes and services: certified, with how often it is done, and a remark where less was declared than is', async () => {
    const directory = await write({
      id: 'honest',
      tasks: ['waits', 'adds', 'serves'],
      code: `
import { readFileSync } from 'node:fs';
const waits = defineTask({ id: 'waits', description: 'Waits an hour, then writes what is not there yet.', effects: 'write',
  run: async ({ file }, context) => {
    await context.sleepUntil(context.firstStartedAt + 3_600_000);
    let text = ''; try { text = readFileSync(file, 'utf8'); } catch {}
    if (!text.includes('done')) appendFileSync(file, 'done\\n');
    return context.now() >= context.firstStartedAt + 3_600_000;
  } });
const adds = defineTask({ id: 'adds', description: 'Adds a line.', run: ({ file }) => void appendFileSync(file, 'line\\n') });
const serves = defineTask({ id: 'serves', description: 'Starts a workflow.', effects: 'idempotent',
  run: (_input, context) => context.services.workflows.start({ workflow: 'audit', key: context.idempotencyKey }) });`,
      crash: `
import { service as ledger } from './ledger.js';
const service = () => {
  const base = ledger();
  let started = new Map();
  const start = async ({ workflow, key }) => { if (!started.has(key)) started.set(key, workflow); return { execution: 'e-' + key.length }; };
  return { ...base, workflows: { start }, effects: () => [...base.effects(), ...started.values()], reset: () => { base.reset(); started = new Map(); } };
};
export default { service, cases: [
  { task: 'waits', input: ({ file }) => ({ file }) },
  { task: 'adds', input: ({ file }) => ({ file }) },
  { task: 'serves', services: ({ workflows }) => ({ workflows }) },
] };`,
    });
    const manifest = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { harmonia: object };
    manifest.harmonia = { ...manifest.harmonia, services: ['workflows'] };
    await writeFile(join(directory, 'package.json'), JSON.stringify(manifest));
    const { code, verdicts } = await crash(directory);
    expect(verdicts).toMatchObject([
      { task: 'waits', seen: 'exactly-once', failures: [], remarks: [expect.stringContaining("'idempotent'")] },
      // Three places: before the file is written, after it, and after the task.
      { task: 'adds', seen: 'at-least-once', boundaries: 3, kills: 6, repeated: 4, failures: [], remarks: [] },
      { task: 'serves', seen: 'exactly-once', failures: [], remarks: [] },
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(await certificateOf(directory))).toMatchObject({
      certificateVersion: 1,
      plugin: 'honest',
      version: '1.0.0',
    });
  }, 60_000);
});

describe('a crash.js that is wrong ends with words, and in time', () => {
  const task = {
    id: 'x',
    tasks: ['t'],
    code: `const t = defineTask({ id: 't', description: 'T.', effects: 'pure', run: () => 1 });`,
  };
  const good = `{ effects: () => [], reset: () => {}, stop: () => {} }`;
  const wrong: readonly [string, string, RegExp][] = [
    ['throws', `throw new Error('no luck');`, /crash\.js threw: no luck/],
    ['waits for ever', `await new Promise(() => setInterval(() => {}, 1000));`, /crash\.js did not end within 2 s/],
    ['exits', `process.exit(3);`, /ended its process, with code 3/],
    ['exports nothing', ``, /default export of crash\.js is no object/],
    [
      'has no case of the task',
      `export default { service: () => (${good}), cases: [{ task: 'u' }] };`,
      /is of the task "u".*no case of the task "t"/,
    ],
    [
      'has a service that never starts',
      `export default { service: () => new Promise(() => {}), cases: [{ task: 't' }] };`,
      /`service` of crash\.js did not end/,
    ],
    [
      'has a service without functions',
      `export default { service: () => ({}), cases: [{ task: 't' }] };`,
      /no function effects, reset, stop/,
    ],
    [
      'leaves its service open',
      `import { createServer } from 'node:http'; export default { service: () => { createServer().listen(0, '127.0.0.1'); return ${good}; }, cases: [{ task: 't' }] };`,
      /leaves a server open/,
    ],
    [
      'throws later',
      `setTimeout(() => { throw new Error('too late'); }, 50); export default { service: () => new Promise(() => {}), cases: [{ task: 't' }] };`,
      /too late/,
    ],
  ];
  // Each starts three processes.
  const chosen = LONG ? wrong : wrong.filter(([name]) => /^(waits for ever|exits|leaves)/.test(name));
  test.each(chosen)(
    '%s',
    async (name, text, words) => {
      const directory = await write({ ...task, id: name.replace(/\W+/g, '-'), crash: text });
      const { code, err } = await harmonia(['plugin', 'test', directory, '--crash', '--patience', '2']);
      expect(err).toMatch(words);
      expect(code).toBe(2);
    },
    30_000,
  );

  test('a task that never ends fails its certification', async () => {
    const code = `const t = defineTask({ id: 't', description: 'T.', run: () => new Promise(() => setInterval(() => 1, 1000)) });`;
    const crashJs = `import { service } from './ledger.js'; export default { service, cases: [{ task: 't' }] };`;
    const directory = await write({ ...task, id: 'endless', code, crash: crashJs });
    const { code: exit, out } = await harmonia(['plugin', 'test', directory, '--crash', '--patience', '1']);
    expect(out).toMatch(/"t" fails without being killed: it did not end within 1 s/);
    expect(exit).toBe(1);
  }, 30_000);

  test('there is none', async () => {
    const directory = await write({ ...task, id: 'without' });
    await rm(join(directory, 'crash.js'));
    const { code, err } = await harmonia(['plugin', 'test', directory, '--crash']);
    expect([code, err]).toEqual([2, expect.stringContaining('no crash.js')]);
  });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('Ctrl-C ends the processes of attempts, those that are stuck too', async () => {
  const directory = await write({
    id: 'stuck',
    tasks: ['t'],
    code: `import { writeFileSync } from 'node:fs';
const t = defineTask({ id: 't', description: 'Never ends.', run: ({ file }) => { writeFileSync(file, process.pid + ' ' + process.ppid); console.error('stuck'); for (;;); } });`,
  });
  const command = startHarmonia(['plugin', 'test', directory, '--crash']);
  const read = (): Promise<string> => readFile(join(directory, 'ledger'), 'utf8').catch(() => '');
  let pids: number[] = [];
  while (pids.length < 2) {
    pids = (await read()).split(' ').filter(Boolean).map(Number);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  command.child.kill('SIGINT');
  expect((await command.ended).code).toBe(130);
  while (pids.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 20));
}, 30_000);
