import type { TaskPath } from '../../engine/core/index.js';
import type { Gate, Level, Objection } from '../optimizer/ir/index.js';
import type { Proved, Subject } from '../optimizer/prove/index.js';
import type { RewriteOp } from '../optimizer/rewrite/index.js';
import { isPureWithin, type Evidence } from '../optimizer/rules/index.js';
import type { SideBySide } from '../optimizer/differential/index.js';
import { scoreOf, type Goal, type Risk } from '../optimizer/simulate/index.js';
import { CHECKER_VERSION } from '../optimizer/verify/index.js';
import type { GateResult, Suggestion, SuggestionKind, StoredSuggestion } from '../ports/index.js';
import { err, ok, type Result, type Uuid } from '../../kernel/index.js';
import { patchBetween } from './document-patch.js';
import { hashOf, suggestionId } from './identity.js';
import type { Benefit } from './impact.js';
import { rationaleOf, titleOf } from './words.js';

/** Who had the idea. */
export interface Origin {
  readonly source: Suggestion['source'];
  readonly narrative?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly promptVersion?: string;
}

export interface ChangeToJudge {
  readonly workflow: Uuid;
  readonly version: string;
  readonly subject: Subject;
  readonly kind: SuggestionKind;
  readonly proved: Proved;
  /** What was seen that speaks for it; absent: the proof says all. */
  readonly evidence?: Evidence | undefined;
  readonly goal: Goal;
  readonly benefit: Benefit;
  /** Of the base. */
  readonly sideBySide: SideBySide;
  readonly origin: Origin;
  /** Of a bundle: what is in it. */
  readonly requires?: readonly string[];
}

/** What can be offered: passed by all gates. */
export type Judgement = Pick<StoredSuggestion, 'suggestion' | 'certificate'>;

const RISKS: Readonly<Record<Level, Risk>> = {
  identical: 'low',
  'success-equivalent': 'low',
  fix: 'low',
  'policy-change': 'medium',
  'behaviour-change': 'high',
};

/** What may run although something failed is a risk if anybody sees that it ran. */
const riskOf = ({ level, certificate }: Proved, { study }: Subject): Risk => {
  const runsAnyway = certificate.changesOnFailure.some((change) => {
    const placed = change.is === 'runs_anyway' ? study.places.at(change.task) : undefined;
    return placed !== undefined && !isPureWithin(placed, study);
  });
  return runsAnyway && RISKS[level] === 'low' ? 'medium' : RISKS[level];
};

/** What the gates before the last two say of a change that passed them. */
const FORMAL: readonly (readonly [Gate, string])[] = [
  ['parse', 'it can be read'],
  ['schema', 'its ops are in the catalogue'],
  ['referents', 'all that it names is there'],
  ['precondition', 'its ops fit where they are applied'],
  ['apply', 'it was applied'],
  ['validate', 'the result is a valid workflow'],
];

const PROVED: Readonly<Record<Level, readonly [dependence: string, value: string]>> = {
  identical: ['every order is kept', 'every task and output is the same'],
  'success-equivalent': ['every order of consequence is kept', 'every output is the same'],
  fix: ['dependencies are added only', 'every task is the same'],
  'policy-change': ['every dependency is the same', 'only the named policies are different'],
  'behaviour-change': ['nothing is promised', 'nothing is promised'],
};

const passed = (level: Level, differential: string, benefit: string): GateResult[] => {
  const [dependence, value] = PROVED[level];
  const later = [
    ['dependence', dependence],
    ['value', value],
    ['differential', differential],
    ['benefit', benefit],
  ] as const;
  return [...FORMAL, ...later].map(([id, detail]) => ({ id, ok: true, detail }));
};

/**
 * Changes that need not be better: they mend something, or make the document shorter and change nothing else. A priority
 * makes nothing shorter.
 */
const isExempt = ({ level, ops }: Proved): boolean =>
  level === 'fix' || (level === 'identical' && ops.every(({ op }) => op !== 'set_priority'));

/** Gates `differential` and `benefit`, and what a person is told of a change that passes them. */
export const judgeChange = (change: ChangeToJudge): Result<Judgement, Objection> => {
  const { proved, goal, benefit, sideBySide } = change;
  const differential = sideBySide.compare(proved.candidate, proved.certificate.level);
  if (differential.is === 'different')
    return err({ gate: 'differential', reason: 'runs_differ', at: differential.at, detail: differential.detail });
  const judged = benefit.judge(proved.candidate, goal, proved.certificate.stands);
  if (!judged.isBetter && !isExempt(proved) && proved.level !== 'behaviour-change')
    return err({ gate: 'benefit', reason: 'not_better', detail: `it is not better at ${goal} by 2 % or 1 s` });
  const why = judged.isBetter ? `better at ${goal}` : 'need not be better';
  const gates = passed(proved.level, differential.detail, why);
  return ok({ suggestion: suggestionOf(change, gates, judged), certificate: proved.certificate });
};

