import type { Instant } from '../../kernel/index.js';
import type { LlmBudget, LlmCall, LlmWorth } from './llm-ledger.js';

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

/** A call as it is kept. */
export interface StoredLlmCall extends LlmCall {
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

/** Keeps calls. What it answers at once is what the writer has: a call that was put is in the next sum. */
export interface LlmCallStore {
  put(call: StoredLlmCall): void;
  amend(id: string, worth: LlmWorth): void;
  spent(by: SpentBy, currency: string): Spent;
  usage(query: UsageQuery): UsageReport;
}
