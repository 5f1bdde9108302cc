import type { CompiledWorkflow } from '../../../engine/core/index.js';
import type { FailureChange, Facts, Objection, Places, PlacedTask } from '../ir/index.js';
import { BitRows, Conflicts, Meetings, orderOf, Reach } from '../dependence/index.js';
import { addAskedOrders } from './asked-orders.js';
import type { Correspondence, ScopePair } from './correspondence.js';
import { Delays } from './delays.js';
import type { Predecessors } from './joins.js';
import { objection } from './objection.js';

/** Two versions, and what is known of how they differ. */
export interface Compared {
  readonly correspondence: Correspondence;
  readonly joins: ReadonlyMap<ScopePair, readonly Predecessors[]>;
  readonly candidate: CompiledWorkflow;
  readonly facts: Facts;
}

/**
 * Whether every schedule of the candidate has the same effects as some schedule of the base: orders of consequence are
 * kept, and an order that goes or comes is not seen by anybody else. Numbers of tasks are those of the base.
 */
export class Schedules {
  /** Order of the base; also what holds in some executions only, as far as it may go. */
  private readonly before: BitRows;
  /** The same, as far as it always holds. */
  private readonly known: BitRows;
  /** Order of the candidate, of the tasks that are in both. */
  private readonly after: BitRows;
  private readonly conflicts: Conflicts;
  private readonly delays: Delays;
  private readonly meetings: Meetings;
  private readonly correspondence: Correspondence;
  private reach: Reach | undefined;

  constructor({ correspondence, joins, candidate: workflow, facts }: Compared) {
    const { base } = correspondence;
    this.correspondence = correspondence;
    this.known = knownOrder(correspondence);
    this.before = this.known.copy();
    addAskedOrders(joins, this.before);
    this.conflicts = new Conflicts(base.tasks, facts);
    this.delays = new Delays(workflow, facts);
    this.meetings = new Meetings(base, this.conflicts);
    this.after = orderInNumbersOfBase(correspondence);
  }

  /** Nothing starts sooner or later than before. */
  areIdentical(): Objection | undefined {
    const [[first, second] = []] = [...this.lost(), ...this.gained()];
    if (first === undefined || second === undefined) return undefined;
    return objection('order_changed', this.pathOf(first), this.pathOf(second));
  }

  areSafe(): Objection | undefined {
    for (const [first, second] of this.gained())
      if (this.conflicts.interfere(first, second))
        return objection('order_is_new', this.pathOf(second), this.pathOf(first));
    for (const late of this.delayed()) if (this.delays.isSeen(late)) return objection('delay_is_seen', late.path);
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
      for (const later of this.after.columnsBeside(index, this.known)) yield [index, later];
  }

  /** What may happen when something fails that is late now, and could have failed before anything else began. */
  changesOnFailure(): FailureChange[] {
    return this.delayed().flatMap((late) =>
      this.delays
        .mayRunAnyway(late)
        .map(({ path }): FailureChange => ({ is: 'runs_anyway', task: path, although: late.path })),
    );
  }

  /** What is late as a whole, in the candidate: it waits for what it did not wait for. Of siblings in a row, the first. */
  private delayed(): PlacedTask[] {
    const { candidate, candidateOf } = this.correspondence;
    const units = new Set<PlacedTask>();
    for (const [first, second] of this.gained())
      units.add(this.delays.unitOf(candidateOf.get(first) as number, candidateOf.get(second) as number));
    const order = orderOf(candidate);
    const isAfter = (unit: PlacedTask, { home, index }: PlacedTask): boolean =>
      home === unit.home && order.has(index, unit.index);
    return [...units].filter((unit) => ![...units].some((other) => isAfter(unit, other)));
  }

  private mayGo(first: number, second: number): Objection | undefined {
    const { conflicts, meetings } = this;
    const refuse = (reason: Parameters<typeof objection>[0]): Objection =>
      objection(reason, this.pathOf(second), this.pathOf(first));
    if (conflicts.needOrder(first, second)) return refuse('order_of_effects');
    if (this.areInOneRace(first, second)) return refuse('race_changed');
    if (meetings.areWatched(first, second)) return refuse('order_is_seen');
    if (meetings.isInert(first) || meetings.isInert(second)) return undefined;
    this.reach ??= new Reach(this.base, this.after, meetings);
    return this.reach.leads(second, first) ? refuse('race_made_visible') : undefined;
  }

  private areInOneRace(first: number, second: number): boolean {
    for (let at = this.base.tasks[first]?.home.container; at; at = at.home.container)
      if (at.task.work.is === 'race' && second > at.index && second < at.end) return true;
    return false;
  }
}

/** The order of the candidate, of the tasks that are in both. */
const orderInNumbersOfBase = ({ base, candidate, candidateOf }: Correspondence): BitRows => {
  const order = orderOf(candidate);
  const areSame =
    base.tasks.length === candidate.tasks.length && [...candidateOf].every(([own, other]) => own === other);
  if (areSame) return order;
  const after = new BitRows(base.tasks.length);
  const baseOf = Uint32Array.from(candidate.tasks, () => 0);
  for (const [own, other] of candidateOf) baseOf[other] = own;
  for (const { index } of candidate.tasks) {
    const row = baseOf[index] as number;
    order.each(index, (column) => after.add(row, baseOf[column] as number));
  }
  return after;
};

/** The order of the base; what waited for a duplicate waits for the task that it is one of: the two are over together. */
const knownOrder = (correspondence: Correspondence): BitRows => {
  const { base, claim } = correspondence;
  const order = orderOf(base).copy();
  for (const path of Object.keys(claim.gone)) {
    const [gone, kept] = [base.at(path), base.at(correspondence.keptFor(path) ?? '')];
    if (gone && kept) order.addRow(kept.index, gone.index);
  }
  return order;
};
