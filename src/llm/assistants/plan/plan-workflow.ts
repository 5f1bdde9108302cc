import {
  foresee,
  patternOf,
  type CompiledTask,
  type CompiledWorkflow,
  type Foresight,
  type Template,
} from '../../../engine/core/index.js';
import {
  err,
  fault,
  ok,
  pointer,
  type Fault,
  type Instant,
  type Json,
  type JsonObject,
  type Result,
} from '../../../kernel/index.js';
import type { Facts } from '../../optimizer/ir/index.js';
import { noHistory, type EngineLimits, type WorkflowHistory } from '../../optimizer/simulate/index.js';
import type { AssumedResults, ChildDefinitions, PlanRequest, Whereabouts } from '../../ports/index.js';
import { knownOutcomes } from '../known-outcomes.js';
import { tasksOf, type IndexedTask } from '../task-index.js';
import { expect, type Expectation, type Range } from './expectation.js';
import { wordsFor } from './reason-words.js';
import { ARROW, notPlanned, SubWorkflows, tasksBelow, type PlannedChild } from './sub-workflows.js';
import { knownEffects, plannedTasks, touchesOf, type Planned } from './touched.js';

/** What a plan is made of. */
export interface PlanBasis {
  readonly compiled: CompiledWorkflow;
  readonly history: WorkflowHistory;
  readonly whereabouts: Whereabouts;
  readonly limits: EngineLimits;
  /** What is known of actions. */
  readonly facts: Facts;
  readonly input: JsonObject | undefined;
  readonly assume: AssumedResults | undefined;
  /** Workflows that whoever asks may see; undefined: all. */
  readonly sees?: PlanRequest['sees'] | undefined;
  readonly now: Instant;
}

/** The workflows around one. */
export interface Family {
  /** Content hash of its document. */
  readonly definition: string;
  /** Those that it may run. */
  readonly definitions: ChildDefinitions;
}

interface Foreseen {
  readonly foresight: Foresight;
  readonly planned: readonly Planned[];
  /** Those that may run. */
  readonly open: readonly Planned[];
}

/** Names that no task has: a result that is assumed of nobody would change nothing, and nobody would notice. */
const strangersIn = (assume: AssumedResults, tasks: ReadonlyMap<string, IndexedTask>): readonly Fault[] =>
  Object.keys(assume).flatMap((name) => {
    const [own = ''] = name.split(ARROW);
    const task = tasks.get(patternOf(own));
    if (task && (own === name || task.task.work.is === 'workflow')) return [];
    const expected = 'a task of the workflow, /fetch or /each[*]/fetch, or one of a sub-workflow, /child > /fetch';
    return [fault('wrong_type', pointer('/assume', name), { expected })];
  });

const foreseenOf = ({ compiled, whereabouts, input, assume, now }: PlanBasis): Result<Foreseen, readonly Fault[]> => {
  const strangers = strangersIn(assume ?? {}, tasksOf(compiled));
  if (strangers.length > 0) return err(strangers);
  const foreseen = foresee(compiled, { input, now, assume: knownOutcomes(assume) });
  if (!foreseen.ok) return foreseen;
  const planned = plannedTasks(compiled, foreseen.value.tasks, whereabouts);
  const open = planned.filter(({ chance }) => chance !== 'impossible');
  return ok({ foresight: foreseen.value, planned, open });
};

/** What an execution will do, in the words of the API; or why it could not be started. What it runs itself is only named. */
export const planWorkflow = (basis: PlanBasis): Result<JsonObject, readonly Fault[]> => {
  const foreseen = foreseenOf(basis);
  return foreseen.ok ? ok(planOf(basis, foreseen.value, notPlanned(foreseen.value.open))) : foreseen;
};

/** The same with the executions that it starts. */
export const planFamily = async (
  basis: PlanBasis,
  { definition, definitions }: Family,
): Promise<Result<JsonObject, readonly Fault[]>> => {
  const foreseen = foreseenOf(basis);
  if (!foreseen.ok) return foreseen;
  const { whereabouts, assume, now, input, sees } = basis;
  const family = new SubWorkflows({ definitions, whereabouts, assume, now, sees });
  const children = await family.of(foreseen.value.open, definition, input === undefined);
  return ok(planOf(basis, foreseen.value, children));
};

const planOf = (basis: PlanBasis, foreseen: Foreseen, children: readonly PlannedChild[]): JsonObject => {
  const { compiled, history, limits, facts, input, assume } = basis;
  const { foresight, planned, open } = foreseen;
  const { tasks: forecasts, fails, worlds } = foresight;
  const byPattern = new Map(forecasts.map((forecast) => [forecast.pattern, forecast]));
  const expected = expect(compiled, history, { tasks: tasksOf(compiled), forecasts: byPattern, limits });
  const reached = [...open, ...tasksBelow(children).filter(({ chance }) => chance !== 'impossible')];
  return {
    workflow: { name: compiled.name, version: compiled.version },
    fails,
    tasks: planned.map((one) => taskWords(one, history, facts)),
    ...touchesOf(reached, facts),
    waits: reached.flatMap((one) => waitWords(one, history)),
    workflows: children.map((child) => childWords(child, facts)),
    ...expectationWords(expected),
    basis: basisWords(expected, { input, assume, worlds }),
  };
};

const times = ({ min, max }: { readonly min: number; readonly max: number }): JsonObject => ({
  min,
  max: Number.isFinite(max) ? max : null,
});

const workOf = ({ work }: CompiledTask): string => (work.is === 'task' ? work.type : work.is);

