import {
  fault,
  isJsonObject,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
} from '../../kernel/index.js';
import { canonicalWhen } from './conditions.js';
import { translateText, Untranslatable, type Names } from './expression-text.js';
import { canonicalRetry } from './retry-names.js';
import type { TaskIds } from './task-ids.js';

/** A task of a foreign document, where it stands and under which id. */
export interface ForeignTask {
  readonly original: string;
  readonly where: JsonPointer;
  readonly body: JsonObject;
}

export interface Translation {
  readonly ids: TaskIds;
  readonly names: Names;
  readonly faults: Fault[];
  /** For tasks that name no component of their own. */
  readonly defaultComponent: string | undefined;
  /** The canonical id for what `depends_on` says: an id, a key, or a display name. */
  readonly resolve: (reference: string) => string | undefined;
}

const USED: ReadonlySet<string> = new Set([
  ...['id', 'name', 'description', 'type', 'component', 'action', 'tool', 'input', 'inputs', 'parameters', 'config'],
  ...[
    'depends_on',
    'dependsOn',
    'dependencies',
    'next',
    'join',
    'retry_policy',
    'retryPolicy',
    'retry',
    'error_handler',
  ],
  ...[
    'errorHandler',
    'maxRetries',
    'timeout',
    'timeout_ms',
    'timeoutMs',
    'when',
    'condition',
    'on_error',
    'on_failure',
  ],
  ...['on_lost', 'priority', 'effects', 'metadata', 'switch', 'trigger_rule', 'transitions'],
]);

/** Upstream's task types that say nothing about what is done. */
const PLAIN_TYPES: ReadonlySet<string> = new Set(['standard', 'task', 'action', 'custom', 'parallel', 'fork', 'join']);

/** Rewrites the expressions in a value. */
export const translateValue = (
  value: Json,
  where: JsonPointer,
  { names, faults }: Pick<Translation, 'names' | 'faults'>,
): Json => {
  if (typeof value === 'string') {
    try {
      return translateText(value, names);
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      faults.push(fault('dialect_unmapped', where, { reason: error.message }));
      return value;
    }
  }
  if (Array.isArray(value))
    return (value as Json[]).map((entry, index) => translateValue(entry, pointer(where, index), { names, faults }));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, translateValue(entry, pointer(where, key), { names, faults })] as const,
  );
  return Object.fromEntries(entries);
};

/** One task in the canonical form, whatever words it was written in. Edges that others give it are added by the caller. */
export const canonicalTask = (task: ForeignTask, translation: Translation): Record<string, Json> => {
  const { body, original } = task;
  const id = translation.ids.of(original);
  const name = typeof body.name === 'string' ? body.name : original;
  return {
    ...(name !== id && { name }),
    ...(typeof body.description === 'string' && { description: body.description }),
    ...workOf(task, translation),
    ...inputOf(task, translation),
    ...dependenciesOf(task, translation),
    ...conditionOf(task, translation),
    ...retryOf(body),
    ...timeoutOf(body),
    ...errorPolicyOf(task, translation),
    ...copied(body),
    ...metadataOf(task, id),
  };
};

const copied = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    ['on_lost', 'priority', 'effects'].flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])),
  );

const workOf = ({ body, where }: ForeignTask, { defaultComponent, faults }: Translation): JsonObject => {
  const { component, action, tool, type } = body;
  if (typeof tool === 'string' && component === undefined) return { component: 'mcp', action: tool };
  if (typeof component === 'string') return { component, action: typeof action === 'string' ? action : 'execute' };
  if (typeof type === 'string' && type.includes('/')) return { type };
  if (defaultComponent !== undefined)
    return { component: defaultComponent, action: typeof action === 'string' ? action : workName(type) };
  if (typeof type === 'string' && !PLAIN_TYPES.has(type) && !['start', 'end'].includes(type))
    return { component: type, action: typeof action === 'string' ? action : 'execute' };
  if (typeof action !== 'string' && typeof type === 'string') return { type: 'core/noop' };
  const missing =
    typeof action === 'string' ? `the action "${action}" has no component` : 'the task names no component and no type';
  faults.push(fault('dialect_unmapped', where, { reason: missing }));
  return { type: 'core/noop' };
};

const workName = (type: Json | undefined): string =>
  typeof type === 'string' && !PLAIN_TYPES.has(type) ? type : 'execute';

