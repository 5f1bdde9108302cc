import type { CompiledWorkflow } from '../../../src/engine/core/index.js';
import type { Certificate, Facts } from '../../../src/llm/optimizer/ir/index.js';
import { explore, type Explored, type Observation } from './explore.js';
import { grainOf } from './grain.js';
import type { Setting } from './situation.js';
import { unannounced } from './announced.js';
import type { World } from './world.js';
import { writtenDifference } from './written-difference.js';

/** Why a certificate promises too much. */
export interface Counterexample {
  readonly why: string;
  /** Absent: it shows in what is written. */
  readonly world?: World;
  /** What one version may come to, and the other not. */
  readonly observation?: Observation;
}

export interface JudgeOptions {
  /** Situations looked at in one version and world; default 2000. */
  readonly situations?: number;
  /**
   * A certificate that lists no changes on failure is held to every observation when something fails, also if the candidate
   * does less than the base. Default false: to what it does beside.
   */
  readonly isStrict?: boolean;
}

/** How much could be told. */
export interface Tally {
  worlds: number;
  /** Worlds in which there were more schedules than could be looked at, and nothing was found in those that were. */
  undecided: number;
  situations: number;
}

const SITUATIONS = 2000;
/** Of the question whether one observation is possible at all. */
const TOWARDS = 20_000;
/** Of how many observations of a world that is asked, or a world of many would be searched for hours. */
const ASKED = 20;

/**
 * Judges candidates of one base. Certificates are held to `claim.ts`, in each world:
 *
 * - `identical`: both versions have the same set of observations, the ends of all tasks among what is observed. A task
 *   that is gone ends in no way, so none may be.
 * - `success-equivalent`: if the base completes *in all its schedules*, so does the candidate, and each of its observations
 *   is one of the base. If not (it fails, waits for ever, or only some schedules of it complete), something has failed, and
 *   `announced.ts` tells what `changesOnFailure` must have listed.
 * - `policy-change`, `fix`: see `written-difference.ts`. `behaviour-change` promises nothing.
 *
 * Only what was seen is held against a certificate: a world with more schedules than the bound is undecided unless an
 * observation of one version is found that the other, searched for that one alone, can not have.
 */
export class Judge {
  readonly tally: Tally = { worlds: 0, undecided: 0, situations: 0 };
  private readonly known = new Map<World, Explored>();
  private readonly grain;
  private readonly bounds;
  private readonly isStrict: boolean;
  private asked = 0;

  constructor(
    private readonly base: CompiledWorkflow,
    private readonly facts: Facts,
    private readonly worlds: readonly World[],
    { situations = SITUATIONS, isStrict = false }: JudgeOptions = {},
  ) {
    this.isStrict = isStrict;
    this.grain = grainOf({ compiled: base, stands: {}, facts });
    this.bounds = { situations };
  }

  /** Undefined: nothing was found. */
  unsound(candidate: CompiledWorkflow, certificate: Certificate): Counterexample | undefined {
    const { level, stands } = certificate;
    const { facts } = this;
    const written = writtenDifference([this.base, candidate], certificate, facts);
    if (written !== undefined) return { why: written };
    if (level !== 'identical' && level !== 'success-equivalent') return undefined;
    const grain = grainOf({ compiled: candidate, stands, facts });
    for (const world of this.worlds) {
      const found = this.unsoundIn({ compiled: candidate, world, facts, stands, grain }, certificate);
      if (found) return { ...found, world };
    }
    return undefined;
  }

  private settingOf(world: World): Setting {
    const { base: compiled, facts, grain } = this;
    return { compiled, world, facts, stands: {}, grain };
  }

  private exploredBase(world: World): Explored {
    const known = this.known.get(world);
    if (known) return known;
    const explored = explore(this.settingOf(world), this.bounds);
    this.known.set(world, explored);
    this.tally.situations += explored.situations;
    return explored;
  }

  private unsoundIn(setting: Setting, certificate: Certificate): Counterexample | undefined {
    this.asked = 0;
    const base = this.exploredBase(setting.world);
    const candidate = explore(setting, this.bounds);
    this.tally.situations += candidate.situations;
    this.tally.worlds += 1;
    if (!base.isComplete || !candidate.isComplete) this.tally.undecided += 1;
    if (certificate.level === 'identical') return this.notIdentical({ base, candidate }, setting);
    const all = [...candidate.observations.values()];
    const completes = [...base.observations.values()].every(({ end }) => end === 'completed');
    if (completes && base.isComplete) {
      const incomplete = all.find(({ end }) => end !== 'completed');
      if (incomplete) return { why: 'the base completes, the candidate may not', observation: incomplete };
      return this.firstNew({ base, candidate }, setting.world);
    }
    if (!base.isComplete) return undefined;
    const isNothingElse = this.isStrict && certificate.changesOnFailure.length === 0;
    if (isNothingElse) return this.firstNew({ base, candidate }, setting.world);
    return unannounced({ base, all }, setting.compiled, certificate);
  }

  /** An observation of the candidate that the base can not have. */
  private firstNew({ base, candidate }: Both, world: World): Counterexample | undefined {
    for (const observation of candidate.observations.values()) {
      if (base.keys.has(observation.key)) continue;
      if (!base.isComplete && this.isPossible(this.settingOf(world), { ...observation, endings: undefined }) !== false)
        continue;
      return { why: 'the candidate may come to what the base can not', observation };
    }
    return undefined;
  }

  private notIdentical({ base, candidate }: Both, setting: Setting): Counterexample | undefined {
    for (const [one, other, of, name] of [
      [candidate, base, this.settingOf(setting.world), 'base'],
      [base, candidate, setting, 'candidate'],
    ] as const) {
      for (const [key, observation] of one.observations) {
        if (other.observations.has(key)) continue;
        if (!other.isComplete && this.isPossible(of, observation) !== false) continue;
        return { why: `the ${name} can not come to this`, observation };
      }
    }
    return undefined;
  }

  /** Undefined: not even that could be told. */
  private isPossible(setting: Setting, { key, endings, trace }: Looked): boolean | undefined {
    if (++this.asked > ASKED) return undefined;
    const found = explore(setting, { situations: TOWARDS, towards: trace });
    const isIt = (other: Observation): boolean =>
      other.key === key && (endings === undefined || other.endings === endings);
    if ([...found.observations.values()].some(isIt)) return true;
    return found.isComplete ? false : undefined;
  }
}

/** `endings`: undefined where the ends of tasks are not looked at. */
type Looked = Pick<Observation, 'key' | 'trace'> & { readonly endings: string | undefined };

interface Both {
  readonly base: Explored;
  readonly candidate: Explored;
}