/** How often the task ran, or was chosen, when it was asked; null: it never was. */
const shareOf = ({ pattern, task, scope, prefix }: IndexedTask, { decisions }: WorkflowHistory): number | null => {
  const condition = decisions.conditions.get(pattern)?.share;
  if (task.when?.is === 'expression') return condition ?? null;
  const shares = task.gates.flatMap((index) => {
    const chosen = decisions.branches.get(`${prefix}/${scope.tasks[index]?.id}`);
    const all = [...(chosen?.values() ?? [])].reduce((sum, weight) => sum + weight, 0);
    return chosen && all > 0 ? [(chosen.get(task.id) ?? 0) / all] : [];
  });
  return shares.length === 0 ? null : 1 - shares.reduce((product, share) => product * (1 - share), 1);
};

const taskWords = (
  { indexed, forecast, chance, hosts }: Planned,
  history: WorkflowHistory,
  facts: Facts,
): JsonObject => {
  const { task, pattern } = indexed;
  return {
    ...{ task: pattern, name: task.name, work: workOf(task), chance, times: times(forecast) },
    items: forecast.sizes ? times(forecast.sizes) : null,
    share: chance === 'possible' ? shareOf(indexed, history) : null,
    reasons: forecast.because.map((because) => ({
      is: because.is,
      by: 'by' in because ? because.by : null,
      text: wordsFor(because),
    })),
    effects: task.work.is === 'task' ? knownEffects(task, facts) : null,
    hosts: [...new Set(hosts.map(({ host }) => host))],
  };
};

const WAITS: ReadonlySet<string> = new Set(['wait', 'event', 'approval', 'webhook']);

const waitWords = ({ indexed, chance }: Planned, history: WorkflowHistory): Json[] => {
  const { pattern, task } = indexed;
  const { work } = task;
  if (!WAITS.has(work.is)) return [];
  const lengths = history.tasks.get(pattern)?.durations;
  const constant = (template: Template | undefined): number | null =>
    template?.is === 'constant' && typeof template.value === 'number' ? template.value : null;
  const seen = lengths && lengths.weight > 0 ? lengths : undefined;
  return [
    {
      ...{
        task: pattern,
        for: work.is,
        chance,
        seconds: work.is === 'wait' ? constant(work.seconds) : null,
        within_seconds: 'within' in work ? constant(work.within) : null,
      },
      by: work.is === 'approval' && work.by.is === 'constant' ? work.by.value : null,
      p50_seconds: seen ? seen.quantile(0.5) / 1000 : null,
      p95_seconds: seen ? seen.quantile(0.95) / 1000 : null,
    },
  ];
};

/** What sub-workflows did is told of them, not here. */
const NO_HISTORY = noHistory();

const childWords = ({ step, tasks, children, outcome }: PlannedChild, facts: Facts): JsonObject => {
  const { indexed, chance } = step;
  const { work } = indexed.task;
  const { name, version, wait } = work as Extract<typeof work, { is: 'workflow' }>;
  const isPlanned = outcome.is === 'planned';
  return {
    ...{ task: indexed.pattern, name, version: version ?? null, awaited: wait, chance, outcome: outcome.is },
    planned_version: 'version' in outcome ? outcome.version : null,
    refusal: outcome.is === 'refused' ? { code: outcome.code, message: outcome.message } : null,
    fails: isPlanned ? outcome.fails : null,
    tasks: isPlanned ? tasks.map((task) => taskWords(task, NO_HISTORY, facts)) : [],
    workflows: children.map((child) => childWords(child, facts)),
  };
};

const rangeWords = (range: Range | undefined): JsonObject | null => (range ? { ...range } : null);

const expectationWords = ({ prediction, tokens, cost }: Expectation): JsonObject => {
  const { unit, makespan, failure, attempts, confidence } = prediction;
  const isTime = unit === 'ms' && makespan !== undefined;
  return {
    duration: isTime ? { p50_seconds: makespan.p50 / 1000, p95_seconds: makespan.p95 / 1000 } : null,
    failure: { probability: failure.probability, ci95: [...failure.ci95] },
    attempts,
    tokens: rangeWords(tokens),
    cost: rangeWords(cost),
    confidence,
  };
};

const basisWords = (
  { prediction: { basis, unit }, unpriced }: Expectation,
  about: {
    readonly input: JsonObject | undefined;
    readonly assume: AssumedResults | undefined;
    readonly worlds: number;
  },
): JsonObject => {
  const { executions, windowDays, resamples, byType, assumed, guessed } = basis;
  const assumptions = [
    ...(about.input === undefined ? ['No input was given: what depends on it is open.'] : []),
    ...(unit === 'weights'
      ? ['No task of it, nor any of their types, was ever seen to run: there is no duration.']
      : []),
    ...(assumed.length > 0 && unit === 'ms'
      ? [`${assumed.length} task(s) were never seen; they count as the middle of the others.`]
      : []),
    ...(guessed.length > 0
      ? [`${guessed.length} decision(s) were never seen; each way counts as equally likely, maps as 3 items.`]
      : []),
    ...(unpriced.length > 0
      ? [`${unpriced.length} task(s) used models without a known price; what they cost is not in \`cost\`.`]
      : []),
    ...(Object.keys(about.assume ?? {}).length > 0 ? ['Results of tasks are assumed as the request says.'] : []),
  ];
  return {
    ...{ executions, window_days: windowDays, simulated_runs: resamples, ways: about.worlds },
    ...{ by_type: [...byType], never_seen: [...assumed], guessed: [...guessed], unpriced: [...unpriced], assumptions },
  };
};
