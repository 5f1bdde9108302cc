import type { TaskPath } from '../../../engine/core/index.js';
import { err, isJsonObject, ok, type Json, type JsonObject, type Result } from '../../../kernel/index.js';
import type { Claim, Gate, Gone, Level, PlacedScope, PlacedTask, Places, Policy, ScopePath } from '../ir/index.js';
import { beside, guardOf, holdsHoistable } from './hoist.js';
import { POLICIES } from './level.js';
import type { RewriteOp } from './op.js';
import { renameReads } from './rename-reads.js';

/** A document that ops made of another, and what is claimed about the two. */
export interface Rewritten {
  readonly document: JsonObject;
  readonly claim: Claim;
}

/** Why an op can not be applied. */
export interface Unfit {
  readonly gate: Extract<Gate, 'referents' | 'precondition'>;
  readonly reason: 'unknown_task' | 'unknown_scope' | 'no_such_edge' | 'edge_is_there' | 'id_in_use' | 'not_here';
  readonly op: RewriteOp;
}

/** The document that is rewritten. */
export interface Original {
  readonly document: JsonObject;
  readonly places: Places;
}

/**
 * Applies ops one after the other. What they do not touch is shared with the original, which stays as it is. Whether the
 * result is a workflow, and means what is claimed, is for others to say.
 */
export const applyOps = (original: Original, ops: readonly RewriteOp[], level: Level): Result<Rewritten, Unfit> => {
  const rewriter = new Rewriter(original);
  for (const op of ops) {
    try {
      rewriter.apply(op);
    } catch (error) {
      if (error instanceof Refused) return err({ gate: error.gate, reason: error.reason, op });
      throw error;
    }
  }
  const { document, stands, gone, policies } = rewriter;
  return ok({ document, claim: { level, stands, gone, policies: level === 'policy-change' ? policies : {} } });
};

class Refused extends Error {
  constructor(
    readonly gate: Unfit['gate'],
    readonly reason: Unfit['reason'],
  ) {
    super(reason);
  }
}

const unknownTask = (): Refused => new Refused('referents', 'unknown_task');

class Rewriter {
  document: JsonObject;
  readonly stands: Record<TaskPath, TaskPath> = {};
  readonly gone: Record<TaskPath, Gone> = {};
  readonly policies: Record<TaskPath, Policy[]> = {};

  private readonly own: Own = new WeakSet();
  /** Tasks that were hoisted. */
  private readonly hoisted: PlacedTask[] = [];

  constructor(private readonly original: Original) {
    this.document = original.document;
  }

  apply(op: RewriteOp): void {
    const policy = POLICIES[op.op];
    if (policy && 'task' in op) (this.policies[op.task] ??= []).push(policy);
    switch (op.op) {
      case 'remove_edge':
        return this.edit(op.task, (task) => withoutEdge(task, op.needs));
      case 'add_edge':
        return this.addEdge(op.task, op.needs);
      case 'remove_task':
        return this.removeTask(op.task, { is: 'dead' });
      case 'merge_tasks':
        return this.merge(op.task, op.drop);
      case 'hoist_task':
        return this.hoist(op.task);
      case 'spell_out_output':
        return this.spellOutOutput(op.scope);
      case 'set_concurrency':
        return this.setConcurrency(op.task, op.concurrency);
      case 'insert_task':
        return this.insert(op);
      case 'replace_task':
        return this.edit(op.task, () => op.definition);
      default:
        return this.edit(op.task, (task) => ({ ...task, ...settingOf(op) }));
    }
  }

  private find(path: TaskPath): PlacedTask | undefined {
    const isThere = !Object.hasOwn(this.gone, path) && this.hoisted.every((placed) => placed.path !== path);
    return isThere ? this.original.places.at(path) : undefined;
  }

  private mustFind(path: TaskPath): PlacedTask {
    const placed = this.find(path);
    if (!placed) throw unknownTask();
    return placed;
  }

  private siblingOf(path: TaskPath, id: string): PlacedTask {
    const sibling = this.mustFind(`${path.slice(0, path.lastIndexOf('/'))}/${id}`);
    if (sibling.path === path) throw unknownTask();
    return sibling;
  }

