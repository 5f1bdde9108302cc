import type { CompiledWorkflow } from '../../../engine/core/index.js';
import { isFatalScope, touchOf } from '../dependence/index.js';
import { placesOf, type Facts, type PlacedTask, type Places } from '../ir/index.js';

/**
 * Who can tell that something starts later than it could. When an attempt begins is open, as is how long it takes; but
 * conditions, what a map goes over, switches, and constructs that run nothing are over as soon as they may begin. So
 * who reads variables then finds others, who comes later to an event finds it taken, and a failure that was
 * there at once cancels what did not have the time to begin. Numbers are those of the candidate.
 */
export class Delays {
  private readonly places: Places;
  /** Waits are canceled when something in their scope fails. */
  private readonly waits: readonly PlacedTask[];

  constructor(
    private readonly workflow: CompiledWorkflow,
    private readonly facts: Facts,
  ) {
    this.places = placesOf(workflow);
    this.waits = this.places.tasks.filter(({ task }) => WAITS.has(task.work.is));
  }

  /** What is late as a whole when the second of two waits for the first: it, or what holds it beside the first. */
  unitOf(first: number, second: number): PlacedTask {
    const homes = new Set([...around(this.at(first))].map(({ home }) => home));
    let unit = this.at(second);
    while (!homes.has(unit.home)) unit = unit.home.container as PlacedTask;
    return unit;
  }

  isSeen(unit: PlacedTask): boolean {
    const { failFast, timeout } = this.workflow;
    if (failFast || timeout !== undefined) return true;
    for (const { task } of around(unit.home.container))
      if (task.work.is === 'race' || task.timeout !== undefined) return true;
    return this.someoneLooks(unit) || (!isFatalScope(unit.home) && this.mayRunAnyway(unit).length > 0);
  }

  /** What a failure of the unit would have canceled, had it not been late: waits, and other items. */
  mayRunAnyway(unit: PlacedTask): PlacedTask[] {
    const waits = this.waits.filter(({ index }) => index < unit.index || index >= unit.end);
    return [...waits, ...[...around(unit.home.container)].filter(({ task }) => task.work.is === 'map')];
  }

  private at(index: number): PlacedTask {
    return this.places.tasks[index] as PlacedTask;
  }

  /** It, what it holds, or what comes after it. */
  private someoneLooks(unit: PlacedTask): boolean {
    const late = new Set([unit]);
    const ending = new Set<PlacedTask>();
    const follow = ({ task, home }: PlacedTask): void => {
      for (const next of [...task.feeds, ...task.opens]) late.add(home.tasks[next] as PlacedTask);
      if (home.container) ending.add(home.container);
    };
    for (const placed of late) {
      if (this.someLookWithin(placed)) return true;
      follow(placed);
      for (const container of ending) {
        if (this.endIsSeen(container)) return true;
        follow(container);
      }
    }
    return false;
  }

  /** When the scope of a construct ends, its mapping is worked out; then comes the next item or iteration. */
  private endIsSeen(container: PlacedTask): boolean {
    const isRepeated = ['map', 'loop'].includes(container.task.work.is);
    return isRepeated ? this.someLookWithin(container) : this.looks(container);
  }

  private someLookWithin({ index, end }: PlacedTask): boolean {
    return this.places.tasks.slice(index, end).some((inner) => this.looks(inner));
  }

  private looks(placed: PlacedTask): boolean {
    const { state, takesEvents } = touchOf(placed, this.facts);
    const { join, needs } = placed.task;
    return state !== 'none' || takesEvents || (join.is === 'count' && join.needed < needs.length);
  }
}

const WAITS: ReadonlySet<string> = new Set(['wait', 'event', 'approval', 'webhook', 'workflow']);

/** A task, what holds it, what holds that, … */
const around = function* (placed: PlacedTask | undefined): Generator<PlacedTask> {
  for (let at = placed; at; at = at.home.container) yield at;
};
