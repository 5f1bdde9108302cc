import type { TaskPath } from '../../../engine/core/index.js';
import type { Level, Objection } from '../ir/index.js';
import {
  addMissingOrder,
  cacheRepeats,
  hoistInvariants,
  limitConcurrency,
  mergeDuplicates,
  parallelise,
  prioritise,
  removeDeadTasks,
  removeImpliedEdges,
  setTimeouts,
  tuneRetries,
  type Evidence,
  type Finding,
  type FindingKind,
  type Recorded,
  type Study,
} from '../rules/index.js';
import { prove, type Proved, type Subject } from './prove.js';

/** Something that is better, and proved. */
export interface Improvement extends Proved {
  readonly kind: FindingKind;
  readonly evidence?: Evidence;
}

/** What was recorded of the runs of a workflow, and what the engine grants them. */
export type Past = Pick<Recorded, 'history' | 'limits'>;

/** How often a finding is tried again with one change less. */
const MAX_TRIES = 20;

/** Looks for one kind of improvement; what can not be proved is left out. */
export interface Rule {
  readonly kind: FindingKind;
  /** Each is proved when it is asked for. */
  readonly improve: (subject: Subject, past?: Past) => Iterable<Improvement>;
}

/** The level that is worth trying: what is weaker costs a second proof for nothing. */
const rule = (kind: FindingKind, level: Level, find: (study: Study) => readonly Finding[]): Rule => ({
  kind,
  improve: function* (subject) {
    for (const { ops } of find(subject.study)) {
      const result = prove(subject, ops, [level]);
      if (result.ok) yield { kind, ...result.value };
    }
  },
});

/** Finds nothing where there is no history. */
const ruleOnPast = (kind: FindingKind, level: Level, find: (study: Recorded) => readonly Finding[]): Rule => ({
  kind,
  improve: function* (subject, past) {
    if (!past || past.history.executions === 0) return;
    for (const { ops, evidence } of find({ ...subject.study, ...past })) {
      const result = prove(subject, ops, [level]);
      if (result.ok) yield { kind, ...result.value, ...(evidence && { evidence }) };
    }
  },
});

/** In this order they are tried: those that rest on history come last. */
export const RULES: readonly Rule[] = [
  rule('add_missing_order', 'fix', addMissingOrder),
  rule('remove_dead_tasks', 'success-equivalent', removeDeadTasks),
  rule('merge_duplicates', 'success-equivalent', mergeDuplicates),
  rule('hoist_invariants', 'success-equivalent', hoistInvariants),
  rule('remove_implied_edges', 'identical', removeImpliedEdges),
  { kind: 'parallelise', improve: (subject) => improveOrder(subject) },
  ruleOnPast('set_timeout', 'policy-change', setTimeouts),
  ruleOnPast('tune_retry', 'policy-change', tuneRetries),
  ruleOnPast('limit_concurrency', 'policy-change', limitConcurrency),
  ruleOnPast('cache', 'success-equivalent', cacheRepeats),
  ruleOnPast('prioritise', 'identical', prioritise),
];

/** All that rules find in a workflow. */
export const improve = (subject: Subject, past?: Past): Improvement[] =>
  RULES.flatMap((rule) => [...rule.improve(subject, past)]);

/** Tasks whose order somebody would notice after all keep theirs. */
const improveOrder = (subject: Subject): Improvement[] => {
  const pinned = new Set<TaskPath>();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const ops = parallelise(subject.study, pinned).flatMap((finding) => finding.ops);
    if (ops.length === 0) return [];
    const result = prove(subject, ops, ['success-equivalent']);
    if (result.ok) return [{ kind: 'parallelise', ...result.value }];
    if (!pin(result.error, pinned)) return [];
  }
  return [];
};

const pin = ({ at }: Objection, pinned: Set<TaskPath>): boolean => {
  if (at === undefined || pinned.has(at)) return false;
  pinned.add(at);
  return true;
};
