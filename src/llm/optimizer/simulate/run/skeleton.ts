import {
  compileTemplate,
  type Branch,
  type CompiledScope,
  type CompiledTask,
  type CompiledWorkflow,
  type Condition,
  type TaskLimit,
  type Template,
  type Work,
} from '../../../../engine/core/index.js';
import { hashOf, isJsonObject, type Json } from '../../../../kernel/index.js';
import { always, samplerOf, type Sampler } from '../history/histogram.js';
import type { WorkflowHistory } from '../history/statistics.js';
import { componentOf, typeKeyOfWork } from '../history/type-key.js';
import { GOES_ON, INSTANCE, type Draw, type Frame } from './draws.js';
import { assumedDuration, modelOf, type TaskModel } from './task-model.js';

/** Items and iterations of which nothing is known. */
const ASSUMED_SIZE = 3;
const MOST_ITEMS = 100_000;

/**
 * A workflow that the engine's core runs as it runs the real one, but that needs no values: tasks take no
 * input but the names of a component and its action, and what the real one works out, its conditions, branches and items, is
 * read from what was drawn: the input of the execution, and the items of maps. A loop is a map whose items come one
 * after another. Waits whose length is not written down are approvals that somebody gives in time.
 */
export interface Skeleton {
  readonly compiled: CompiledWorkflow;
  readonly frame: Frame;
  /** Of all that makes attempts or waits, by pattern. */
  readonly models: ReadonlyMap<string, TaskModel>;
  /** Conditions, branches and sizes of which nothing is known, by pattern. */
  readonly guessed: readonly string[];
  /** All that is decided by chance. */
  readonly decisions: number;
}

const EMPTY: Template = { is: 'constant', value: {} };
const NOTHING: Template = { is: 'constant', value: null };
/** What an item is called; the one of the body around is hidden by it. */
const ITEM = 'it';

/** A body that is being made, and where what is drawn for it is read. */
interface Place {
  readonly frame: Frame;
  readonly root: 'input' | typeof ITEM;
  readonly prefix: string;
}

class SkeletonBuilder {
  readonly models = new Map<string, TaskModel>();
  readonly guessed: string[] = [];
  decisions = 0;
  private readonly assumed: number;
  private readonly read = new Map<string, Extract<Template, { is: 'expression' }>>();

  constructor(
    private readonly history: WorkflowHistory,
    private readonly mapping: ReadonlyMap<string, string>,
    private readonly priorities: ReadonlyMap<string, number>,
  ) {
    this.assumed = assumedDuration(history);
  }

  scope(scope: CompiledScope, place: Place): CompiledScope {
    const tasks = scope.tasks.map((task) => this.task(task, place, scope));
    return {
      tasks,
      byId: new Map(tasks.map((task) => [task.id, task])),
      byPath: new Map(tasks.map((task) => [task.path, task])),
      output: { mapping: NOTHING, reads: [], readsInput: false },
      variables: undefined,
      leaves: scope.leaves.map(({ index }) => tasks[index] as CompiledTask),
    };
  }

  /** Stands beside the graph: undoes another task, or tells of the end. */
  aside(task: CompiledTask, pattern: string): CompiledTask {
    this.addModel(task, pattern);
    return { ...task, ...PLAIN, work: attemptAt(task.work), limit: undefined, cache: undefined };
  }

  private task(task: CompiledTask, place: Place, scope: CompiledScope): CompiledTask {
    const pattern = place.prefix + task.path;
    const { compensate, limit, cache } = task;
    const at: At = { pattern, place, scope };
    return {
      ...task,
      ...PLAIN,
      priority: this.priorities.get(pattern) ?? task.priority,
      when: task.when && this.condition(task.when, at),
      work: this.work(task, at),
      limit: limit && this.limit(limit, place),
      cache: cache && { ...cache, key: NOTHING },
      compensate: compensate && this.aside(compensate, `${pattern}!compensate`),
    };
  }

  private condition(condition: Condition, { pattern, place }: At): Condition {
    if (condition.is === 'constant') return condition;
    const known = this.known(pattern, this.history.decisions.conditions)?.share;
    // What was moved may ask now whether there is anything to do. As a rule there is.
    const share = known ?? (this.mapping.has(pattern) ? 1 : undefined);
    return this.drawnCondition(place, (name) => {
      this.decide(pattern, share !== undefined);
      return { is: 'condition', name, key: this.keyOf(pattern), share: share ?? 0.5 };
    });
  }

