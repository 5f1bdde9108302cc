import type { CompiledScope, CompiledTask, Read } from '../../../engine/core/index.js';
import { bodiesOf, type PlacedScope, type PlacedTask } from '../ir/index.js';
import type { Conflicts } from './conflict.js';

/**
 * Why a task waits for another: the first of these that is true.
 *
 * - `data`: an expression of it, or of what it holds, reads the other.
 * - `control`: the other may choose it, or is there for the order that it stands in (waits, approvals, delays).
 * - `effect`: the effects of the two may depend on each other.
 * - `asserted`: `depends_on` says so, and nothing else.
 */
export type EdgeClass = 'data' | 'control' | 'effect' | 'asserted';

export interface Edge {
  /** Indices in the scope. */
  readonly from: number;
  readonly to: number;
  readonly class: EdgeClass;
  /** It stands in `depends_on`, whatever else it is. */
  readonly isDeclared: boolean;
}

/** The edges of a scope, by the task that waits, in definition order. */
export const edgesOf = (home: PlacedScope, conflicts: Conflicts): Edge[] =>
  home.tasks.flatMap((placed) => {
    const { index: to, needs, gates } = placed.task;
    const reads = siblingsRead(placed);
    const declared = declaredNeeds(placed);
    const control = gates.map((from): Edge => ({ from, to, class: 'control', isDeclared: false }));
    const dependencies = [...needs]
      .sort((a, b) => a - b)
      .map((from): Edge => {
        const isDeclared = declared.has((home.scope.tasks[from] as CompiledTask).id);
        return { from, to, class: classOf(home.tasks[from] as PlacedTask, { placed, reads, conflicts }), isDeclared };
      });
    return [...control, ...dependencies];
  });

const classOf = (
  from: PlacedTask,
  to: { readonly placed: PlacedTask; readonly reads: ReadonlySet<number>; readonly conflicts: Conflicts },
): EdgeClass => {
  if (to.reads.has(from.task.index)) return 'data';
  if (to.conflicts.holdBarrier(from, to.placed)) return 'control';
  return to.conflicts.needOrderWithin(from, to.placed) ? 'effect' : 'asserted';
};

/** Ids that `depends_on` of a task names, as they stand in the document. */
export const declaredNeeds = ({ source }: PlacedTask): ReadonlySet<string> => {
  const { depends_on: declared } = source;
  const ids = Array.isArray(declared) ? declared : [declared];
  return new Set(ids.filter((id): id is string => typeof id === 'string'));
};

/** Siblings that expressions of a task read, or of what it holds; `without`: tasks in it that do not count. */
export const siblingsRead = (
  { task }: Pick<PlacedTask, 'task'>,
  without: ReadonlySet<CompiledTask> = new Set(),
): Set<number> => {
  const found = new Set<number>();
  const note = (reads: readonly Read[], depth: number): void => {
    for (const { up, index } of reads) if (up === depth) found.add(index);
  };
  const visitTask = (inner: CompiledTask, depth: number): void => {
    if (without.has(inner)) return;
    note(inner.reads, depth);
    if (inner.compensate) note(inner.compensate.reads, depth);
    if (inner.work.is === 'loop') note(inner.work.test.reads, depth + (inner.work.test.is === 'until' ? 1 : 0));
    for (const { scope } of bodiesOf(inner.work)) visitScope(scope, depth + 1);
  };
  const visitScope = (scope: CompiledScope, depth: number): void => {
    note(scope.output?.reads ?? [], depth);
    note(scope.variables?.reads ?? [], depth - 1);
    for (const inner of scope.tasks) visitTask(inner, depth);
  };
  visitTask(task, 0);
  return found;
};
