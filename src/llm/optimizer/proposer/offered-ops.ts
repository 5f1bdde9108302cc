import type { OpName } from '../rewrite/index.js';

/** Which kinds of suggestions each op belongs to. */
const OFFERED: readonly {
  readonly op: OpName;
  readonly form: string;
  readonly meaning: string;
  readonly kinds: readonly string[];
  /** Nothing is promised of it: only who asks for such a thing gets it. */
  readonly isBehaviour?: true;
}[] = [
  {
    ...{ op: 'remove_edge', form: '{"op":"remove_edge","task":"T3","needs":"T2"}' },
    ...{ meaning: 'T3 waits no more for T2', kinds: ['parallelise', 'remove_implied_edges'] },
  },
  {
    ...{ op: 'add_edge', form: '{"op":"add_edge","task":"T3","needs":"T1"}' },
    ...{ meaning: 'T3 waits for its sibling T1', kinds: ['parallelise', 'add_missing_order'] },
  },
  {
    ...{ op: 'remove_task', form: '{"op":"remove_task","task":"T4"}' },
    ...{ meaning: 'for a pure task that nothing reads', kinds: ['remove_dead_tasks'] },
  },
  {
    ...{ op: 'merge_tasks', form: '{"op":"merge_tasks","task":"T1","drop":"T5"}' },
    ...{ meaning: 'its sibling T5 does the same; what reads T5 reads T1', kinds: ['merge_duplicates'] },
  },
  {
    ...{ op: 'hoist_task', form: '{"op":"hoist_task","task":"T8"}' },
    ...{
      meaning: 'a pure task in a map or loop that does not depend on the item runs once, before it',
      kinds: ['hoist_invariants'],
    },
  },
  {
    ...{ op: 'spell_out_output', form: '{"op":"spell_out_output","scope":"S0"}' },
    ...{
      meaning: 'fixes the output of a scope, where removing edges would add leaves to it',
      kinds: ['parallelise', 'merge_duplicates', 'remove_dead_tasks', 'hoist_invariants'],
    },
  },
  {
    ...{ op: 'set_cache', form: '{"op":"set_cache","task":"T2","ttl":3600}' },
    ...{ meaning: 'reuses results of a pure task for so many seconds', kinds: ['cache'] },
  },
  {
    ...{ op: 'set_timeout', form: '{"op":"set_timeout","task":"T2","seconds":30}' },
    ...{ meaning: 'bounds an attempt; only with n of 30 or more', kinds: ['set_timeout'] },
  },
  {
    ...{ op: 'set_retry', form: '{"op":"set_retry","task":"T2","retry_policy":{"max_retries":3,"initial_delay":1}}' },
    ...{ meaning: 'not for `write`; only with n of 30 or more', kinds: ['tune_retry'] },
  },
  {
    ...{ op: 'set_concurrency', form: '{"op":"set_concurrency","task":"T6","concurrency":8}' },
    ...{ meaning: 'of a map or group; of the workflow with S0 as task', kinds: ['limit_concurrency'] },
  },
  {
    ...{ op: 'set_on_error', form: '{"op":"set_on_error","task":"T2","on_error":"continue"}' },
    ...{ meaning: 'or {"goto":"T7"}, a sibling that handles the failure', kinds: [], isBehaviour: true },
  },
];

/** An op as a prompt shows it. */
export interface OfferedOp {
  readonly op: OpName;
  readonly form: string;
  readonly meaning: string;
}

/**
 * The ops that a model may use here. Those that write tasks are not among them: who sees no data can not write any.
 * `kinds` absent: all that promise something. With `proposal` in it also those that promise nothing; else what belongs to
 * its kinds.
 */
export const offeredOps = (kinds: readonly string[] | undefined): readonly OfferedOp[] =>
  OFFERED.filter(({ kinds: own, isBehaviour = false }) => {
    if (kinds === undefined) return !isBehaviour;
    return kinds.includes('proposal') || own.some((kind) => kinds.includes(kind));
  }).map(({ op, form, meaning }) => ({ op, form, meaning }));
