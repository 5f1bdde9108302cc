import type { CompiledWorkflow, TaskPath } from '../../../src/engine/core/index.js';
import { placesOf, type Certificate, type PlacedTask } from '../../../src/llm/optimizer/ir/index.js';
import type { Explored, Observation } from './explore.js';
import type { Counterexample } from './judge.js';

const UNDOING = '!compensate';

/** Tasks of a version, by their places in the base, that run because one of these does: what follows it, and what it holds. */
const followersOf = (
  version: CompiledWorkflow,
  first: ReadonlySet<TaskPath>,
  { stands }: Certificate,
): ReadonlySet<TaskPath> => {
  const found = new Set<TaskPath>();
  const placeOf = ({ path }: PlacedTask): TaskPath => stands[path] ?? path;
  const add = (placed: PlacedTask): void => {
    if (found.has(placeOf(placed))) return;
    found.add(placeOf(placed));
    const { home, task, path } = placed;
    for (const index of [...task.feeds, ...task.opens]) add(home.tasks[index] as PlacedTask);
    for (const { container, tasks } of scopes) if (container?.path === path) tasks.forEach(add);
    // What follows the construct around hears of it, too.
    if (home.container) for (const index of around(home.container)) add(home.container.home.tasks[index] as PlacedTask);
  };
  const around = ({ task }: PlacedTask): readonly number[] => [...task.feeds, ...task.opens];
  const { scopes } = placesOf(version);
  for (const { tasks } of scopes) for (const placed of tasks) if (first.has(placeOf(placed))) add(placed);
  return found;
};

const bare = (path: TaskPath): TaskPath => (path.endsWith(UNDOING) ? path.slice(0, -UNDOING.length) : path);

/** Announced: the tasks that may run although something failed, and what may follow from that; undefined: anything may. */
const announcedBy = (version: CompiledWorkflow, certificate: Certificate): ReadonlySet<TaskPath> | undefined => {
  const { changesOnFailure } = certificate;
  // An execution that fails no more goes on, wherever that leads.
  if (changesOnFailure.some(({ is }) => is === 'fails_no_more')) return undefined;
  const tasks = changesOnFailure.map(({ task }) => certificate.stands[task] ?? task);
  return followersOf(version, new Set(tasks), certificate);
};

const countsOf = ({ log }: Observation): Map<TaskPath, number> => {
  const counts = new Map<TaskPath, number>();
  for (const { path } of log) counts.set(path, (counts.get(path) ?? 0) + 1);
  return counts;
};

const isWithin = (one: ReadonlyMap<TaskPath, number>, other: ReadonlyMap<TaskPath, number>): boolean =>
  [...one].every(([path, count]) => count <= (other.get(path) ?? 0));

/** Nothing is announced: no more than the base does in some schedule, if it is less. */
const doesMore = (base: Explored, all: readonly Observation[]): Counterexample | undefined => {
  const known = [...base.observations.values()].map(countsOf);
  for (const observation of all) {
    if (base.keys.has(observation.key)) continue;
    const counts = countsOf(observation);
    if (!known.some((other) => isWithin(counts, other)))
      return { why: 'it does more than the base when something fails, and nothing is announced', observation };
  }
  return undefined;
};

/**
 * What a candidate may do in a world in which something fails, and its certificate does not tell. That the execution
 * completes when the base can not, unless it `fails_no_more`. And a run of a task with effects that the base has in no
 * schedule there, unless the task is listed as `runs_anyway`, follows one that is, or the execution `fails_no_more`; if
 * nothing is listed, runs that no single schedule of the base has all of.
 */
export const unannounced = (
  { base, all }: { readonly base: Explored; readonly all: readonly Observation[] },
  version: CompiledWorkflow,
  certificate: Certificate,
): Counterexample | undefined => {
  const announced = announcedBy(version, certificate);
  if (!announced) return undefined;
  const known = [...base.observations.values()];
  const completed = all.find(({ end }) => end === 'completed');
  if (completed && known.every(({ end }) => end !== 'completed'))
    return { why: 'it completes though the base can not, which is not announced', observation: completed };
  if (announced.size === 0) return doesMore(base, all);
  const ran = new Set(known.flatMap(({ log }) => log.map(({ path }) => bare(path))));
  for (const observation of all) {
    // Once something announced has run, what others find in the world is another thing, and they may do anything.
    const first = observation.log.find(({ path }) => !ran.has(bare(path)) || announced.has(bare(path)));
    if (first && !announced.has(bare(first.path)))
      return { why: `${first.path} runs although something failed, which is not announced`, observation };
  }
  return undefined;
};
