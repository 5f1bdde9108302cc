import { isJsonObject, type JsonObject } from '../../../kernel/index.js';
import { effectsOf, patternOf, type Objection } from '../ir/index.js';
import { levelOf, type RewriteOp } from '../rewrite/index.js';
import type { Study } from '../rules/index.js';
import { ENOUGH, type Statistics, type WorkflowHistory } from '../simulate/index.js';

const MOST_RETRIES = 10;
/** Seconds between attempts. */
const LONGEST_DELAY = 3600;
/** Fields of a retry policy that a model may set: numbers, nothing that names an error. */
const RETRY_FIELDS = new Set([
  'max_retries',
  'initial_delay',
  'max_delay',
  'backoff_multiplier',
  'backoff_strategy',
  'jitter',
]);
const STRATEGIES = new Set(['fixed', 'linear', 'exponential']);

const refuse = (reason: string, detail: string, at?: string): Objection => ({
  ...{ gate: 'precondition', reason, detail },
  ...(at !== undefined && { at }),
});

/** What a proposal must stand on before it is worth proving: levels that are not mixed, and policies that history supports. */
export const unsupported = (
  ops: readonly RewriteOp[],
  { study, history }: { readonly study: Study; readonly history: WorkflowHistory },
): Objection | undefined => {
  // Each with a promise, together with none: a promise is not to be talked away.
  const level = levelOf(ops);
  if (level === 'behaviour-change' && ops.some((op) => levelOf([op]) !== 'behaviour-change'))
    return refuse('mixed_levels', 'changes of different promises stand in one proposal');
  if (ops.every(({ op }) => op === 'add_edge' || op === 'spell_out_output'))
    return refuse('only_adds', 'nothing gets better by waiting more');
  for (const op of ops) {
    const objection = objectionTo(op, study, history);
    if (objection) return objection;
  }
  return undefined;
};

const objectionTo = (op: RewriteOp, study: Study, history: WorkflowHistory): Objection | undefined => {
  if (op.op !== 'set_timeout' && op.op !== 'set_retry') return undefined;
  const placed = study.places.at(op.task);
  if (!placed) return undefined;
  const { task } = placed;
  const statistics = history.tasks.get(patternOf(placed));
  if (!statistics || statistics.runs < ENOUGH)
    return refuse('too_few_runs', `a policy rests on ${ENOUGH} runs or more`, op.task);
  if (op.op === 'set_timeout') return badTimeout(op.seconds, statistics, op.task);
  if (task.work.is !== 'task' || effectsOf(task, study.facts) === 'write')
    return refuse('not_repeatable', 'it may do again what it has done', op.task);
  return badRetry(op.retry_policy) ? refuse('out_of_range', 'no such retry policy', op.task) : undefined;
};

/** What has succeeded must go on to. */
const badTimeout = (seconds: number, { durations }: Statistics, at: string): Objection | undefined => {
  if (durations.count < ENOUGH) return refuse('too_few_runs', `a policy rests on ${ENOUGH} runs or more`, at);
  const longest = durations.most / 1000;
  const median = durations.quantile(0.5) / 1000;
  return seconds < Math.max(longest, 3 * median)
    ? refuse('timeout_too_short', 'attempts have taken longer, and succeeded', at)
    : undefined;
};

const within = (value: unknown, most: number): boolean =>
  value === undefined || (typeof value === 'number' && value >= 0 && value <= most);

const badRetry = (policy: JsonObject): boolean => {
  if (!isJsonObject(policy) || Object.keys(policy).some((field) => !RETRY_FIELDS.has(field))) return true;
  const { max_retries: retries, initial_delay: first, max_delay: last, backoff_strategy: strategy } = policy;
  const isStrategy = strategy === undefined || (typeof strategy === 'string' && STRATEGIES.has(strategy));
  return !(within(retries, MOST_RETRIES) && within(first, LONGEST_DELAY) && within(last, LONGEST_DELAY) && isStrategy);
};
