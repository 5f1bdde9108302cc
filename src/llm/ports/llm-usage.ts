import type { Instant } from '../../kernel/index.js';
import type { LlmBudget, LlmCall, LlmOutcome, LlmUsage, LlmWorth } from './llm-ledger.js';

/** By what usage can be told apart. Days are those of UTC. */
export const USAGE_GROUPS = [
  ...(['day', 'tenant', 'workflow', 'purpose', 'transport', 'provider', 'model', 'prompt', 'outcome'] as const),
];
export type UsageGroup = (typeof USAGE_GROUPS)[number];

export interface UsageQuery {
  /** At or after. */
  readonly from: Instant;
  /** Before. */
  readonly until: Instant;
  /** None: totals only. */
  readonly groupBy: readonly UsageGroup[];
}

/** Calls together. */
export interface UsageSum {
  readonly calls: number;
  readonly prompt: number;
  readonly completion: number;
  readonly cached: number;
  readonly total: number;
  /** Calls whose tokens are guesses. */
  readonly estimatedCalls: number;
  /** By currency; what is not in here has no known price. */
  readonly costs: Readonly<Record<string, number>>;
  /** Calls without a known price. */
  readonly unpricedCalls: number;
  /** ms, all calls together. */
  readonly latency: number;
  /** Things in answers that were taken. */
  readonly accepted: number;
}

export interface UsageReport extends UsageSum {
  /** By their keys; at most 1,000, those with most tokens. */
  readonly groups: readonly (UsageSum & { readonly key: Readonly<Partial<Record<UsageGroup, string | null>>> })[];
  readonly hasMore: boolean;
}

/** Tells what language models took. */
export interface LlmUsageBoard {
  usage(query: UsageQuery): Promise<UsageReport>;
  /** What may be spent, as it is configured. */
  budgets(): LlmBudgetSettings;
}

/** Of each request, of each workflow a day, of each tenant a day. */
export interface LlmBudgetSettings {
  readonly request: LlmBudget;
  readonly workflowDay: LlmBudget;
  readonly tenantDay: LlmBudget;
}

/** What a call cost. */
export interface CallCost {
  readonly currency: string;
  /** Billionths of the currency: whole, so that sums are exact. */
  readonly nano: number;
}

/** An amount of money: whole billionths. */
export interface LlmCost {
  readonly amount: number;
  readonly currency: string;
}

/** Knows what calls cost. */
export interface LlmPrices {
  /** Undefined: not known, which is not nothing. */
  costOf(model: string, usage: LlmUsage): LlmCost | undefined;
}

/** A call as it is kept. */
export interface StoredLlmCall extends Omit<LlmCall, 'outcome'> {
  /** `open`: it is under way. */
  readonly outcome: LlmOutcome | { readonly is: 'open' };
  /** Undefined: not known. Never 0 for want of a price. */
  readonly cost: CallCost | undefined;
  /** Of the table that the cost was worked out with; undefined: there was none. */
  readonly prices: string | undefined;
}

/** What budgets are compared with. */
export interface Spent {
  readonly tokens: number;
  /** Billionths of the currency that was asked for. */
  readonly nano: number;
}

/** Which calls are summed up: those of a request, or of a workflow or tenant since a time. */
export type SpentBy =
  | { readonly traceId: string }
  | { readonly tenant: string; readonly since: Instant }
  | { readonly workflow: string; readonly since: Instant };

/** Keeps calls. What it answers at once is what the writer has: a call that was put is in the next sum, unless it is open. */
export interface LlmCallStore {
  /** In the place of what was put under its id before. */
  put(call: StoredLlmCall): void;
  /** Those that are open have died with the process that sent them: they are `lost`, and count with what was asked. */
  loseOpen(): void;
  amend(id: string, worth: LlmWorth): void;
  spent(by: SpentBy, currency: string): Spent;
  usage(query: UsageQuery): UsageReport;
}
