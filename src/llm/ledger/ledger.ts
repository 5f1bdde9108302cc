import type { Instant } from '../../kernel/index.js';
import type {
  LlmBudget,
  LlmBudgetRefusal,
  LlmBudgets,
  LlmBudgetSettings,
  LlmCall,
  LlmCallStore,
  LlmCost,
  LlmIntent,
  LlmLedger,
  LlmPrices,
  LlmUsage,
  LlmUsageBoard,
  LlmWorth,
  LlmWorths,
  Spent,
  SpentBy,
  UsageQuery,
  UsageReport,
} from '../ports/index.js';
import type { Prices } from './prices.js';

export interface LedgerParts {
  readonly store: LlmCallStore;
  readonly prices: Prices;
  readonly budgets: LlmBudgetSettings;
}

/** What is set aside for a call under way. */
interface Promised extends Spent {
  readonly intent: LlmIntent;
}

interface Scope {
  readonly name: LlmBudgetRefusal['scope'];
  readonly budget: LlmBudget;
  readonly by: SpentBy;
  readonly covers: (other: LlmIntent) => boolean;
}

const DAY = 86_400_000;
const NANO = 1e9;

const dayOf = (at: Instant): Instant => at - (at % DAY);

/** The tighter of two limits. */
const least = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/**
 * Writes down what each call of a model took and cost, and refuses calls that no budget has room for. Three laws:
 * L1 A call is refused before it is sent, by what it may take at most, with all calls under way counted as if they took
 * that, too: calls at the same time can not overdraw a budget together. L2 What was not said is not made up: tokens that the
 * provider did not report are marked as guesses, and a cost without a price is unknown. L3 Nothing is sent that is not
 * written down: a call whose process dies meanwhile stays, with what was asked.
 */
export class Ledger implements LlmLedger, LlmWorths, LlmBudgets, LlmUsageBoard, LlmPrices {
  private readonly promised = new Map<string, Promised>();

  constructor(private readonly parts: LedgerParts) {}

  record(call: LlmCall): void {
    const { store, prices } = this.parts;
    try {
      store.put({ ...call, cost: prices.costOf(call.model, call.usage), prices: prices.version });
    } finally {
      this.promised.delete(call.id);
    }
  }

  amend(call: string, worth: LlmWorth): void {
    this.parts.store.amend(call, worth);
  }

  admit(intent: LlmIntent): LlmBudgetRefusal | undefined {
    const asked = this.asked(intent);
    for (const scope of this.scopes(intent)) {
      const refusal = this.refusal(scope, asked);
      if (refusal) return refusal; // L1
    }
    this.open(intent);
    this.promised.set(intent.id, { intent, ...asked });
    return undefined;
  }

  private open({ budget: _, completion: __, prompt, model, ...about }: LlmIntent): void {
    const { store, prices } = this.parts;
    const usage = { prompt, completion: 0, cached: 0, total: prompt, estimated: true };
    store.put({
      ...{ ...about, usage, model: model ?? 'unknown', provider: 'unknown', latency: 0, outcome: { is: 'open' } },
      ...{ cost: prices.costOf(model, usage), prices: prices.version },
    });
  }

  /** As it is recorded; undefined: not known. */
  costOf(model: string, usage: LlmUsage): LlmCost | undefined {
    const cost = this.parts.prices.costOf(model, usage);
    return cost && { amount: cost.nano / NANO, currency: cost.currency };
  }

  async usage(query: UsageQuery): Promise<UsageReport> {
    return Promise.resolve(this.parts.store.usage(query));
  }

  budgets(): LlmBudgetSettings {
    return this.parts.budgets;
  }

  private asked({ model, prompt, completion }: LlmIntent): Spent {
    const cost = this.parts.prices.costOf(model, { prompt, completion, cached: 0 });
    return { tokens: prompt + completion, nano: cost?.nano ?? 0 };
  }

  private scopes({ tenant, workflow, traceId, at, budget = {} }: LlmIntent): Scope[] {
    const { request, workflowDay, tenantDay } = this.parts.budgets;
    const since = dayOf(at);
    const scopes: Scope[] = [
      {
        ...{ name: 'the tenant for today', budget: tenantDay, by: { tenant, since } },
        covers: (other) => other.tenant === tenant,
      },
    ];
    if (workflow !== undefined)
      scopes.push({
        ...{ name: 'the workflow for today', budget: workflowDay, by: { workflow, since } },
        covers: (other) => other.workflow === workflow,
      });
    const tokens = least(request.tokens, budget.tokens);
    const cost = least(request.cost, budget.cost);
    scopes.push({
      ...{ name: 'the request', budget: { tokens, cost }, by: { traceId } },
      covers: (other) => other.traceId === traceId,
    });
    return scopes.filter((scope) => scope.budget.tokens !== undefined || scope.budget.cost !== undefined);
  }

  private refusal({ name: scope, budget, by, covers }: Scope, asked: Spent): LlmBudgetRefusal | undefined {
    const { store, prices } = this.parts;
    const all = [
      store.spent(by, prices.currency),
      ...[...this.promised.values()].filter(({ intent }) => covers(intent)),
    ];
    const tokens = all.reduce((sum, one) => sum + one.tokens, 0);
    const nano = all.reduce((sum, one) => sum + one.nano, 0);
    const { tokens: mostTokens, cost: mostCost } = budget;
    if (mostTokens !== undefined && tokens + asked.tokens > mostTokens)
      return { scope, unit: 'tokens', limit: mostTokens, spent: tokens, asked: asked.tokens };
    // A model without a price takes nothing of a budget in money, and is not stopped by one.
    if (mostCost !== undefined && asked.nano > 0 && nano + asked.nano > mostCost * NANO)
      return { scope, unit: prices.currency, limit: mostCost, spent: nano / NANO, asked: asked.nano / NANO };
    return undefined;
  }
}
