import { describe, expect, test } from '@jest/globals';
import type { ClassConstructor } from 'class-transformer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TOOLS } from '../../src/api/mcp/catalogue.js';
import { bodiesIn, isBody, isStrict } from '../../src/api/rest/dto/fields.js';
import { validationPipe } from '../../src/api/rest/validation.js';
import { HarmoniaError, type Fault, type Json, type JsonObject } from '../../src/kernel/index.js';

type Body = ClassConstructor<object>;

/** Bodies that upstream had too, or its callers send: these ignore what they do not know, at their own level. */
const LENIENT = [
  ...['ExecuteDto', 'StartDto', 'ReasonDto', 'ResumeDto', 'CancelDto', 'CheckpointDto', 'CheckpointOfDto'],
  ...['RestoreOptionsDto', 'RestoreDto', 'SignalDto', 'EventDto', 'VariablesDto'],
  ...['ActionCallDto', 'MessageDto', 'TransitionDto', 'EvaluateDto'],
  ...['ExecuteToolDto', 'ProcessDto', 'CallToolDto', 'ListPageDto', 'ReadResourceDto'],
];

/** No body: part of one that is, whose fields are its own. */
const PARTS = ['ReexecutionFields'];

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.ts') && readFileSync(path, 'utf8').includes('/fields.js'));

/** All bodies that files of the API export, by name. Queries are none. */
const bodies = new Map<string, Body>();
for (const path of filesBelow('src/api')) {
  const all = (await import(`../../${path}`)) as Readonly<Record<string, unknown>>;
  for (const [name, one] of Object.entries(all))
    if (isBody(one) && !name.endsWith('QueryDto') && !name.endsWith('Arguments')) bodies.set(name, one);
}

const STRANGER = 'no_such_field';

/** A body with a stranger in every place that has fields, and where strict ones stand. */
const withStrangers = (of: Body, at: string): { readonly body: JsonObject; readonly refused: readonly string[] } => {
  const body: Record<string, Json> = { [STRANGER]: 1 };
  const refused = isStrict(of) ? [`${at}/${STRANGER}`] : [];
  for (const [field, inner] of Object.entries(bodiesIn(of))) {
    const isList = Array.isArray(typeOf(of, field));
    const nested = withStrangers(inner, `${at}/${field}${isList ? '/1' : ''}`);
    body[field] = isList ? [{}, nested.body] : nested.body;
    refused.push(...nested.refused);
  }
  return { body, refused };
};

const typeOf = (of: Body, field: string): unknown =>
  (Reflect.getMetadata('swagger/apiModelProperties', of.prototype as object, field) as { type?: unknown } | undefined)
    ?.type;

/** Faults of fields that a body does not have. */
const strangersIn = async (of: Body, body: JsonObject): Promise<readonly Fault[]> => {
  try {
    await validationPipe().transform(body, { type: 'body', metatype: of });
    return [];
  } catch (error) {
    if (!(error instanceof HarmoniaError)) throw error;
    return error.faults.filter(({ code }) => code === 'unknown_field');
  }
};

const refusedIn = async (of: Body, body: JsonObject): Promise<readonly string[]> =>
  (await strangersIn(of, body)).map(({ pointer }) => pointer).sort();

test('those that take other fields are those of callers that were there before', () => {
  const lenient = [...bodies].filter(([, of]) => !isStrict(of)).map(([name]) => name);
  expect(lenient.sort()).toEqual([...LENIENT, ...PARTS].sort());
  expect(bodies.size).toBeGreaterThan(45);
});

test('what stands inside of a body is strict', () => {
  const inside = [...bodies.values()].flatMap((of) => Object.values(bodiesIn(of)));
  expect(inside.length).toBeGreaterThan(5);
  expect(inside.filter((of) => !isStrict(of)).map(({ name }) => name)).toEqual([]);
});

test.each([...bodies])('%s: a field that it does not have is refused in its place', async (_, of) => {
  const { body, refused } = withStrangers(of, '');
  expect(await refusedIn(of, body)).toEqual([...refused].sort());
});

describe('tools', () => {
  const inputs = TOOLS.map(({ name, input, isUpstream = false }) => [name, { input, isUpstream }] as const);

  test.each(inputs)('%s', async (_, { input, isUpstream }) => {
    expect(isStrict(input) || isUpstream).toBe(true);
    const { body, refused } = withStrangers(input, '');
    expect(await refusedIn(input, body)).toEqual([...refused].sort());
  });
});

describe('under whatever name they stand', () => {
  const execute = bodies.get('ExecuteDto') as Body;

  test.each<[string, JsonObject, readonly string[]]>([
    ['camelCase', { executionOptions: { retryPolicy: { retries: 3 } } }, ['/executionOptions/retryPolicy/retries']],
    [
      'what upstream documented',
      { execution_options: { async: true, timeout: 1, retry_policy: { max_retries: 1, retry_interval: 2 } } },
      [],
    ],
    ['null is nothing', { execution_options: { bugdet: null, retry_policy: null } }, []],
    [
      'several',
      { execution_options: { bugdet: {}, asynch: 1 } },
      ['/execution_options/asynch', '/execution_options/bugdet'],
    ],
  ])('%s', async (_, body, pointers) => {
    expect(await refusedIn(execute, body)).toEqual(pointers);
  });

  test('the cure names the fields that there are', async () => {
    const [fault] = await strangersIn(execute, { execution_options: { bugdet: {} } });
    expect(fault?.cure).toContain('budget');
  });
});
