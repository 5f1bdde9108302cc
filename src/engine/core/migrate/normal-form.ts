import { canonicalJson, type Json, type JsonObject } from '../../../kernel/index.js';
import type {
  CompiledScope,
  CompiledTask,
  CompiledWorkflow,
  ErrorHandler,
  Limit,
  TaskLimit,
  WaitWork,
  Work,
} from '../definition.js';
import { isNode } from '../expression/syntax.js';
import { syntaxOf, type Condition, type Expression, type Template } from '../expression/index.js';

/** What is said about a task, or about a scope, taken apart: two say the same when these are equal. */
export type Aspect = TaskAspect | ScopeAspect | WorkflowAspect;
/**
 * `work`: what it does. `edges`: what it waits for. `policy`: how attempts are made. `set`: what it assigns. What a
 * construct holds is no aspect of it.
 */
export type TaskAspect = 'work' | 'input' | 'condition' | 'edges' | 'policy' | 'on_error' | 'set' | 'compensate';
/** `output` counts the leaves when there is no mapping. */
export type ScopeAspect = 'output' | 'state';
export type WorkflowAspect =
  | 'timeout'
  | 'budget'
  | 'concurrency'
  | 'checkpoints'
  | 'fail_fast'
  | 'input_schema'
  | 'output_schema'
  | 'on_complete'
  | 'on_failure';

/** By aspect, in canonical text. Names, descriptions, the order of keys and how expressions are spaced do not show. */
export type NormalForm<A extends Aspect> = Readonly<Record<A, string>>;

const NOTHING = null;

/** What an expression says: its syntax without places. */
const syntaxForm = (value: unknown): Json => {
  if (Array.isArray(value)) return value.map(syntaxForm);
  if (isNode(value)) return [value.op, syntaxForm(value.args)];
  return literalForm(value);
};

/** Each kind is marked: 1, 1u, 1.0, "1" and b"1" are different values. */
const literalForm = (literal: unknown): Json => {
  switch (typeof literal) {
    case 'string':
      return `"${literal}`;
    case 'bigint':
      return `${literal}n`;
    case 'number':
    case 'boolean':
      return String(literal);
    default:
      if (literal instanceof Uint8Array) return { bytes: [...literal] };
      return isUnsigned(literal) ? { unsigned: String(literal.value) } : NOTHING;
  }
};

const isUnsigned = (literal: unknown): literal is { readonly value: bigint | number } =>
  typeof literal === 'object' && literal !== null && 'value' in literal;

const expressionForm = (expression: Expression): Json => ({ $: syntaxForm(syntaxOf(expression).ast) });

const templateForm = (template: Template | undefined): Json => {
  if (!template) return NOTHING;
  switch (template.is) {
    case 'constant':
      return { value: template.value };
    case 'expression':
      return expressionForm(template.expression);
    case 'secret':
      return { secret: template.name };
    case 'text':
      return {
        text: template.parts.map((part) =>
          typeof part === 'string' ? part : '$secret' in part ? { secret: part.$secret } : expressionForm(part),
        ),
      };
    case 'list':
      return { list: template.entries.map(templateForm) };
    case 'object':
      return { object: Object.fromEntries(template.entries.map(([key, entry]) => [key, templateForm(entry)])) };
  }
};

const conditionForm = (condition: Condition | undefined): Json => {
  if (!condition) return NOTHING;
  return condition.is === 'constant' ? { value: condition.value } : expressionForm(condition.expression);
};

/** Settings without expressions: sets become sorted lists, what is absent goes. */
const settingsForm = (settings: object | undefined): Json => {
  if (!settings) return NOTHING;
  const entries = Object.entries(settings).map(([key, value]: [string, unknown]): [string, unknown] => [
    key,
    value instanceof Set ? [...(value as Set<string>)].sort() : value,
  ]);
  return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Json;
};

const idsOf = (indices: readonly number[], scope: CompiledScope): string[] =>
  indices.map((index) => scope.tasks[index]?.id ?? '').sort();

const waitForm = (work: WaitWork): JsonObject => {
  switch (work.is) {
    case 'wait':
      return { seconds: templateForm(work.seconds), until: templateForm(work.until) };
    case 'event': {
      const { name, match, within, since } = work;
      const times = { within: templateForm(within), since: templateForm(since) };
      return { name: templateForm(name), match: conditionForm(match), ...times };
    }
    case 'approval': {
      const { by, message, within, onTimeout } = work;
      const words = { by: templateForm(by), message: templateForm(message), within: templateForm(within) };
      return { ...words, on_timeout: onTimeout };
    }
    case 'webhook':
      return { within: templateForm(work.within) };
    case 'workflow':
      return { name: work.name, version: work.version ?? NOTHING, wait: work.wait };
  }
};

