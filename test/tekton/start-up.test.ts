import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startUpSettings } from '../../src/config/index.js';
import type { HarmoniaError } from '../../src/kernel/index.js';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-start-up-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const settings = async (instructions: unknown) => {
  const file = join(directory, 'start-up.json');
  await writeFile(file, typeof instructions === 'string' ? instructions : JSON.stringify(instructions));
  return startUpSettings(file);
};

test('every instruction of upstream’s start-up file does what it says', async () => {
  const upstream = {
    ...{ component_name: 'harmonia', component_id: 'harmonia.workflow', version: '0.1.0', data_directory: '/data' },
    ...{ config_file: null, log_level: 'WARNING', hermes_url: 'http://localhost:8001/api', auto_register: false },
    ...{
      engram_url: 'http://[::1]:8000',
      ergon_url: 'http://ergon.example',
      prometheus_url: null,
      synthesis_url: null,
    },
    ...{ initialize_db: true, load_previous_state: true, max_workflows: 100, database_type: 'sqlite' },
    ...{ database_url: null, extensions: { a: 1 }, metadata: {} },
  };
  expect(await settings(upstream)).toEqual({
    ...{ HARMONIA_COMPONENT_ID: 'harmonia.workflow', HARMONIA_DATA_DIR: '/data', HARMONIA_LOG_LEVEL: 'WARNING' },
    ...{ HERMES_URL: 'http://localhost:8001/api', TEKTON_HERMES_DISCOVERY: 'false' },
    ...{ ENGRAM_HOST: '::1', ENGRAM_PORT: '8000', ERGON_HOST: 'ergon.example', ERGON_PORT: '80' },
    HARMONIA_MAX_OPEN_EXECUTIONS: '100',
  });
});

test('what cannot be followed is told, all of it, with its place', async () => {
  const wrong = {
    ...{ database_type: 'postgresql', database_url: 'postgres://x', load_previous_state: false, initialize_db: false },
    ...{ engram_url: 'http://localhost:8000/api', max_workflows: '100', data_directory: 5, auto_register: 'yes' },
    ...{ component_name: 'hermes', constructor: 1, config_file: 'x.yaml', ergon_url: 'ftp://e' },
  };
  await expect(settings(wrong)).rejects.toMatchObject({
    code: 'validation_error',
    faults: Object.keys(wrong).map((name) => ({ code: 'start_up_instruction', pointer: `/${name}` })),
  });
});

test('the guide lists what the file may say', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../docs/guides/tekton.md'), 'utf8');
  const rows = [...guide.matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) +\|/gm)].map(([, names = '']) => names);
  const told = rows.flatMap((names) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const known = await settings({ nonsense: 1 }).catch(({ faults }: HarmoniaError) => faults[0]?.message ?? '');
  expect(
    /known: (.*)\./
      .exec(known as string)?.[1]
      ?.split(', ')
      .sort(),
  ).toEqual(told.sort());
});

test('a file that is none is named', async () => {
  for (const text of ['{', '[]', '5']) await expect(settings(text)).rejects.toThrow(/STARTUP_INSTRUCTIONS_FILE.*json/);
  expect(() => startUpSettings(join(directory, 'nowhere.json'))).toThrow(/nowhere\.json/);
});
