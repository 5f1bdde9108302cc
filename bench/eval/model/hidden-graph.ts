import { Chance, type JsonObject } from '../../../src/kernel/index.js';
import type { Effects } from '../../../src/engine/core/index.js';
import type { ObservedExecution, ObservedStep } from '../../../src/llm/optimizer/simulate/index.js';
import { UNDECLARED } from '../catalogue.js';
import { WIRINGS, type WiringName } from '../graphs/generator.js';
import { documentOf, edgesOf, type Edge, type Graph, type Step } from '../graphs/graph.js';

/** What a step really does, whatever its document says of it. */
export interface HiddenStep extends Step {
  readonly action: string;
  /** Steps of different lanes work on different things: their order is of no consequence. */
  readonly lane: number;
  /** Every third first attempt fails; the second does not. */
  readonly isFlaky: boolean;
}

/** A graph of which its workflow tells less than is true. */
export interface HiddenGraph extends Graph {
  readonly steps: readonly HiddenStep[];
  /** What each action really does; a plugin has declared that it writes. */
  readonly actions: ReadonlyMap<string, Effects>;
  /** Edges that nothing asks for. */
  readonly needless: readonly Edge[];
}

const LANES = 2;
/** Steps of a graph that fail at times, at most. */
const FLAKY = 2;
/** Runs that were seen. */
const RUNS = 40;
const UNTIL = 1_800_000_000_000;

type TrueEffects = Step['effects'];

const effectsBy = (draw: number): TrueEffects => (draw < 0.4 ? 'write' : draw < 0.75 ? 'read' : 'pure');

/** One writes, and both are about the same thing. */
export const conflict = (one: HiddenStep | undefined, other: HiddenStep | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  [one, other].every(({ effects }) => effects !== 'pure') &&
  [one, other].some(({ effects }) => effects === 'write') &&
  one.lane === other.lane;

/** Of each action that a plugin tells nothing of, what it does. */
const actionsOf = (chance: Chance): Map<string, TrueEffects> =>
  new Map(UNDECLARED.map((action) => [action, effectsBy(chance.next())]));

/** Where the effects of earlier steps order it: after the last write of its lane; a write also after what has read since. */
const orderedAfter = (steps: readonly HiddenStep[], step: HiddenStep): number[] => {
  const met = steps.flatMap((earlier, at) => (conflict(earlier, step) ? [at] : []));
  const lastWrite = met.findLast((at) => steps[at]?.effects === 'write') ?? -1;
  const since = met.filter((at) => at > lastWrite);
  const after = since.length > 0 ? since : met.filter((at) => at === lastWrite);
  return after.filter((at) => !step.reads.includes(at));
};

/**
 * A graph by its seed. Half of its steps use actions of which nobody has said what they do, so that they count as writing;
 * those that really write do so in two lanes that have nothing to do with each other; all stand in a row, as they are often
 * written. What keeps the row together is partly data, partly the real order of effects, and for the rest nothing at all:
 * of that, rules may take away only what they can know.
 */
export const hiddenGraph = (wiring: WiringName, size: number, seed: number): HiddenGraph => {
  const chance = new Chance('hidden', wiring, size, seed);
  const actions = actionsOf(chance);
  const steps: HiddenStep[] = [];
  for (const [at, reads] of WIRINGS[wiring](size, chance).entries()) {
    const isUndeclared = chance.happens(0.5);
    const action = isUndeclared ? chance.pick([...actions.keys()]) : `t/${effectsBy(chance.next())}`;
    const effects = actions.get(action) ?? (action.slice(2) as TrueEffects);
    const step = {
      ...{ id: `s${at}`, action, effects, reads, lane: chance.below(LANES), after: [] },
      seconds: 1 + chance.below(20),
      isFlaky: effects === 'read' && steps.filter(({ isFlaky }) => isFlaky).length < FLAKY,
    };
    steps.push({ ...step, after: orderedAfter(steps, step) });
  }
  const graph = { name: `hidden-${wiring}-${size}-${seed}`, steps, actions };
  const known = new Set(edgesOf(graph).map(String));
  const needless = steps.slice(1).flatMap((_, at): Edge[] => (known.has(String([at, at + 1])) ? [] : [[at, at + 1]]));
  return { ...graph, needless };
};

/** The workflow as somebody wrote it: each step in its row, by the actions' names. */
export const hiddenDocument = (graph: HiddenGraph): JsonObject => {
  const document = documentOf(graph, graph.needless) as { readonly tasks: Readonly<Record<string, JsonObject>> };
  const tasks = Object.entries(document.tasks).map(([id, task], at) => [
    id,
    { ...task, type: graph.steps[at]?.action ?? '' },
  ]);
  return { ...document, tasks: Object.fromEntries(tasks) as JsonObject };
};

/** What was seen of it: every step took its time; first attempts of flaky ones failed in every third run. */
export const observed = ({ steps }: HiddenGraph): ObservedExecution[] =>
  Array.from({ length: RUNS }, (_, run) => ({
    ...{
      definition: 'today',
      status: run % 3 === 0 ? 'failed' : 'completed',
      startedAt: UNTIL - 1,
      endedAt: UNTIL,
      isStraight: true,
      isWhole: true,
    },
    steps: steps.map((step): ObservedStep => {
      const length = step.seconds * 1000;
      const fails = step.isFlaky && run % 3 === 0;
      return {
        ...{ step: `/${step.id}`, attempt: 1, retries: 0, cause: undefined, isSuperseded: false },
        ...{ firstStartedAt: UNTIL, startedAt: UNTIL, endedAt: UNTIL + length },
        ...(fails
          ? { status: 'failed', failures: [{ kind: 'transient', code: 'busy', after: length }] }
          : { status: 'completed', failures: [] }),
      };
    }),
  }));

export const secondsOf = ({ steps }: Graph): ReadonlyMap<string, number> =>
  new Map(steps.map(({ id, seconds }) => [id, seconds]));
