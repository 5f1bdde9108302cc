import { fault, isJsonObject, pointer, type Json, type JsonObject } from '../../kernel/index.js';
import { defaultAction } from './default-action.js';
import { canonicalWhen, conditionExpression } from './conditions.js';
import { constructOf } from './construct/index.js';
import { onErrorOf } from './error-handlers.js';
import { canonicalRetry, saysMore } from './retry-names.js';
import type { Said } from './task-words.js';
import type { CanonicalTask, Translation } from './translation.js';
import { attempt, inputSaid, translateValue } from './values.js';

/** Upstream's task types that say nothing about what is done. */
const PLAIN_TYPES: ReadonlySet<string> = new Set([
  ...['standard', 'task', 'action', 'custom', 'decision', 'parallel', 'fork', 'join', 'start', 'end'],
]);

/**
 * One task in the canonical form, whatever words it was written in. Edges that it gives to others, and what is left
 * of its words, are added by the caller.
 */
export const canonicalTask = (translation: Translation): CanonicalTask => {
  const { words, id, task } = translation;
  words.take('id');
  const name = words.text('name') ?? task.original;
  const description = words.text('description');
  const join = joinOf(translation);
  const construct = constructOf(translation);
  const work = construct ?? workOf(translation);
  const takesInput = construct === undefined ? !('switch' in work || isIdle(work, words)) : 'type' in work;
  const policy = onErrorOf(translation);
  return {
    ...(name !== id && { name }),
    ...(description !== undefined && { description }),
    ...work,
    ...(takesInput && !('input' in work) && inputOf(translation)),
    ...dependenciesOf(translation),
    ...join,
    ...conditionOf(translation),
    ...retryOf(translation),
    ...timeoutOf(translation),
    ...(policy !== undefined && { on_error: policy }),
    ...copied(translation),
  };
};

const copied = ({ words, names, faults }: Translation): JsonObject => {
  const plain = ['on_lost', 'priority', 'effects', 'concurrency_key', 'cache'].flatMap((field) => {
    const said = words.take(field);
    return said ? [[field, said.value] as const] : [];
  });
  const undo = words.take('compensate');
  return {
    ...Object.fromEntries(plain),
    ...(undo && { compensate: translateValue(undo.value, undo.where, { names, faults }) }),
  };
};

const workOf = (translation: Translation): JsonObject => {
  const { words, defaultComponent } = translation;
  if (words.peek('switch') !== undefined) return { switch: switchOf(translation) };
  const type = words.peek('type');
  const isPlain = typeof type === 'string' && PLAIN_TYPES.has(type);
  if (isPlain) words.take('type');
  if (words.peek('component') === undefined) {
    const tool = words.text('tool');
    if (tool !== undefined) return { component: 'mcp', action: tool };
  }
  const component = words.text('component');
  const action = words.text('action');
  if (component !== undefined)
    return { component, action: action ?? defaultAction(component, [type, words.peek('phase')]) };
  if (typeof type === 'string' && type.includes('/')) return { type: words.text('type') as string };
  if (defaultComponent !== undefined && !isRouting(type))
    return { component: defaultComponent, action: action ?? (isPlain ? 'execute' : (words.text('type') ?? 'execute')) };
  return workByType(translation, action);
};

/** Does nothing although upstream's type could have an input. */
const isIdle = (work: JsonObject, words: Translation['words']): boolean =>
  work.type === 'core/noop' && words.peek('type') !== 'core/noop';

const isRouting = (type: Json | undefined): boolean =>
  ['start', 'end', 'fork', 'parallel', 'join', 'decision'].includes(type as string);

/** What a task does that names neither a component nor a tool. */
const workByType = ({ words, task, faults }: Translation, action: string | undefined): JsonObject => {
  const type = words.peek('type');
  if (typeof type === 'string' && !PLAIN_TYPES.has(type)) {
    words.take('type');
    return { component: type, action: action ?? 'execute' };
  }
  const does = ['input', 'parameters', 'inputs', 'config'].some((field) => hasEntries(words.peek(field)));
  if (action === undefined && typeof type === 'string' && (!does || isRouting(type))) return { type: 'core/noop' };
  const nothing = action === undefined && typeof type !== 'string';
  const reason = nothing
    ? 'the task names no component and no type'
    : `the ${action === undefined ? `${type as string} task` : `action "${action}"`} has no component`;
  faults.push(fault('dialect_unmapped', task.where, { reason }));
  return { type: 'core/noop' };
};

