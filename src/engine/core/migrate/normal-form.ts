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
import { bindsTasks, isNode } from '../expression/syntax.js';
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

/**
 * By aspect, in canonical text. Names, descriptions and how expressions are spaced do not show, nor does the order of keys,
 * unless it is asked for.
 */
export type NormalForm<A extends Aspect> = Readonly<Record<A, string>>;

const NOTHING = null;

/** Other ids for tasks that expressions read: those that are not named keep theirs. */
export type Renaming = ReadonlyMap<string, string>;

const AS_THEY_ARE: Renaming = new Map();

/** How two definitions are compared. */
export interface Reading {
  /** How expressions are to call other tasks. */
  readonly renaming?: Renaming;
  /**
   * The order of keys shows where an expression may tell it, in a text or by `keys()`: in templates, and of the leaves whose
   * outputs are the output of a scope.
   */
  readonly keepsOrder?: boolean;
}

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

const handlerForm = ({ classes, remedy }: ErrorHandler, scope: CompiledScope): Json => ({
  classes: classes ? [...classes].sort() : NOTHING,
  then: remedy.is === 'goto' ? { goto: idsOf([remedy.target], scope) } : remedy.is,
});

/** The ways to write what a definition says. */
class Forms {
  private readonly renaming: Renaming;
  readonly keepsOrder: boolean;

  constructor({ renaming = AS_THEY_ARE, keepsOrder = false }: Reading) {
    this.renaming = renaming;
    this.keepsOrder = keepsOrder;
  }

  /** What an expression says: its syntax without places. */
  private syntax(value: unknown): Json {
    if (Array.isArray(value)) return value.map((one) => this.syntax(one));
    if (!isNode(value)) return literalForm(value);
    if (this.renaming.size > 0) {
      if (bindsTasks(value)) return AS_THEY_STAND.syntax(value);
      const [of, key] = ACCESS.has(value.op) ? (value.args as [unknown, unknown]) : [];
      if (isNode(of) && of.op === 'id' && of.args === 'tasks') return [value.op, [this.syntax(of), this.key(key)]];
    }
    return [value.op, this.syntax(value.args)];
  }

  private key(key: unknown): Json {
    if (typeof key === 'string') return literalForm(this.renaming.get(key) ?? key);
    if (!isNode(key) || typeof key.args !== 'string') return this.syntax(key);
    return [key.op, literalForm(this.renaming.get(key.args) ?? key.args)];
  }

  private expression(expression: Expression): Json {
    return { $: this.syntax(syntaxOf(expression).ast) };
  }

  template(template: Template | undefined): Json {
    if (!template) return NOTHING;
    switch (template.is) {
      case 'constant':
        return { value: this.keepsOrder ? JSON.stringify(template.value) : template.value };
      case 'expression':
        return this.expression(template.expression);
      case 'secret':
        return { secret: template.name };
      case 'text':
        return {
          text: template.parts.map((part) =>
            typeof part === 'string' ? part : '$secret' in part ? { secret: part.$secret } : this.expression(part),
          ),
        };
      case 'list':
        return { list: template.entries.map((entry) => this.template(entry)) };
      case 'object': {
        const entries = template.entries.map(([key, entry]) => [key, this.template(entry)] as const);
        return { object: this.keepsOrder ? entries.map((entry) => [...entry]) : Object.fromEntries(entries) };
      }
    }
  }

  private condition(condition: Condition | undefined): Json {
    if (!condition) return NOTHING;
    return condition.is === 'constant' ? { value: condition.value } : this.expression(condition.expression);
  }

  private wait(work: WaitWork): JsonObject {
    switch (work.is) {
      case 'wait':
        return { seconds: this.template(work.seconds), until: this.template(work.until) };
      case 'event': {
        const { name, match, within, since } = work;
        const times = { within: this.template(within), since: this.template(since) };
        return { name: this.template(name), match: this.condition(match), ...times };
      }
      case 'approval': {
        const { by, message, within, onTimeout } = work;
        const words = { by: this.template(by), message: this.template(message), within: this.template(within) };
        return { ...words, on_timeout: onTimeout };
      }
      case 'webhook':
        return { within: this.template(work.within) };
      case 'workflow':
        return { name: work.name, version: work.version ?? NOTHING, wait: work.wait };
    }
  }

