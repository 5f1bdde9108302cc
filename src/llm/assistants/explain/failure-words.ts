import { bodiesIn, type CompiledTask, type CompiledWorkflow } from '../../../engine/core/index.js';
import type { RetryPolicy } from '../../../retry-policy/index.js';
import type { IndexedTask } from '../task-index.js';
import { code, count, duration, grouped, listed, sentence } from './english.js';

/** Groups of tasks that are told apart in a section. */
const MOST_GROUPS = 20;

/** As people name a task: `fetch`; inside of others with the way there. */
export const called = (pattern: string): string =>
  code(pattern.lastIndexOf('/') === 0 && !pattern.includes('!') ? pattern.slice(1) : pattern);

export const calledAll = (patterns: readonly string[], most = 6): string => listed(patterns.map(called), { most });

/** The first groups, and how many tasks there are beside them. */
const groupLines = (
  groups: readonly (readonly [string, readonly IndexedTask[]])[],
  line: (words: string, tasks: readonly IndexedTask[]) => string,
): string[] => {
  const left = groups.slice(MOST_GROUPS).reduce((sum, [, tasks]) => sum + tasks.length, 0);
  const rest = left === 0 ? [] : [`And ${count(left, 'task')} with other rules.`];
  return [...groups.slice(0, MOST_GROUPS).map(([words, tasks]) => line(words, tasks)), ...rest];
};

const delayWords = ({ strategy, initialDelay, maxDelay, multiplier }: RetryPolicy): string => {
  if (initialDelay === 0) return 'at once';
  const first = duration(initialDelay);
  if (strategy === 'fixed') return `${first} apart`;
  const growing = strategy === 'linear' ? `growing by ${first} each time` : `times ${multiplier} each time`;
  return `the first after ${first}, ${growing}, ${duration(maxDelay)} at most`;
};

const retryWords = ({ retry, timeout, work }: CompiledTask): string | undefined => {
  if (work.is !== 'task') return undefined;
  const limit = timeout === undefined ? '' : `; an attempt may take ${duration(timeout)}`;
  if (!retry || retry.maxRetries === 0) return `tried once${limit}`;
  const only =
    retry.retryOn.size === 0
      ? ''
      : ` of ${listed(
          [...retry.retryOn].map((one) => code(one)),
          { last: 'or' },
        )}`;
  const never =
    retry.nonRetryable.size === 0
      ? ''
      : `, never after ${listed(
          [...retry.nonRetryable].map((one) => code(one)),
          { last: 'or' },
        )}`;
  const total = retry.maxElapsed === undefined ? '' : `, within ${duration(retry.maxElapsed)} in all`;
  return `after a failure${only === '' ? ' that may pass' : only} tried again up to ${count(retry.maxRetries, 'time')} (${delayWords(retry)})${never}${total}${limit}`;
};

/** What becomes of what is around a task that has failed for good. */
const fateAround = ({ container, prefix }: IndexedTask, failFast: boolean): string => {
  if (!container)
    return failFast
      ? 'the execution fails at once, and what is open is canceled'
      : 'the execution fails, once what does not wait for it has ended';
  const { task } = container;
  const name = called(container.pattern);
  switch (task.work.is) {
    case 'try':
      if (prefix.endsWith('/try') && task.work.catch)
        return `${name} catches it: what had completed in it and can be undone is undone, then its answer to the failure runs`;
      return `${name} fails, and then ${finalWords(container, failFast)}`;
    case 'race':
      return `the others in the race ${name} go on; when all have failed, ${finalWords(container, failFast)}`;
    case 'map': {
      const { tolerate } = task.work;
      const some =
        tolerate.is === 'count'
          ? count(tolerate.count, 'item')
          : `${Number((tolerate.share * 100).toPrecision(3))} % of the items`;
      const isNone = tolerate.is === 'count' ? tolerate.count === 0 : tolerate.share === 0;
      if (isNone) return `the map ${name} fails, and then ${finalWords(container, failFast)}`;
      return `its item of ${name} fails, as ${some} may; when more do, ${finalWords(container, failFast)}`;
    }
    default:
      return `${name} fails, and then ${finalWords(container, failFast)}`;
  }
};

const NEVER_STOPS = 'the others go on; its output is then null';

