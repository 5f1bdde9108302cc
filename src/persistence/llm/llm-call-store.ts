import { isoInstant } from '../../kernel/index.js';
import {
  USAGE_GROUPS,
  type LlmCallStore,
  type LlmWorth,
  type Spent,
  type SpentBy,
  type StoredLlmCall,
  type UsageGroup,
  type UsageQuery,
  type UsageReport,
  type UsageSum,
} from '../../llm/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

const DAY = 86_400_000;
const NANO = 1e9;
const MOST_GROUPS = 1000;

/** What each kind of group is, in a row. */
const COLUMNS: Readonly<Record<UsageGroup, string>> = {
  day: `at - at % ${DAY}`,
  tenant: 'tenant',
  workflow: 'workflow',
  purpose: 'purpose',
  transport: 'transport',
  provider: 'provider',
  model: 'model',
  prompt: 'prompt',
  outcome: 'outcome',
};

const SUMS = `count(*) AS calls, coalesce(sum(prompt_tokens), 0) AS prompt,
  coalesce(sum(completion_tokens), 0) AS completion, coalesce(sum(cached_tokens), 0) AS cached,
  coalesce(sum(total_tokens), 0) AS total, coalesce(sum(is_estimated), 0) AS estimatedCalls,
  coalesce(sum(cost_nano IS NULL), 0) AS unpricedCalls, coalesce(sum(latency), 0) AS latency,
  coalesce(sum(accepted), 0) AS accepted`;

type SumRow = Omit<UsageSum, 'costs'>;
/** Groups are not named as sums are. */
type KeyRow = Partial<Record<`by_${UsageGroup}`, string | number | null>>;
interface CostRow extends KeyRow {
  readonly currency: string;
  readonly nano: number;
}

const detailOf = (outcome: StoredLlmCall['outcome']): string | null => {
  if (outcome.is === 'unusable') return outcome.reason.slice(0, 500);
  return outcome.is === 'failed' ? outcome.code : null;
};

const keyOf = (row: KeyRow, groups: readonly UsageGroup[]): Partial<Record<UsageGroup, string | null>> =>
  Object.fromEntries(
    groups.map((group) => {
      const value = row[`by_${group}`] ?? null;
      return [group, typeof value === 'number' ? isoInstant(value).slice(0, 10) : value];
    }),
  );

