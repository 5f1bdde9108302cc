import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demandPorts, readConfig, readEnvironment, UNUSED_SETTINGS } from '../../src/config/index.js';
import { parseTektonEnv } from '../../src/tekton/utilities/environment/index.js';

let place: string;
let home: string;
let root: string;
let inside: string;
let outside: string;
beforeAll(async () => {
  place = await realpath(await mkdtemp(join(tmpdir(), 'harmonia-environment-')));
  [home, root, outside] = ['home', 'checkout', 'elsewhere'].map((name) => join(place, name)) as [
    string,
    string,
    string,
  ];
  inside = join(root, 'Harmonia', 'deep');
  for (const folder of [home, inside, outside]) await mkdir(folder, { recursive: true });
  await writeFile(join(home, '.env'), 'IN_HOME=home\nIN_TEKTON=home\nIN_LOCAL=home\nIN_PROCESS=home\n');
  await writeFile(join(root, '.env.tekton'), 'IN_TEKTON=tekton\nIN_LOCAL=tekton\n');
  await writeFile(join(root, '.env.local'), 'IN_LOCAL=local\n');
  await writeFile(join(inside, '.env'), 'OURS=a\nIN_PROCESS=a\nIN_DOT=a\nIN_HOME=a\n');
  await writeFile(join(inside, '.env.harmonia'), 'OURS=b\n');
});
afterAll(() => rm(place, { recursive: true, force: true }));

const read = (directory: string, around: Record<string, string> = {}) =>
  readEnvironment(directory, { HOME: home, IN_PROCESS: 'process', ...around });

describe('which value counts', () => {
  test('in a checkout the files of the platform win over the process, and the process over our own files', () => {
    expect(read(inside)).toMatchObject({
      ...{ IN_DOT: 'a', OURS: 'b', IN_HOME: 'home', IN_TEKTON: 'tekton', IN_LOCAL: 'local', IN_PROCESS: 'home' },
      TEKTON_ROOT: root,
    });
  });

  test('TEKTON_ROOT names a checkout from anywhere, and wins over the one around', () => {
    expect(read(outside, { TEKTON_ROOT: root })).toMatchObject({ IN_LOCAL: 'local', IN_PROCESS: 'home' });
    expect(read(inside, { TEKTON_ROOT: outside })).toMatchObject({ IN_LOCAL: 'home', TEKTON_ROOT: outside });
  });

  test('frozen: somebody has read the files, and the process counts', () => {
    const frozen = read(inside, { _TEKTON_ENV_FROZEN: '1', IN_LOCAL: 'given' });
    expect(frozen).toMatchObject({ IN_LOCAL: 'given', IN_PROCESS: 'process', TEKTON_ROOT: root, OURS: 'b' });
    expect(frozen.IN_TEKTON).toBeUndefined();
    // Any other value is not that flag.
    expect(read(inside, { _TEKTON_ENV_FROZEN: '0' })).toMatchObject({ IN_LOCAL: 'local' });
  });

  test('outside of a checkout the files of the platform are nobody’s', () => {
    expect(read(outside)).toEqual({ HOME: home, IN_PROCESS: 'process' });
  });

  test('a checkout is known by the launcher, or by five components', async () => {
    const other = join(place, 'other');
    for (const name of ['Hermes', 'Rhetor', 'Athena', 'Ergon']) await mkdir(join(other, name), { recursive: true });
    expect(read(other).TEKTON_ROOT).toBeUndefined();
    await mkdir(join(other, 'Sophia'));
    expect(read(join(other, 'Hermes')).TEKTON_ROOT).toBe(other);
    const launched = join(place, 'launched', 'scripts');
    await mkdir(launched, { recursive: true });
    await writeFile(join(launched, 'enhanced_tekton_launcher.py'), '');
    expect(read(launched).TEKTON_ROOT).toBe(join(place, 'launched'));
  });
});

