import { canonicalJson } from '../../../kernel/index.js';
import type { Address } from '../address.js';
import {
  allSteps,
  isTerminalRun,
  isTerminalStep,
  isUnhandled,
  type Bodies,
  type RunState,
  type Scope,
  type Step,
  type StepState,
} from '../fold/run-state.js';
import { pathBelow, ROOT, type DefinitionDiff, type TaskPath } from './diff.js';
import type { Aspect } from './normal-form.js';

/** Why an execution can not go over to another definition. */
export interface Obstacle {
  /** The step, or the scope; empty: the execution. */
  readonly step: Address;
  readonly reason: string;
}

/**
 * What a change of definition means for an execution. `unaffected`: nothing that is yet to happen differs, so it may
 * stay. `migratable`: what differs has not begun, and nothing that has ended or runs would have been decided otherwise.
 * `must_finish`: it may not change its definition.
 */
export type Classification =
  | { readonly is: 'unaffected' }
  | {
      readonly is: 'migratable';
      /** Steps that were ready or had heard of their predecessors, and are decided anew. */
      readonly reset: readonly Address[];
    }
  | { readonly is: 'must_finish'; readonly obstacles: readonly Obstacle[] };

/** Obstacles that are told of; one is enough. */
const MOST_OBSTACLES = 20;

/** Looks at every step of an execution in the light of a change. Changes nothing. O(steps). */
export const classify = (state: RunState, diff: DefinitionDiff): Classification => {
  if (diff.changes.length === 0) return { is: 'unaffected' };
  const inspection = new Inspection(state, diff);
  inspection.execution();
  const { isAffected, obstacles, reset } = inspection;
  if (!isAffected) return { is: 'unaffected' };
  if (obstacles.length > 0) return { is: 'must_finish', obstacles };
  return { is: 'migratable', reset };
};

/** Whether no attempt, body or wait of the step has begun, and it has not ended. */
export const hasNotBegun = (state: StepState): boolean =>
  state.at === 'pending' || state.at === 'due' || (state.at === 'ready' && state.tries === undefined);

/** What the end of a step was decided by: another result would have come of a change to it. */
const decidedBy = ({ state }: Step): ReadonlySet<Aspect> | 'everything' => {
  switch (state.at) {
    case 'completed':
      return COMPLETED;
    case 'skipped':
      return state.cause === 'condition' ? SKIPPED_BY_CONDITION : state.cause === 'operator' ? NONE : SKIPPED;
    default:
      return 'everything';
  }
};

const COMPLETED: ReadonlySet<Aspect> = new Set<Aspect>(['work', 'input', 'condition', 'edges', 'set', 'compensate']);
const SKIPPED_BY_CONDITION: ReadonlySet<Aspect> = new Set<Aspect>(['condition', 'edges']);
const SKIPPED: ReadonlySet<Aspect> = new Set<Aspect>(['edges']);
const NONE: ReadonlySet<Aspect> = new Set();
/** Said about the body of a construct at the construct's own path. */
const OF_BODY: ReadonlySet<Aspect> = new Set<Aspect>(['output', 'state']);

interface Placed {
  readonly path: TaskPath;
  /** Something may still begin there. */
  readonly isOpen: boolean;
}

class Inspection {
  isAffected = false;
  readonly obstacles: Obstacle[] = [];
  readonly reset: Address[] = [];

  constructor(
    private readonly state: RunState,
    private readonly diff: DefinitionDiff,
  ) {}

  execution(): void {
    const { state } = this;
    const isOver = isTerminalRun(state.status);
    if (isOver) this.obstacle('', 'it has ended');
    else if (state.ending) this.obstacle('', 'it is about to end');
    else if (state.compiled.failFast && state.root.failed.length > 0) this.obstacle('', 'it has failed');
    this.workflow(this.diff.whatAt(ROOT));
    this.scope(state.root, { path: ROOT, isOpen: !isOver && !state.ending });
  }

  private obstacle(step: Address, reason: string): void {
    if (this.obstacles.length < MOST_OBSTACLES) this.obstacles.push({ step, reason });
  }

  private workflow(what: readonly Aspect[]): void {
    for (const aspect of what) {
      if (aspect === 'input_schema') this.input();
      else if (aspect === 'timeout') this.isAffected ||= this.state.options.timeout === undefined;
      else if (aspect !== 'output' && aspect !== 'state') this.isAffected = true;
      if (aspect === 'fail_fast' && [...allSteps(this.state)].some(({ state }) => isUnhandled(state))) {
        this.obstacle('', 'a step has failed, and fail_fast is different');
      }
    }
  }

  /** Its input was accepted, and completed, when it started. */
  private input(): void {
    const { input } = this.state;
    const schema = this.diff.to.inputSchema;
    if (!schema) return;
    const [problem] = schema.check(input);
    if (problem) this.obstacle('', `its input does not fit: ${problem.reason}`);
    else if (canonicalJson(schema.withDefaults(input)) !== canonicalJson(input)) {
      this.obstacle('', 'its input would have been completed otherwise');
    }
  }

