import type { CompiledWorkflow, TaskPath } from '../../../engine/core/index.js';
import { Conflicts, orderOf, type BitRows } from '../dependence/index.js';
import { placesOf, type Facts, type Level, type Places } from '../ir/index.js';
import { MadeUpRun, type Deed, type Told } from './made-up-run.js';
import { MadeUpValues } from './made-up-values.js';

export type Differential =
  | { readonly is: 'alike'; readonly detail: string }
  | { readonly is: 'different'; readonly at?: TaskPath; readonly detail: string };

/** Decisions of the core that all runs of one comparison may cost; a task costs about three. */
const MAX_DECISIONS = 3_000;
/** Of each world, and worlds. In the first nothing fails. */
const SCHEDULES = 3;
const WORLDS = 8;
const MISHAPS = 0.1;
/** What a comparison has left to spend, and how many runs told something. */
interface Purse {
  left: number;
  told: number;
}

interface Comparing {
  readonly candidate: CompiledWorkflow;
  readonly level: Level;
  readonly purse: Purse;
}

/** Pairs of runs of tasks with effects that are looked at in one run. */
const MOST_PAIRS = 20_000;

const resultOf = ({ end, output, deeds }: Told): string =>
  JSON.stringify([end, output, deeds.map(({ step, said }) => `${step} ${said}`).sort()]);

/**
 * Gate `differential`: versions run beside their base on the engine's core with tasks that are made up, in worlds in which
 * something fails and in several schedules. It looks for what a proof should have excluded, and knows nothing of how the
 * proof goes: another output, another effect, an order of effects that the base keeps and the candidate does not. Where the
 * result of the base depends on the schedule, and where it does not end, a run tells nothing. Each run of the base is made once.
 */
export class SideBySide {
  private readonly values: MadeUpValues;
  private readonly places: Places;
  private readonly order: BitRows;
  private readonly conflicts: Conflicts;
  private readonly before = new Map<string, Told>();

  constructor(
    private readonly base: CompiledWorkflow,
    private readonly facts: Facts,
    private readonly maxDecisions = MAX_DECISIONS,
  ) {
    this.values = new MadeUpValues(base);
    this.places = placesOf(base);
    this.order = orderOf(this.places);
    this.conflicts = new Conflicts(this.places.tasks, facts);
  }

  compare(candidate: CompiledWorkflow, level: Level): Differential {
    if (level !== 'identical' && level !== 'success-equivalent')
      return { is: 'alike', detail: 'not compared: it is meant to be different' };
    const purse: Purse = { left: this.maxDecisions, told: 0 };
    for (let world = 0; world < WORLDS && (world === 0 || purse.left > 0); world++) {
      const found = this.compareIn(world, { candidate, level, purse });
      if (found) return found;
    }
    const runs = `${purse.told} ${purse.told === 1 ? 'run' : 'runs'}`;
    return { is: 'alike', detail: purse.told === 0 ? 'no run told anything' : `${runs} of both had the same results` };
  }

  private compareIn(world: number, { candidate, level, purse }: Comparing): Differential | undefined {
    for (let schedule = 0; schedule < SCHEDULES && (schedule === 0 || purse.left > 0); schedule++) {
      const was = this.runOfBase(world, schedule);
      purse.left -= Math.max(1, was.decisions);
      if (schedule > 0 && resultOf(was) !== resultOf(this.runOfBase(world, 0))) return undefined;
      if (was.end === 'open' || (was.end === 'failed' && level !== 'identical')) continue;
      const is = this.run(candidate, world, schedule);
      purse.left -= Math.max(1, is.decisions);
      if (is.end === 'open' && purse.left <= 0) continue;
      const found = this.differenceBetween(was, is);
      // What the base does depends on who is first: one more schedule proves nothing.
      if (found) return this.dependsOnSchedule(world) ? undefined : found;
      purse.told += 1;
    }
    return undefined;
  }

  private dependsOnSchedule(world: number): boolean {
    const results = Array.from({ length: SCHEDULES }, (_, schedule) => resultOf(this.runOfBase(world, schedule)));
    return new Set(results).size > 1;
  }

  private runOfBase(world: number, schedule: number): Told {
    const key = `${world} ${schedule}`;
    let told = this.before.get(key);
    if (!told) this.before.set(key, (told = this.run(this.base, world, schedule)));
    return told;
  }

  private run(compiled: CompiledWorkflow, world: number, schedule: number): Told {
    const { values, facts } = this;
    const mishaps = world === 0 ? 0 : MISHAPS;
    // Of no run anything may be missing: what is too large to be run at all is found out by the first.
    const maxDecisions = Math.max(this.maxDecisions, MAX_DECISIONS);
    return new MadeUpRun({ compiled, values, facts, world, mishaps, schedule, maxDecisions }).run();
  }

  private differenceBetween(was: Told, is: Told): Differential | undefined {
    return resultOf(is) === resultOf(was) ? this.turned(is.deeds, was.deeds) : this.differenceOf(was, is);
  }

  private differenceOf(was: Told, is: Told): Differential {
    if (was.end !== is.end) return { is: 'different', detail: `it ends ${is.end}, the base ${was.end}` };
    if (was.output !== is.output) return { is: 'different', detail: 'it has another output' };
    const known = new Set(was.deeds.map(({ step, said }) => `${step} ${said}`));
    const other = is.deeds.find(({ step, said }) => !known.has(`${step} ${said}`)) ?? was.deeds[0];
    return { is: 'different', ...(other && { at: pathOf(other.step) }), detail: 'a task with effects runs otherwise' };
  }

  /** An order of consequence that the base keeps, and the candidate does not. */
  private turned(deeds: readonly Deed[], before: readonly Deed[]): Differential | undefined {
    const found = this.disorder(deeds);
    if (found.size === 0) return undefined;
    // Attempts that are aborted may run on beside what follows.
    const known = this.disorder(before);
    for (const [key, [one, other]] of found) {
      if (known.has(key)) continue;
      const detail = `it starts before ${pathOf(one.step)} has ended`;
      return { is: 'different', at: pathOf(other.step), detail };
    }
    return undefined;
  }

  /** Pairs whose order counts, and that are not in it. */
  private disorder(deeds: readonly Deed[]): ReadonlyMap<string, readonly [Deed, Deed]> {
    const found = new Map<string, readonly [Deed, Deed]>();
    let pairs = 0;
    for (const one of deeds)
      for (const other of deeds) {
        if (one.end <= other.begin || one === other) continue;
        if (++pairs > MOST_PAIRS) return found;
        if (this.isFirst(one, other)) found.set(`${one.step} ${other.step}`, [one, other]);
      }
    return found;
  }

  private isFirst(one: Deed, other: Deed): boolean {
    if (!areOfOneItem(one.step, other.step)) return false;
    const [a, b] = [this.places.at(pathOf(one.step)), this.places.at(pathOf(other.step))];
    if (!a || !b || !this.order.has(a.index, b.index)) return false;
    return this.conflicts.interfere(a.index, b.index);
  }
}

const ITEM = /\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g;
const pathOf = (step: string): TaskPath => step.replace(ITEM, '');

/** The items and iterations that the one is in are those that the other is in, as far as both are in some. */
const areOfOneItem = (one: string, other: string): boolean => {
  const [a, b] = [one.match(ITEM) ?? [], other.match(ITEM) ?? []];
  return a.slice(0, b.length).every((item, index) => item === b[index]);
};
