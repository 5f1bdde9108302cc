import type { Chance } from '../../kernel/index.js';
import type { FaultPlan, PlannedFault, ReexecuteOperation } from '../script/fault-plan.js';

/** What a schedule without faults showed: where a fault could strike. */
export interface Targets {
  /** Addresses at which attempts ran. */
  readonly steps: readonly string[];
  /** Addresses at which something was waited for that comes from outside. */
  readonly waits: readonly string[];
  /** Names of events that were waited for. */
  readonly events: readonly string[];
  /** Addresses at which anything was. */
  readonly places: readonly string[];
  readonly microSteps: number;
  readonly commits: number;
  /** s */
  readonly seconds: number;
  /** There is another version to migrate to. */
  readonly hasNext: boolean;
}

type Maker = (chance: Chance, targets: Targets) => PlannedFault;

/** One in so many plans has faults that the result may show. */
const SLACK = 3;
const MOST_FAULTS = 4;
const HOUR = 3600;

const oneOf = (chance: Chance, list: readonly string[]): string => (list.length > 0 ? chance.pick(list) : '/none');
const anyStep = (chance: Chance, { steps }: Targets): string => oneOf(chance, steps);
const anyEnd = (chance: Chance, { steps, waits }: Targets): string => oneOf(chance, [...steps, ...waits]);
const anyCommit = (chance: Chance, { commits }: Targets): number => 1 + chance.below(commits + 2);
const upTo = (chance: Chance, seconds: number): number => Math.round(chance.next() * seconds * 1000) / 1000;
const anyTime = (chance: Chance, { seconds }: Targets): number => upTo(chance, Math.min(seconds, 60) + 1);
/** Seconds by which a clock is off. */
const shift = (chance: Chance): number => chance.pick([-HOUR, HOUR, -2, 2]);

/** Faults that a workflow must not notice. Another kind of fault is another entry. */
const INVISIBLE: readonly Maker[] = [
  (chance, targets) => ({ fault: 'crash', after: chance.below(targets.microSteps + 2) }),
  (chance, targets) => ({ fault: 'crash', commit: anyCommit(chance, targets), written: chance.happens(0.5) }),
  (chance, targets) => ({
    ...{ fault: 'crash', step: anyStep(chance, targets) },
    when: chance.happens(0.5) ? 'running' : 'ended',
  }),
  (chance, targets) => ({
    ...{ fault: 'duplicate', step: anyEnd(chance, targets), attempt: chance.happens(0.5) ? 1 : 'every' },
    seconds: chance.happens(0.5) ? 0 : upTo(chance, 3),
  }),
  () => ({ fault: 'duplicate' }),
  (chance, targets) => ({
    ...{ fault: 'storage', commit: anyCommit(chance, targets), written: chance.happens(0.5) },
    seconds: chance.happens(0.5) ? 0 : upTo(chance, 5),
  }),
  (chance, targets) => ({ fault: 'slow', step: anyEnd(chance, targets), seconds: upTo(chance, 5) }),
  (chance, targets) => ({ fault: 'pause', at: anyTime(chance, targets), seconds: upTo(chance, 10) }),
  (chance, targets) => ({ fault: 'early', step: oneOf(chance, targets.waits) }),
];

const IN_PLACE: readonly ReexecuteOperation[] = ['resume', 'retry_failed', 'rerun_from', 'rerun_from', 'skip'];

/** Faults that a workflow may well notice. */
const VISIBLE: readonly Maker[] = [
  (chance, targets) => ({
    ...{ fault: 'error', step: anyStep(chance, targets), attempt: chance.happens(0.7) ? 1 : 'every' },
    kind: chance.happens(0.7) ? 'transient' : 'fatal',
  }),
  (chance, targets) => ({ fault: 'timeout', step: anyStep(chance, targets) }),
  (chance, targets) => ({ fault: 'cancel', at: anyTime(chance, targets), compensate: chance.happens(0.5) }),
  (chance, targets) => reexecution(chance, targets),
  (chance, targets) => reexecution(chance, targets),
  (chance, targets) => ({
    ...{ fault: 'reexecute', operation: chance.pick(['fork', 'restore'] as const), at: anyTime(chance, targets) },
  }),
  (chance, targets) => ({ fault: 'migrate', at: anyTime(chance, targets) }),
  (chance, targets) => ({
    ...{ fault: 'event', at: anyTime(chance, targets), name: oneOf(chance, [...targets.events, 'shared']) },
    payload: { of: oneOf(chance, targets.events) },
  }),
  (chance, targets) => ({ fault: 'clock', at: anyTime(chance, targets), seconds: shift(chance) }),
  (chance, targets) => ({ fault: 'freeze', at: anyTime(chance, targets), seconds: upTo(chance, 20) }),
  (chance, targets) => ({ fault: 'crash', after: chance.below(targets.microSteps + 2), clock: shift(chance) }),
];

const reexecution = (chance: Chance, targets: Targets): PlannedFault => {
  const operation = chance.pick(IN_PLACE);
  const step = operation === 'rerun_from' || operation === 'skip' ? { step: oneOf(chance, targets.places) } : {};
  return { fault: 'reexecute', operation, ...step };
};

/** A few faults by chance. Most plans have nothing but faults that must not be noticed, so that results can be compared. */
export const randomPlan = (chance: Chance, targets: Targets): FaultPlan => {
  const makers = chance.below(SLACK) === 0 ? [...INVISIBLE, ...VISIBLE] : INVISIBLE;
  const count = 1 + chance.below(MOST_FAULTS);
  return { faults: Array.from({ length: count }, () => chance.pick(makers)(chance, targets)) };
};