  /** Puts what `change` answers in the place of a task; undefined removes it. */
  private edit(path: TaskPath, change: (task: JsonObject) => JsonObject | undefined): void {
    const { pointer } = this.mustFind(path);
    this.change(pointer, (task) => change(task as JsonObject));
  }

  private change(pointer: string, change: (value: Json) => Json | undefined): void {
    this.document = changeAt(this.document, { path: pointer.split('/').slice(1), change, own: this.own });
  }

  private addEdge(path: TaskPath, needs: string): void {
    this.siblingOf(path, needs);
    this.edit(path, (task) => {
      const declared = declaredIn(task);
      if (declared.includes(needs)) throw new Refused('precondition', 'edge_is_there');
      return { ...task, depends_on: [...declared, needs] };
    });
  }

  /** Also from `depends_on` of its siblings. */
  private removeTask(path: TaskPath, why: Gone): void {
    const { task } = this.mustFind(path);
    for (const follower of this.followersOf(path))
      this.edit(follower, (other) => (declaredIn(other).includes(task.id) ? withoutEdge(other, task.id) : other));
    this.edit(path, () => undefined);
    this.gone[path] = why;
  }

  private followersOf(path: TaskPath): TaskPath[] {
    const { task, home } = this.mustFind(path);
    const feeds = new Set(task.feeds);
    return home.tasks
      .filter((other) => feeds.has(other.task.index) && this.find(other.path))
      .map((other) => other.path);
  }

  private merge(path: TaskPath, drop: string): void {
    const kept = this.mustFind(path);
    const twin = this.siblingOf(path, drop);
    for (const follower of this.followersOf(twin.path))
      this.edit(follower, (task) => {
        const declared = declaredIn(task);
        if (!declared.includes(drop)) return task;
        return { ...task, depends_on: [...new Set(declared.map((id) => (id === drop ? kept.task.id : id)))] };
      });
    this.removeTask(twin.path, { is: 'duplicate', of: path });
    this.renameReads(kept, drop);
  }

  /** In the scope, and in what its tasks hold: ids of an outer scope are not used again inside (semantics 11). */
  private renameReads({ home, task }: PlacedTask, from: string): void {
    const rename = { from, to: task.id };
    const { container } = home;
    if (!container) {
      this.document = renameReads(this.document, rename) as JsonObject;
      return;
    }
    const phase = home.path.slice(container.path.length + 1);
    this.edit(container.path, (outer) => {
      if (phase === '') return renameReads(outer, rename) as JsonObject;
      return { ...outer, [phase]: renameReads(outer[phase] as Json, rename) };
    });
  }

  private setConcurrency(path: TaskPath, concurrency: number): void {
    if (path === '') this.document = { ...this.document, concurrency };
    else
      this.edit(path, (task) => {
        if (isJsonObject(task.map ?? null)) return { ...task, map: { ...(task.map as JsonObject), concurrency } };
        if (isJsonObject(task.tasks ?? null) && task.loop === undefined) return { ...task, concurrency };
        throw new Refused('precondition', 'not_here');
      });
  }

  private scopeAt(path: ScopePath): PlacedScope {
    const home = this.original.places.scopes.find((scope) => scope.path === path);
    if (!home || (home.container && !this.find(home.container.path))) throw new Refused('referents', 'unknown_scope');
    return home;
  }

  /** Of tasks that were merged, those that stayed. */
  private spellOutOutput(path: ScopePath): void {
    const home = this.scopeAt(path);
    const { container, scope } = home;
    const hasOutput = !container || ['group', 'map', 'loop'].includes(container.task.work.is);
    if (scope.output || !hasOutput) throw new Refused('precondition', 'not_here');
    const output = Object.fromEntries(
      scope.leaves.map(({ id }) => [id, `\${tasks.${this.keptFor(`${path}/${id}`)}.output}`]),
    );
    if (container) this.edit(container.path, (task) => ({ ...task, output }));
    else this.document = { ...this.document, output };
  }

  private keptFor(path: TaskPath): string {
    const why = this.gone[path];
    return why?.is === 'duplicate' ? this.keptFor(why.of) : path.slice(path.lastIndexOf('/') + 1);
  }

