import type { CompiledWorkflow, TaskPath } from '../../../engine/core/index.js';
import { Conflicts, orderOf, type BitRows } from '../dependence/index.js';
import { placesOf, type Certificate, type Facts, type Places } from '../ir/index.js';
import { MadeUpRun, type Deed, type Told } from './made-up-run.js';
import { MadeUpValues } from './made-up-values.js';

export interface DifferentialQuestion {
  readonly base: CompiledWorkflow;
  readonly candidate: CompiledWorkflow;
  readonly certificate: Pick<Certificate, 'level'>;
  readonly facts: Facts;
  /** Decisions of the core that all runs together may cost. Default 6,000; a task costs about three. */
  readonly maxDecisions?: number;
}

export type Differential =
  | { readonly is: 'alike'; readonly detail: string }
  | { readonly is: 'different'; readonly at?: TaskPath; readonly detail: string };

const MAX_DECISIONS = 6_000;
/** Of each world, and worlds. In the first nothing fails. */
const SCHEDULES = 3;
const WORLDS = 8;
const MISHAPS = 0.1;
/** Pairs of runs of tasks with effects that are looked at in one run. */
const MOST_PAIRS = 20_000;

/**
 * Gate `differential`: both versions run on the engine's core with tasks that are made up, in worlds in which something
 * fails and in several schedules. It looks for what a proof should have excluded, and knows nothing of how the proof goes:
 * another output, another effect, an order of effects that the base keeps and the candidate does not. Where the result
 * of the base depends on the schedule, and where it does not end, a run tells nothing.
 */
export const runBoth = (question: DifferentialQuestion): Differential => {
  const { level } = question.certificate;
  if (level !== 'identical' && level !== 'success-equivalent')
    return { is: 'alike', detail: 'not compared: it is meant to be different' };
  return new SideBySide(question).run();
};

const resultOf = ({ end, output, deeds }: Told): string =>
  JSON.stringify([end, output, deeds.map(({ step, said }) => `${step} ${said}`).sort()]);

class SideBySide {
  private readonly values: MadeUpValues;
  private readonly places: Places;
  private readonly order: BitRows;
  private readonly conflicts: Conflicts;
  private left: number;
  private told = 0;

  constructor(private readonly question: DifferentialQuestion) {
    this.values = new MadeUpValues(question.base);
    this.places = placesOf(question.base);
    this.order = orderOf(this.places);
    this.conflicts = new Conflicts(this.places.tasks, question.facts);
    this.left = question.maxDecisions ?? MAX_DECISIONS;
  }

  run(): Differential {
    for (let world = 0; world < WORLDS && (world === 0 || this.left > 0); world++) {
      const found = this.compareIn(world);
      if (found) return found;
    }
    const runs = `${this.told} ${this.told === 1 ? 'run' : 'runs'}`;
    return { is: 'alike', detail: this.told === 0 ? 'no run told anything' : `${runs} of both had the same results` };
  }

  private compareIn(world: number): Differential | undefined {
    const { base, candidate } = this.question;
    const schedules = Array.from({ length: SCHEDULES }, (_, index) => index);
    const before = schedules.map((schedule) => this.runOf(base, world, schedule));
    const results = new Set(before.map(resultOf));
    // What the base does depends on who is first: one more schedule proves nothing.
    if (results.size > 1) return undefined;
    for (const [schedule, was] of before.entries()) {
      if (was.end === 'open' || (was.end === 'failed' && this.question.certificate.level !== 'identical')) continue;
      const is = this.runOf(candidate, world, schedule);
      if (is.end === 'open' && this.left <= 0) continue;
      this.told += 1;
      if (resultOf(is) !== resultOf(was)) return this.differenceOf(was, is);
      const turned = this.turned(is.deeds, was.deeds);
      if (turned) return turned;
    }
    return undefined;
  }

  private runOf(compiled: CompiledWorkflow, world: number, schedule: number): Told {
    const { values, left } = this;
    const mishaps = world === 0 ? 0 : MISHAPS;
    const about = { compiled, values, facts: this.question.facts, world, mishaps, schedule };
    // Of the first run nothing may be missing: what is too large to be run at all is found out by it.
    const told = new MadeUpRun({ ...about, maxDecisions: Math.max(left, MAX_DECISIONS) }).run();
    this.left -= Math.max(1, told.decisions);
    return told;
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