test('the syntax of the files is the platform’s', () => {
  const text = [
    '# a comment',
    '   # another',
    '',
    'no equals sign',
    'PLAIN=value',
    '  SPACED  =  two words  ',
    `SINGLE='quoted # not a comment'`,
    'DOUBLE="a=b"',
    `UNEVEN="left'`,
    'HASH=value # not a comment',
    'ONE_QUOTE="',
    'EMPTY=',
    'ESCAPE="a\\nb"',
    'INTERPOLATED=$PLAIN',
    'export EXPORTED=no',
    '=nameless',
    'TWICE=1',
    'TWICE=2',
    '__proto__=x',
  ].join('\r\n');
  expect(Object.entries(parseTektonEnv(text))).toEqual([
    ['PLAIN', 'value'],
    ['SPACED', 'two words'],
    ['SINGLE', 'quoted # not a comment'],
    ['DOUBLE', 'a=b'],
    ['UNEVEN', `"left'`],
    ['HASH', 'value # not a comment'],
    ['ONE_QUOTE', '"'],
    ['EMPTY', ''],
    ['ESCAPE', 'a\\nb'],
    ['INTERPOLATED', '$PLAIN'],
    ['export EXPORTED', 'no'],
    ['TWICE', '2'],
    ['__proto__', 'x'],
  ]);
});

describe('settings of the platform', () => {
  test('say where the data are, unless ours do', () => {
    const directory = (environment: Record<string, string>) => readConfig(environment).dataDirectory;
    expect(directory({ TEKTON_ROOT: '/t' })).toBe('/t/.tekton/data/harmonia');
    expect(directory({ TEKTON_ROOT: '/t', TEKTON_DATA_DIR: '/d' })).toBe('/d/harmonia');
    expect(directory({ TEKTON_DATA_DIR: '/d', HARMONIA_STATE_DIR: '/s' })).toBe('/s');
    expect(directory({ HARMONIA_STATE_DIR: '/s', HARMONIA_DATA_DIR: '/h' })).toBe('/h');
  });

  test('upstream’s other names count where ours are not set, and are named when they are wrong', () => {
    const { limits } = readConfig({
      ...{ HARMONIA_MAX_CONCURRENT_TASKS: '5', HARMONIA_MAX_CONCURRENT_WORKFLOWS: '6', HARMONIA_MAX_TASK_COUNT: '7' },
      HARMONIA_MAX_WORKFLOWS: '8',
    });
    expect(limits).toMatchObject({ maxRunningTasks: 5, maxOpenExecutions: 6, maxTasks: 7 });
    expect(readConfig({ HARMONIA_MAX_WORKFLOWS: '8' }).limits.maxOpenExecutions).toBe(8);
    expect(
      readConfig({ HARMONIA_MAX_OPEN_EXECUTIONS: '9', HARMONIA_MAX_WORKFLOWS: '8' }).limits.maxOpenExecutions,
    ).toBe(9);
    expect(() => readConfig({ HARMONIA_MAX_CONCURRENT_TASKS: 'many' })).toThrow('HARMONIA_MAX_CONCURRENT_TASKS');
  });

  test('in a checkout our port and Hermes’s must be given; every missing one is named', () => {
    expect(() => demandPorts({})).not.toThrow();
    expect(() => demandPorts({ TEKTON_ROOT: '/t', HARMONIA_PORT: '8007', HERMES_PORT: '8001' })).not.toThrow();
    expect(() => demandPorts({ TEKTON_ROOT: '/t', HARMONIA_PORT: '8007', HERMES_URL: 'http://h' })).not.toThrow();
    expect(() => demandPorts({ TEKTON_ROOT: '/t' })).toThrow(/HARMONIA_PORT and HERMES_PORT.*\/t\/\.env\.local/);
  });

  test('a token of shutdown is long, and not shown when it is not', () => {
    expect(readConfig({ HARMONIA_SHUTDOWN_TOKEN: 'x'.repeat(16) }).tekton.shutdownToken).toBe('x'.repeat(16));
    expect(() => readConfig({ HARMONIA_SHUTDOWN_TOKEN: 'hunter2' })).toThrow(/^(?!.*hunter2).*16 characters/);
  });

  test('what is set without a meaning is told, and stands in the documentation with its reason', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/configuration.md'), 'utf8');
    const [, table = ''] = /These have no meaning here([^]*?)The platform sets/.exec(page) ?? [];
    const rows = [...table.matchAll(/^\| `(\w+)` +\| (.*?) +\|$/gm)].map(([, name = '', why]) => [name, why]);
    expect(Object.fromEntries(rows)).toEqual(UNUSED_SETTINGS);
    expect(readConfig({ HARMONIA_DB_URL: 'x', ENABLE_AUTO_RETRY: '' }).tekton.unused).toEqual(['HARMONIA_DB_URL']);
  });
});
