import { foresee, type CompiledTask, type CompiledWorkflow, type Template } from '../../../engine/core/index.js';
import { err, ok, type Fault, type Instant, type Json, type JsonObject, type Result } from '../../../kernel/index.js';
import type { Facts } from '../../optimizer/ir/index.js';
import type { EngineLimits, WorkflowHistory } from '../../optimizer/simulate/index.js';
import type { AssumedResults, Whereabouts } from '../../ports/index.js';
import { knownOutcomes } from '../known-outcomes.js';
import { tasksOf, type IndexedTask } from '../task-index.js';
import { expect, type Expectation, type Range } from './expectation.js';
import { wordsFor } from './reason-words.js';
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
  readonly now: Instant;
}

/** What an execution will do, in the words of the API; or why it could not be started. */
export const planWorkflow = (basis: PlanBasis): Result<JsonObject, readonly Fault[]> => {
  const { compiled, history, whereabouts, limits, facts, input, assume, now } = basis;
  const foreseen = foresee(compiled, { input, now, assume: knownOutcomes(assume) });
  if (!foreseen.ok) return err(foreseen.error);
  const { tasks: forecasts, fails, worlds } = foreseen.value;
  const tasks = tasksOf(compiled);
  const planned = plannedTasks(compiled, forecasts, whereabouts);
  const byPattern = new Map(forecasts.map((forecast) => [forecast.pattern, forecast]));
  const expected = expect(compiled, history, { tasks, forecasts: byPattern, limits });
  const open = planned.filter(({ chance }) => chance !== 'impossible');
  return ok({
    workflow: { name: compiled.name, version: compiled.version },
    fails,
    tasks: planned.map((one) => taskWords(one, history, facts)),
    ...touchesOf(open, facts),
    waits: open.flatMap((one) => waitWords(one, history)),
    workflows: open.flatMap(childWords),
    ...expectationWords(expected),
    basis: basisWords(expected, { input, assume, worlds }),
  });
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

const childWords = ({ indexed, chance }: Planned): Json[] => {
  const { work } = indexed.task;
  if (work.is !== 'workflow') return [];
  return [{ task: indexed.pattern, name: work.name, version: work.version ?? null, awaited: work.wait, chance }];
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
