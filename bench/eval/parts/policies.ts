import { Chance } from '../../../src/kernel/index.js';
import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import { NO_FACTS, placesOf } from '../../../src/llm/optimizer/ir/index.js';
import { improve, type Improvement } from '../../../src/llm/optimizer/prove/index.js';
import { cacheablePatterns } from '../../../src/llm/optimizer/rules/index.js';
import {
  buildHistory,
  compare,
  isBetter,
  simulateWorkflow,
  type Comparison,
  type WorkflowHistory,
} from '../../../src/llm/optimizer/simulate/index.js';
import { RecordedRuns, type RecordedEnd } from '../../../test/world/recorded-runs.js';
import { surroundings } from '../catalogue.js';
import { subjectOf } from '../improved.js';
import { caseOf, FAULTS, type Case } from '../recorded/cases.js';
import { atLeast, atMost, percent, quantile, type Part } from '../report.js';

export interface PoliciesOptions {
  readonly seed: number;
  /** Of each fault. */
  readonly faulty: number;
  readonly healthy: number;
  /** Executions of each. */
  readonly runs: number;
}

const GOALS = ['latency', 'cost', 'reliability', 'balanced'] as const;
const SIMULATED = { resamples: 400, maxDecisions: 60_000 };

interface Offered {
  readonly found: Improvement;
  readonly comparison: Comparison;
}

/** One workflow that was really run, and what rules that rest on its history say. */
class Recorded {
  private constructor(
    private readonly world: RecordedRuns,
    private readonly of: Case,
    private readonly runs: number,
    private readonly compiled: CompiledWorkflow,
    private readonly history: WorkflowHistory,
    readonly ends: readonly RecordedEnd[],
  ) {}

  static async of(world: RecordedRuns, one: Case, about: { name: string; runs: number }): Promise<Recorded> {
    const { tasks, rest } = one;
    const id = await world.keep({ name: about.name, ...rest, tasks });
    const { compiled } = await world.catalog.runnable(id);
    const ends = await world.run(id, { ...one, runs: about.runs });
    const inputsOf = cacheablePatterns(placesOf(compiled), NO_FACTS);
    const history = buildHistory(compiled, await world.observe(id, { inputsOf }));
    return new Recorded(world, one, about.runs, compiled, history, ends);
  }

  /** Found, proved, and better at something. */
  offered(): readonly Offered[] {
    const base = simulateWorkflow(this.compiled, this.history, SIMULATED);
    return improve(subjectOf(this.compiled), { history: this.history, limits: {} }).flatMap((found) => {
      if (!found.evidence) return [];
      const comparison = compare(base, simulateWorkflow(found.candidate, this.history, SIMULATED));
      return GOALS.some((goal) => isBetter(comparison, goal)) ? [{ found, comparison }] : [];
    });
  }

  /** The engine runs the changed workflow, as often and with the same luck. */
  async again({ document }: CompiledWorkflow, name: string): Promise<readonly RecordedEnd[]> {
    const id = await this.world.keep({ ...document, name });
    return this.world.run(id, { ...this.of, runs: this.runs });
  }
}

const isTrue = ({ found: { kind, ops } }: Offered, { truth }: Case): boolean =>
  kind === truth?.kind && ops.some((op) => 'task' in op && op.task === truth.task);

const failed = (ends: readonly RecordedEnd[]): number =>
  ends.filter(({ status }) => status !== 'completed').length / ends.length;
const busy = (ends: readonly RecordedEnd[]): number => ends.reduce((sum, one) => sum + one.busy, 0) / ends.length;

interface Tally {
  found: number;
  of: number;
  said: number;
  wrong: number;
  /** Of what was predicted of the changed workflows, against what the engine did with them. */
  readonly costErrors: number[];
  readonly failureErrors: number[];
}

const emptyTally = (): Tally => ({ found: 0, of: 0, said: 0, wrong: 0, costErrors: [], failureErrors: [] });

