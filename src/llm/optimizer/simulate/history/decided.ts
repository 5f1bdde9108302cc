import type { Branch } from '../../../../engine/core/index.js';
import { canonicalJson, type Json, type JsonObject } from '../../../../kernel/index.js';
import type { Place } from '../places.js';
import { Histogram } from './histogram.js';
import type { ObservedStep } from './observation.js';
import { Rate } from './rate.js';
import type { Decisions } from './statistics.js';

/** Steps of one execution by address: the latest run of each. */
export type StepsByAddress = ReadonlyMap<string, ObservedStep>;

const ITEM = /\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g;

/** Items and iterations that were seen of each construct, by the address of that. */
export const itemsOf = (addresses: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> => {
  const items = new Map<string, Set<string>>();
  for (const address of addresses) {
    if (!address.includes('[')) continue;
    for (const { index, 0: key } of address.matchAll(ITEM)) {
      const construct = address.slice(0, index);
      const known = items.get(construct);
      if (known) known.add(key);
      else items.set(construct, new Set([key]));
    }
  }
  return items;
};

const same = (one: Json | undefined, other: Json | undefined): boolean =>
  one === other || canonicalJson(one ?? null) === canonicalJson(other ?? null);

interface Seen {
  readonly step: ObservedStep;
  readonly place: Place;
  /** The task as the execution's own version says it, and as today's does. */
  readonly then: JsonObject;
  readonly now: JsonObject;
  readonly steps: StepsByAddress;
  /** Items of the step that were seen; undefined: none. */
  readonly items: number;
  readonly weight: number;
}

/** Gathers how the way was decided. What another version decided by other words does not count. */
export class Decided {
  private readonly conditions = new Map<string, Rate>();
  private readonly branches = new Map<string, Map<string, number>>();
  private readonly sizes = new Map<string, Histogram>();
  private readonly limits = new Map<string, Rate>();

  add(seen: Seen): void {
    const { work, when } = seen.place.task;
    if (when && same(seen.then.when, seen.now.when)) this.addCondition(seen);
    if (work.is === 'switch' && same(seen.then.switch, seen.now.switch)) this.addBranch(seen, work.branches);
    if (work.is === 'map' && same(seen.then.map, seen.now.map)) this.addSize(seen);
    if (work.is === 'loop' && same(seen.then.loop, seen.now.loop)) this.addLoop(seen);
  }

  get all(): Decisions {
    const { conditions, branches, sizes, limits } = this;
    return { conditions, branches, sizes, limits };
  }

  /** Skipped for another cause, or canceled before it was due: nobody asked. */
  private addCondition({ step, place, weight }: Seen): void {
    const held = step.status === 'completed' || step.status === 'failed';
    if (!held && step.cause !== 'condition') return;
    const rate = this.conditions.get(place.pattern) ?? new Rate();
    rate.add(held, weight);
    this.conditions.set(place.pattern, rate);
  }

  /** Its output is not read: the target that was not passed over is the one. */
  private addBranch({ step, place, steps, weight }: Seen, branches: readonly Branch[]): void {
    if (step.status !== 'completed') return;
    const scope = step.step.slice(0, step.step.lastIndexOf('/'));
    const targets = [...new Set(branches.map((branch) => branch.goto))].map((index) => place.scope.tasks[index]);
    const chosen = targets.filter((target) => {
      const found = target && steps.get(scope + target.path);
      return found !== undefined && found.cause !== 'branch';
    });
    if (chosen.length > 1) return; // another switch, or a failure, chose as well
    const id = chosen[0]?.id ?? '';
    const known = this.branches.get(place.pattern) ?? new Map<string, number>();
    known.set(id, (known.get(id) ?? 0) + weight);
    this.branches.set(place.pattern, known);
  }

  /** One that failed may not have begun with all of its items, unless it begins with all of them at once. */
  private addSize({ step, place, items, weight }: Seen): void {
    const { work } = place.task;
    const isAtOnce = step.status === 'failed' && work.is === 'map' && work.concurrency === undefined && items > 0;
    if (step.status !== 'completed' && !isAtOnce) return;
    const known = this.sizes.get(place.pattern) ?? new Histogram();
    known.add(items, weight);
    this.sizes.set(place.pattern, known);
  }

  private addLoop(seen: Seen): void {
    const { step, place, weight } = seen;
    const isLimit = step.status === 'failed' && step.failures.at(-1)?.code === 'loop_limit';
    if (step.status !== 'completed' && !isLimit) return;
    const rate = this.limits.get(place.pattern) ?? new Rate();
    rate.add(isLimit, weight);
    this.limits.set(place.pattern, rate);
    this.addSize(seen);
  }
}