const hasEntries = (value: Json | undefined): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined;

/** A canonical switch in a document that is foreign otherwise. */
const switchOf = ({ words, names, faults, resolve }: Translation): Json => {
  const said = words.take('switch');
  if (!said || !Array.isArray(said.value)) return said?.value ?? null; // the validator's to report
  return (said.value as Json[]).map((branch, index) => {
    if (!isJsonObject(branch)) return branch;
    const target = typeof branch.goto === 'string' ? resolve(branch.goto) : undefined;
    const condition = branch.when;
    const when =
      condition === undefined
        ? undefined
        : attempt({ faults }, pointer(said.where, index, 'when'), () => canonicalWhen(condition, names));
    return { ...branch, ...(when !== undefined && { when }), ...(target !== undefined && { goto: target }) };
  });
};

const inputOf = (translation: Translation): JsonObject => {
  const { task, faults } = translation;
  const said = inputSaid(translation);
  const told = task.told ? (literal(task.told) as JsonObject) : {};
  if (!said) return task.told ? { input: told } : {};
  const input = translateValue(said.value, said.where, translation);
  if (isJsonObject(input)) return { input: { ...told, ...input } };
  faults.push(fault('wrong_type', said.where, { expected: 'an object' }));
  return {};
};

/** Prose has no expressions. */
const literal = (value: Json): Json => {
  if (typeof value === 'string') return value.split('${').join('$${');
  if (Array.isArray(value)) return (value as Json[]).map(literal);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
};

const dependenciesOf = (translation: Translation): JsonObject => {
  const { words, faults, resolve, known } = translation;
  const said = words.take('depends_on', 'dependsOn', 'dependencies');
  const join = isStringList(words.peek('join')) ? words.take('join') : undefined;
  const needs = new Set<string>();
  for (const list of [said, join]) {
    if (!list) continue;
    const references = typeof list.value === 'string' ? [list.value] : list.value;
    if (!isStringList(references)) {
      faults.push(fault('wrong_type', list.where, { expected: 'a list of task ids' }));
      continue;
    }
    references.forEach((reference, index) => {
      const id = resolve(reference);
      if (id !== undefined) needs.add(id);
      else if (!translation.waitOutside(reference)) {
        const where = typeof list.value === 'string' ? list.where : pointer(list.where, index);
        faults.push(fault('unknown_task', where, { id: reference, known }));
      }
    });
  }
  return needs.size > 0 ? { depends_on: [...needs] } : {};
};

const COUNTS = ['required', 'required_count', 'join_count', 'count', 'n'];

/** `join_type`: all, any, or a number of the tasks that a join waits for. */
const joinType = (said: Said, { words, faults }: Translation): JsonObject => {
  const { value, where } = said;
  if (value === 'all' || value === 'any') return value === 'all' ? {} : { join: value };
  const count = value === 'n' || value === 'count' ? words.setting(...COUNTS)?.value : value;
  if (typeof count === 'number') return { join: count };
  if (typeof count === 'string' && /^\d{1,5}$/.test(count)) return { join: Number(count) };
  faults.push(fault('dialect_unmapped', where, { reason: 'a join waits for all, for any, or for a number of tasks' }));
  return {};
};

/** A `join` that is no list of tasks is handed on: if it is wrong, the validator says so. */
const joinOf = (translation: Translation): JsonObject => {
  const { words, faults } = translation;
  const join = isStringList(words.peek('join')) ? undefined : words.take('join');
  if (join) return { join: join.value };
  const type = words.peek('type') === 'join' ? words.setting('join_type') : words.take('join_type');
  if (type) return joinType(type, translation);
  const rule = words.take('trigger_rule');
  if (rule?.value === 'one_success') return { join: 'any' };
  if (rule && rule.value !== 'all_success') {
    const reason = 'of the trigger rules all_success and one_success can be said';
    faults.push(fault('dialect_unmapped', rule.where, { reason }));
  }
  return {};
};

const isStringList = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && (value as Json[]).every((entry) => typeof entry === 'string');