  private work(task: CompiledTask, at: At): Work {
    const { work } = task;
    const { pattern, place } = at;
    const within = (suffix: string): Place => ({ ...place, prefix: pattern + suffix });
    switch (work.is) {
      case 'task':
        this.addModel(task, pattern);
        return attemptAt(work);
      case 'switch':
        return { is: 'switch', branches: this.branches(work.branches, at) };
      case 'group':
      case 'race':
        return { ...work, body: this.scope(work.body, within('')) };
      case 'try':
        return {
          ...work,
          body: this.scope(work.body, within('/try')),
          catch: work.catch && this.scope(work.catch, within('/catch')),
          finally: work.finally && this.scope(work.finally, within('/finally')),
        };
      case 'map': {
        const { concurrency, tolerate, over } = work;
        const items = { concurrency, tolerate, most: MOST_ITEMS, exactly: sizeOf(over) };
        return this.items(work.body, at, items);
      }
      case 'loop': {
        const one = { concurrency: 1, tolerate: { is: 'count', count: 0 } } as const;
        return this.items(work.body, at, { ...one, most: work.maxIterations, exactly: undefined });
      }
      default:
        return this.wait(task, work, pattern);
    }
  }

  private items(body: CompiledScope, { pattern, place }: At, of: ItemsOf): Work {
    const { most, exactly, ...rest } = of;
    const sizes = this.known(pattern, this.history.decisions.sizes);
    const limit = this.known(pattern, this.history.decisions.limits)?.share ?? 0;
    if (exactly === undefined) this.decide(pattern, sizes !== undefined || limit > 0);
    const size: Sampler = exactly !== undefined ? always(exactly) : sizes ? samplerOf(sizes) : always(ASSUMED_SIZE);
    const name = `v${place.frame.draws.length}`;
    const frame: Frame = { draws: [] };
    place.frame.draws.push({ is: 'items', name, key: this.keyOf(pattern), size, most, limit, frame });
    const inner = this.scope(body, { frame, root: ITEM, prefix: `${pattern}[*]` });
    // An iteration too many has no first value for a variable: so its loop fails, as one at its limit does.
    const mapping = this.template(`${ITEM}.${GOES_ON}`);
    const variables = limit > 0 ? { names: new Set<string>(), mapping, reads: [] } : undefined;
    const over = this.template(`${place.root}.${name}`);
    return { is: 'map', over, as: ITEM, ...rest, body: { ...inner, variables } };
  }

  private branches(branches: readonly Branch[], { pattern, place, scope }: At): readonly Branch[] {
    const weights = this.known(pattern, this.history.decisions.branches);
    const ids = branches.map(({ goto }) => scope.tasks[goto]?.id ?? '');
    // Of several branches to one target the first stands for all.
    const shares = ids.map((id, position) => (ids.indexOf(id) === position ? (weights?.get(id) ?? 0) : 0));
    const none = branches.at(-1)?.when ? (weights?.get('') ?? 0) : 0;
    const all = shares.reduce((sum, share) => sum + share, none);
    let sum = 0;
    const upTo = shares.map((share) => (sum += all > 0 ? share / all : 1 / branches.length));
    this.decide(pattern, all > 0);
    const position = place.frame.draws.length;
    const names = branches.map(({ when }, branch) => (when ? `v${position}b${branch}` : undefined));
    place.frame.draws.push({ is: 'branch', key: this.keyOf(pattern), names, upTo });
    return branches.map(({ goto }, branch) => {
      const name = names[branch];
      return { goto, when: name === undefined ? undefined : this.template(`${place.root}.${name}`) };
    });
  }

  private wait(
    task: CompiledTask,
    work: Extract<Work, { is: 'wait' | 'event' | 'approval' | 'webhook' | 'workflow' }>,
    pattern: string,
  ): Work {
    if (work.is === 'wait' && work.seconds?.is === 'constant') return work;
    this.addModel(task, pattern);
    if (work.is === 'workflow') return { ...work, input: EMPTY };
    const within = 'within' in work && work.within?.is === 'constant' ? work.within : undefined;
    const onTimeout = work.is === 'approval' ? work.onTimeout : 'fail';
    return {
      is: 'approval',
      by: { is: 'constant', value: [] },
      message: { is: 'constant', value: '' },
      within,
      onTimeout,
    };
  }

  /** A key that depends on values is taken to be one for each item, and one for all outside of maps. */
  private limit(limit: TaskLimit, { root }: Place): TaskLimit {
    if (limit.key.is === 'constant') return limit;
    const source: Template = { is: 'constant', value: sourceOf(limit.key) };
    const key: Template = { is: 'list', entries: [source, this.template(`${root}.${INSTANCE}`)] };
    return { ...limit, key };
  }

