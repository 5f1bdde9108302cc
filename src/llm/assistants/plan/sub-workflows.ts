import {
  foresee,
  MOST_INPUTS,
  type CompiledWorkflow,
  type Forecast,
  type Foresight,
} from '../../../engine/core/index.js';
import {
  HarmoniaError,
  isJsonObject,
  type Instant,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../../kernel/index.js';
import type { AssumedResults, ChildDefinitions, Whereabouts } from '../../ports/index.js';
import { knownOutcomes } from '../known-outcomes.js';
import { plannedTasks, type Chance, type Planned } from './touched.js';

/** Sub-workflows that are planned with one workflow, those inside them included. */
const MOST_PLANNED = 100;
/** Inputs of one step that are gone through one by one; of more, nothing is known. */
const MOST_GIVEN = 5;
/** As deep as executions may start each other. */
const DEEPEST = 16;
/** Between a step and a task of the workflow that it runs. */
export const ARROW = ' > ';

export interface SubWorkflowParts {
  readonly definitions: ChildDefinitions;
  readonly whereabouts: Whereabouts;
  readonly assume: AssumedResults | undefined;
  readonly now: Instant;
  readonly sees: ((workflow: Uuid) => boolean) | undefined;
}

/** An execution that a step may start: what will become of it, and of those that it starts. */
export interface PlannedChild {
  readonly step: Planned;
  /** Its tasks are named `<step> > <task>`. */
  readonly tasks: readonly Planned[];
  readonly children: readonly PlannedChild[];
  readonly outcome:
    | { readonly is: 'planned'; readonly version: string; readonly fails: Foresight['fails'] }
    /** The same workflow is around it, and planned there for whatever it is given. */
    | { readonly is: 'repeats'; readonly version: string }
    /** It is one too many, inside too many, or not for who asks: it may reach anything. */
    | { readonly is: 'unplanned' }
    | { readonly is: 'refused'; readonly code: string; readonly message: string };
}

/** A workflow that is being planned. */
interface Around {
  readonly definition: string;
  /** It is planned for any input. */
  readonly isBlind: boolean;
}

/** All that is planned below a list of them, at any depth. */
export const tasksBelow = (children: readonly PlannedChild[]): readonly Planned[] =>
  children.flatMap(({ tasks, children: inner }) => [...tasks, ...tasksBelow(inner)]);

/** Steps that start executions, of which nothing else is looked at. */
export const notPlanned = (open: readonly Planned[]): readonly PlannedChild[] =>
  open
    .filter(({ indexed }) => indexed.task.work.is === 'workflow')
    .map((step) => ({ step, tasks: [], children: [], outcome: { is: 'unplanned' } }));

/**
 * Plans the executions that steps start, with the versions that the engine would choose now. A workflow that comes again
 * below itself is planned once more for any input, and no deeper: what it does is among that.
 */
export class SubWorkflows {
  private left = MOST_PLANNED;

  constructor(private readonly parts: SubWorkflowParts) {}

  /** Of the steps that may run among these. `around`: by content hash of the definition that they are of. */
  async of(open: readonly Planned[], definition: string, isBlind: boolean): Promise<readonly PlannedChild[]> {
    return this.below(open, [{ definition, isBlind }]);
  }

  private async below(open: readonly Planned[], around: readonly Around[]): Promise<readonly PlannedChild[]> {
    const children: PlannedChild[] = [];
    for (const step of open) {
      if (step.indexed.task.work.is === 'workflow') children.push(await this.child(step, around));
    }
    return children;
  }

  private async child(step: Planned, around: readonly Around[]): Promise<PlannedChild> {
    const { work } = step.indexed.task;
    const none = { step, tasks: [], children: [] };
    if (work.is !== 'workflow') throw new Error(`${step.indexed.pattern} starts no workflow`);
    try {
      const { pinned, compiled } = await this.parts.definitions.acceptedByName(work.name, work.version);
      const { id, version, definition } = pinned;
      if (this.parts.sees?.(id) === false) return this.unplanned(step);
      const again = around.filter((one) => one.definition === definition);
      if (again.some((one) => one.isBlind)) return { ...none, outcome: { is: 'repeats', version } };
      if (this.left <= 0 || around.length > DEEPEST) return this.unplanned(step);
      this.left -= 1;
      const given = again.length > 0 ? [undefined] : inputsOf(step.forecast);
      const foreseen = given.map((input) => this.foresee(compiled, input, step.indexed.pattern));
      const taken = foreseen.flatMap((one) => (one.ok ? [one.value] : []));
      const [refused] = foreseen.flatMap((one) => (one.ok ? [] : one.error));
      if (refused && taken.length === 0) {
        const { pointer, message } = refused;
        return { ...none, outcome: { is: 'refused', code: 'validation_error', message: `${pointer}: ${message}` } };
      }
      const tasks = this.tasksIn(step, compiled, together(taken));
      const open = tasks.filter(({ chance }) => chance !== 'impossible');
      const isBlind = given.includes(undefined);
      const children = await this.below(open, [...around, { definition, isBlind }]);
      return { step, tasks, children, outcome: { is: 'planned', version, fails: failsOf(taken) } };
    } catch (error) {
      if (!(error instanceof HarmoniaError)) throw error;
      return { ...none, outcome: { is: 'refused', code: error.code, message: error.message } };
    }
  }

  private unplanned(step: Planned): PlannedChild {
    const anywhere: Planned = { ...step, hosts: [{ host: '*', from: 'workflow' }] };
    return { step, tasks: [anywhere], children: [], outcome: { is: 'unplanned' } };
  }

  private foresee(compiled: CompiledWorkflow, input: JsonObject | undefined, step: string) {
    const { assume, now } = this.parts;
    return foresee(compiled, { input, now, assume: knownOutcomes(within(assume, step)) });
  }

  private tasksIn(step: Planned, compiled: CompiledWorkflow, forecasts: readonly Forecast[]): readonly Planned[] {
    return plannedTasks(compiled, forecasts, this.parts.whereabouts).map((planned) => {
      const pattern = `${step.indexed.pattern}${ARROW}${planned.indexed.pattern}`;
      return { ...planned, indexed: { ...planned.indexed, pattern }, chance: weaker(step.chance, planned.chance) };
    });
  }
}

/** What a step may give, as far as it is worth going through; undefined: anything. */
const inputsOf = ({ given }: Forecast): readonly (JsonObject | undefined)[] => {
  const known = given.map((input: Json | undefined) => (isJsonObject(input) ? input : undefined));
  const isAll = known.length > 0 && known.length <= MOST_GIVEN && !known.includes(undefined);
  return isAll ? known : [undefined];
};

/** What is foreseen of a workflow whichever of several inputs it is given. */
const together = (foreseen: readonly Foresight[]): readonly Forecast[] => {
  const [first, ...others] = foreseen;
  if (!first) return [];
  return first.tasks.map((forecast, index) => {
    const all = [forecast, ...others.flatMap(({ tasks }) => tasks[index] ?? [])];
    const sizes = all.flatMap((one) => one.sizes ?? []);
    const because = new Map(all.flatMap((one) => one.because.map((reason) => [JSON.stringify(reason), reason])));
    return {
      pattern: forecast.pattern,
      min: Math.min(...all.map(({ min }) => min)),
      max: Math.max(...all.map(({ max }) => max)),
      sizes:
        sizes.length === 0
          ? undefined
          : { min: Math.min(...sizes.map(({ min }) => min)), max: Math.max(...sizes.map(({ max }) => max)) },
      because: [...because.values()],
      inputs: all.flatMap(({ inputs }) => inputs).slice(0, MOST_INPUTS),
      given: all.flatMap(({ given }) => given),
    };
  });
};

const failsOf = (foreseen: readonly Foresight[]): Foresight['fails'] => {
  const all = new Set(foreseen.map(({ fails }) => fails));
  return all.size === 1 ? ([...all][0] as Foresight['fails']) : 'may';
};

const weaker = (step: Chance, task: Chance): Chance => (task === 'certain' ? step : task);

/** What is assumed of the tasks of a sub-workflow, by their own names. */
const within = (assume: AssumedResults | undefined, step: string): AssumedResults =>
  Object.fromEntries(
    Object.entries(assume ?? {}).flatMap(([name, result]) =>
      name.startsWith(step + ARROW) ? [[name.slice(step.length + ARROW.length), result]] : [],
    ),
  );
