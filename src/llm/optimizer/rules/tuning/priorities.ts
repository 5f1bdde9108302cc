import type { TaskPath } from '../../../../engine/core/index.js';
import { patternOf, type PlacedTask } from '../../ir/index.js';
import { simulateWorkflow, upwardRanks, type Simulation } from '../../simulate/index.js';
import type { Finding } from '../study.js';
import type { Recorded } from './record.js';

/** Runs that tell whether anything waits, and those that tell what a set of priorities does. */
const LOOKS = 3;
const RUNS = 40;
/** Decisions of the core that each may cost: some 20 ms. */
const MOST_DECISIONS = 6_000;
/** Sizes of sets that are tried, and the share of the best gain that the smallest of them has to have. */
const SIZES = [1, 2, 4, 8, 16];
const MOST_OF_IT = 0.9;
/** As gate `benefit`: less is not worth a change. */
const LEAST_SHARE = 0.02;
const LEAST_MILLIS = 1000;
/** Above what nobody said anything of. */
const FIRST = 1;

/**
 * Tasks that should begin first where slots are short: those with the longest way to the end (`upwardRanks`), and of them
 * as few as bring nearly all of the gain. Nothing where no limit can bind or nothing waits, nor where somebody has set
 * priorities already: who knows why.
 */
export const prioritise = (study: Recorded): Finding[] => {
  const { workflow, history, places } = study;
  if (!mayBind(study) || places.tasks.some(({ task }) => task.priority !== 0)) return [];
  const base = simulated(study, new Map(), LOOKS);
  const waiting = waitingIn(base, study);
  if (waiting.length < 2) return [];
  const ranks = upwardRanks(workflow, history);
  const rankOf = (placed: PlacedTask): number => ranks.get(patternOf(placed))?.rank ?? 0;
  const ranked = waiting.sort((a, b) => rankOf(b) - rankOf(a) || a.index - b.index);
  const chosen = fewest(study, ranked);
  if (chosen.length === 0) return [];
  const tasks = chosen.map(({ path }) => path);
  return [
    {
      kind: 'prioritise',
      ops: tasks.map((task: TaskPath) => ({ op: 'set_priority', task, priority: FIRST }) as const),
      evidence: { is: 'ranks', tasks, rank: rankOf(chosen[0] as PlacedTask) },
    },
  ];
};

const DEFAULT_SLOTS = 1000;

/** Whether a run alone could meet a limit that priorities decide about: the items of a map begin in their order anyhow. */
const mayBind = ({ places, workflow, history, limits }: Recorded): boolean => {
  const { maxRunningTasks = DEFAULT_SLOTS, perTask = {} } = limits;
  if (workflow.concurrency !== undefined || Object.keys(perTask).length > 0) return true;
  let attempts = 0;
  for (const { task, home } of places.tasks) {
    const { limit, work } = task;
    if (limit !== undefined || (work.is === 'group' && work.concurrency !== undefined)) return true;
    let times = 1;
    for (let around = home.container; around; around = around.home.container)
      if (around.task.work.is === 'map') times *= history.decisions.sizes.get(patternOf(around))?.most ?? 1;
    attempts += times;
  }
  return attempts > maxRunningTasks;
};

const simulated = (
  { workflow, history, limits }: Recorded,
  priorities: ReadonlyMap<string, number>,
  resamples: number,
): Simulation =>
  simulateWorkflow(workflow, history, { seed: 1, resamples, maxDecisions: MOST_DECISIONS, limits, priorities });

/** Tasks of which one waited for a slot, in some run. */
const waitingIn = ({ outcomes }: Simulation, { places }: Recorded): PlacedTask[] => {
  if (outcomes.every(({ held }) => held.size === 0)) return [];
  const isHeld = (pattern: string): boolean => outcomes.some(({ held }) => held.has(pattern));
  return places.tasks.filter((placed) => placed.task.work.is === 'task' && isHeld(patternOf(placed)));
};

const fewest = (study: Recorded, ranked: readonly PlacedTask[]): readonly PlacedTask[] => {
  const meanOf = ({ outcomes }: Simulation): number =>
    outcomes.reduce((sum, { makespan }) => sum + makespan, 0) / outcomes.length;
  const limit = ranked.length - 1;
  const before = simulated(study, new Map(), RUNS);
  const gains = [...new Set(SIZES.map((size) => Math.min(size, limit)))].map((size) => {
    const set = ranked.slice(0, size);
    const after = simulated(study, new Map(set.map((placed) => [patternOf(placed), FIRST])), RUNS);
    return { set, gain: meanOf(before) - meanOf(after) };
  });
  const best = Math.max(...gains.map(({ gain }) => gain));
  if (best < Math.min(LEAST_SHARE * meanOf(before), LEAST_MILLIS)) return [];
  return gains.find(({ gain }) => gain >= MOST_OF_IT * best)?.set ?? [];
};
