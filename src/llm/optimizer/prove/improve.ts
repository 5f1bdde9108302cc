import type { TaskPath } from '../../../engine/core/index.js';
import type { Level, Objection } from '../ir/index.js';
import {
  addMissingOrder,
  mergeDuplicates,
  parallelise,
  removeDeadTasks,
  removeImpliedEdges,
  tune,
  type Evidence,
  type Finding,
  type FindingKind,
  type Recorded,
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

/**
 * What rules alone find in a workflow, each proved by itself; what can not be proved is left out. What rests on the `past`
 * comes last.
 */
export const improve = (subject: Subject, past?: Past): Improvement[] => {
  const { study } = subject;
  const findings = [...removeDeadTasks(study), ...mergeDuplicates(study), ...removeImpliedEdges(study)];
  return [
    ...addMissingOrder(study).flatMap((finding) => proved(subject, finding)),
    ...findings.flatMap((finding) => proved(subject, finding)),
    ...improveOrder(subject),
    ...(past ? tune({ ...study, ...past }) : []).flatMap((finding) => proved(subject, finding)),
  ];
};

/** The level that is worth trying: what is weaker costs a second proof for nothing. */
const LEVELS: Partial<Record<FindingKind, Level>> = {
  remove_implied_edges: 'identical',
  add_missing_order: 'fix',
  prioritise: 'identical',
  set_timeout: 'policy-change',
  tune_retry: 'policy-change',
  limit_concurrency: 'policy-change',
};

const proved = (subject: Subject, { kind, ops, evidence }: Finding): Improvement[] => {
  const result = prove(subject, ops, [LEVELS[kind] ?? 'success-equivalent']);
  return result.ok ? [{ kind, ...result.value, ...(evidence && { evidence }) }] : [];
};

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
