import { SideBySide } from '../optimizer/differential/index.js';
import { prove, type Proved } from '../optimizer/prove/index.js';
import type { Level } from '../optimizer/ir/index.js';
import type { StoredSuggestion } from '../ports/index.js';
import { Benefit } from './impact.js';
import { byScore, judgeChange } from './judge-change.js';
import { EXPIRES } from './findings.js';
import type { TellingParts } from './tell-suggestions.js';
import type { Question } from './question.js';

/** What nobody has to look at first: results are the same. */
const SAFE: ReadonlySet<Level> = new Set<Level>(['identical', 'success-equivalent']);

export interface Bundle {
  /** Undefined: nothing can be bundled. */
  readonly made: StoredSuggestion | undefined;
  readonly left: readonly { readonly id: string; readonly reason: string }[];
}

/**
 * The best suggestions that are safe and touch nothing in common, greedily, as one: proved and simulated as a whole. One
 * with which the whole can not be proved is left out.
 */
export const bundleOf = (
  question: Question,
  open: readonly StoredSuggestion[],
  parts: Pick<TellingParts, 'limits' | 'now'>,
): Bundle => {
  const { workflow, version, subject, bucket, wanted } = question;
  const left: { id: string; reason: string }[] = [];
  const taken: StoredSuggestion[] = [];
  let whole: Proved | undefined;
  for (const one of [...open].sort(byScore)) {
    const { id, equivalence, conflictsWith } = one.suggestion;
    const rival = taken.find(({ suggestion }) => conflictsWith.includes(suggestion.id));
    if (!SAFE.has(equivalence)) left.push({ id, reason: equivalence });
    else if (rival) left.push({ id, reason: `conflicts with ${rival.suggestion.id}` });
    else {
      const result = prove(
        subject,
        [...taken, one].flatMap(({ suggestion }) => suggestion.ops),
      );
      if (!result.ok) left.push({ id, reason: `${result.error.gate}: ${result.error.detail}` });
      else {
        whole = result.value;
        taken.push(one);
      }
    }
  }
  const [only] = taken;
  if (!whole || !only) return { made: undefined, left };
  if (taken.length === 1) return { made: only, left };
  const judged = judgeChange({
    ...{ workflow, version, subject, kind: 'bundle', proved: whole, goal: wanted.goal, origin: { source: 'rules' } },
    benefit: new Benefit(subject.study.workflow, bucket.history, parts.limits),
    sideBySide: new SideBySide(subject.study.workflow, subject.study.facts),
    requires: taken.map(({ suggestion }) => suggestion.id),
  });
  const now = parts.now();
  if (judged.ok) return { made: { ...judged.value, status: 'open', createdAt: now, expiresAt: now + EXPIRES }, left };
  const reason = `${judged.error.gate}: ${judged.error.detail}`;
  return { made: undefined, left: [...left, ...taken.map(({ suggestion: { id } }) => ({ id, reason }))] };
};
