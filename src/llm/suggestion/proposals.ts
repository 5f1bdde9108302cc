import { randomUUID } from 'node:crypto';
import type { Json } from '../../kernel/index.js';
import { NO_USAGE, withCalls } from '../lines/index.js';
import type { Objection } from '../optimizer/ir/index.js';
import { prove, type Proved } from '../optimizer/prove/index.js';
import { isOp, parseOp, type RewriteOp } from '../optimizer/rewrite/index.js';
import {
  rulesOnly,
  type AskedQuestion,
  type Degraded,
  type Proposed,
  type Proposer,
  type Rejected,
  type SuggestionKind,
  type SuggestionStore,
  type SuggestUsage,
} from '../ports/index.js';
import { plainWords } from '../untrusted/index.js';
import type { Findings } from './findings.js';
import type { Origin } from './judge-change.js';
import { orAborted } from './or-aborted.js';
import type { Question } from './question.js';

/** Ops of one proposal, and proposals of one request. */
const MOST_OPS = 100;
const MOST_PROPOSALS = 100;
/** Former suggestions that a source is told of. */
const MOST_EXPERIENCE = 50;
/** Characters of a model's own words. */
const MOST_WORDS = 2000;

/** What comes of listening to a source of proposals. */
export type Heard =
  | {
      readonly is: 'proved';
      readonly kind: SuggestionKind;
      readonly proved: Proved;
      readonly origin: Origin;
      /** Is told what the last gates say. */
      readonly settle: (objection: Objection | undefined) => void;
    }
  | { readonly is: 'rejected'; readonly data: Rejected }
  | { readonly is: 'question'; readonly data: AskedQuestion }
  | { readonly is: 'usage'; readonly usage: SuggestUsage }
  | { readonly is: 'degraded'; readonly data: Degraded };

export interface ProposalParts {
  readonly proposer: Proposer;
  readonly store: SuggestionStore;
  readonly onTrouble: (what: string, error: unknown) => void;
}

type Proposal = Extract<Proposed, { is: 'proposal' }>;

/** Listens to a source that is trusted with nothing: it may be silent, wrong, hostile, or break. */
export class Proposals {
  private usage = NO_USAGE;

  constructor(
    private readonly question: Question,
    private readonly parts: ProposalParts,
    private readonly findings: Pick<Findings, 'all'>,
  ) {}

  async *hear(signal: AbortSignal): AsyncGenerator<Heard> {
    const stop = new AbortController();
    const whole = AbortSignal.any([signal, stop.signal]);
    let heard = 0;
    try {
      const source = this.parts.proposer.propose(await this.request(), whole)[Symbol.asyncIterator]();
      for (;;) {
        const next = await orAborted(source.next(), whole);
        if (next === undefined) {
          yield { is: 'degraded', data: rulesOnly('deadline') };
          return;
        }
        if (next.done === true) return;
        yield this.take(next.value);
        if (++heard >= MOST_PROPOSALS) return;
      }
    } catch (error) {
      this.parts.onTrouble('a source of proposals failed', error);
      yield { is: 'degraded', data: rulesOnly('failed') };
    } finally {
      stop.abort();
    }
  }

  private async request(): Promise<Parameters<Proposer['propose']>[0]> {
    const { workflow, version, subject, bucket, wanted } = this.question;
    const experience = await this.parts.store.experience(workflow, MOST_EXPERIENCE);
    const { tokens, cost, ms, kinds } = wanted;
    return {
      ...{ workflow, version, subject, history: bucket.history, goal: wanted.goal, most: wanted.most },
      ...(kinds && { kinds: [...kinds] }),
      found: this.findings.all.map(({ suggestion: { kind, ops } }) => ({ kind, ops })),
      experience: experience.map(({ suggestion: { ops }, status }) => ({ ops, status })),
      budget: { ms, ...(tokens !== undefined && { tokens }), ...(cost !== undefined && { cost }) },
      traceId: randomUUID(),
    };
  }

  private take(proposed: Proposed): Heard {
    switch (proposed.is) {
      case 'degraded':
        return { is: 'degraded', data: { from: proposed.from, to: proposed.to, reason: proposed.reason } };
      case 'usage':
        return { is: 'usage', usage: (this.usage = withCalls(this.usage, proposed)) };
      case 'rejected':
        return { is: 'rejected', data: rejectedOf(proposed.objection) };
      case 'question':
        return { is: 'question', data: questionOf(proposed) };
      case 'proposal':
        return this.prove(proposed);
    }
  }

  private prove(proposal: Proposal): Heard {
    const settle = (objection: Objection | undefined): void => proposal.settle?.(objection);
    const refuse = (objection: Objection): Heard => {
      settle(objection);
      return { is: 'rejected', data: rejectedOf(objection) };
    };
    const ops = opsOf(proposal.ops);
    if (!Array.isArray(ops)) return refuse(ops as Objection);
    const proved = this.proved(ops as readonly RewriteOp[]);
    if ('gate' in proved) return refuse(proved);
    const known = this.findings.all.find(
      ({ suggestion }) => JSON.stringify(suggestion.ops) === JSON.stringify(proved.ops),
    );
    return { is: 'proved', kind: known?.suggestion.kind ?? 'proposal', proved, origin: originOf(proposal), settle };
  }

  private proved(ops: readonly RewriteOp[]): Proved | Objection {
    try {
      const result = prove(this.question.subject, ops);
      return result.ok ? result.value : result.error;
    } catch (error) {
      this.parts.onTrouble('a proposal broke the checker', error);
      return { gate: 'apply', reason: 'not_applicable', detail: 'it can not be applied' };
    }
  }
}

const rejectedOf = ({ gate, reason, detail }: Objection): Rejected => ({
  ...{ source: 'llm', kind: 'proposal', gate, reason, detail },
});

const questionOf = ({ missing, narrative }: Extract<Proposed, { is: 'question' }>): AskedQuestion => ({
  ...missing,
  ...wordsOf(narrative),
});

const opsOf = (value: Json): readonly RewriteOp[] | Objection => {
  const detail = `a list of 1 to ${MOST_OPS} ops`;
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_OPS)
    return { gate: 'parse', reason: 'no_ops', detail };
  const ops: RewriteOp[] = [];
  for (const [index, entry] of (value as readonly Json[]).entries()) {
    const parsed = parseOp(entry);
    if (!isOp(parsed)) {
      const field = parsed.field === undefined ? '' : ` (${parsed.field.slice(0, 100)})`;
      return { gate: 'schema', reason: parsed.reason, detail: `op ${index + 1}${field}` };
    }
    ops.push(parsed);
  }
  return ops;
};

const wordsOf = (narrative: string | undefined): { readonly narrative?: string } => {
  const plain = plainWords(narrative, { longest: MOST_WORDS, lines: true });
  return plain === undefined ? {} : { narrative: plain };
};

const originOf = ({ narrative, provider, model, promptVersion }: Proposal): Origin => ({
  ...{ source: 'llm', provider, model, promptVersion },
  ...wordsOf(narrative),
});