/** Calls of language models in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteLlmCalls implements LlmCallStore {
  private readonly statements;

  constructor(private readonly database: SqliteDatabase) {
    this.statements = prepare(database);
  }

  put(call: StoredLlmCall): void {
    const { usage, outcome, cost } = call;
    const row = {
      ...{ id: call.id, at: call.at, tenant: call.tenant, workflow: call.workflow ?? null, purpose: call.purpose },
      ...{ traceId: call.traceId, prompt: call.promptVersion ?? null, transport: call.transport },
      ...{ provider: call.provider, model: call.model, latency: call.latency },
      ...{ asked: usage.prompt, answered: usage.completion, cached: usage.cached, total: usage.total },
      ...{ isEstimated: usage.estimated ? 1 : 0, prices: call.prices ?? null },
      ...{ currency: cost?.currency ?? null, nano: cost?.nano ?? null },
      ...{ outcome: outcome.is, reason: detailOf(outcome) },
    };
    guarded(() => this.statements.put.run(row));
  }

  amend(id: string, { accepted, rejected, unusable }: LlmWorth): void {
    guarded(() => this.statements.amend.run(accepted, JSON.stringify(rejected), unusable, id));
  }

  loseOpen(): void {
    guarded(() => this.statements.loseOpen.run());
  }

  spent(by: SpentBy, currency: string): Spent {
    const { statements } = this;
    const row = guarded(() => {
      if ('traceId' in by) return statements.ofTrace.get(currency, by.traceId);
      if ('tenant' in by) return statements.ofTenant.get(currency, by.tenant, by.since);
      return statements.ofWorkflow.get(currency, by.workflow, by.since);
    });
    return row ?? { tokens: 0, nano: 0 };
  }

  usage(query: UsageQuery): UsageReport {
    const { groupBy } = query;
    const groups = USAGE_GROUPS.filter((group) => groupBy.includes(group));
    const [all] = this.sums(query, []);
    const found = groups.length === 0 ? [] : this.sums(query, groups);
    return {
      ...(all?.sum as UsageSum),
      groups: found.slice(0, MOST_GROUPS).map(({ key, sum }) => ({ key, ...sum })),
      hasMore: found.length > MOST_GROUPS,
    };
  }

  /** Column names are ours; what the caller says is bound. */
  private sums({ from, until }: UsageQuery, groups: readonly UsageGroup[]) {
    const named = groups.map((group) => `${COLUMNS[group]} AS by_${group}, `).join('');
    const by = groups.map((group) => COLUMNS[group]);
    const grouped = by.length === 0 ? '' : `GROUP BY ${by.join(', ')} ORDER BY total DESC, ${by.join(', ')}`;
    const range = `FROM llm_call WHERE at >= ? AND at < ? AND outcome <> 'open'`;
    const rows = guarded(() =>
      this.database
        .prepare<[number, number], SumRow & KeyRow>(
          `SELECT ${named}${SUMS} ${range} ${grouped} LIMIT ${MOST_GROUPS + 1}`,
        )
        .all(from, until),
    );
    const costs = guarded(() =>
      this.database
        .prepare<[number, number], CostRow>(
          `SELECT ${named}currency, sum(cost_nano) AS nano ${range} AND cost_nano IS NOT NULL
           GROUP BY ${[...by, 'currency'].join(', ')} ORDER BY currency`,
        )
        .all(from, until),
    );
    const costsByKey = new Map<string, Record<string, number>>();
    for (const cost of costs) {
      const key = JSON.stringify(keyOf(cost, groups));
      costsByKey.set(key, { ...costsByKey.get(key), [cost.currency]: cost.nano / NANO });
    }
    return rows.map((row) => {
      const key = keyOf(row, groups);
      return { key, sum: { ...sumOf(row), costs: costsByKey.get(JSON.stringify(key)) ?? {} } };
    });
  }
}

const sumOf = ({ calls, prompt, completion, cached, total, ...row }: SumRow): SumRow => {
  const { estimatedCalls, unpricedCalls, latency, accepted } = row;
  return { calls, prompt, completion, cached, total, estimatedCalls, unpricedCalls, latency, accepted };
};

const SPENT = `SELECT coalesce(sum(total_tokens), 0) AS tokens,
  coalesce(sum(CASE WHEN currency = ? THEN cost_nano END), 0) AS nano FROM llm_call WHERE outcome <> 'open' AND`;

const prepare = (database: SqliteDatabase) => ({
  put: database.prepare(
    `INSERT OR REPLACE INTO llm_call (id, at, tenant, workflow, purpose, trace_id, prompt, transport, provider, model,
       prompt_tokens, completion_tokens, cached_tokens, total_tokens, is_estimated, prices, currency, cost_nano,
       latency, outcome, reason)
     VALUES (@id, @at, @tenant, @workflow, @purpose, @traceId, @prompt, @transport, @provider, @model,
       @asked, @answered, @cached, @total, @isEstimated, @prices, @currency, @nano, @latency, @outcome, @reason)`,
  ),
  loseOpen: database.prepare(`UPDATE llm_call SET outcome = 'lost' WHERE outcome = 'open'`),
  amend: database.prepare('UPDATE llm_call SET accepted = ?, rejected = ?, unusable = ? WHERE id = ?'),
  ofTrace: database.prepare<[string, string], Spent>(`${SPENT} trace_id = ?`),
  ofTenant: database.prepare<[string, string, number], Spent>(`${SPENT} tenant = ? AND at >= ?`),
  ofWorkflow: database.prepare<[string, string, number], Spent>(`${SPENT} workflow = ? AND at >= ?`),
});
