import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { HarmoniaClient } from '../../src/client/index.js';
import { ServiceProcess } from '../world/service-process.js';

jest.setTimeout(120_000);

const ROOT = join(import.meta.dirname, '../..');
const guide = readFileSync(join(ROOT, 'docs/guides/client.md'), 'utf8');
const readme = readFileSync(join(ROOT, 'examples/client/README.md'), 'utf8');

let directory: string;
let service: ServiceProcess;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-client-guide-'));
  service = await ServiceProcess.start(directory);
});
afterAll(async () => {
  await service.kill();
  await rm(directory, { recursive: true });
});

/** Runs Node as a user of the package; what it prints. */
const node = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args, { cwd: ROOT, env: { ...process.env, HARMONIA_URL: service.url } }))
    .stdout;

describe('docs/guides/client.md', () => {
  const examples = [...guide.matchAll(/^## (.+)\n(?:(?!^## )[^])*?```js\n([^]*?)```/gm)].map(
    ([, title = '', code = '']) => [title, code] as const,
  );

  test('has examples', () => expect(examples.length).toBe(6));

  // One after the other: later ones find what the first have made.
  test.each(examples)('%s: what it prints is what the comments say', async (_, code) => {
    const said = [...code.matchAll(/^\/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
    expect(said).not.toBe('');
    expect(await node('--input-type=module', '-e', code)).toBe(said);
  });

  test('names every method', () => {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(HarmoniaClient.prototype));
    const own = methods.filter((name) => !/_|^(constructor|close)$/.test(name));
    const [, table = ''] = /^(\| for .*?)\n\n/ms.exec(guide) ?? [];
    expect([...table.matchAll(/\b[a-z]+[A-Z]\w*|\bsuggest\b/g)].map(([name]) => name).sort()).toEqual(
      own.filter((name) => /[A-Z]/.test(name) || name === 'suggest').sort(),
    );
  });
});

test('the programs of the guide and the examples keep to the types', async () => {
  const home = join(directory, 'types');
  await mkdir(join(home, 'node_modules/@tekton'), { recursive: true });
  await symlink(ROOT, join(home, 'node_modules/@tekton/harmonia'));
  const programs = [
    ...[...guide.matchAll(/```js\n([^]*?)```/g)].map(([, code = '']) => code),
    ...readdirSync(join(ROOT, 'examples/client')).flatMap((name) =>
      name.endsWith('.mjs') ? [readFileSync(join(ROOT, 'examples/client', name), 'utf8')] : [],
    ),
  ];
  await Promise.all(programs.map((code, index) => writeFile(join(home, `${index}.mjs`), code)));
  const compilerOptions = {
    ...{ target: 'es2022', lib: ['es2023'], module: 'nodenext', strict: true, noEmit: true, skipLibCheck: true },
    ...{ allowJs: true, checkJs: true, noImplicitAny: false, useUnknownInCatchVariables: false },
    ...{ typeRoots: [join(ROOT, 'node_modules/@types')], types: ['node'] },
  };
  const files = programs.map((_, index) => `${index}.mjs`);
  await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  const compiled = node('node_modules/typescript7/bin/tsc', '-p', home);
  await expect(compiled.catch(({ stdout }: { stdout: string }) => stdout)).resolves.toBe('');
});

test('loads nothing of Node and nothing of the service, before it is needed', async () => {
  const told = `import { writeSync } from 'node:fs';
    export const load = (url, context, next) => (writeSync(1, url + '\\n'), next(url, context));`;
  const hook = `import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(told)}));`;
  const program = `import { HarmoniaClient } from '@tekton/harmonia/client';
    new HarmoniaClient();`;
  const run = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`, '--input-type=module', '-e', program];
  const loaded = (await node(...run)).trim().split('\n');
  expect(loaded.length).toBeGreaterThan(20);
  const own = /\/dist\/(client|kernel|tekton\/utilities\/(backoff|errors))\//;
  const library = /\/node_modules\/(openapi-fetch|eventsource-parser|@noble\/hashes)\//;
  expect(loaded.filter((url) => !own.test(url) && !library.test(url) && !url.includes('[eval'))).toEqual([]);
});

describe('examples/client', () => {
  test('are all named, and are all here', () => {
    const named = [...readme.matchAll(/^node examples\/client\/(\S+\.mjs)/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual(readdirSync(join(ROOT, 'examples/client')).filter((name) => name.endsWith('.mjs')));
  });

  const events = [
    'workflow_started',
    ...['greet', 'shout'].flatMap((id) => [`task_started ${id}`, `task_completed ${id}`]),
  ];
  test.each([
    ['run-and-watch.mjs', [...events, 'workflow_completed', 'completed HELLO, ADA!']],
    ['template.mjs', ['letter: Dear Ada. Yours, Harmonia', 'letter (2): Dear Bob. Cheers, Harmonia']],
    ['suggestions.mjs', ['remove_implied_edges: Drop 1 dependency that others imply', '1.0.0 → 1.0.1']],
    [
      'errors.mjs',
      [
        'DataValidationError 422 validation_error /tasks/a/type',
        'No execution 00000000-0000-4000-8000-000000000000.',
        'failed Step /fail failed: no paper',
        'ComponentUnavailableError 503 unreachable',
      ],
    ],
  ])('%s', async (name, lines) => {
    const out = await node(join('examples/client', name), 'Ada');
    expect(out.trim().split(/ *\n/)).toEqual(lines);
  });
});
