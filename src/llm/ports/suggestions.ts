import type { Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { Effects } from '../../engine/core/index.js';
import type { GanttRow, Goal } from '../optimizer/simulate/index.js';
import type { Degraded } from './degraded.js';
import type { Calibration } from './follow-up.js';
import type { Impact } from './impact.js';
import type { LlmUsage } from './llm-ledger.js';
import type { MissingFact, ProposalBudget } from './proposer.js';
import type {
  Analysis,
  Confirmation,
  KeptSuggestion,
  PatchOperation,
  Rejected,
  SuggestionKind,
  SuggestionStatus,
} from './suggestion.js';

export interface SuggestRequest {
  /** Default `balanced`. */
  readonly goal?: Goal;
  /** Default: all. */
  readonly kinds?: readonly SuggestionKind[];
  /** 1 to 100. Default 10. */
  readonly maxSuggestions?: number;
  /** Default `auto`: a model is asked when there is one. `require` without one is refused. */
  readonly llm?: 'auto' | 'never' | 'require';
  /** Which executions are looked at: days, and executions below which the history counts as none. Default 30 and 1. */
  readonly history?: { readonly windowDays?: number; readonly minRuns?: number };
  /** `ms`: default 20,000. */
  readonly budget?: Partial<ProposalBudget>;
}

export interface SuggestAnswer {
  /** The best first. */
  readonly suggestions: readonly KeptSuggestion[];
  readonly analysis: Analysis;
  readonly rejected: readonly Rejected[];
  /** What is not known, and would make more possible. */
  readonly questions: readonly AskedQuestion[];
  readonly degraded?: Degraded;
  readonly usage: SuggestUsage;
  /** It was worked out before. */
  readonly cached: boolean;
}

/** A missing fact that a model asks for. Whoever knows states it (`PUT /optimizer/facts`), or confirms the pair. */
export type AskedQuestion = MissingFact & {
  /** The model's own words: not to be trusted, shown as text. */
  readonly narrative?: string;
};

/** What models took. All 0 when none was asked. */
export interface SuggestUsage extends LlmUsage {
  readonly calls: number;
  /** Null: unknown. */
  readonly cost: number | null;
}

/** What is told while suggestions are made. */
export type SuggestEvent =
  | { readonly event: 'analysis'; readonly data: Analysis }
  | { readonly event: 'suggestion'; readonly data: KeptSuggestion }
  | {
      readonly event: 'progress';
      readonly data: { readonly stage: string; readonly done: number; readonly of: number };
    }
  | { readonly event: 'rejected'; readonly data: Rejected }
  | { readonly event: 'question'; readonly data: AskedQuestion }
  | { readonly event: 'usage'; readonly data: SuggestUsage }
  | { readonly event: 'degraded'; readonly data: Degraded }
  | { readonly event: 'done'; readonly data: { readonly suggestions: readonly string[]; readonly cached: boolean } }
  | { readonly event: 'error'; readonly data: { readonly code: string; readonly message: string } };

/** An event in its place. */
export interface PlacedEvent<E = SuggestEvent> {
  /** What `Last-Event-ID` takes. */
  readonly id: string;
  readonly event: E;
}

export interface Preview {
  /** The document as it would be. */
  readonly workflow: JsonObject;
  readonly patch: readonly PatchOperation[];
  readonly simulation: {
    readonly unit: Impact['unit'];
    readonly before: readonly GanttRow[];
    readonly after: readonly GanttRow[];
    readonly impact: Impact;
  };
}

export interface ApplyRequest {
  /** Of suggestions that promise less than the same result. */
  readonly confirm?: boolean;
  readonly note?: string;
  /** The version that the caller has seen. Absent: that of the suggestion. */
  readonly ifMatch?: string;
  /** Runs of the new version after which it is judged, 10 to 200. Default 20. */
  readonly runs?: number;
  /** The version does not become the current one: this share of new executions runs it, 0.01 to 0.5. */
  readonly canary?: { readonly share: number };
}

/** Back to one version. */
export interface CanaryEnded {
  readonly workflowId: Uuid;
  /** The current one. */
  readonly version: string;
}

export interface Applied {
  readonly workflowId: Uuid;
  readonly version: string;
  readonly definition: string;
  /** Of which suggestions, and of which version. */
  readonly appliedFrom: { readonly suggestions: readonly string[]; readonly version: string };
  /** From the new document to the base, byte for byte. */
  readonly inverse: readonly PatchOperation[];
}

export interface BundleRequest extends ApplyRequest {
  readonly goal?: Goal;
  /** Which may be in it. Default: all that are open. */
  readonly suggestions?: readonly string[];
}

/** Nothing to apply is no error. */
export interface BundleApplied {
  readonly applied: Applied | null;
  /** Of the whole. */
  readonly bundle: KeptSuggestion | null;
  readonly left: readonly { readonly id: string; readonly reason: string }[];
}

export interface RolledBack {
  readonly workflowId: Uuid;
  /** Current now, and before. */
  readonly version: string;
  readonly from: string;
  readonly definition: string;
}

/** What an operator states of actions. */
export interface StatedFacts {
  /** By action: `http/request`, `tekton/action rhetor.generate_text`. */
  readonly effects: Readonly<Record<string, Effects>>;
  /** Pairs of actions whose order is of no consequence. */
  readonly commuting: readonly (readonly [string, string])[];
}

export interface SuggestionFilter {
  readonly workflow: Uuid;
  readonly status?: SuggestionStatus;
  readonly version?: string;
  readonly offset: number;
  readonly limit: number;
}

/** Suggestions for workflows. Refusals are `HarmoniaError`s. */
export interface Suggestions {
  suggest(workflow: Uuid, request: SuggestRequest): Promise<SuggestAnswer>;
  /** The same as it comes; `after` goes on behind an event that was seen, when it is still known. */
  stream(workflow: Uuid, request: SuggestRequest, after?: string): Promise<AsyncIterable<PlacedEvent>>;
  list(filter: SuggestionFilter): Promise<{ readonly items: readonly KeptSuggestion[]; readonly total: number }>;
  get(id: string): Promise<KeptSuggestion>;
  preview(id: string): Promise<Preview>;
  apply(id: string, request: ApplyRequest): Promise<Applied>;
  /** The candidate of the canary becomes the current version. `ifMatch`: the current one that the caller has seen. */
  promote(id: string, request: Pick<ApplyRequest, 'note' | 'ifMatch'>): Promise<Applied>;
  /** New executions run the current version only; the suggestion is open again. */
  abandon(id: string): Promise<CanaryEnded>;
  /** The same, whatever the canary of a workflow is made of. */
  endCanary(workflow: Uuid): Promise<CanaryEnded>;
  calibration(): Promise<Calibration>;
  applySafe(workflow: Uuid, request: BundleRequest): Promise<BundleApplied>;
  dismiss(id: string, reason: string): Promise<KeptSuggestion>;
  rollback(workflow: Uuid, version: string): Promise<RolledBack>;
  facts(): Promise<{ readonly stated: StatedFacts; readonly configured: StatedFacts }>;
  /** Replaces what was stated before with what a body says. */
  stateFacts(facts: Json): Promise<void>;
  confirmations(workflow: Uuid): Promise<readonly Confirmation[]>;
  /** Replaces what was confirmed before; each pair must be there in the current version. */
  confirm(workflow: Uuid, pairs: readonly Confirmation[]): Promise<void>;
}
