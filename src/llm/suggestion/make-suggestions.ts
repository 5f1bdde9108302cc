import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Instant } from '../../kernel/index.js';
import { NO_USAGE } from '../lines/index.js';
import { SideBySide } from '../optimizer/differential/index.js';
import type { Objection } from '../optimizer/ir/index.js';
import { hashOfFacts } from '../optimizer/ir/index.js';
import { RULES, type Proved } from '../optimizer/prove/index.js';
import type { Evidence } from '../optimizer/rules/index.js';
import type { EngineLimits } from '../optimizer/simulate/index.js';
import {
  rulesOnly,
  type Proposer,
  type Readiness,
  type Rejected,
  type StoredSuggestion,
  type SuggestEvent,
  type SuggestionKind,
  type SuggestionStore,
} from '../ports/index.js';
import { Benefit } from './impact.js';
import { byScore, judgeChange, withConflicts, type Origin } from './judge-change.js';
import { orAborted } from './or-aborted.js';
import { Proposals } from './proposals.js';
import { analysisOf, type Question } from './question.js';

export interface MakerParts {
  readonly store: SuggestionStore;
  readonly limits: EngineLimits;
  readonly now: () => Instant;
  readonly proposer: Proposer;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Days after which a suggestion that nobody took is forgotten. */
export const EXPIRES = 30 * 86_400_000;

/** A change that is proved, and is to be judged. */
interface Idea {
  readonly kind: SuggestionKind;
  readonly proved: Proved;
  readonly evidence?: Evidence | undefined;
  readonly origin: Origin;
  /** Is told what the last gates say. */
  readonly settle?: (objection: Objection | undefined) => void;
}

/** What came of a question. */
export interface Made {
  readonly suggestions: readonly StoredSuggestion[];
}

/** Answers one question: rules first, then whatever else proposes something. Each event is told as soon as it is so. */
export class SuggestionMaker {
  private readonly benefit: Benefit;
  private readonly sideBySide: SideBySide;
  private readonly found: StoredSuggestion[] = [];
  private readonly factsHash: string;
  private usage = NO_USAGE;

  constructor(
    private readonly question: Question,
    private readonly parts: MakerParts,
  ) {
    const { subject, bucket } = question;
    this.benefit = new Benefit(subject.study.workflow, bucket.history, parts.limits);
    this.sideBySide = new SideBySide(subject.study.workflow, subject.study.facts);
    this.factsHash = hashOfFacts(subject.study.facts);
  }

  /** What was found, as it is kept. */
  made: Made = { suggestions: [] };

  async *make(signal: AbortSignal): AsyncGenerator<SuggestEvent> {
    yield { event: 'analysis', data: analysisOf(this.question, this.benefit) };
    await nextTurn();
    yield* this.fromRules();
    yield* this.fromProposer(signal);
    yield { event: 'usage', data: this.usage };
    const kept = await this.keep(withConflicts(this.found));
    const open = kept.filter(({ status }) => status === 'open').sort(byScore);
    this.made = { suggestions: open.slice(0, this.question.wanted.most) };
  }

  private async *fromRules(): AsyncGenerator<SuggestEvent> {
    const { subject, bucket, wanted } = this.question;
    const past = { history: bucket.history, limits: this.parts.limits };
    const rules = RULES.filter(({ kind }) => wanted.kinds?.has(kind) ?? true);
    for (const [index, rule] of rules.entries()) {
      for (const { kind, evidence, ...proved } of rule.improve(subject, past)) {
        yield await this.judge({ kind, proved, evidence, origin: { source: 'rules' } });
        await nextTurn();
      }
      yield { event: 'progress', data: { stage: 'rules', done: index + 1, of: rules.length } };
      await nextTurn();
    }
  }

  private async *fromProposer(signal: AbortSignal): AsyncGenerator<SuggestEvent> {
    const { proposer } = this.parts;
    if (this.question.wanted.llm === 'never') return;
    const ready: Readiness = (await orAborted(proposer.ready(), signal)) ?? { ok: false, reason: 'deadline' };
    if (!ready.ok) {
      yield { event: 'degraded', data: rulesOnly(ready.reason) };
      return;
    }
    const proposals = new Proposals(this.question, this.parts, this.found);
    for await (const heard of proposals.hear(signal)) {
      if (heard.is === 'usage') this.usage = heard.usage;
      else if (heard.is === 'degraded') yield { event: 'degraded', data: heard.data };
      else if (heard.is === 'rejected') yield { event: 'rejected', data: heard.data };
      else if (heard.is === 'question') yield { event: 'question', data: heard.data };
      else yield await this.judge(heard);
      await nextTurn();
    }
  }

  private async judge({ kind, proved, evidence, origin, settle }: Idea): Promise<SuggestEvent> {
    const { workflow, version, subject, wanted } = this.question;
    const about = { workflow, version, subject, goal: wanted.goal, benefit: this.benefit, sideBySide: this.sideBySide };
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

  private keep(found: readonly StoredSuggestion[]): Promise<readonly StoredSuggestion[]> {
    const { workflow } = this.question;
    const baseHash = found[0]?.suggestion.baseHash;
    if (baseHash === undefined) return Promise.resolve([]);
    return this.parts.store.keep({ workflow, baseHash, factsHash: this.factsHash, found });
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
