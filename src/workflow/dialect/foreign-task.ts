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
    ...retryOf(task, translation),
    ...timeoutOf(task, translation),
    ...errorPolicyOf(task, translation),
    ...copied(body),
    ...metadataOf(task, id),
  };
};

const copied = (body: JsonObject): JsonObject =>
  Object.fromEntries(
    ['on_lost', 'priority', 'effects'].flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])),
  );

/** Kinds of upstream's tasks that this version does not run. */
const UNAVAILABLE_TYPES: ReadonlySet<string> = new Set(['loop', 'map', 'event', 'webhook', 'approval', 'subworkflow']);

const workOf = (task: ForeignTask, translation: Translation): JsonObject => {
  const { body, where } = task;
  const { defaultComponent, faults } = translation;
  const { component, action, tool, type } = body;
  const named = typeof action === 'string' ? action : undefined;
  if (body.switch !== undefined) return { switch: switchOf(task, translation) };
  if (isUnavailable(type) && defaultComponent === undefined) {
    const reason = `tasks of type "${type}" are not available yet`;
    faults.push(fault('dialect_unmapped', pointer(where, 'type'), { reason }));
    return { type: 'core/noop' };
  }
  if (typeof tool === 'string' && component === undefined) return { component: 'mcp', action: tool };
  if (typeof component === 'string') return { component, action: named ?? 'execute' };
  if (typeof type === 'string' && type.includes('/')) return { type };
  if (defaultComponent !== undefined) return { component: defaultComponent, action: named ?? workName(type) };
  return workByType(task, named, faults);
};

/** What a task does that names neither a component nor a tool. */
const workByType = ({ body: { type }, where }: ForeignTask, named: string | undefined, faults: Fault[]): JsonObject => {
  if (typeof type === 'string' && !isPlain(type)) return { component: type, action: named ?? 'execute' };
  if (named === undefined && typeof type === 'string') return { type: 'core/noop' };
  const reason =
    named === undefined ? 'the task names no component and no type' : `the action "${named}" has no component`;
  faults.push(fault('dialect_unmapped', where, { reason }));
  return { type: 'core/noop' };
};

const isUnavailable = (type: Json | undefined): type is string =>
  typeof type === 'string' && UNAVAILABLE_TYPES.has(type);

const isPlain = (type: string): boolean => PLAIN_TYPES.has(type) || type === 'start' || type === 'end';

/** A canonical switch in a document that is foreign otherwise. */
const switchOf = ({ body, where }: ForeignTask, { names, faults, resolve }: Translation): Json => {
  if (!Array.isArray(body.switch)) return body.switch ?? null; // the validator's to report
  return (body.switch as Json[]).map((branch, index) => {
    if (!isJsonObject(branch)) return branch;
    const target = typeof branch.goto === 'string' ? resolve(branch.goto) : undefined;
    const when: Record<string, Json> = {};
    try {
      if (branch.when !== undefined) when.when = canonicalWhen(branch.when, names);
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      faults.push(fault('dialect_unmapped', pointer(where, 'switch', index, 'when'), { reason: error.message }));
    }
    return { ...branch, ...when, ...(target !== undefined && { goto: target }) };
  });
};

const workName = (type: Json | undefined): string =>
  typeof type === 'string' && !PLAIN_TYPES.has(type) ? type : 'execute';

const INPUT_FIELDS = ['input', 'parameters', 'inputs', 'config'];

const inputOf = ({ body, where }: ForeignTask, translation: Translation): JsonObject => {
  const said = INPUT_FIELDS.filter((field) => body[field] !== undefined && body[field] !== null);
  const full = said.filter((field) => !isJsonObject(body[field]) || Object.keys(body[field]).length > 0);
  const [field, second] = full;
  if (field === undefined) return {};
  if (second !== undefined) {
    const reason = `it has an input under both \`${field}\` and \`${second}\``;
    translation.faults.push(fault('dialect_unmapped', pointer(where, second), { reason }));
  }
  const input = translateValue(body[field] as Json, pointer(where, field), translation);
  if (isJsonObject(input)) return { input };
  translation.faults.push(fault('wrong_type', pointer(where, field), { expected: 'an object' }));
  return {};
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
      const own = typeof said === 'string' ? [field as string] : [field as string, index];
      const at = pointer(where, ...(index < list.length ? own : ['join', index - list.length]));
      faults.push(fault('unknown_task', at, { id: reference, known: ids.some }));
    }
  });
  return { ...(needs.size > 0 && { depends_on: [...needs] }), ...joinOf(body, where, faults) };
};

/** A `join` that is no list of tasks is handed on: if it is wrong, the validator says so. */
const joinOf = ({ join, trigger_rule: rule }: JsonObject, where: JsonPointer, faults: Fault[]): JsonObject => {
  if (join !== undefined && join !== null && !isStringList(join)) return { join };
  if (rule === 'one_success') return { join: 'any' };
  if (rule !== undefined && rule !== null && rule !== 'all_success') {
    const reason = 'of the trigger rules all_success and one_success can be said';
    faults.push(fault('dialect_unmapped', pointer(where, 'trigger_rule'), { reason }));
  }
  return {};
};

const isStringList = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && (value as Json[]).every((entry) => typeof entry === 'string');

const conditionOf = ({ body, where }: ForeignTask, { names, faults }: Translation): JsonObject => {
  const metadata = isJsonObject(body.metadata) ? body.metadata : {};
  const condition = body.when ?? body.condition ?? metadata.condition;
  if (condition === undefined || condition === null) return {};
  const path = [body.when, body.condition].some((said) => said !== undefined && said !== null)
    ? [(body.when ?? undefined) === undefined ? 'condition' : 'when']
    : ['metadata', 'condition'];
  try {
    return { when: canonicalWhen(condition, names) };
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    faults.push(fault('dialect_unmapped', pointer(where, ...path), { reason: error.message }));
    return {};
  }
};

const retryOf = ({ body, where }: ForeignTask, { faults }: Translation): JsonObject => {
  const handler = isJsonObject(body.error_handler) ? body.error_handler : undefined;
  const byName = body.errorHandler === 'retry' && typeof body.maxRetries === 'number' ? body.maxRetries : undefined;
  const said = body.retry_policy ?? body.retryPolicy ?? body.retry ?? handler ?? byName;
  if (said === undefined || said === null || said === false) return {};
  const policy = canonicalRetry(said);
  if (policy) return { retry_policy: policy };
  const field = ['retry_policy', 'retryPolicy', 'retry'].find((name) => body[name] === said) ?? 'retry';
  faults.push(fault('wrong_type', pointer(where, field), { expected: 'a retry policy, or the number of retries' }));
  return {};
};

const timeoutOf = ({ body, where }: ForeignTask, { faults }: Translation): JsonObject => {
  const field = ['timeout', 'timeout_ms', 'timeoutMs'].find((name) => body[name] !== undefined && body[name] !== null);
  const said = field === undefined ? undefined : body[field];
  if (field === undefined || said === 0) return {}; // 0 is upstream's word for none
  if (typeof said === 'number' && said > 0) return { timeout: field === 'timeout' ? said : said / 1000 };
  faults.push(fault('wrong_type', pointer(where, field), { expected: 'a positive number' }));
  return {};
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
