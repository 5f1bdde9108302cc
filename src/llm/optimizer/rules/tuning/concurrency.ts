import { patternOf, type PlacedTask } from '../../ir/index.js';
import { crowdFactor, ENOUGH, failingAt, failingBelow, overloadedFrom, type Crowd } from '../../simulate/index.js';
import type { Finding } from '../study.js';
import { type Recorded } from './record.js';

/** Durations that grow less than with this power of the number of attempts gain by more of them. */
const GROWS = 0.5;
/** As much more is done at a time with fewer attempts. */
const GAINS = 1.1;

/**
 * Limits where attempts get in each other's way: where the more there are the more fail, or where many do less together
 * than few, since each takes so much longer. Only numbers at a time that were seen often are compared. The innermost map
 * or group that shows it is limited, else the workflow.
 */
export const limitConcurrency = (study: Recorded): Finding[] => {
  const found: Finding[] = [];
  const crowded: string[] = [];
  for (const { owner, path, before } of constructsOf(study)) {
    // What is seen of the whole is what is the matter with a part of it.
    if (crowded.some((inner) => inner.startsWith(owner))) continue;
    const crowd = study.history.crowds.get(owner);
    const after = crowd && fewer(crowd);
    if (!crowd || after === undefined) continue;
    crowded.push(owner);
    if (after >= (before ?? Infinity)) continue;
    const { samples, growth, ci95 } = crowd;
    const [few, many] = failingBelow(crowd, Math.floor(Math.log2(after)) + 1);
    const failing = [few.share ?? 0, many.share ?? 0] as const;
    found.push({
      kind: 'limit_concurrency',
      ops: [{ op: 'set_concurrency', task: path, concurrency: after }],
      evidence: { is: 'concurrency', task: path, samples, before, after, growth, ci95, failing },
    });
  }
  return found;
};

interface Construct {
  readonly owner: string;
  /** '' is the workflow. */
  readonly path: string;
  readonly before: number | undefined;
}

/** What can be limited, the innermost first. */
const constructsOf = ({ places, workflow }: Recorded): readonly Construct[] => {
  const inner = places.tasks.flatMap((placed) => (canBeLimited(placed) ? [placed] : []));
  const constructs = inner.map((placed): Construct => {
    const { work } = placed.task;
    const before = work.is === 'map' || work.is === 'group' ? work.concurrency : undefined;
    return { owner: patternOf(placed), path: placed.path, before };
  });
  return [...constructs.reverse(), { owner: '', path: '', before: workflow.concurrency }];
};

const canBeLimited = ({ task }: PlacedTask): boolean => task.work.is === 'map' || task.work.is === 'group';

/** The number at a time that is better than as many as there were; undefined: none is known to be. */
const fewer = (crowd: Crowd): number | undefined => {
  const limits = [belowOverload(crowd), mostDone(crowd)].filter((limit) => limit !== undefined);
  if (limits.length === 0) return undefined;
  const after = Math.min(...limits);
  return after < crowd.most ? after : undefined;
};

const belowOverload = (crowd: Crowd): number | undefined => {
  const bin = overloadedFrom(crowd);
  return bin === undefined ? undefined : 2 ** bin - 1;
};

/** Where most is done at a time: attempts over how long each takes, less those that fail. */
const mostDone = (crowd: Crowd): number | undefined => {
  if (crowd.ci95[0] < GROWS) return undefined;
  const known = crowd.bins.filter(({ samples }) => samples >= ENOUGH).map(({ level }) => Math.round(Math.exp(level)));
  const done = (level: number): number => (level / crowdFactor(level, crowd)) * (1 - (failingAt(level, crowd) ?? 0));
  const highest = known.at(-1);
  if (highest === undefined || known.length < 2) return undefined;
  const best = known.reduce((one, other) => (done(other) > done(one) ? other : one));
  return best < highest && done(best) >= GAINS * done(highest) ? best : undefined;
};