/** What a final failure of a task leads to. */
const finalWords = (indexed: IndexedTask, failFast: boolean): string => {
  const { task, scope } = indexed;
  const last = task.onError.findIndex(({ classes }) => !classes);
  const handlers = last === -1 ? task.onError : task.onError.slice(0, last + 1);
  const ways = handlers.map(({ classes, remedy }) => {
    const when = classes
      ? `after ${listed(
          [...classes].map((one) => code(one)),
          { last: 'or' },
        )} `
      : handlers.length > 1
        ? 'after anything else '
        : '';
    if (remedy.is === 'continue') return `${when}${NEVER_STOPS}`;
    if (remedy.is === 'goto')
      return `${when}${code(scope.tasks[remedy.target]?.id ?? '')} runs, and whatever else waits for it is skipped`;
    return `${when}${fateAround(indexed, failFast)}`;
  });
  if (last !== -1) return ways.join('; ');
  return [...ways, `${ways.length > 0 ? 'after anything else ' : ''}${fateAround(indexed, failFast)}`].join('; ');
};

const isAside = ({ pattern }: IndexedTask): boolean =>
  pattern.endsWith('!compensate') || pattern === '/on_complete' || pattern === '/on_failure';

const undoLines = (tasks: readonly IndexedTask[]): string[] => {
  const undone = tasks.filter(({ task }) => task.compensate);
  if (undone.length === 0) return [];
  const by = ({ task: { compensate } }: IndexedTask): string | undefined =>
    compensate?.work.is === 'task' ? code(compensate.work.type) : 'tasks of its own';
  return [
    ...groupLines(
      grouped(undone, by),
      (what, of) =>
        `${calledAll(of.map(({ pattern }) => pattern))} ${of.length === 1 ? 'is' : 'are'} undone by ${what}.`,
    ),
    'What is to be undone is undone one at a time, the last that completed first, when what is around it fails, or when somebody cancels and asks for it.',
  ];
};

const lostLine = (tasks: readonly IndexedTask[]): string[] => {
  const lost = tasks.filter(({ task }) => task.work.is === 'task' && task.onLost === 'fail');
  if (lost.length === 0) return [];
  return [
    `If the process ends while ${calledAll(lost.map(({ pattern }) => pattern))} ${lost.length === 1 ? 'runs' : 'run'}, that counts as a failure; all others are run again.`,
  ];
};

const noticeLines = ({ onComplete, onFailure }: CompiledWorkflow): string[] =>
  [
    [onFailure, 'before it fails'],
    [onComplete, 'before it completes'],
  ].flatMap(([task, when]) => {
    if (!task || typeof task === 'string' || typeof when !== 'string') return [];
    return [
      `${sentence(when)} ${task.work.is === 'task' ? code(task.work.type) : 'a task'} is run once; what becomes of that changes nothing.`,
    ];
  });

const isAll = (some: readonly unknown[], all: readonly unknown[]): boolean =>
  some.length > 1 && some.length === all.length;

/** What happens when a step fails: how often it is tried, and what a final failure leads to. */
export const failureWords = (compiled: CompiledWorkflow, all: readonly IndexedTask[]): readonly string[] => {
  const tasks = all.filter((one) => !isAside(one));
  // What becomes of a construct is told with what is inside; a switch does not fail but over its condition.
  const leaves = tasks.filter(({ task: { work } }) => bodiesIn(work).length === 0 && work.is !== 'switch');
  const runs = tasks.filter(({ task }) => task.work.is === 'task');
  const fate = (one: IndexedTask): string => finalWords(one, compiled.failFast);
  return [
    ...groupLines(
      grouped(runs, ({ task }) => retryWords(task)),
      (words, of) => `${isAll(of, runs) ? 'Every task' : calledAll(of.map(({ pattern }) => pattern))}: ${words}.`,
    ),
    ...groupLines(grouped(leaves, fate), (words, of) => {
      const names = of.map(({ pattern }) => called(pattern));
      return `If ${isAll(of, leaves) ? 'any task' : listed(names, { last: 'or' })} fails for good: ${words}.`;
    }),
    ...undoLines(tasks),
    ...lostLine(tasks),
    ...noticeLines(compiled),
  ];
};
