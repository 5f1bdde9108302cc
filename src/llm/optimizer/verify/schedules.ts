import type { CompiledTask } from '../../../engine/core/index.js';
import { ancestorsOf, BitRows, Conflicts, orderOf, Reach } from '../dependence/index.js';
import type { Facts, Objection, Places, PlacedTask } from '../ir/index.js';
import type { Correspondence } from './correspondence.js';
import { objection } from './objection.js';

/**
 * Whether every schedule of the candidate has the same effects as some schedule of the base: orders of consequence are
 * kept, and an order that goes is not seen by anybody else. Numbers of tasks are those of the base.
 */
export class Schedules {
  private readonly before: BitRows;
  /** Order of the candidate, of the tasks that are in both. */
  private readonly after: BitRows;
  private readonly conflicts: Conflicts;
  private reach: Reach | undefined;

  constructor(
    private readonly correspondence: Correspondence,
    facts: Facts,
  ) {
    const { base, candidate, candidateOf } = correspondence;
    this.before = orderOf(base);
    this.conflicts = new Conflicts(base.tasks, facts);
    this.after = new BitRows(base.tasks.length);
    const baseOf = Uint32Array.from(candidate.tasks, () => 0);
    for (const [own, other] of candidateOf) baseOf[other] = own;
    const order = orderOf(candidate);
    for (const { index } of candidate.tasks) {
      const row = baseOf[index] as number;
      order.each(index, (column) => this.after.add(row, baseOf[column] as number));
    }
  }

  /** Nothing starts sooner or later than before. */
  areIdentical(): Objection | undefined {
    const [[first, second] = []] = [...this.lost(), ...this.gained()];
    if (first === undefined || second === undefined) return undefined;
    return objection('order_changed', this.pathOf(first), this.pathOf(second));
  }

  areSafe(): Objection | undefined {
    for (const [first, second] of this.gained()) {
      // What nobody ordered is not always open: a construct that runs nothing takes no time.
      const isNew = this.conflicts.interfere(first, second) || this.watchers.some((seen) => seen.has(second));
      if (isNew) return objection('order_is_new', this.pathOf(second), this.pathOf(first));
    }
    for (const [first, second] of this.lost()) {
      const refused = this.mayGo(first, second);
      if (refused) return refused;
    }
    return undefined;
  }

  private get base(): Places {
    return this.correspondence.base;
  }

  private pathOf(index: number): string {
    return (this.base.tasks[index] as PlacedTask).path;
  }

  /** Orders of the base that the candidate does not keep, of tasks that it has. */
  private *lost(): Generator<readonly [number, number]> {
    const { candidateOf } = this.correspondence;
    for (const { index } of this.base.tasks) {
      if (!candidateOf.has(index)) continue;
      for (const later of this.before.columnsBeside(index, this.after))
        if (candidateOf.has(later)) yield [index, later];
    }
  }

  /** Orders of the candidate that the base does not have. */
  private *gained(): Generator<readonly [number, number]> {
    for (const { index } of this.base.tasks)
      for (const later of this.after.columnsBeside(index, this.before)) yield [index, later];
  }

  private mayGo(first: number, second: number): Objection | undefined {
    const { conflicts } = this;
    const refuse = (reason: Parameters<typeof objection>[0]): Objection =>
      objection(reason, this.pathOf(second), this.pathOf(first));
    if (conflicts.needOrder(first, second)) return refuse('order_of_effects');
    if (this.areInOneRace(first, second)) return refuse('race_changed');
    if (this.isSeen(first, second)) return refuse('order_is_seen');
    if (conflicts.isInert(first) || conflicts.isInert(second)) return undefined;
    this.reach ??= new Reach(this.base, this.after, conflicts);
    return this.reach.leads(second, first) ? refuse('race_made_visible') : undefined;
  }

  private areInOneRace(first: number, second: number): boolean {
    for (let at = this.base.tasks[first]?.home.container; at; at = at.home.container)
      if (at.task.work.is === 'race' && second > at.index && second < at.end) return true;
    return false;
  }

  /** Some step that starts before all its predecessors have ended comes after both. */
  private isSeen(first: number, second: number): boolean {
    return this.watchers.some((seen) => seen.has(first) && seen.has(second));
  }

  private found: readonly ReadonlySet<number>[] | undefined;

  /** For each step with `join: any` or a number: the tasks before it, and what they hold. */
  private get watchers(): readonly ReadonlySet<number>[] {
    this.found ??= this.base.scopes.flatMap(({ scope, tasks }) =>
      scope.tasks
        .filter(({ join, needs }) => join.is === 'count' && join.needed < needs.length)
        .map((task) => insideOf(tasks, ancestorsOf(scope.tasks, withNeeds(task)))),
    );
    return this.found;
  }
}

const withNeeds = ({ needs, gates }: CompiledTask): number[] => [...needs, ...gates];

const insideOf = (tasks: readonly PlacedTask[], indices: ReadonlySet<number>): Set<number> => {
  const found = new Set<number>();
  for (const at of indices) {
    const { index, end } = tasks[at] as PlacedTask;
    for (let inner = index; inner < end; inner++) found.add(inner);
  }
  return found;
};
