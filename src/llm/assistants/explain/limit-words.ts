import type { CompiledWorkflow } from '../../../engine/core/index.js';
import type { Starter } from '../../ports/index.js';
import type { IndexedTask } from '../task-index.js';
import { code, count, duration, grouped, listed, quoted } from './english.js';
import { calledAll } from './failure-words.js';
import { valueWords } from './task-words.js';

const budgetLine = ({ budget }: CompiledWorkflow): string[] => {
  if (!budget) return [];
  const { tokens, calls, cost = {}, seconds } = budget.limits;
  const limits = [
    ...(tokens === undefined ? [] : [count(tokens, 'token')]),
    ...(calls === undefined ? [] : [count(calls, 'call')]),
    ...Object.entries(cost).map(([currency, amount]) => `${amount} ${currency}`),
    ...(seconds === undefined ? [] : [duration(seconds * 1000)]),
  ];
  const who =
    budget.by.length === 0
      ? 'somebody'
      : listed(
          budget.by.map((one) => quoted(one, 60)),
          { last: 'or' },
        );
  return [`An execution may use ${listed(limits)}. When it has, it is paused until ${who} allows more.`];
};

const taskLimitLines = (tasks: readonly IndexedTask[]): string[] =>
  grouped(tasks, ({ task: { limit } }) => {
    if (!limit) return undefined;
    const most = limit.concurrency === undefined ? [] : [`${limit.concurrency} at the same time`];
    const rate = limit.rate === undefined ? [] : [`${limit.rate.count} in ${duration(limit.rate.per)}`];
    return `${listed([...most, ...rate])} that share the key ${valueWords(limit.key)}`;
  })
    .slice(0, 10)
    .map(([words, of]) => `${calledAll(of.map(({ pattern }) => pattern))}: at most ${words}, over all executions.`);

/** What bounds an execution. */
export const limitWords = (compiled: CompiledWorkflow, tasks: readonly IndexedTask[]): readonly string[] => {
  const { timeout, concurrency } = compiled;
  const lines = [
    ...(timeout === undefined ? [] : [`An execution fails after ${duration(timeout)}.`]),
    ...budgetLine(compiled),
    ...(concurrency === undefined
      ? []
      : [`Over all executions of it, ${count(concurrency, 'task')} run at the same time.`]),
    ...taskLimitLines(tasks),
  ];
  return lines.length === 0
    ? ['Nothing bounds how long it runs or what it uses, but what its tasks say themselves.']
    : lines;
};

const STARTS = { schedule: 'The schedule', trigger: 'The trigger', webhook: 'The webhook' } as const;
const MOST = 20;

/** What starts it, beside people. */
export const startWords = (starters: readonly Starter[]): readonly string[] => {
  if (starters.length === 0) return ['Nothing starts it by itself: somebody, or another workflow, does.'];
  const lines = starters
    .slice(0, MOST)
    .map(
      ({ is, name, when }) =>
        `${STARTS[is]} ${quoted(name, 100)}: ${when === undefined ? 'when it is called' : code(when, 120)}.`,
    );
  const left = starters.length - lines.length;
  return [...lines, ...(left > 0 ? [`And ${left} more.`] : [])];
};