  private work(work: Work, scope: CompiledScope): JsonObject {
    switch (work.is) {
      case 'task':
        return { type: work.type, ...(work.credentials && { credentials: work.credentials }) };
      case 'switch':
        return {
          branches: work.branches.map((branch) => ({
            when: this.condition(branch.when),
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
        return { over: this.template(over), as, concurrency, tolerate: settingsForm(tolerate) };
      }
      case 'loop':
        return { [work.test.is]: this.condition(work.test.condition), max_iterations: work.maxIterations };
      default:
        return this.wait(work);
    }
  }

  private limit(limit: TaskLimit | undefined): Json {
    if (!limit) return NOTHING;
    const settings: Omit<Limit, 'key'> = {
      ...(limit.concurrency !== undefined && { concurrency: limit.concurrency }),
      ...(limit.rate && { rate: limit.rate }),
    };
    return { key: this.template(limit.key), settings: settingsForm(settings) };
  }

  private policy(task: CompiledTask): Json {
    const { retry, ownRetry, timeout, onLost, priority, effects, heartbeat, limit, cache } = task;
    return {
      retry: settingsForm(retry),
      settings: settingsForm({ ownRetry, timeout, onLost, priority, effects, heartbeat }),
      limit: this.limit(limit),
      cache: cache ? { key: this.template(cache.key), ttl: cache.ttl } : NOTHING,
    };
  }

  undoing(task: CompiledTask | undefined, scope: CompiledScope): Json {
    return task ? { ...this.task(task, scope) } : NOTHING;
  }

  task(task: CompiledTask, scope: CompiledScope): NormalForm<TaskAspect> {
    const { work, when, join, needs, gates, onError, set, compensate } = task;
    const edges = { needs: idsOf(needs, scope), gates: idsOf(gates, scope), join: settingsForm(join) };
    const input = work.is === 'task' || work.is === 'workflow' ? this.template(work.input) : NOTHING;
    return {
      work: canonicalJson({ is: work.is, ...this.work(work, scope) }),
      input: canonicalJson(input),
      condition: canonicalJson(this.condition(when)),
      edges: canonicalJson(edges),
      policy: canonicalJson(this.policy(task)),
      on_error: canonicalJson(onError.map((handler) => handlerForm(handler, scope))),
      set: canonicalJson(this.template(set)),
      compensate: canonicalJson(this.undoing(compensate, scope)),
    };
  }
}

const AS_THEY_STAND = new Forms({});
const ACCESS: ReadonlySet<string> = new Set(['.', '.?', '[]', '[?]']);

/** What a task of a scope says. */
export const taskForm = (task: CompiledTask, scope: CompiledScope, reading: Reading = {}): NormalForm<TaskAspect> =>
  new Forms(reading).task(task, scope);

/** What a template says. */
export const templateForm = (template: Template, reading: Reading = {}): string =>
  canonicalJson(new Forms(reading).template(template));

/** What a scope says beside its tasks. */
export const scopeForm = (
  { output, variables, leaves }: CompiledScope,
  reading: Reading = {},
): NormalForm<ScopeAspect> => {
  const forms = new Forms(reading);
  const ids = leaves.map(({ id }) => id);
  return {
    output: canonicalJson(output ? forms.template(output.mapping) : { leaves: forms.keepsOrder ? ids : ids.sort() }),
    state: canonicalJson(forms.template(variables?.mapping)),
  };
};

/** What a workflow says beside its scope. */
export const workflowForm = (
  workflow: CompiledWorkflow,
  { keepsOrder = false }: Pick<Reading, 'keepsOrder'> = {},
): NormalForm<WorkflowAspect> => {
  const { document, timeout, concurrency, failFast, onComplete, onFailure, scope } = workflow;
  // Defaults of an input are filled in, and faults of an output are told, in the order of its properties.
  const schemaForm = (schema: Json = NOTHING): string => (keepsOrder ? JSON.stringify(schema) : canonicalJson(schema));
  return {
    timeout: String(timeout),
    budget: canonicalJson(document.budget ?? NOTHING),
    concurrency: String(concurrency),
    checkpoints: canonicalJson(document.checkpoints ?? NOTHING),
    fail_fast: String(failFast),
    input_schema: schemaForm(document.input_schema),
    output_schema: schemaForm(document.output_schema),
    on_complete: canonicalJson(AS_THEY_STAND.undoing(onComplete, scope)),
    on_failure: canonicalJson(AS_THEY_STAND.undoing(onFailure, scope)),
  };
};
