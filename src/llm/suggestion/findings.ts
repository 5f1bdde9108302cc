import type { Instant } from '../../kernel/index.js';
import { SideBySide } from '../optimizer/differential/index.js';
import { hashOfFacts, type Objection } from '../optimizer/ir/index.js';
import type { Proved } from '../optimizer/prove/index.js';
import type { Evidence } from '../optimizer/rules/index.js';
import type { EngineLimits } from '../optimizer/simulate/index.js';
import type { Rejected, StoredSuggestion, SuggestEvent, SuggestionKind, SuggestionStore } from '../ports/index.js';
import { Benefit } from './impact.js';
import { judgeChange, withConflicts, type Origin } from './judge-change.js';
import type { Question } from './question.js';

export interface FindingsParts {
  readonly store: SuggestionStore;
  readonly limits: EngineLimits;
  readonly now: () => Instant;
}

/** ms after which a suggestion that nobody took is forgotten. */
export const EXPIRES = 30 * 86_400_000;

/** A change that is proved, and is to be judged. */
export interface Idea {
  readonly kind: SuggestionKind;
  readonly proved: Proved;
  readonly evidence?: Evidence | undefined;
  readonly origin: Origin;
  /** Is told what the last gates say. */
  readonly settle?: (objection: Objection | undefined) => void;
}

/** What was found for one question: each idea is judged, and kept, as it comes. */
export class Findings {
  private readonly found: StoredSuggestion[];
  /** Made for the first idea: of a large workflow they take as long as a rule does. */
  private judges: { readonly benefit: Benefit; readonly sideBySide: SideBySide } | undefined;

  /** `found`: what was found for it before. */
  constructor(
    private readonly question: Question,
    private readonly parts: FindingsParts,
    found: readonly StoredSuggestion[] = [],
  ) {
    this.found = [...found];
  }

  get all(): readonly StoredSuggestion[] {
    return this.found;
  }

  get benefit(): Benefit {
    return this.judged().benefit;
  }

  async judge({ kind, proved, evidence, origin, settle }: Idea): Promise<SuggestEvent> {
    const { workflow, version, subject, wanted } = this.question;
    const about = { workflow, version, subject, goal: wanted.goal, ...this.judged() };
    const judged = judgeChange({ ...about, kind, proved, evidence, origin });
    settle?.(judged.ok ? undefined : judged.error);
    if (!judged.ok) return { event: 'rejected', data: rejected(origin, kind, judged.error) };
    const now = this.parts.now();
    const stored: StoredSuggestion = { ...judged.value, status: 'open', createdAt: now, expiresAt: now + EXPIRES };
    const known = this.found.findIndex(({ suggestion }) => suggestion.id === stored.suggestion.id);
    if (known >= 0) this.found.splice(known, 1, asBoth(this.found[known] as StoredSuggestion, origin));
    else this.found.push(stored);
    const placed = withConflicts(this.found).find(({ suggestion }) => suggestion.id === stored.suggestion.id);
    const [kept = stored] = await this.keep(placed ? [placed] : [stored]);
    if (kept.status === 'open') return { event: 'suggestion', data: kept };
    const isTried = kept.status === 'canary';
    const [reason, detail] = isTried
      ? ['canary', 'its version runs as a canary']
      : ['dismissed', 'it was dismissed before'];
    return { event: 'rejected', data: rejected(origin, kind, { gate: 'benefit', reason, detail }) };
  }

  /** Everything, as it is kept now. */
  keepAll(): Promise<readonly StoredSuggestion[]> {
    return this.keep(withConflicts(this.found));
  }

  private judged(): NonNullable<typeof this.judges> {
    const { subject, bucket } = this.question;
    const { workflow, facts } = subject.study;
    return (this.judges ??= {
      benefit: new Benefit(workflow, bucket.history, this.parts.limits),
      sideBySide: new SideBySide(workflow, facts),
    });
  }

  private keep(found: readonly StoredSuggestion[]): Promise<readonly StoredSuggestion[]> {
    const { workflow, subject } = this.question;
    const baseHash = found[0]?.suggestion.baseHash;
    if (baseHash === undefined) return Promise.resolve([]);
    return this.parts.store.keep({ workflow, baseHash, factsHash: hashOfFacts(subject.study.facts), found });
  }
}

/** A model had the same idea as a rule. */
const asBoth = (known: StoredSuggestion, { source, ...said }: Origin): StoredSuggestion => {
  const { suggestion } = known;
  const isBoth = source !== suggestion.source;
  return { ...known, suggestion: { ...suggestion, ...said, source: isBoth ? 'llm+rules' : suggestion.source } };
};

const rejected = (
  { source }: Origin,
  kind: SuggestionKind,
  { gate, reason, detail, more }: Pick<Objection, 'gate' | 'reason' | 'detail' | 'more'>,
): Rejected => ({
  ...{ source: source === 'rules' ? 'rules' : 'llm', kind, gate, reason, detail },
  ...(more !== undefined && { more }),
});
