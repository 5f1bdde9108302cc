import type { CompiledTask } from '../../../engine/core/index.js';
import type { Facts, Objection, Places, PlacedTask } from '../ir/index.js';
import { BitRows } from '../dependence/index.js';
import { Conflicts } from '../dependence/index.js';
import type { Correspondence } from './correspondence.js';
import { objection } from './objection.js';
import { ancestorsOf, orderOf } from '../dependence/index.js';

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
    const baseOf = new Map([...candidateOf].map(([own, other]) => [other, own]));
    const order = orderOf(candidate);
    for (const { index } of candidate.tasks) {
      const row = baseOf.get(index) as number;
      for (const column of order.columns(index)) this.after.add(row, baseOf.get(column) as number);
    }
  }

  /** Nothing starts sooner or later than before. */
  areIdentical(): Objection | undefined {
    for (const { index, path } of this.base.tasks) {
      for (let other = 0; other < this.before.size; other++) {
        if (this.before.has(index, other) !== this.after.has(index, other))
          return objection('order_changed', path, this.pathOf(other));
      }
    }
    return undefined;
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
      for (const later of this.before.columns(index))
        if (candidateOf.has(later) && !this.after.has(index, later)) yield [index, later];
    }
  }

  /** Orders of the candidate that the base does not have. */
  private *gained(): Generator<readonly [number, number]> {
    for (const { index } of this.base.tasks)
      for (const later of this.after.columns(index)) if (!this.before.has(index, later)) yield [index, later];
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

/**
 * What may come before what through the order of the candidate and through effects that run at any time: an order of the
 * base that goes must not lead back this way, or a third task tells that it is gone.
 */
class Reach {
  private readonly next: BitRows;
  private readonly reached = new Map<number, ReadonlySet<number>>();

  constructor({ tasks }: Places, order: BitRows, conflicts: Conflicts) {
    this.next = new BitRows(tasks.length);
    const touching = tasks.filter(({ index }) => !conflicts.isInert(index));
    for (const { index } of tasks) this.next.addRow(index, index, order);
    for (const one of touching)
      for (const other of touching) {
        if (!conflicts.interfere(one.index, other.index)) continue;
        if (order.has(one.index, other.index) || order.has(other.index, one.index)) {
          if (!runTogether(one, other)) continue;
        }
        this.next.add(one.index, other.index);
      }
  }

  leads(from: number, to: number): boolean {
    let reached = this.reached.get(from);
    if (!reached) {
      const found = new Set<number>([from]);
      for (const at of found) for (const next of this.next.columns(at)) found.add(next);
      reached = found;
      this.reached.set(from, reached);
    }
    return reached.has(to);
  }
}

/** Instances of the two run at the same time, whatever their order within an item: a map holds both. */
const runTogether = (one: PlacedTask, other: PlacedTask): boolean => {
  for (let at = one.home.container; at; at = at.home.container) {
    const { work } = at.task;
    if (work.is === 'map' && work.concurrency !== 1 && other.index > at.index && other.index < at.end) return true;
  }
  return false;
};
