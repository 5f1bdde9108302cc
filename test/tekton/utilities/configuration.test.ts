import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../../src/tekton/utilities/configuration/index.js';
import { ConfigurationError } from '../../../src/tekton/utilities/errors/index.js';

const schema = {
  properties: {
    port: { type: 'integer', minimum: 1, maximum: 65_535 },
    max_models: { type: 'integer', default: 10 },
    ratio: { type: 'number' },
    debug: { type: 'boolean', default: false, environment: ['TEKTON_DEBUG', 'DEBUG'] },
    origins: { type: 'array', items: { type: 'string' }, default: ['*'] },
    counts: { type: 'array', items: { type: 'integer' } },
    limits: { type: 'object', properties: { a: { type: 'number' } } },
    mode: { enum: ['fast', 'slow'], default: 'fast' },
    api_key: { type: 'string', minLength: 8 },
  },
  required: ['port'],
};

const problems = (environment: Record<string, string>, file?: string): unknown => {
  try {
    return readConfiguration({ component: 'sophia', schema, environment, file });
  } catch (error) {
    return error instanceof ConfigurationError ? (error.details.problems ?? error.message) : error;
  }
};

test('defaults, then the environment: texts become what the schema says', () => {
  const environment = {
    ...{ SOPHIA_PORT: '8014', SOPHIA_RATIO: '0.5', TEKTON_DEBUG: 'Yes', DEBUG: 'no' },
    ...{ SOPHIA_ORIGINS: 'a, b,', SOPHIA_COUNTS: '[1, 2]', SOPHIA_LIMITS: '{"a": 1}', SOPHIA_MODE: '', OTHER: 'x' },
  };
  const config = readConfiguration<{ limits: { a: number }; origins: string[] }>({
    component: 'sophia',
    schema,
    environment,
  });
  expect(config).toEqual({
    ...{ port: 8014, max_models: 10, ratio: 0.5, debug: true, origins: ['a', 'b'], counts: [1, 2] },
    ...{ limits: { a: 1 }, mode: 'fast' },
  });
  expect([config, config.limits, config.origins].map(Object.isFrozen)).toEqual([true, true, true]);
  expect(readConfiguration({ component: 'sophia', schema, environment }).origins).toEqual(['a', 'b']);
});

test('every problem in one list, by the setting to mend; values are not shown', () => {
  const environment = {
    ...{ SOPHIA_PORT: '70000', SOPHIA_MAX_MODELS: 'many', DEBUG: 'perhaps', SOPHIA_COUNTS: '1,x' },
    ...{ SOPHIA_LIMITS: '[]', SOPHIA_MODE: 'hasty', SOPHIA_API_KEY: 'hunter2' },
  };
  expect(problems(environment)).toEqual([
    { setting: 'SOPHIA_MAX_MODELS', reason: 'it must be a number' },
    { setting: 'DEBUG', reason: 'it must be true or false' },
    { setting: 'SOPHIA_COUNTS', reason: 'it must be a number' },
    { setting: 'SOPHIA_LIMITS', reason: 'it must be an object, as JSON' },
    { setting: 'SOPHIA_PORT', reason: 'must be <= 65535' },
    { setting: 'SOPHIA_MODE', reason: 'must be one of ["fast","slow"]' },
    { setting: 'SOPHIA_API_KEY', reason: 'must NOT have fewer than 8 characters' },
  ]);
  const read = (): unknown => readConfiguration({ component: 'sophia', schema, environment });
  expect(read).toThrow(/^The configuration of sophia has 7 problem\(s\):\n {2}SOPHIA_MAX_MODELS: /);
  expect(read).not.toThrow('hunter2');
  expect(problems({})).toEqual([{ setting: 'SOPHIA_PORT', reason: 'is not set' }]);
  expect(problems({ SOPHIA_PORT: 'x' })).toEqual([{ setting: 'SOPHIA_PORT', reason: 'it must be a number' }]);
  expect(problems({ SOPHIA_PORT: '8014', SOPHIA_LIMITS: '{"a":"b"}' })).toEqual([
    { setting: 'SOPHIA_LIMITS', reason: '/a must be number' },
  ]);
});

describe('a file', () => {
  let directory: string;
  beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'harmonia-configuration-'))));
  afterAll(() => rm(directory, { recursive: true }));
  const written = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), text);
    return join(directory, name);
  };

  test('stands between the defaults and the environment', async () => {
    const file = await written('a.yaml', 'port: 1\nmax_models: 2\nmode: slow\n');
    expect(readConfiguration({ component: 'sophia', schema, environment: { SOPHIA_PORT: '3' }, file })).toMatchObject({
      ...{ port: 3, max_models: 2, mode: 'slow', debug: false },
    });
    expect(problems({}, await written('a.json', '{"port": 1, "mode": "odd"}'))).toEqual([
      { setting: 'mode', reason: 'must be one of ["fast","slow"]' },
    ]);
  });

  test('that is none is an error that shows nothing of it', async () => {
    expect(problems({}, join(directory, 'none.yaml'))).toMatch(/none\.yaml can not be read: ENOENT/);
    expect(problems({}, await written('b.yaml', 'key: "hunter2'))).toMatch(/b\.yaml is neither JSON nor YAML\.$/);
    expect(problems({}, await written('c.yaml', '- 1'))).toMatch(/c\.yaml holds no settings by name\.$/);
    expect(problems({}, await written('d.yaml', ''))).toEqual([{ setting: 'SOPHIA_PORT', reason: 'is not set' }]);
  });
});
