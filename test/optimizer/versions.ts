import { expect, test } from '@jest/globals';
import {
  compileWorkflow,
  type CompiledWorkflow,
  type Effects,
  type TaskCatalogue,
  type TaskType,
} from '../../src/engine/core/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS, type Claim, type Facts } from '../../src/llm/optimizer/ir/index.js';
import { check } from '../../src/llm/optimizer/verify/index.js';
import { createSchemaChecker } from '../../src/json-schema/index.js';

const schemas = createSchemaChecker();

const EFFECTS: readonly Effects[] = ['pure', 'read', 'idempotent', 'write'];

/** `x/pure`, `x/read`, `x/idempotent`, `x/write`, and the same of `y`. */
const types = new Map<string, TaskType>(
  ['x', 'y'].flatMap((plugin) =>
    EFFECTS.map((effects) => [`${plugin}/${effects}`, { type: `${plugin}/${effects}`, description: '', effects }]),
  ),
);
const fileTypes = { 'f/read': ['read', 'read'], 'f/write': ['idempotent', 'write'] } as const;
for (const [type, [effects, access]] of Object.entries(fileTypes)) {
  const path = { type: 'string', 'x-resource': { kind: 'file', access, within: ['root'] } };
  types.set(type, { type, description: '', effects, input: { type: 'object', properties: { path } } });
}
types.set('tekton/action', { type: 'tekton/action', description: '', effects: 'write' });
types.set('core/value', { type: 'core/value', description: '', effects: 'pure' });
types.set('core/delay', { type: 'core/delay', description: '', effects: 'pure' });

export const catalogue: TaskCatalogue = {
  revision: 1,
  find: (type) => types.get(type),
  types: () => [...types.values()],
};

export const surroundings = { catalogue, schemas };

export const compile = (tasks: JsonObject, rest: JsonObject = {}): CompiledWorkflow => {
  const accepted = compileWorkflow({ name: 'w', tasks, ...rest }, surroundings);
  if (!accepted.ok) throw new Error(JSON.stringify(accepted.error));
  return accepted.value.compiled;
};

export const pure = (more: JsonObject = {}): JsonObject => ({ type: 'x/pure', ...more });
export const read = (more: JsonObject = {}): JsonObject => ({ type: 'x/read', ...more });
export const write = (more: JsonObject = {}): JsonObject => ({ type: 'x/write', ...more });
export const reading = (id: string, more: JsonObject = {}): JsonObject => ({
  ...more,
  input: { of: `\${tasks.${id}.output}` },
});

/** Two versions; `rest` is what both say beside their tasks. */
export interface Versions {
  readonly base: JsonObject;
  readonly candidate: JsonObject;
  readonly rest?: JsonObject;
  readonly restOfCandidate?: JsonObject;
  readonly facts?: Partial<Facts>;
  readonly claim?: Partial<Claim>;
}

/** `proved`, or the reason of the objection. */
export const verdict = (versions: Versions): Json => {
  const { base, candidate, rest = {}, restOfCandidate = rest, facts = {}, claim = {} } = versions;
  const checked = check({
    base: compile(base, rest),
    candidate: compile(candidate, restOfCandidate),
    claim: { level: 'success-equivalent', stands: {}, gone: {}, policies: {}, ...claim },
    facts: { ...NO_FACTS, ...facts },
  });
  return checked.ok ? 'proved' : checked.error.reason;
};

/** The output of `z`, which all tables end with. */
export const output: JsonObject = { output: { x: '${tasks.z.output}' } };
export const after = (...ids: string[]): { depends_on: string[] } => ({ depends_on: ids });

/** Rows: what is done, what the checker says. */
export const table = (rows: readonly (readonly [string, string, Versions])[]): void => {
  test.each(rows)('%s: %s', (_name, expected, versions) => {
    expect(verdict(versions)).toBe(expected);
  });
};
