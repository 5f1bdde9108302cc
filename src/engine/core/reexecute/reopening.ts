import { err, ok, type Result } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import {
  allSteps,
  findStep,
  isReadable,
  isTerminalRun,
  isUnhandled,
  scopesAround,
  scopesOf,
  undoneBy,
  type Compensation,
  type RunState,
  type Scope,
  type Step,
  type TryBodies,
} from '../fold/run-state.js';
import { hasBegun } from '../fold/bodies.js';
import type { InPlace, KeptReason, Planned, Reexecution, ReexecutionPlan, ResetReason, Unable } from './operation.js';

type Reopen = Extract<Reexecution, { is: 'reopen' }>;

/** What an operation that goes on in the same journal does. The state is left as it is. */
export const planReopening = (state: RunState, operation: InPlace): Result<Reopen, Unable> => {
  if (!isTerminalRun(state.status)) {
    return err({ is: 'conflict', reason: `The execution is ${state.status.is}; cancel it first` });
  }
  const marking = new Marking(state, operation.is === 'retry_failed');
  if ('step' in operation) {
    const refused = marking.ask(operation);
    if (refused) return err(refused);
  }
  marking.undo(state.ending?.compensation);
  marking.goOn(state.root);
  const around = marking.skipped && marking.goneWith(marking.skipped);
  if (around) return err({ is: 'conflict', reason: `${around.address} runs again as a whole: skip it after that` });
  if (marking.reset.size === 0 && marking.skipped === undefined) {
    return err({ is: 'conflict', reason: NOTHING[operation.is] });
  }
  const reset = marking.topmost().map(({ address }) => address);
  const skipped = marking.skipped?.address;
  return ok({ is: 'reopen', plan: marking.plan(), reset, skipped });
};

const NOTHING: Readonly<Record<InPlace['is'], string>> = {
  resume: 'Nothing of it was canceled',
  retry_failed: 'Nothing of it failed or was canceled',
  rerun_from: 'Nothing would run again',
  skip: 'Nothing would change',
};

interface Why {
  readonly reason: ResetReason;
  readonly because?: Address;
}

/** The outermost race around a step. */
const raceAround = (step: Step): Step | undefined =>
  [...scopesAround(step)].map(({ owner }) => owner).findLast((owner) => owner?.bodies?.is === 'race');

const isSkippedByOthers = ({ state }: Step): boolean =>
  state.at === 'skipped' && (state.cause === 'upstream' || state.cause === 'branch');

/** Marks what is reset, scope by scope. */
class Marking {
  /** The topmost steps that are reset: what their bodies hold goes with them. */
  readonly reset = new Map<Step, Why>();
  /** Constructs that go on where they were. */
  readonly continued = new Set<Step>();
  skipped: Step | undefined;
  /** The bodies of tries and loops that go on, by construct: others are later ones. */
  private readonly chosen = new Map<Step, Scope>();
  /** Bodies in which something is reset, whatever they had come to. */
  private readonly entered = new Set<Scope>();

  constructor(
    private readonly state: RunState,
    private readonly retries: boolean,
  ) {}

  /** Marks the step that was asked for, and what depends on it at every level around. */
  ask(operation: Extract<InPlace, { step: Address }>): Unable | undefined {
    const step = findStep(this.state, operation.step);
    if (!step || step.undoes || step.isNotice) return { is: 'unknown', reason: `There is no step ${operation.step}` };
    const race = raceAround(step);
    if (operation.is === 'skip') {
      if (step.state.at === 'completed') return { is: 'conflict', reason: `${operation.step} has completed` };
      if (race) return { is: 'conflict', reason: `${race.address} is a race: none of its tasks can be skipped` };
      this.skipped = step;
      this.spread(step);
    } else {
      // Who wins a race depends on all who run in it.
      this.resetWithDependants(race ?? step, { reason: 'asked', ...(race && { because: operation.step }) });
    }
    this.openAround(race && operation.is !== 'skip' ? race : step, () => true);
    return undefined;
  }

  /** The constructs around a step go on, and what depends on those that were `read` runs again. */
  private openAround(step: Step, read: (owner: Step) => boolean): void {
    for (const scope of scopesAround(step)) {
      const { owner } = scope;
      if (!owner || this.reset.has(owner)) return;
      this.entered.add(scope);
      this.choose(owner, scope);
      this.continued.add(owner);
      if (read(owner)) this.spread(owner);
    }
  }

  /** Of several bodies of a construct the first goes on: others of a try or a loop are later ones. */
  private choose(owner: Step, scope: Scope): void {
    const scopes = owner.bodies ? scopesOf(owner.bodies) : [];
    const before = this.chosen.get(owner);
    if (!before || scopes.indexOf(scope) < scopes.indexOf(before)) this.chosen.set(owner, scope);
  }

  /** Lets what was canceled in a scope go on, and with `retries` what failed run again. True when something will. */
  goOn(scope: Scope): boolean {
    for (const step of scope.steps) {
      if (this.reset.has(step) || step === this.skipped) continue;
      const isFailure = this.retries && isUnhandled(step.state);
      if (isFailure || step.state.at === 'canceled' || this.continued.has(step)) this.goOnIn(step);
    }
    return scope.steps.some((step) => this.reset.has(step) || this.continued.has(step) || step === this.skipped);
  }

  /** What was undone has to be done again. */
  undo(compensation: Compensation | undefined): void {
    for (const undone of compensation ? undoneBy(compensation) : []) {
      // Who wins a race depends on all who run in it.
      const step = raceAround(undone) ?? undone;
      this.resetWithDependants(step, { reason: 'compensated' });
      this.openAround(step, ({ state }) => isReadable(state));
    }
  }

