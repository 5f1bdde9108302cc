/**
 * Semantics 7–12 by the letter: what becomes of every task of a workflow when it is known beforehand how each one ends.
 * Everything is worked out from final outcomes, again and again, without counters, order or events. Slow and plain on
 * purpose: the engine's core is held to it.
 */

/** A task of the small language that the reference understands. */
export interface PlainTask {
  readonly id: string;
  readonly needs: readonly string[];
  readonly join: 'all' | number;
  readonly when: boolean | 'fails';
  /** Targets in order, each with whether its condition holds; absent: no switch. */
  readonly branches: readonly { readonly goto: string; readonly when: boolean | 'fails' }[] | undefined;
  readonly onError: 'fail' | 'continue' | { readonly goto: string };
  /** How it ends when it runs, retries and all. */
  readonly ends: 'completes' | 'fails';
}

export type Fate =
  | { readonly is: 'completed'; readonly output: string | null }
  | { readonly is: 'failed'; readonly handled: 'no' | 'continue' | 'goto' }
  | { readonly is: 'skipped'; readonly cause: 'condition' | 'branch' | 'upstream' };

export interface Fates {
  readonly tasks: ReadonlyMap<string, Fate>;
  readonly execution: 'completed' | 'failed';
  /** Of the completed leaves, by id. */
  readonly output: Readonly<Record<string, string | null>>;
}

const targetsOf = ({ branches, onError }: PlainTask): readonly string[] => [
  ...(branches ?? []).map(({ goto }) => goto),
  ...(typeof onError === 'object' ? [onError.goto] : []),
];

export const fatesOf = (tasks: readonly PlainTask[]): Fates => {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const fates = new Map<string, Fate>();
  const fateOf = (id: string): Fate => {
    const known = fates.get(id);
    if (known) return known;
    const fate = decideFate(byId.get(id) as PlainTask);
    fates.set(id, fate);
    return fate;
  };

  const chose = (source: PlainTask, target: string): boolean => {
    const fate = fateOf(source.id);
    if (fate.is === 'completed') return source.branches !== undefined && fate.output === target;
    return fate.is === 'failed' && fate.handled === 'goto' && (source.onError as { goto: string }).goto === target;
  };

  const decideFate = (task: PlainTask): Fate => {
    const sources = tasks.filter((other) => targetsOf(other).includes(task.id));
    if (sources.length > 0 && !sources.some((source) => chose(source, task.id))) {
      const allFailed = sources.every((source) => {
        const fate = fateOf(source.id);
        return fate.is === 'failed' && fate.handled === 'no';
      });
      return { is: 'skipped', cause: allFailed ? 'upstream' : 'branch' };
    }
    const gates = new Set(sources.map(({ id }) => id));
    const needs = task.needs.filter((need) => !gates.has(need)).map(fateOf);
    if (!joins(task, needs)) return { is: 'skipped', cause: 'upstream' };
    if (task.when === 'fails') return failed(task);
    if (!task.when) return { is: 'skipped', cause: 'condition' };
    if (task.branches) return chooseFrom(task, task.branches);
    return task.ends === 'completes' ? { is: 'completed', output: task.id } : failed(task);
  };

  for (const { id } of tasks) fateOf(id);
  const leaves = tasks.filter(
    (task) => targetsOf(task).length === 0 && !tasks.some((other) => dependsOn(other, task, tasks)),
  );
  const output: Record<string, string | null> = {};
  for (const { id } of leaves) {
    const fate = fateOf(id);
    if (fate.is === 'completed') output[id] = fate.output;
  }
  const lost = [...fates.values()].some((fate) => fate.is === 'failed' && fate.handled === 'no');
  return { tasks: fates, execution: lost ? 'failed' : 'completed', output };
};

const dependsOn = (task: PlainTask, source: PlainTask, all: readonly PlainTask[]): boolean =>
  task.needs.includes(source.id) && all.includes(source);

const failed = ({ onError }: PlainTask): Fate => ({
  is: 'failed',
  handled: onError === 'fail' ? 'no' : onError === 'continue' ? 'continue' : 'goto',
});

const joins = ({ join }: PlainTask, needs: readonly Fate[]): boolean => {
  if (join !== 'all') return needs.filter((need) => need.is === 'completed').length >= join;
  const standsInTheWay = (need: Fate): boolean => need.is === 'failed' && need.handled !== 'continue';
  const carries = (need: Fate): boolean =>
    need.is === 'completed' ||
    (need.is === 'failed' && need.handled === 'continue') ||
    (need.is === 'skipped' && need.cause === 'condition');
  return !needs.some(standsInTheWay) && (needs.length === 0 || needs.some(carries));
};

const chooseFrom = (task: PlainTask, branches: NonNullable<PlainTask['branches']>): Fate => {
  const taken = branches.find(({ when }) => when !== false);
  if (taken?.when === 'fails') return failed(task);
  return { is: 'completed', output: taken?.goto ?? null };
};