  private addModel(task: CompiledTask, pattern: string): void {
    const known = this.mapping.get(pattern);
    const type = typeKeyOfWork(task.work);
    const model = modelOf(this.history, { pattern, type, known, ttl: task.cache?.ttl, assumed: this.assumed });
    this.models.set(pattern, model);
  }

  private drawnCondition({ frame, root }: Place, draw: (name: string) => Draw): Condition {
    const name = `v${frame.draws.length}`;
    frame.draws.push(draw(name));
    return this.template(`${root}.${name}`);
  }

  private decide(pattern: string, isKnown: boolean): void {
    this.decisions += 1;
    if (!isKnown) this.guessed.push(pattern);
  }

  private known<T>(pattern: string, from: ReadonlyMap<string, T>): T | undefined {
    return from.get(this.mapping.get(pattern) ?? pattern);
  }

  private keyOf(pattern: string): number {
    return hashOf(this.mapping.get(pattern) ?? pattern);
  }

  private template(path: string): Extract<Template, { is: 'expression' }> {
    const known = this.read.get(path);
    if (known) return known;
    const names = new Set(['input', ITEM]);
    const { value, faults } = compileTemplate(`\${${path}}`, { pointer: '', names, secrets: false });
    if (value.is !== 'expression' || faults.length > 0) throw new Error(`${path} cannot be read`);
    this.read.set(path, value);
    return value;
  }
}

/** What no value decides. Its expressions read none. */
const PLAIN = { set: undefined, readsInput: false, reads: [], heartbeat: undefined } as const;

interface At {
  readonly pattern: string;
  readonly place: Place;
  readonly scope: CompiledScope;
}

interface ItemsOf extends Pick<Extract<Work, { is: 'map' }>, 'concurrency' | 'tolerate'> {
  readonly most: number;
  /** The size, where it is written down. */
  readonly exactly: number | undefined;
}

const sizeOf = (over: Template): number | undefined => {
  if (over.is === 'list' || over.is === 'object') return over.entries.length;
  if (over.is !== 'constant') return undefined;
  const { value } = over;
  return Array.isArray(value) ? value.length : isJsonObject(value) ? Object.keys(value).length : undefined;
};

/** Its type decides which limits of the process it runs under; so does its component, if that is known before it runs. */
const attemptAt = (work: Work): Work => {
  if (work.is !== 'task') return work;
  const component = componentOf(work);
  const input: Template = component === undefined ? EMPTY : { is: 'constant', value: { component } };
  return { is: 'task', type: work.type, input };
};

/** The words of a template. */
const sourceOf = (template: Template): Json => {
  switch (template.is) {
    case 'constant':
      return template.value;
    case 'expression':
      return template.expression.source;
    case 'secret':
      return template.name;
    case 'text':
      return template.parts.map((part) =>
        typeof part === 'string' ? part : 'source' in part ? part.source : part.$secret,
      );
    case 'list':
      return template.entries.map(sourceOf);
    case 'object':
      return template.entries.map(([name, entry]) => [name, sourceOf(entry)]);
  }
};

/** What a skeleton is to have otherwise than the workflow and the history, by pattern. */
export interface Otherwise {
  /** Patterns that the history knows the tasks by. */
  readonly mapping?: ReadonlyMap<string, string> | undefined;
  readonly priorities?: ReadonlyMap<string, number> | undefined;
}

export const skeletonOf = (
  compiled: CompiledWorkflow,
  history: WorkflowHistory,
  { mapping = new Map(), priorities = new Map() }: Otherwise = {},
): Skeleton => {
  const builder = new SkeletonBuilder(history, mapping, priorities);
  const frame: Frame = { draws: [] };
  const scope = builder.scope(compiled.scope, { frame, root: 'input', prefix: '' });
  const { onComplete, onFailure } = compiled;
  const skeleton: CompiledWorkflow = {
    ...compiled,
    scope,
    inputSchema: undefined,
    outputSchema: undefined,
    checkpoints: undefined,
    hasVariables: false,
    listens: false,
    eventNames: new Set(),
    onComplete: onComplete && builder.aside(onComplete, '/on_complete'),
    onFailure: onFailure && builder.aside(onFailure, '/on_failure'),
  };
  const { models, guessed, decisions } = builder;
  return { compiled: skeleton, frame, models, guessed, decisions };
};