  private scope(scope: Scope, { path, isOpen }: Placed): void {
    const isRace = scope.owner?.bodies?.is === 'race';
    for (const id of this.diff.addedIn(path)) {
      const address = `${scope.address}/${id}`;
      if (!isOpen) this.obstacle(address, 'it is new, and what it belongs to is over');
      else if (isRace) this.obstacle(address, 'it is new in a race that runs');
      else this.isAffected = true;
    }
    this.aboutScope(scope, { path, isOpen });
    for (const step of scope.steps) this.step(step, { path: pathBelow(path, step.task.id), isOpen });
  }

  /** Its output is yet to be made while it is open; its variables began with it. */
  private aboutScope(scope: Scope, { path, isOpen }: Placed): void {
    const what = this.diff.whatAt(path);
    if (what.includes('output')) {
      if (isOpen) this.isAffected = true;
      else this.obstacle(scope.address, 'it is over, and its output is different');
    }
    if (!what.includes('state')) return;
    this.isAffected ||= isOpen;
    this.obstacle(scope.address, 'it has begun, and its variables are different');
  }

  private step(step: Step, { path, isOpen }: Placed): void {
    const change = this.diff.at(path);
    const isToCome = isOpen && hasNotBegun(step.state);
    if (change?.is === 'removed') {
      if (!isToCome) this.obstacle(step.address, `it ${wordOf(step)}, and is no more`);
      this.isAffected ||= isOpen && !isTerminalStep(step.state);
    } else if (isToCome) this.pending(step, path);
    else this.begun(step, { path, isOpen });
  }

  /** A step to come is simply what the other definition says. */
  private pending(step: Step, path: TaskPath): void {
    const what = this.diff.whatAt(path);
    if (what.length === 0 && !this.diff.isDifferentInside(path)) return;
    this.isAffected = true;
    if (step.scope.owner?.bodies?.is === 'race') this.obstacle(step.address, 'it is different in a race that runs');
    const isDecided = step.state.at !== 'pending' && what.length > 0;
    if (isDecided || what.includes('edges')) this.reset.push(step.address);
  }

  private begun(step: Step, { path, isOpen }: Placed): void {
    const what = this.diff.whatAt(path).filter((aspect) => !OF_BODY.has(aspect));
    const isLive = isOpen && !isTerminalStep(step.state);
    const decided = decidedBy(step);
    const other = decided === 'everything' ? what : what.filter((aspect) => decided.has(aspect));
    if (other.length > 0) this.obstacle(step.address, `it ${wordOf(step)}, and is different: ${other.join(', ')}`);
    // What undoes a step that has completed may be yet to come.
    if (what.length > 0 && (isLive || (isOpen && what.includes('compensate')))) this.isAffected = true;
    if (step.bodies) this.bodies(step, step.bodies, { path, isOpen: isLive });
  }

  private bodies(step: Step, bodies: Bodies, { path, isOpen }: Placed): void {
    switch (bodies.is) {
      case 'group':
      case 'race':
        return this.scope(bodies.scope, { path, isOpen });
      case 'try':
        return this.phases(bodies, { path, isOpen });
      case 'map':
        bodies.scopes.forEach((scope, item) => {
          if (scope) this.scope(scope, { path, isOpen: isOpen && !bodies.results[item] });
        });
        return this.toCome({ path, isOpen: isOpen && bodies.next < bodies.items.length });
      case 'loop':
        bodies.scopes.forEach((scope, index) =>
          this.scope(scope, { path, isOpen: isOpen && index === bodies.scopes.length - 1 }),
        );
        return this.toCome({ path, isOpen });
    }
  }

  private phases(bodies: Extract<Bodies, { is: 'try' }>, { path, isOpen }: Placed): void {
    for (const phase of ['try', 'catch', 'finally'] as const) {
      const below = pathBelow(path, phase);
      const scope = bodies.scopes[phase];
      const isCurrent = bodies.phase === phase && !(phase === 'try' && bodies.compensation);
      if (scope) this.scope(scope, { path: below, isOpen: isOpen && isCurrent });
      else this.toCome({ path: below, isOpen: isOpen && !(phase === 'catch' && bodies.phase === 'finally') });
    }
  }

  /** Bodies that have not begun. */
  private toCome({ path, isOpen }: Placed): void {
    const isDifferent = this.diff.isDifferentInside(path) || this.diff.whatAt(path).length > 0;
    if (isOpen && isDifferent) this.isAffected = true;
  }
}

const wordOf = ({ state }: Step): string => {
  if (isTerminalStep(state))
    return state.at === 'skipped' || state.at === 'canceled' ? `was ${state.at}` : `has ${state.at}`;
  return hasNotBegun(state) ? 'can not begin any more' : 'has begun';
};