  /** A construct goes on inside, if there is something to go on with; anything else is reset. */
  private goOnIn(step: Step): void {
    const isWon = step.bodies?.is === 'race' && step.bodies.winner !== undefined;
    const scopes = isWon ? [] : this.bodiesThatGoOn(step);
    const isOpen = scopes.map((scope) => this.goOn(scope)).some(Boolean);
    if (isOpen || this.continued.has(step)) this.continued.add(step);
    else this.reset.set(step, { reason: step.state.at === 'canceled' ? 'canceled' : 'failed' });
    this.spreadToSkipped(step);
  }

  private bodiesThatGoOn(step: Step): readonly Scope[] {
    const { bodies } = step;
    if (!bodies) return [];
    const chosen = this.chosen.get(step);
    switch (bodies.is) {
      case 'map':
        return bodies.scopes.filter((scope, position): scope is Scope => {
          const result = bodies.results[position];
          const isOpen = !result || result.is === 'canceled' || (this.retries && result.is === 'failed');
          return scope !== undefined && (this.entered.has(scope) || isOpen);
        });
      case 'try':
        return this.phaseThatGoesOn(step, bodies);
      case 'loop':
        return [chosen ?? bodies.scopes.at(-1)].filter((scope) => scope !== undefined);
      default:
        return scopesOf(bodies);
    }
  }

  /** The phase that goes on: later ones go. */
  private phaseThatGoesOn(step: Step, bodies: TryBodies): readonly Scope[] {
    // What somebody asked for, or was undone, may lie behind what was canceled.
    this.choose(step, this.unfinishedPhase(bodies));
    const scope = this.chosen.get(step) as Scope;
    if (scope === bodies.scopes.try) this.undo(bodies.compensation);
    return [scope];
  }

  /** The first phase that something is left to do in: what led to `finally` has completed, or stays failed. */
  private unfinishedPhase({ scopes, result }: TryBodies): Scope {
    const before = scopes.catch ?? scopes.try;
    if (!scopes.finally) return before;
    const isDone = result?.is === 'completed' || (result?.is === 'failed' && !this.retries);
    return isDone ? scopes.finally : before;
  }

  private resetWithDependants(step: Step, why: Why): void {
    if (this.reset.has(step)) return;
    this.reset.set(step, why);
    this.continued.delete(step);
    this.spread(step);
  }

  /** Whatever depends on the step is decided anew. */
  private spread(step: Step): void {
    for (const target of this.targetsOf(step)) {
      if (target !== this.skipped) this.resetWithDependants(target, { reason: 'after', because: step.address });
    }
  }

  /**
   * What was skipped because of the step, or may have been, is decided anew. What ran without it stays, and so does
   * what was skipped by its own condition, which was asked without the step, or by somebody.
   */
  private spreadToSkipped(step: Step): void {
    for (const target of this.targetsOf(step)) {
      if (!isSkippedByOthers(target) || this.reset.has(target) || target === this.skipped) continue;
      this.reset.set(target, { reason: 'after', because: step.address });
      this.spreadToSkipped(target);
    }
  }

  private targetsOf({ task, scope }: Step): Step[] {
    return [...task.feeds, ...task.opens].map((index) => scope.steps[index] as Step);
  }

  /** Steps that are reset and lie in no construct that is. */
  topmost(): Step[] {
    return [...this.reset.keys()].filter((step) => !this.goneWith(step));
  }

  plan(): ReexecutionPlan {
    const kept: Planned<KeptReason>[] = [];
    const reset: Planned<ResetReason>[] = [];
    const created: Planned<'not_started'>[] = [];
    for (const step of allSteps(this.state)) {
      if (step.undoes || step.isNotice) continue;
      const why = this.reset.get(step);
      const around = this.goneWith(step);
      if (around) reset.push({ step: step.address, reason: 'inside', because: around.address });
      else if (why) reset.push({ step: step.address, ...why });
      else if (step === this.skipped) reset.push({ step: step.address, reason: 'asked' });
      else kept.push({ step: step.address, reason: this.keptReason(step) });
    }
    for (const step of this.continued) created.push(...itemsToCome(step));
    return { kept, reset, created };
  }

  /** The construct around a step whose body goes: it is reset, or goes on in an earlier body. */
  goneWith(step: Step): Step | undefined {
    for (const scope of scopesAround(step)) {
      const { owner } = scope;
      if (!owner) return undefined;
      if (this.reset.has(owner) || owner === this.skipped) return owner;
      const chosen = this.chosen.get(owner);
      if (!chosen || chosen === scope || owner.bodies?.is === 'map') continue;
      const scopes = owner.bodies ? scopesOf(owner.bodies) : [];
      if (scopes.indexOf(scope) > scopes.indexOf(chosen)) return owner;
    }
    return undefined;
  }

  private keptReason(step: Step): KeptReason {
    if (this.continued.has(step)) return 'continued';
    const { state } = step;
    if (state.at === 'failed') return state.handled === undefined ? 'failed' : 'handled';
    return state.at === 'skipped' || state.at === 'canceled' ? state.at : 'completed';
  }
}

/** Items of a map that goes on, of which nothing was there. */
const itemsToCome = ({ address, bodies }: Step): Planned<'not_started'>[] => {
  if (bodies?.is !== 'map') return [];
  return bodies.items.flatMap(({ key }, position) =>
    hasBegun(bodies, position) ? [] : [{ step: `${address}[${JSON.stringify(key)}]`, reason: 'not_started' as const }],
  );
};