interface Condition {
  readonly value: Json;
  readonly where: string;
}

/** All conditions must hold: the task's own, that of its metadata, and (D6) the named ones of `conditions`. */
const conditionOf = ({ words, names, faults }: Translation): JsonObject => {
  const [first, ...more] = conditions(words);
  if (!first) return {};
  if (more.length === 0) {
    const when = attempt({ faults }, first.where, () => canonicalWhen(first.value, names));
    return when === undefined ? {} : { when };
  }
  const terms = [first, ...more].flatMap(
    ({ value, where }) => attempt({ faults }, where, () => `(${conditionExpression(value, names)})`) ?? [],
  );
  return terms.length === 0 ? {} : { when: `\${${terms.join(' && ')}}` };
};

const conditions = (words: Translation['words']): readonly Condition[] => {
  const metadata = words.peek('metadata');
  const hidden = isJsonObject(metadata) ? (metadata.condition ?? undefined) : undefined;
  // The condition of a decision with two ways out chooses between them; see `routes.ts`.
  const chooses = words.peek('type') === 'decision' && ['then', 'on_true'].some((way) => words.peek(way) !== undefined);
  const own = chooses ? words.take('when') : words.take('when', 'condition');
  const single =
    own ?? (hidden === undefined ? undefined : { value: hidden, where: words.at('metadata', 'condition') });
  const named = typeof words.peek('conditions') === 'object' ? words.take('conditions') : undefined;
  const entries = Object.entries((named?.value ?? {}) as JsonObject).filter(([, value]) => value !== null);
  const list = entries.map(([name, value]) => ({ value, where: pointer(named?.where ?? '', name) }));
  return single ? [single, ...list] : list;
};

const RETRY_FIELDS = ['retry_policy', 'retryPolicy', 'retry', 'error_handler'];
/** Upstream's default. */
const RETRIES = 3;

const retryOf = ({ words, faults }: Translation): JsonObject => {
  const said = words.take(...RETRY_FIELDS) ?? namedRetry(words);
  if (!said || said.value === false) return {};
  const policy = canonicalRetry(said.value);
  if (!policy) {
    faults.push(fault('wrong_type', said.where, { expected: 'a retry policy, or the number of retries' }));
    return {};
  }
  if (saysMore(said.value)) words.keep(said.field);
  return Object.keys(policy).length > 0 ? { retry_policy: policy } : {};
};

/** `errorHandler: retry, maxRetries: 3`, as upstream's designer says it. */
const namedRetry = (words: Translation['words']): Said | undefined => {
  if (words.peek('errorHandler') !== 'retry') return undefined;
  const handler = words.take('errorHandler');
  const times = words.take('maxRetries');
  return times ?? (handler && { ...handler, value: RETRIES });
};

const timeoutOf = ({ words, faults }: Translation): JsonObject => {
  const said = words.take('timeout', 'timeout_ms', 'timeoutMs');
  if (!said || said.value === 0) return {}; // 0 is upstream's word for none
  const { value, field, where } = said;
  if (typeof value === 'number' && value > 0) return { timeout: field === 'timeout' ? value : value / 1000 };
  faults.push(fault('wrong_type', where, { expected: 'a positive number' }));
  return {};
};

/** Nothing is lost silently: what has no place here goes to `metadata`. */
export const metadataOf = ({ words, task, id }: Translation): JsonObject => {
  const said = words.take('metadata');
  const { condition: _condition, ...own } = said && isJsonObject(said.value) ? said.value : {};
  const extra = { ...words.rest(), ...(said && !isJsonObject(said.value) && { metadata: said.value }) };
  const metadata = {
    ...withExtra(own, extra),
    ...(id !== task.original && { original_id: task.original }),
  };
  return Object.keys(metadata).length > 0 ? { metadata } : {};
};

/** Metadata with what only describes; it may have an `extra` of its own. */
export const withExtra = (metadata: JsonObject, extra: JsonObject): JsonObject => {
  if (Object.keys(extra).length === 0) return metadata;
  const { extra: own, ...around } = metadata;
  const before = own === undefined ? {} : isJsonObject(own) ? own : { extra: own };
  return { ...around, extra: { ...before, ...extra } };
};
