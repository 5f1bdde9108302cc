import type { CompiledScope, CompiledTask, CompiledWorkflow, Work } from '../definition.js';
import { scopeForm, taskForm, workflowForm, type Aspect, type NormalForm } from './normal-form.js';

/**
 * Where something stands in a definition: the ids on the way to it, and the phases of a try, `/each/fetch`,
 * `/guard/catch/tell`; `/` is the workflow. Unlike an address it names no item and no iteration.
 */
export type TaskPath = string;

/** What is different at a place. A construct that is added or removed stands for all that it holds. */
export type Change =
  | { readonly path: TaskPath; readonly is: 'added' | 'removed' }
  /** `what`, in a fixed order. */
  | { readonly path: TaskPath; readonly is: 'changed'; readonly what: readonly Aspect[] };

/** How two definitions differ in what they mean. */
export class DefinitionDiff {
  private readonly byPath: ReadonlyMap<TaskPath, Change>;
  private readonly around = new Set<TaskPath>();
  private readonly added = new Map<TaskPath, string[]>();

  constructor(
    readonly from: CompiledWorkflow,
    readonly to: CompiledWorkflow,
    /** Outer ones first; none: the two mean the same. */
    readonly changes: readonly Change[],
  ) {
    this.byPath = new Map(changes.map((change) => [change.path, change]));
    for (const { path, is } of changes) {
      if (path === ROOT) continue;
      const cut = path.lastIndexOf('/');
      if (is === 'added') {
        const scope = cut === 0 ? ROOT : path.slice(0, cut);
        this.added.set(scope, [...(this.added.get(scope) ?? []), path.slice(cut + 1)]);
      }
      for (let end = cut; end > 0; end = path.lastIndexOf('/', end - 1)) this.around.add(path.slice(0, end));
    }
  }

  at(path: TaskPath): Change | undefined {
    return this.byPath.get(path);
  }

  /** What is different about something that is in both. */
  whatAt(path: TaskPath): readonly Aspect[] {
    const change = this.at(path);
    return change?.is === 'changed' ? change.what : [];
  }

  /** Whether something below the path is different. */
  isDifferentInside(path: TaskPath): boolean {
    return this.around.has(path);
  }

  /** Ids of tasks that the scope at the path has only now. */
  addedIn(path: TaskPath): readonly string[] {
    return this.added.get(path) ?? [];
  }
}

export const ROOT: TaskPath = '/';

export const pathBelow = (path: TaskPath, name: string): TaskPath => `${path === ROOT ? '' : path}/${name}`;

/** The scopes that a construct holds, with their paths. */
const bodiesOf = (work: Work, path: TaskPath): readonly (readonly [TaskPath, CompiledScope])[] => {
  if (work.is === 'try') {
    const phases = [
      ['try', work.body],
      ['catch', work.catch],
      ['finally', work.finally],
    ] as const;
    return phases.flatMap(([phase, scope]) => (scope ? [[pathBelow(path, phase), scope] as const] : []));
  }
  return 'body' in work ? [[path, work.body]] : [];
};

const different = <A extends Aspect>(from: NormalForm<A>, to: NormalForm<A>): A[] =>
  (Object.keys(from) as A[]).filter((aspect) => from[aspect] !== to[aspect]);

class Comparison {
  readonly changes: Change[] = [];

  scope(path: TaskPath, from: CompiledScope, to: CompiledScope): void {
    for (const task of from.tasks) {
      const after = to.byId.get(task.id);
      const here = pathBelow(path, task.id);
      if (after) this.task(here, { task, scope: from }, { task: after, scope: to });
      else this.changes.push({ path: here, is: 'removed' });
    }
    for (const { id } of to.tasks) {
      if (!from.byId.has(id)) this.changes.push({ path: pathBelow(path, id), is: 'added' });
    }
  }

  private task(path: TaskPath, from: Placed, to: Placed): void {
    const before = bodiesOf(from.task.work, path);
    const after = new Map(bodiesOf(to.task.work, path));
    const isSameKind = from.task.work.is === to.task.work.is;
    const what: Aspect[] = different(taskForm(from.task, from.scope), taskForm(to.task, to.scope));
    // The body of a construct with one body stands at the construct's own path.
    const [own] = isSameKind && from.task.work.is !== 'try' ? before : [];
    const ownAfter = after.get(path);
    if (own && ownAfter) what.push(...different(scopeForm(own[1]), scopeForm(ownAfter)));
    if (what.length > 0) this.changes.push({ path, is: 'changed', what });
    if (!isSameKind) return;
    for (const [below, scope] of before) {
      const other = after.get(below);
      if (!other) continue;
      const beside = below === path ? [] : different(scopeForm(scope), scopeForm(other));
      if (beside.length > 0) this.changes.push({ path: below, is: 'changed', what: beside });
      this.scope(below, scope, other);
    }
  }
}

interface Placed {
  readonly task: CompiledTask;
  readonly scope: CompiledScope;
}

/** What differs between two definitions, task by task. O(tasks). */
export const diffDefinitions = (from: CompiledWorkflow, to: CompiledWorkflow): DefinitionDiff => {
  const comparison = new Comparison();
  const what: Aspect[] = [
    ...different(scopeForm(from.scope), scopeForm(to.scope)),
    ...different(workflowForm(from), workflowForm(to)),
  ];
  if (what.length > 0) comparison.changes.push({ path: ROOT, is: 'changed', what });
  comparison.scope(ROOT, from.scope, to.scope);
  return new DefinitionDiff(from, to, comparison.changes);
};
