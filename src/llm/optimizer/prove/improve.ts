import type { TaskPath } from '../../../engine/core/index.js';
import type { Level, Objection } from '../ir/index.js';
import {
  addMissingOrder,
  mergeDuplicates,
  parallelise,
  removeDeadTasks,
  removeImpliedEdges,
  type Finding,
  type FindingKind,
  type Study,
} from '../rules/index.js';
import { prove, type Proved, type Subject } from './prove.js';

/** Something that is better, and proved. */
export interface Improvement extends Proved {
  readonly kind: FindingKind;
}

/** How often a finding is tried again with one change less. */
const MAX_TRIES = 20;

/** Looks for one kind of improvement; what can not be proved is left out. */
export interface Rule {
  readonly kind: FindingKind;
  /** Each is proved when it is asked for. */
  readonly improve: (subject: Subject) => Iterable<Improvement>;
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

/** In this order they are tried. */
export const RULES: readonly Rule[] = [
  rule('add_missing_order', 'fix', addMissingOrder),
  rule('remove_dead_tasks', 'success-equivalent', removeDeadTasks),
  rule('merge_duplicates', 'success-equivalent', mergeDuplicates),
  rule('remove_implied_edges', 'identical', removeImpliedEdges),
  { kind: 'parallelise', improve: (subject) => improveOrder(subject) },
];

/** All that rules find in a workflow. */
export const improve = (subject: Subject): Improvement[] => RULES.flatMap((rule) => [...rule.improve(subject)]);

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