/** Rules that rest on history, on histories that the engine has made of distributions that are known. */
export const policies = async ({ seed, faulty, healthy, runs }: PoliciesOptions): Promise<Part> => {
  const world = await RecordedRuns.open(surroundings);
  try {
    const tallies = new Map<string, Tally>();
    for (const [fault, put] of Object.entries(FAULTS)) {
      const tally = emptyTally();
      for (let n = 0; n < faulty; n++) {
        const one = caseOf(new Chance('policies', fault, seed, n), put);
        const name = `${tallies.size}-${n}`;
        await judge(await Recorded.of(world, one, { name, runs }), one, { tally, name: `${name}-after` });
      }
      tallies.set(fault, tally);
    }
    let alarms = 0;
    for (let n = 0; n < healthy; n++) {
      const one = caseOf(new Chance('policies', 'healthy', seed, n));
      const recorded = await Recorded.of(world, one, { name: `healthy-${n}`, runs });
      alarms += recorded.offered().length > 0 ? 1 : 0;
    }
    return partOf(tallies, { healthy, alarms, runs });
  } finally {
    await world.close();
  }
};

const judge = async (
  recorded: Recorded,
  one: Case,
  { tally, name }: { readonly tally: Tally; readonly name: string },
): Promise<void> => {
  const offered = recorded.offered();
  const right = offered.find((each) => isTrue(each, one));
  tally.of += 1;
  tally.said += offered.length;
  tally.wrong += offered.filter((each) => !isTrue(each, one)).length;
  if (!right) return;
  tally.found += 1;
  const after = await recorded.again(right.found.candidate, name);
  const { busy: cost, failure } = right.comparison;
  tally.costErrors.push(Math.abs((cost?.after ?? 0) - busy(after)) / busy(after));
  tally.failureErrors.push(Math.abs((failure?.after ?? 1) - failed(after)));
};

const partOf = (
  tallies: ReadonlyMap<string, Tally>,
  { healthy, alarms, runs }: { readonly healthy: number; readonly alarms: number; readonly runs: number },
): Part => {
  const all = [...tallies.values()];
  const sum = (of: (tally: Tally) => number): number => all.reduce((total, tally) => total + of(tally), 0);
  const said = sum((tally) => tally.said);
  const costs = all.flatMap(({ costErrors }) => costErrors);
  const failures = all.flatMap(({ failureErrors }) => failureErrors);
  return {
    id: 'policies',
    title: 'Silly policies, found by what was recorded',
    about: `Workflows of a read, a pure task, a map and a write are really run ${runs} times each, by the engine over its store in virtual time, with durations and failures of known distributions; in some, one thing is wrong. A rule has found it when it names the task and the change is better at some goal, as gate \`benefit\` asks. What else is said of such a workflow is a false alarm, as is all that is said of those in which nothing is wrong. The changed workflows are run by the engine as well, with the same luck, and what was predicted of them is compared: the time of all attempts, and the share of runs that fail.`,
    figures: [
      { name: 'workflows with something wrong', value: sum((tally) => tally.of) },
      atLeast(
        'found (recall)',
        percent(
          sum((tally) => tally.found),
          sum((tally) => tally.of),
        ),
        95,
        '%',
      ),
      atMost(
        'false alarms among what was said',
        said === 0
          ? 0
          : percent(
              sum((tally) => tally.wrong),
              said,
            ),
        5,
        '%',
      ),
      { name: 'workflows with nothing wrong', value: healthy },
      atMost('of these, with a false alarm', percent(alarms, healthy), 1, '%'),
      atMost('predicted time of attempts, median error', 100 * quantile(costs, 0.5), 10, '%'),
      atMost('predicted share of failures, median error in points', 100 * quantile(failures, 0.5), 2, '%'),
    ],
    table: {
      head: [
        'what is wrong',
        'workflows',
        'found, %',
        'false alarms',
        'error of time, median, %',
        'error of failures, points',
      ],
      rows: [...tallies].map(([fault, tally]) => [
        ...[fault, tally.of, percent(tally.found, tally.of), tally.wrong],
        ...[100 * quantile(tally.costErrors, 0.5), 100 * quantile(tally.failureErrors, 0.5)],
      ]),
    },
  };
};