const workForm = (work: Work, scope: CompiledScope): JsonObject => {
  switch (work.is) {
    case 'task':
      return { type: work.type, ...(work.credentials && { credentials: work.credentials }) };
    case 'switch':
      return {
        branches: work.branches.map((branch) => ({
          when: conditionForm(branch.when),
          goto: idsOf([branch.goto], scope),
        })),
      };
    case 'group':
      return { concurrency: work.concurrency ?? NOTHING };
    case 'race':
      return {};
    case 'try':
      return { catch: work.catch !== undefined, finally: work.finally !== undefined };
    case 'map': {
      const { over, as, concurrency = NOTHING, tolerate } = work;
      return { over: templateForm(over), as, concurrency, tolerate: settingsForm(tolerate) };
    }
    case 'loop':
      return { [work.test.is]: conditionForm(work.test.condition), max_iterations: work.maxIterations };
    default:
      return waitForm(work);
  }
};

const inputForm = (work: Work): Json =>
  work.is === 'task' || work.is === 'workflow' ? templateForm(work.input) : NOTHING;

const handlerForm = ({ classes, remedy }: ErrorHandler, scope: CompiledScope): Json => ({
  classes: classes ? [...classes].sort() : NOTHING,
  then: remedy.is === 'goto' ? { goto: idsOf([remedy.target], scope) } : remedy.is,
});

const limitForm = (limit: TaskLimit | undefined): Json => {
  if (!limit) return NOTHING;
  const settings: Omit<Limit, 'key'> = {
    ...(limit.concurrency !== undefined && { concurrency: limit.concurrency }),
    ...(limit.rate && { rate: limit.rate }),
  };
  return { key: templateForm(limit.key), settings: settingsForm(settings) };
};

const policyForm = (task: CompiledTask): Json => {
  const { retry, ownRetry, timeout, onLost, priority, effects, heartbeat, limit, cache } = task;
  return {
    retry: settingsForm(retry),
    settings: settingsForm({ ownRetry, timeout, onLost, priority, effects, heartbeat }),
    limit: limitForm(limit),
    cache: cache ? { key: templateForm(cache.key), ttl: cache.ttl } : NOTHING,
  };
};

const undoingForm = (task: CompiledTask | undefined, scope: CompiledScope): Json =>
  task ? { ...taskForm(task, scope) } : NOTHING;

/** What a task of a scope says. */
export const taskForm = (task: CompiledTask, scope: CompiledScope): NormalForm<TaskAspect> => {
  const { work, when, join, needs, gates, onError, set, compensate } = task;
  const edges = { needs: idsOf(needs, scope), gates: idsOf(gates, scope), join: settingsForm(join) };
  return {
    work: canonicalJson({ is: work.is, ...workForm(work, scope) }),
    input: canonicalJson(inputForm(work)),
    condition: canonicalJson(conditionForm(when)),
    edges: canonicalJson(edges),
    policy: canonicalJson(policyForm(task)),
    on_error: canonicalJson(onError.map((handler) => handlerForm(handler, scope))),
    set: canonicalJson(templateForm(set)),
    compensate: canonicalJson(undoingForm(compensate, scope)),
  };
};

/** What a scope says beside its tasks. */
export const scopeForm = ({ output, variables, leaves }: CompiledScope): NormalForm<ScopeAspect> => ({
  output: canonicalJson(output ? templateForm(output.mapping) : { leaves: leaves.map(({ id }) => id).sort() }),
  state: canonicalJson(templateForm(variables?.mapping)),
});

/** What a workflow says beside its scope. */
export const workflowForm = (workflow: CompiledWorkflow): NormalForm<WorkflowAspect> => {
  const { document, timeout, concurrency, failFast, onComplete, onFailure, scope } = workflow;
  return {
    timeout: String(timeout),
    budget: canonicalJson(document.budget ?? NOTHING),
    concurrency: String(concurrency),
    checkpoints: canonicalJson(document.checkpoints ?? NOTHING),
    fail_fast: String(failFast),
    input_schema: canonicalJson(document.input_schema ?? NOTHING),
    output_schema: canonicalJson(document.output_schema ?? NOTHING),
    on_complete: canonicalJson(undoingForm(onComplete, scope)),
    on_failure: canonicalJson(undoingForm(onFailure, scope)),
  };
};
