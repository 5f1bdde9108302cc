import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { compileWorkflow, type TaskCatalogue } from '../../src/engine/core/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';
import { isJsonObject, type Fault, type Json, type JsonObject } from '../../src/kernel/index.js';
import { importDocument } from '../../src/workflow/index.js';
import { pointsInto } from '../world/json-pointers.js';

interface Example {
  readonly what: string;
  readonly dialect: string;
  readonly source: JsonObject;
  /** The whole canonical document, but for `metadata.source`. */
  readonly canonical: JsonObject & { readonly metadata: JsonObject };
  readonly warnings?: readonly string[];
}

const FOLDER = new URL('../fixtures/dialects/', import.meta.url);
const examples = readdirSync(FOLDER)
  .sort()
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Example[])
  .map((example) => [example.what, example] as const);

const imported = (source: Json): { document: JsonObject; dialect: string; warnings: readonly Fault[] } => {
  const result = importDocument(source);
  if (!result.ok) throw new Error(JSON.stringify(result.error, null, 1));
  return result.value;
};

const catalogue: TaskCatalogue = {
  revision: 0,
  find: (type) => ({ type, description: '', effects: 'write' }),
  types: () => [],
};
const schemas = createSchemaChecker();
const faultsOf = (document: JsonObject): readonly Fault[] => {
  const result = compileWorkflow(document, { catalogue, schemas });
  return result.ok ? [] : result.error;
};

const CONSTRUCTS = [
  ...['map', 'loop', 'tasks', 'try', 'race', 'workflow', 'wait', 'event', 'approval', 'webhook', 'compensate'],
];

/** Whether a document says something that the validator may not know yet: a construct, or handlers by class. */
const usesConstructs = ({ tasks }: JsonObject): boolean =>
  Object.values(tasks as JsonObject).some(
    (task) =>
      isJsonObject(task) &&
      (Array.isArray(task.on_error) || CONSTRUCTS.some((construct) => task[construct] !== undefined)),
  );

const valueAt = (document: Json, pointer: string): Json | undefined => {
  let value: Json | undefined = document;
  for (const token of pointer.split('/').slice(1)) value = isJsonObject(value) ? value[token] : undefined;
  return value;
};

/** Until the constructs run, they are refused as such, and a list of handlers as no policy. */
const isExpected = (document: JsonObject, { code, pointer }: Fault): boolean =>
  code === 'construct_unavailable' ||
  (code === 'wrong_type' && pointer.endsWith('/on_error') && Array.isArray(valueAt(document, pointer)));

test('every dialect and every task type of upstream has an example', () => {
  const dialects = new Set(examples.map(([, { dialect }]) => dialect));
  expect([...dialects].sort()).toEqual(['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8']);
  const told = examples.map(([what]) => what.split(':')[0]);
  for (const type of ['standard', 'decision', 'parallel', 'join', 'loop', 'map', 'event', 'wait', 'webhook', 'custom'])
    expect(told).toContain(type);
});

describe.each(examples)('%s', (_what, { dialect, source, canonical, warnings = [] }) => {
  test('becomes this canonical document, whole', () => {
    const result = imported(source);
    expect(result.document).toEqual({ ...canonical, metadata: { ...canonical.metadata, source } });
    expect(result.dialect).toBe(dialect);
    expect(result.warnings.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(warnings);
    expect(result.warnings.filter(({ pointer }) => !pointsInto(source, pointer))).toEqual([]);
  });

  test('is canonical then', () => {
    const { document } = imported(source);
    expect(imported(document)).toEqual({ document, dialect: 'canonical', warnings: [] });
  });

  test('is accepted by the validator, but for constructs that it does not know yet', () => {
    const { document } = imported(source);
    const faults = faultsOf(document);
    expect(faults.filter((fault) => !usesConstructs(document) || !isExpected(document, fault))).toEqual([]);
  });
});

test('the example of the guide becomes what the guide says', () => {
  const guide = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8');
  const [source = '', tasks = ''] = [...guide.matchAll(/```json\n([^`]*)```/g)].map(([, text]) => text as string);
  expect(imported(JSON.parse(source) as Json).document.tasks).toEqual(JSON.parse(tasks));
});
