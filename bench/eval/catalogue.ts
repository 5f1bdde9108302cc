import { createSchemaChecker } from '../../src/json-schema/index.js';
import {
  compileWorkflow,
  type CompiledWorkflow,
  type Effects,
  type Surroundings,
  type TaskType,
} from '../../src/engine/core/index.js';
import type { JsonObject } from '../../src/kernel/index.js';

/** How many files a program may name each way. */
export const MOST_FILES = 100;

const typeOf = (type: string, effects: Effects, properties: JsonObject = {}): TaskType => ({
  ...{ type, description: '', effects },
  input: { type: 'object', properties },
});

const files = Object.fromEntries<JsonObject>(
  Array.from({ length: MOST_FILES }, (_, n): [string, JsonObject][] => [
    [`in_${n}`, { type: 'string', 'x-resource': { kind: 'file', access: 'read' } }],
    [`out_${n}`, { type: 'string', 'x-resource': { kind: 'file', access: 'write' } }],
  ]).flat(),
);

/** Actions whose plugin says no more than that they write. */
export const UNDECLARED: readonly string[] = Array.from({ length: 8 }, (_, n) => `u/a${n}`);

/** `t/pure`, `t/read` and `t/write` do what they are called; `t/program` reads and writes the files that it names. */
const TYPES = new Map(
  [
    ...[typeOf('t/pure', 'pure'), typeOf('t/read', 'read'), typeOf('t/write', 'write')],
    ...[
      typeOf('tekton/action', 'write'),
      typeOf('t/program', 'idempotent', files),
      typeOf('api/get', 'read'),
      typeOf('api/post', 'write'),
    ],
    ...UNDECLARED.map((action) => typeOf(action, 'write')),
  ].map((type) => [type.type, type]),
);

export const surroundings: Surroundings = {
  catalogue: { revision: 1, find: (type) => TYPES.get(type), types: () => [...TYPES.values()] },
  schemas: createSchemaChecker(),
};

export const compiled = (document: JsonObject): CompiledWorkflow => {
  const accepted = compileWorkflow(document, surroundings);
  if (!accepted.ok) throw new Error(`a document of the evaluation is not valid: ${JSON.stringify(accepted.error)}`);
  return accepted.value.compiled;
};
