import {
  compileWorkflow,
  type CompiledWorkflow,
  type Effects,
  type TaskCatalogue,
  type TaskType,
} from '../../../src/engine/core/index.js';
import { createSchemaChecker } from '../../../src/json-schema/index.js';
import type { Json } from '../../../src/kernel/index.js';

/** Kinds of tasks by what they do; of most, a workflow has several. */
export const ACTIONS = {
  pure: ['t/compute', 't/format', 't/choose'],
  read: ['t/fetch', 't/look'],
  idempotent: ['t/put'],
  write: ['t/send', 't/book', 't/log'],
} as const satisfies Record<Effects, readonly string[]>;

const type = (name: string, effects: Effects): TaskType => ({ type: name, description: '', effects });

const TYPES = new Map(
  [
    ...Object.entries(ACTIONS).flatMap(([effects, names]) => names.map((name) => type(name, effects as Effects))),
    { ...type('t/retried', 'write'), retry: { max_retries: 1, initial_delay: 0, jitter: 0 } },
    type('tekton/action', 'write'),
    type('core/delay', 'pure'),
    type('core/noop', 'pure'),
  ].map((known) => [known.type, known]),
);

const catalogue: TaskCatalogue = {
  revision: 0,
  find: (name) => TYPES.get(name),
  types: () => [...TYPES.values()],
};

export const effectsOfType = (name: string): Effects => TYPES.get(name)?.effects ?? 'write';

const surroundings = { catalogue, schemas: createSchemaChecker() };

/** Undefined: the document is not valid. The document is frozen if it is. */
export const compiledOf = (document: Json): CompiledWorkflow | undefined => {
  const result = compileWorkflow(document, surroundings);
  return result.ok ? result.value.compiled : undefined;
};

export const faultsOf = (document: Json): string[] => {
  const result = compileWorkflow(document, surroundings);
  return result.ok ? [] : result.error.map(({ code, pointer, message }) => `${code} ${pointer} ${message}`);
};