const suggestionOf = (
  { workflow, version, subject, kind, proved, evidence, goal, origin, requires = [] }: ChangeToJudge,
  gates: readonly GateResult[],
  { impact, comparison }: ReturnType<Benefit['judge']>,
): Suggestion => {
  const { ops, level, certificate, candidate } = proved;
  const { document } = subject.study.workflow;
  const risk = riskOf(proved, subject);
  return {
    id: suggestionId(workflow, certificate, ops),
    ...{ workflowId: workflow, baseVersion: version, baseHash: certificate.base, kind },
    title: titleOf(kind, ops, evidence),
    rationale: rationaleOf(certificate, evidence),
    ...(origin.narrative !== undefined && { narrative: origin.narrative }),
    ops,
    patch: patchBetween(document, candidate.document),
    inverse: patchBetween(candidate.document, document),
    equivalence: level,
    verification: {
      status: level === 'behaviour-change' ? 'unproved' : 'proved',
      checkerVersion: CHECKER_VERSION,
      certificateHash: hashOf(certificate),
      gates,
    },
    changesOnFailure: certificate.changesOnFailure,
    impact,
    risk,
    confidence: rounded(comparison.confidence),
    score: rounded(scoreOf({ comparison, goal, risk, operations: ops.length })),
    conflictsWith: [],
    requires,
    source: origin.source,
    ...(origin.provider !== undefined && { provider: origin.provider }),
    ...(origin.model !== undefined && { model: origin.model }),
    ...(origin.promptVersion !== undefined && { promptVersion: origin.promptVersion }),
  };
};

const rounded = (value: number): number => Number(value.toFixed(6));

/** What ops touch: tasks and scopes that say something else afterwards, and siblings that they name. */
interface Touched {
  readonly changed: ReadonlySet<string>;
  readonly named: ReadonlySet<TaskPath>;
}

const siblingOf = (path: TaskPath, id: string): TaskPath => `${path.slice(0, path.lastIndexOf('/'))}/${id}`;

const touchedBy = (ops: readonly RewriteOp[]): Touched => {
  const changed = new Set<string>();
  const named = new Set<TaskPath>();
  for (const op of ops) {
    if ('task' in op) changed.add(op.task);
    else changed.add(`scope ${op.scope}`);
    if (op.op === 'insert_task') changed.add(`${op.scope}/${op.id}`);
    if ('needs' in op) named.add(siblingOf(op.task, op.needs));
    if (op.op === 'merge_tasks') changed.add(siblingOf(op.task, op.drop));
  }
  return { changed, named };
};

const isGone = (ops: readonly RewriteOp[]): ReadonlySet<TaskPath> =>
  new Set(
    ops.flatMap((op) =>
      op.op === 'remove_task' ? [op.task] : op.op === 'merge_tasks' ? [siblingOf(op.task, op.drop)] : [],
    ),
  );

const meet = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  [...one].some((item) => other.has(item));

const conflict = (one: readonly RewriteOp[], other: readonly RewriteOp[]): boolean => {
  const [a, b] = [touchedBy(one), touchedBy(other)];
  return meet(a.changed, b.changed) || meet(isGone(one), b.named) || meet(isGone(other), a.named);
};

/** The same suggestions, each with those that touch the same. */
export const withConflicts = <T extends Pick<StoredSuggestion, 'suggestion'>>(all: readonly T[]): T[] =>
  all.map((one) => {
    const others = all.filter((other) => other !== one && conflict(one.suggestion.ops, other.suggestion.ops));
    const conflictsWith = others.map(({ suggestion }) => suggestion.id).sort();
    return { ...one, suggestion: { ...one.suggestion, conflictsWith } };
  });

/** The best first; of equal ones by what they change. */
export const byScore = (one: Scored, other: Scored): number => {
  const [a, b] = [one.suggestion, other.suggestion];
  return b.score - a.score || (JSON.stringify(a.ops) < JSON.stringify(b.ops) ? -1 : 1);
};

type Scored = Pick<StoredSuggestion, 'suggestion'>;
