import type { Level, Policy } from '../ir/index.js';
import type { RewriteOp } from './op.js';

/** From the strongest promise to none. */
const ORDER: readonly Level[] = ['identical', 'success-equivalent', 'fix', 'policy-change', 'behaviour-change'];

/** The strongest level that an op alone may have. */
const LEVELS: Readonly<Record<RewriteOp['op'], Level>> = {
  remove_edge: 'success-equivalent',
  add_edge: 'success-equivalent',
  remove_task: 'success-equivalent',
  merge_tasks: 'success-equivalent',
  hoist_task: 'success-equivalent',
  spell_out_output: 'success-equivalent',
  set_priority: 'identical',
  set_cache: 'success-equivalent',
  set_timeout: 'policy-change',
  set_retry: 'policy-change',
  set_concurrency: 'policy-change',
  set_on_error: 'behaviour-change',
  set_compensation: 'behaviour-change',
  insert_task: 'behaviour-change',
  replace_task: 'behaviour-change',
};

export const POLICIES: Partial<Readonly<Record<RewriteOp['op'], Policy>>> = {
  set_priority: 'priority',
  set_cache: 'cache',
  set_timeout: 'timeout',
  set_retry: 'retry_policy',
  set_concurrency: 'concurrency',
};

/**
 * The level that ops together may claim: the weakest of theirs. Policies and changes of the graph in one suggestion promise
 * nothing, since `policy-change` says that nothing else is different.
 */
export const levelOf = (ops: readonly RewriteOp[]): Level => {
  const levels = new Set(ops.map(({ op }) => LEVELS[op]));
  const weakest = [...ORDER].reverse().find((level) => levels.has(level)) ?? 'identical';
  const isMixed = weakest === 'policy-change' && ops.some(({ op }) => POLICIES[op] === undefined);
  return isMixed ? 'behaviour-change' : weakest;
};

/** Whether what holds at the one level holds at the other as well. */
export const isAtLeast = (level: Level, wanted: Level): boolean => ORDER.indexOf(level) <= ORDER.indexOf(wanted);