  private hoist(path: TaskPath): void {
    const placed = this.mustFind(path);
    const { id } = placed.task;
    const { container } = placed.home;
    if (!container || !holdsHoistable(container)) throw new Refused('precondition', 'not_here');
    for (const follower of this.followersOf(path))
      this.edit(follower, (other) => (declaredIn(other).includes(id) ? withoutEdge(other, id) : other));
    let hoisted: JsonObject = {};
    this.edit(path, (task) => {
      hoisted = task;
      return undefined;
    });
    this.hoisted.push(placed);
    this.stands[`${container.home.path}/${id}`] = path;
    const guard = guardOf(placed, container);
    const guarded = guard === undefined ? hoisted : { ...hoisted, when: guard };
    const { needed, needs } = beside(container, this.hoisted);
    const all = new Set([...declaredIn(guarded), ...needs(placed)]);
    this.edit(container.path, (task) => withDependencies(task, [...declaredIn(task), ...needed(declaredIn(task))]));
    this.change(container.home.pointer, (tasks) => {
      if (Object.hasOwn(tasks as JsonObject, id)) throw new Refused('precondition', 'id_in_use');
      return insertedBefore(tasks as JsonObject, container.task.id, [id, withDependencies(guarded, [...all])]);
    });
  }

  private insert({ scope, id, definition }: Extract<RewriteOp, { op: 'insert_task' }>): void {
    const home = this.scopeAt(scope);
    this.change(home.pointer, (tasks) => {
      if (Object.hasOwn(tasks as JsonObject, id)) throw new Refused('precondition', 'id_in_use');
      return { ...(tasks as JsonObject), [id]: definition };
    });
  }
}

type Setting = Extract<RewriteOp, { op: `set_${string}` }>;

/** The field of a task that an op sets. */
const settingOf = (op: Exclude<Setting, { op: 'set_concurrency' }>): JsonObject => {
  switch (op.op) {
    case 'set_priority':
      return { priority: op.priority };
    case 'set_cache':
      return { cache: { ttl: op.ttl } };
    case 'set_timeout':
      return { timeout: op.seconds };
    case 'set_retry':
      return { retry_policy: op.retry_policy };
    case 'set_on_error':
      return { on_error: op.on_error };
    case 'set_compensation':
      return { compensate: op.compensate };
  }
};

const declaredIn = ({ depends_on: declared }: JsonObject): string[] =>
  Array.isArray(declared) ? declared.filter((id): id is string => typeof id === 'string') : [];

const withDependencies = (task: JsonObject, ids: readonly string[]): JsonObject =>
  ids.length === 0 ? task : { ...task, depends_on: [...ids] };

const insertedBefore = (tasks: JsonObject, id: string, entry: readonly [string, JsonObject]): JsonObject =>
  Object.fromEntries(Object.entries(tasks).flatMap((task) => (task[0] === id ? [entry, task] : [task])));

const withoutEdge = (task: JsonObject, needs: string): JsonObject => {
  const declared = declaredIn(task);
  if (!declared.includes(needs)) throw new Refused('precondition', 'no_such_edge');
  const { depends_on: _, ...rest } = task;
  const left = declared.filter((id) => id !== needs);
  return left.length === 0 ? rest : { ...task, depends_on: left };
};

/** Objects that were made here, which may be changed: many ops on one scope copy it once. */
type Own = WeakSet<object>;

/** The value with what stands at a path changed; undefined removes it. Everything else is shared. */
const changeAt = (value: JsonObject, { path: [first, ...rest], change, own }: Edit): JsonObject => {
  const key = first as string;
  // What holds it may have been removed or replaced by an op before.
  if (!Object.hasOwn(value, key)) throw unknownTask();
  const inner = value[key] as Json;
  if (rest.length > 0 && !isJsonObject(inner)) throw unknownTask();
  const changed = rest.length === 0 ? change(inner) : changeAt(inner as JsonObject, { path: rest, change, own });
  const copy: Record<string, Json> = own.has(value) ? value : { ...value };
  own.add(copy);
  if (changed === undefined) Reflect.deleteProperty(copy, key);
  else copy[key] = changed;
  return copy;
};

interface Edit {
  readonly path: readonly string[];
  readonly change: (value: Json) => Json | undefined;
  readonly own: Own;
}