const inputOf = ({ body, where }: ForeignTask, translation: Translation): JsonObject => {
  const field = ['input', 'parameters', 'inputs', 'config'].find((candidate) => isJsonObject(body[candidate]));
  if (field === undefined) return {};
  const input = translateValue(body[field] as Json, pointer(where, field), translation);
  return isJsonObject(input) && Object.keys(input).length > 0 ? { input } : {};
};

const dependenciesOf = ({ body, where }: ForeignTask, { resolve, faults, ids }: Translation): JsonObject => {
  const field = ['depends_on', 'dependsOn', 'dependencies'].find((candidate) => body[candidate] !== undefined);
  const said = field === undefined ? [] : body[field];
  const join = isStringList(body.join) ? body.join : [];
  const list = isStringList(said) ? said : typeof said === 'string' ? [said] : undefined;
  if (!list) {
    faults.push(fault('wrong_type', pointer(where, field as string), { expected: 'a list of task ids' }));
    return {};
  }
  const needs = new Set<string>();
  [...list, ...join].forEach((reference, index) => {
    const id = resolve(reference);
    if (id !== undefined) needs.add(id);
    else {
      const at = pointer(
        where,
        index < list.length ? (field as string) : 'join',
        index < list.length ? index : index - list.length,
      );
      faults.push(fault('unknown_task', at, { id: reference, known: ids.originals.slice(0, 10).join(', ') }));
    }
  });
  return { ...(needs.size > 0 && { depends_on: [...needs] }), ...joinOf(body) };
};

const joinOf = ({ join, trigger_rule: rule }: JsonObject): JsonObject => {
  if (join === 'all' || join === 'any' || typeof join === 'number') return { join };
  return rule === 'one_success' ? { join: 'any' } : {};
};

const isStringList = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && (value as Json[]).every((entry) => typeof entry === 'string');

const conditionOf = ({ body, where }: ForeignTask, { names, faults }: Translation): JsonObject => {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const condition = body.when ?? body.condition ?? metadata.condition;
  if (condition === undefined || condition === null) return {};
  try {
    return { when: canonicalWhen(condition, names) };
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    faults.push(
      fault('dialect_unmapped', pointer(where, body.when === undefined ? 'condition' : 'when'), {
        reason: error.message,
      }),
    );
    return {};
  }
};

const retryOf = (body: JsonObject): JsonObject => {
  const handler = isJsonObject(body.error_handler) ? body.error_handler : undefined;
  const byName = body.errorHandler === 'retry' && typeof body.maxRetries === 'number' ? body.maxRetries : undefined;
  const policy = canonicalRetry(body.retry_policy ?? body.retryPolicy ?? body.retry ?? handler ?? byName);
  return policy ? { retry_policy: policy } : {};
};

const timeoutOf = (body: JsonObject): JsonObject => {
  if (typeof body.timeout === 'number' && body.timeout > 0) return { timeout: body.timeout };
  const ms = body.timeout_ms ?? body.timeoutMs;
  return typeof ms === 'number' && ms > 0 ? { timeout: ms / 1000 } : {};
};

const errorPolicyOf = ({ body, where }: ForeignTask, { resolve, faults }: Translation): JsonObject => {
  const policy = body.on_error ?? body.on_failure;
  if (policy === undefined || policy === 'fail') return {};
  if (policy === 'continue' || policy === 'skip') return { on_error: 'continue' };
  const target = isJsonObject(policy) ? (policy.goto ?? policy.handler_step ?? policy.step) : policy;
  const id = typeof target === 'string' ? resolve(target) : undefined;
  if (id !== undefined) return { on_error: { goto: id } };
  const field = body.on_error === undefined ? 'on_failure' : 'on_error';
  faults.push(
    fault('dialect_unmapped', pointer(where, field), {
      reason: 'it is neither fail, continue, nor a task of this document',
    }),
  );
  return {};
};

/** Nothing is lost silently: what has no place here goes to `metadata`. */
const metadataOf = ({ body, original }: ForeignTask, id: string): JsonObject => {
  const own = isJsonObject(body.metadata) ? { ...body.metadata } : {};
  delete (own as Record<string, Json>).condition;
  const extra = Object.entries(body).filter(([field]) => !USED.has(field));
  const metadata = {
    ...own,
    ...(id !== original && { original_id: original }),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
  return Object.keys(metadata).length > 0 ? { metadata } : {};
};
