import type { PlannedFault } from './script/fault-plan.js';
import type { Schedule } from './world/simulated-world.js';

/** Schedules that shrinking may run. */
const PATIENCE = 400;

/** Whether a schedule still fails in the same way. */
export type StillFails = (schedule: Schedule) => Promise<boolean>;

/**
 * The smallest schedule that still fails, as far as taking away goes: first faults, then choices, then what faults say
 * (delta debugging). Deterministic; runs at most 400 schedules.
 */
export const shrink = async (schedule: Schedule, stillFails: StillFails): Promise<Schedule> => {
  const budget = { left: PATIENCE };
  const tried: StillFails = async (candidate) => budget.left-- > 0 && stillFails(candidate);
  const withFaults = (faults: readonly PlannedFault[]): Schedule => ({
    ...smallest,
    plan: { ...smallest.plan, faults },
  });
  const withChoices = (choices: readonly number[]): Schedule => ({ ...smallest, choices });
  let smallest = schedule;

  const faults = await fewest(schedule.plan.faults, (some) => tried(withFaults(some)));
  smallest = withFaults(faults);
  const choices = await plainest(smallest.choices ?? [], (some) => tried(withChoices(some)));
  smallest = withChoices(choices);
  // Fewer choices may need fewer faults.
  smallest = withFaults(await fewest(smallest.plan.faults, (some) => tried(withFaults(some))));
  for (let index = 0; index < smallest.plan.faults.length; index++) {
    for (const simplify of SIMPLER) {
      const simpler = simplify(smallest.plan.faults[index] as PlannedFault);
      const candidate = simpler && withFaults(smallest.plan.faults.with(index, simpler));
      if (candidate && (await tried(candidate))) smallest = candidate;
    }
  }
  return smallest;
};

/** The fewest entries of a list that fail still (ddmin): without ever larger parts of it. */
const fewest = async <T>(
  list: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> => {
  if (list.length > 0 && (await fails([]))) return [];
  let kept = list;
  for (let size = Math.ceil(kept.length / 2); size >= 1 && kept.length > 1;) {
    const without = await firstThat(parts(kept, size), fails);
    if (without) kept = without;
    else if (size === 1) break;
    size = Math.min(without ? size : Math.ceil(size / 2), Math.max(1, kept.length - 1));
  }
  return kept;
};

/** Every list that lacks one run of `size` entries. */
const parts = <T>(list: readonly T[], size: number): readonly (readonly T[])[] => {
  const found: (readonly T[])[] = [];
  for (let from = 0; from < list.length; from += size) found.push([...list.slice(0, from), ...list.slice(from + size)]);
  return found;
};

const firstThat = async <T>(
  candidates: readonly T[],
  holds: (candidate: T) => Promise<boolean>,
): Promise<T | undefined> => {
  for (const candidate of candidates) if (await holds(candidate)) return candidate;
  return undefined;
};

/** Choices, as many of them as can be what comes first anyway. What stands at the end and is 0 need not be said. */
const plainest = async (
  choices: readonly number[],
  fails: (some: readonly number[]) => Promise<boolean>,
): Promise<readonly number[]> => {
  if (await fails([])) return [];
  let kept = choices;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length; from += size) {
      const part = kept.slice(from, from + size);
      if (part.every((choice) => choice === 0)) continue;
      const candidate = [...kept.slice(0, from), ...part.map(() => 0), ...kept.slice(from + size)];
      if (await fails(candidate)) kept = candidate;
    }
  }
  const end = kept.findLastIndex((choice) => choice !== 0);
  return kept.slice(0, end + 1);
};

/** Ways to say less of a fault; undefined where there is nothing to leave out. */
const SIMPLER: readonly ((fault: PlannedFault) => PlannedFault | undefined)[] = [
  (fault) => ('attempt' in fault && fault.attempt === 'every' ? { ...fault, attempt: 1 } : undefined),
  (fault) => {
    if (fault.fault !== 'duplicate' && fault.fault !== 'storage') return undefined;
    const { seconds, ...rest } = fault;
    return seconds === undefined ? undefined : rest;
  },
];
