import type { CompiledTask, TaskPath } from '../../../engine/core/index.js';
import {
  BitRows,
  declaredNeeds,
  joinsAlike,
  siblingsRead,
  topological,
  type ChangedNeeds,
} from '../dependence/index.js';
import type { PlacedScope, PlacedTask } from '../ir/index.js';
import type { Study } from './study.js';

/** What a task waits for instead. */
export interface Relaxed {
  readonly placed: PlacedTask;
  readonly needs: ChangedNeeds;
}

/** What has ended before one task, and before others that it hears of. */
interface Covered {
  readonly rows: BitRows;
  readonly row: number;
  readonly by: BitRows;
}

/** Orders that are kept although nothing between the two asks for them. */
export interface KeptOrders {
  /** Tasks that keep what they wait for. */
  readonly pinned: ReadonlySet<TaskPath>;
  /** The later one's row, by the numbers of `placesOf`. */
  readonly pairs: BitRows;
}

/** Edges of one scope with as few of them as its order needs. */
export class ScopeEdges {
  private readonly tasks: readonly CompiledTask[];
  /** Which task has ended before which starts, with the new edges and with the old ones: row the later one. */
  private readonly before: BitRows;
  private readonly asItWas: BitRows;

  private readonly latestFirst: readonly PlacedTask[];
  /** Of these, those that hold what others could notice; and those of them whose order is never without a reason. */
  private readonly touching: readonly PlacedTask[];
  private readonly touches: ReadonlySet<PlacedTask>;
  private readonly barriers: readonly PlacedTask[];

  constructor(
    private readonly home: PlacedScope,
    private readonly study: Study,
    private readonly kept: KeptOrders,
  ) {
    this.tasks = home.scope.tasks;
    this.before = new BitRows(this.tasks.length);
    this.asItWas = new BitRows(this.tasks.length);
    const { conflicts } = study;
    this.latestFirst = [...topological(this.tasks)].reverse().map((at) => home.tasks[at] as PlacedTask);
    this.touching = this.latestFirst.filter(({ index, end }) => {
      for (let at = index; at < end; at++) if (!conflicts.isInert(at)) return true;
      return false;
    });
    this.touches = new Set(this.touching);
    this.barriers = this.touching.filter((task) => conflicts.holdBarrier(task));
  }

  /** Edges that go, and those that come in their place; nothing if none goes. */
  relaxed(): Relaxed[] {
    const found: Relaxed[] = [];
    for (const at of topological(this.tasks)) {
      const placed = this.home.tasks[at] as PlacedTask;
      const { needs, gates } = placed.task;
      this.note(this.asItWas, at, [...needs, ...gates]);
      const change = this.changeOf(placed);
      if (change) found.push({ placed, needs: change });
      this.note(this.before, at, [...(change ? [...change.kept, ...change.added] : needs), ...gates]);
    }
    if (found.every(({ needs }) => needs.dropped.length === 0)) return [];
    return found.sort((a, b) => a.placed.index - b.placed.index);
  }

  private note(before: BitRows, at: number, sources: readonly number[]): void {
    for (const source of sources) this.cover({ rows: before, row: at, by: before }, source);
  }

  /** Also of a task that keeps all its edges: what was before it may have come through edges of others that went. */
  private changeOf(placed: PlacedTask): ChangedNeeds | undefined {
    if (placed.task.join.is === 'count') return undefined;
    const removable = this.kept.pinned.has(placed.path) ? [] : this.removable(placed);
    return this.changeWithout(placed, removable) ?? this.changeWithout(placed, []);
  }

  private changeWithout(placed: PlacedTask, removable: readonly number[]): ChangedNeeds | undefined {
    const kept = placed.task.needs.filter((source) => !removable.includes(source));
    const missing = this.missing(placed, kept);
    const added = missing.filter((source) => !removable.includes(source));
    const back = missing.filter((source) => removable.includes(source));
    const change = {
      kept: [...kept, ...back],
      dropped: removable.filter((source) => !back.includes(source)),
      added,
    };
    const isOne = change.dropped.length + added.length > 0;
    return isOne && joinsAlike(change, this.home, 'completing') ? change : undefined;
  }

  /** Declared, not read, and of no consequence as such. */
  private removable(placed: PlacedTask): number[] {
    const declared = declaredNeeds(placed);
    if (declared.size === 0) return [];
    const reads = siblingsRead(placed);
    return placed.task.needs.filter((source) => {
      const from = this.home.tasks[source] as PlacedTask;
      return declared.has(from.task.id) && !reads.has(source) && !this.needOrder(from, placed);
    });
  }

  /** The latest first: what holds nothing that others notice only has to be before a barrier. */
  private mayBeMissing(placed: PlacedTask): readonly PlacedTask[] {
    if (this.study.conflicts.holdBarrier(placed)) return this.latestFirst;
    return this.touches.has(placed) ? this.touching : this.barriers;
  }

  /**
   * Tasks that have to be over first, and would not be with these predecessors: the latest of them suffice. Of a pinned task
   * all are that others could notice.
   */
  private missing(placed: PlacedTask, kept: readonly number[]): number[] {
    const { index } = placed.task;
    const isPinned = this.kept.pinned.has(placed.path);
    const rows = new BitRows(this.tasks.length, 1);
    const covered = { rows, row: 0, by: this.before };
    for (const source of [...kept, ...placed.task.gates]) this.cover(covered, source);
    const added: number[] = [];
    for (const from of this.mayBeMissing(placed)) {
      const source = from.task.index;
      if (!this.asItWas.has(index, source) || rows.has(0, source)) continue;
      if (!isPinned && !this.needOrder(from, placed)) continue;
      added.push(source);
      this.cover(covered, source);
    }
    return added;
  }

  private needOrder(from: PlacedTask, placed: PlacedTask): boolean {
    return this.kept.pairs.has(placed.index, from.index) || this.study.conflicts.needOrderWithin(from, placed);
  }

  private cover({ rows, row, by }: Covered, source: number): void {
    rows.add(row, source);
    const { gates, join } = this.tasks[source] as CompiledTask;
    // A step that may be skipped early has not waited for what is before it.
    if (gates.length === 0 && join.is === 'all') rows.addRow(row, source, by);
  }
}
