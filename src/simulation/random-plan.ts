import type { Chance } from './chance.js';
import type { FaultPlan, PlannedFault } from './script/fault-plan.js';

/** What a schedule without faults showed: where a fault could strike. */
export interface Targets {
  /** Addresses at which attempts ran. */
  readonly steps: readonly string[];
  readonly microSteps: number;
  readonly commits: number;
  /** s */
  readonly seconds: number;
}

type Maker = (chance: Chance, targets: Targets) => PlannedFault;

/** One in so many faults is of a kind that the result may show. */
const SLACK = 3;
const MOST_FAULTS = 4;

const anyStep = (chance: Chance, { steps }: Targets): string => (steps.length > 0 ? chance.pick(steps) : '/none');
const anyCommit = (chance: Chance, { commits }: Targets): number => 1 + chance.below(commits + 2);
const upTo = (chance: Chance, seconds: number): number => Math.round(chance.next() * seconds * 1000) / 1000;

/** Faults that a workflow must not notice. Another kind of fault is another entry. */
const INVISIBLE: readonly Maker[] = [
  (chance, targets) => ({ fault: 'crash', after: chance.below(targets.microSteps + 2) }),
  (chance, targets) => ({ fault: 'crash', commit: anyCommit(chance, targets), written: chance.happens(0.5) }),
  (chance, targets) => ({
    ...{ fault: 'crash', step: anyStep(chance, targets) },
    when: chance.happens(0.5) ? 'running' : 'ended',
  }),
  (chance, targets) => ({
    ...{ fault: 'duplicate', step: anyStep(chance, targets), attempt: chance.happens(0.5) ? 1 : 'every' },
    seconds: chance.happens(0.5) ? 0 : upTo(chance, 3),
  }),
  () => ({ fault: 'duplicate' }),
  (chance, targets) => ({
    ...{ fault: 'storage', commit: anyCommit(chance, targets), written: chance.happens(0.5) },
    seconds: chance.happens(0.5) ? 0 : upTo(chance, 5),
  }),
  (chance, targets) => ({ fault: 'slow', step: anyStep(chance, targets), seconds: upTo(chance, 5) }),
  (chance, targets) => ({ fault: 'pause', at: upTo(chance, targets.seconds + 1), seconds: upTo(chance, 10) }),
];

/** Faults that a workflow may well notice. */
const VISIBLE: readonly Maker[] = [
  (chance, targets) => ({
    ...{ fault: 'error', step: anyStep(chance, targets), attempt: chance.happens(0.7) ? 1 : 'every' },
    kind: chance.happens(0.7) ? 'transient' : 'fatal',
  }),
  (chance, targets) => ({ fault: 'timeout', step: anyStep(chance, targets) }),
  (chance, targets) => ({ fault: 'cancel', at: upTo(chance, targets.seconds + 1) }),
];

/** A few faults by chance. Most plans have nothing but faults that must not be noticed, so that results can be compared. */
export const randomPlan = (chance: Chance, targets: Targets): FaultPlan => {
  const makers = chance.below(SLACK) === 0 ? [...INVISIBLE, ...VISIBLE] : INVISIBLE;
  const count = 1 + chance.below(MOST_FAULTS);
  return { faults: Array.from({ length: count }, () => chance.pick(makers)(chance, targets)) };
};
