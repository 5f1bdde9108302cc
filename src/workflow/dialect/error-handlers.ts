import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../kernel/index.js';
import { failureClass } from './retry-names.js';
import type { Said } from './task-words.js';
import type { CanonicalTask, Translation } from './translation.js';

const CONTINUE: ReadonlySet<Json> = new Set(['continue', 'skip', 'ignore']);
const FAIL: ReadonlySet<Json> = new Set(['fail', 'stop', 'abort']);
/** Handlers of a whole document that are copied to each of its tasks. */
const MOST_HANDLERS = 16;

type Resolve = (reference: string) => string | undefined;

/** The `on_error` of a task: a policy, a task that handles the failure, or handlers by class of failure. */
export const onErrorOf = ({ words, resolve, faults }: Translation): Json | undefined => {
  const handler = handlerPolicy(words);
  const said = words.take('on_error', 'on_failure') ?? handler;
  if (!said || FAIL.has(said.value)) return undefined;
  if (Array.isArray(said.value)) {
    const list = (said.value as Json[]).map((entry, index) =>
      handlerOf({ value: entry, where: pointer(said.where, index) }, resolve, faults),
    );
    return list.filter((entry) => entry !== undefined);
  }
  if (CONTINUE.has(said.value)) return 'continue';
  const target = targetOf(said.value, resolve);
  if (target !== undefined) return { goto: target };
  const reason = 'it is neither fail, continue, nor a task of this document';
  faults.push(fault('dialect_unmapped', said.where, { reason }));
  return undefined;
};

/** `errorHandler: skip`, `error_handler: { type: continue }`: what is no retry. */
const handlerPolicy = (words: Translation['words']): Said | undefined => {
  const handler = words.peek('error_handler');
  if (isJsonObject(handler) && (CONTINUE.has(handler.type ?? null) || FAIL.has(handler.type ?? null))) {
    words.take('error_handler');
    return { field: 'error_handler', value: handler.type as string, where: words.at('error_handler', 'type') };
  }
  const named = words.peek('errorHandler');
  return named === undefined || named === 'retry' || named === 'none' ? undefined : words.take('errorHandler');
};

const targetOf = (policy: Json, resolve: Resolve): string | undefined => {
  const said = isJsonObject(policy) ? (policy.goto ?? policy.handler_step ?? policy.step ?? policy.handler) : policy;
  return typeof said === 'string' ? resolve(said) : undefined;
};

const EVERY_CLASS: ReadonlySet<Json> = new Set(['*', 'any', 'all', 'ANY', 'ALL', 'DEFAULT', 'default']);

/** One handler: for which failures, and what is then done. */
const handlerOf = (
  { value, where }: { readonly value: Json; readonly where: string },
  resolve: Resolve,
  faults: Fault[],
): JsonObject | undefined => {
  if (!isJsonObject(value)) {
    faults.push(fault('wrong_type', where, { expected: 'a handler of errors' }));
    return undefined;
  }
  const said = value.class ?? value.error_type ?? value.error_types ?? null;
  const classes = (Array.isArray(said) ? (said as Json[]) : [said]).filter((name) => typeof name === 'string');
  const names = classes.some((name) => EVERY_CLASS.has(name)) ? [] : classes.map(failureClass);
  const matches: JsonObject = names.length === 0 ? {} : { class: names.length === 1 ? (names[0] as string) : names };
  const then = value.then ?? value.action ?? null;
  if (CONTINUE.has(then)) return { ...matches, then: 'continue' };
  if (FAIL.has(then)) return { ...matches, then: 'fail' };
  const target = targetOf(value, resolve);
  if (target !== undefined) return { ...matches, goto: target };
  const reason = 'a handler names a task of this document, or says continue or fail';
  faults.push(fault('dialect_unmapped', where, { reason }));
  return undefined;
};

export interface HandledDocument {
  readonly said: Said;
  readonly canonical: ReadonlyMap<string, CanonicalTask>;
  readonly resolve: Resolve;
  readonly faults: Fault[];
}

/**
 * The handlers of a whole document are those of each of its tasks that has none, but not of the handlers and of what
 * comes after them: they would wait for themselves.
 */
export const addErrorHandlers = ({ said, canonical, resolve, faults }: HandledDocument): void => {
  const entries = handlerEntries(said.value);
  if (entries.length > MOST_HANDLERS) {
    const reason = `more than ${MOST_HANDLERS} handlers for a whole document`;
    faults.push(fault('dialect_unmapped', said.where, { reason }));
    return;
  }
  const handlers = entries
    .map(([key, value]) => handlerOf({ value, where: pointer(said.where, key) }, resolve, faults))
    .filter((handler) => handler !== undefined);
  if (handlers.length === 0) return;
  const after = reachable(canonical, new Set(handlers.flatMap(({ goto }) => (typeof goto === 'string' ? [goto] : []))));
  for (const [id, task] of canonical)
    if (!after.has(id) && task.on_error === undefined && task.type !== 'core/noop') task.on_error = handlers;
};

/** A list of handlers, or a map from class of failure to task. */
const handlerEntries = (handlers: Json): readonly (readonly [string | number, Json])[] => {
  if (Array.isArray(handlers)) return (handlers as Json[]).map((entry, index) => [index, entry] as const);
  return Object.entries(isJsonObject(handlers) ? handlers : {}).map(([name, step]) => {
    const named: JsonObject = isJsonObject(step)
      ? { error_type: name, ...step }
      : { error_type: name, handler_step: step };
    return [name, named] as const;
  });
};

/** The tasks and all that waits for them, however indirectly. */
const reachable = (canonical: ReadonlyMap<string, CanonicalTask>, from: ReadonlySet<string>): ReadonlySet<string> => {
  const targets = new Map<string, string[]>();
  const lead = (source: string, target: string): void => {
    const list = targets.get(source);
    if (list) list.push(target);
    else targets.set(source, [target]);
  };
  for (const [id, { depends_on: needs, switch: branches }] of canonical) {
    for (const source of (needs as readonly string[] | undefined) ?? []) lead(source, id);
    for (const branch of Array.isArray(branches) ? (branches as Json[]) : [])
      if (isJsonObject(branch) && typeof branch.goto === 'string') lead(id, branch.goto);
  }
  const found = new Set(from);
  for (const id of found) for (const target of targets.get(id) ?? []) found.add(target);
  return found;
};
