import { allSteps, stepStatus, type TaskPath } from '../../../src/engine/core/index.js';
import { canonicalJson } from '../../../src/kernel/index.js';
import { Situation, type Setting } from './situation.js';
import { keyOf } from './state-key.js';
import { traceOf, type Log } from './trace.js';

/** What anybody can tell of an execution (`claim.ts`). */
export interface Observation {
  /** `open`: it waits for ever. `refused`: it never began. */
  readonly end: 'completed' | 'failed' | 'canceled' | 'open' | 'refused';
  /** End, output, trace: what the levels speak of. */
  readonly key: string;
  /** How every task ended, by its place in the base: instances in no order. */
  readonly endings: string;
  readonly output: string;
  readonly trace: readonly string[];
  readonly log: Log;
}

export interface Explored {
  /** By key and endings. */
  readonly observations: ReadonlyMap<string, Observation>;
  /** By key. */
  readonly keys: ReadonlySet<string>;
  /** False: there were more situations than the bound; what was seen is a part. */
  readonly isComplete: boolean;
  readonly situations: number;
}

export interface Bounds {
  /** Situations in which something is to be chosen. */
  readonly situations: number;
  /** Only ways whose trace is a part of this one: to tell whether it is possible at all. */
  readonly towards?: readonly string[];
}

/** All schedules of an execution: whatever ends next, whatever begins next. */
export const explore = (setting: Setting, bounds: Bounds): Explored => {
  const found = new Exploration(setting, bounds).run();
  if (found) return found;
  // Several tasks failed, and which was first may count; or one did, and when its attempt ends something is given up.
  const { grain: coarse } = setting;
  const grain = { ...coarse, endsApart: coarse.endsApart || coarse.givesUp, atOnce: new Set<never>() };
  return new Exploration({ ...setting, grain }, bounds).run() as Explored;
};

const REFUSED: Observation = { end: 'refused', key: 'refused', endings: '', output: '', trace: [], log: [] };

class Exploration {
  private readonly seen = new Set<string>();
  private readonly observations = new Map<string, Observation>();
  private readonly towards: ReadonlyMap<string, number> | undefined;
  private isComplete = true;
  private isTooCoarse = false;

  constructor(
    private readonly setting: Setting,
    private readonly bounds: Bounds,
  ) {
    this.towards = bounds.towards && countsOf(bounds.towards);
  }

  /** Undefined: the grain was too coarse. */
  run(): Explored | undefined {
    const first = Situation.first(this.setting);
    if (first) this.visit(first);
    else this.observations.set('refused', REFUSED);
    if (this.isTooCoarse) return undefined;
    const { observations, isComplete } = this;
    const keys = new Set([...observations.values()].map(({ key }) => key));
    return { observations, keys, isComplete, situations: this.seen.size };
  }

  private visit(situation: Situation): void {
    while (!this.isTooCoarse) {
      if (this.leadsAstray(situation)) return;
      if (this.mattersWhatFailedFirst(situation)) {
        this.isTooCoarse = true;
        return;
      }
      const moves = situation.moves();
      const last = moves.pop();
      if (!last) return this.observe(situation);
      if (moves.length > 0) {
        const key = keyOf(situation);
        if (this.seen.has(key)) return;
        if (this.seen.size >= this.bounds.situations) {
          this.isComplete = false;
          return;
        }
        this.seen.add(key);
        for (const move of moves) {
          const fork = situation.fork();
          fork.apply(move);
          this.visit(fork);
        }
      }
      situation.apply(last);
    }
  }

  private mattersWhatFailedFirst({ failures, setting: { grain } }: Situation): boolean {
    if (failures > 0 && grain.givesUp) return grain.atOnce.size > 0 || !grain.endsApart;
    return grain.atOnce.size > 0 && failures > 1;
  }

  private leadsAstray({ deeds: { log } }: Situation): boolean {
    if (!this.towards) return false;
    const { towards } = this;
    return [...countsOf(traceOf(log))].some(([hash, count]) => count > (towards.get(hash) ?? 0));
  }

  private observe(situation: Situation): void {
    const observation = observationOf(situation);
    this.observations.set(`${observation.key}|${observation.endings}`, observation);
  }
}

const countsOf = (hashes: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return counts;
};

const observationOf = (situation: Situation): Observation => {
  const { state, deeds } = situation;
  const { status } = state;
  const end = status.is === 'running' || status.is === 'paused' ? 'open' : status.is;
  const output = status.is === 'completed' ? canonicalJson(status.output) : '';
  const trace = traceOf(deeds.log);
  return {
    ...{ end, output, trace, log: deeds.log },
    key: `${end}|${output}|${trace.join()}`,
    endings: endingsOf(situation),
  };
};

const endingsOf = ({ state, deeds }: Situation): string => {
  const endings = new Map<TaskPath, string[]>();
  for (const step of allSteps(state)) {
    const path = deeds.placeOf(step);
    const ending = step.state.at === 'skipped' ? `skipped ${step.state.cause}` : stepStatus(step.state);
    const others = endings.get(path);
    if (others) others.push(ending);
    else endings.set(path, [ending]);
  }
  return [...endings]
    .map(([path, all]) => `${path} ${all.sort().join()}`)
    .sort()
    .join('\n');
};
