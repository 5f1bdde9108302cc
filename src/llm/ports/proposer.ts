import type { Json, Uuid } from '../../kernel/index.js';
import type { Effects, TaskPath } from '../../engine/core/index.js';
import type { Objection, ScopePath } from '../optimizer/ir/index.js';
import type { Subject } from '../optimizer/prove/index.js';
import type { RewriteOp } from '../optimizer/rewrite/index.js';
import type { Goal } from '../optimizer/simulate/index.js';
import type { WorkflowHistory } from '../optimizer/simulate/index.js';
import type { Degraded, Readiness } from './degraded.js';
import type { LlmUsage } from './llm-ledger.js';
import type { SuggestionKind, SuggestionStatus } from './suggestion.js';

/** What a source of proposals is asked. */
export interface ProposalRequest {
  readonly workflow: Uuid;
  readonly version: string;
  readonly subject: Subject;
  readonly history: WorkflowHistory;
  readonly goal: Goal;
  /** What is wanted; absent: anything. */
  readonly kinds?: readonly SuggestionKind[];
  readonly most: number;
  /** What the rules have found already. */
  readonly found: readonly { readonly kind: SuggestionKind; readonly ops: readonly RewriteOp[] }[];
  /** What became of former suggestions for this workflow. */
  readonly experience: readonly { readonly ops: readonly RewriteOp[]; readonly status: SuggestionStatus }[];
  readonly budget: ProposalBudget;
  readonly traceId: string;
}

export interface ProposalBudget {
  readonly tokens?: number;
  /** In the currency of the ledger. */
  readonly cost?: number;
  /** ms. */
  readonly ms: number;
}

/** A fact that is missing, as a person could give it. */
export type MissingFact =
  /** What an action does to the world, so that an operator may state it for all workflows. */
  | { readonly about: 'effects'; readonly task: TaskPath; readonly action: string; readonly effects: Effects }
  /** Whether the order of two siblings of this workflow is of no consequence. */
  | { readonly about: 'order'; readonly scope: ScopePath; readonly tasks: readonly [string, string] };

/** What a source says, as it comes. */
export type Proposed =
  | {
      readonly is: 'proposal';
      /** As the model wrote them: parsed, proved and judged like any other. */
      readonly ops: Json;
      /** Its own words, capped and without control characters, links and HTML. */
      readonly narrative?: string;
      readonly provider: string;
      readonly model: string;
      readonly promptVersion: string;
      /** Is told when a gate refuses it, or when it is accepted. */
      readonly settle?: (objection: Objection | undefined) => void;
    }
  /** It did not get as far as the gates: it can not be read, or has nothing to stand on. */
  | { readonly is: 'rejected'; readonly objection: Objection }
  /** Somebody who knows may answer it. What the source thinks of it is no fact. */
  | { readonly is: 'question'; readonly missing: MissingFact; readonly narrative?: string }
  | { readonly is: 'usage'; readonly usage: LlmUsage; readonly calls: number; readonly cost?: number }
  | ({ readonly is: 'degraded' } & Degraded);

/**
 * A further source of changes. Trusted with nothing: what it says passes the gates, and what it throws ends it, not the
 * request. It ends by itself soon after `signal`.
 */
export interface Proposer {
  /** Whether it could be asked now, or why not. Asks no model. */
  ready(): Promise<Readiness>;
  propose(request: ProposalRequest, signal: AbortSignal): AsyncIterable<Proposed>;
}
