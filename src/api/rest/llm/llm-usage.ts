import { fault, isoInstant, type Instant } from '../../../kernel/index.js';
import {
  USAGE_GROUPS,
  type LlmBudget,
  type LlmBudgetSettings,
  type UsageGroup,
  type UsageQuery,
  type UsageReport,
  type UsageSum,
} from '../../../llm/ports/index.js';
import { Text } from '../dto/fields.js';
import { timeOf } from '../execution/execution-filter.js';
import { requestFault } from '../validation.js';
import type { LlmBudgetAnswer, LlmUsageAnswer, LlmUsageGroupAnswer } from './llm-answers.js';

const DAY = 86_400_000;
const DAYS = 30;

export class LlmUsageQueryDto {
  @Text(255, { description: `By what it is told apart: ${USAGE_GROUPS.join(', ')}; several with commas.` })
  group_by?: string;

  @Text(64, { description: 'At or after: ISO 8601, or epoch ms. 30 days before `until` when absent.' })
  from?: string;

  @Text(64, { description: 'Before: ISO 8601, or epoch ms. Now when absent.' })
  until?: string;
}

const groupsOf = (text: string): UsageGroup[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const found = USAGE_GROUPS.find((group) => group === word);
      if (!found)
        throw requestFault(fault('wrong_type', '/group_by', { expected: `some of ${USAGE_GROUPS.join(', ')}` }));
      return found;
    });

/** What a request asks for. Throws `validation_error`. */
export const usageQueryOf = ({ group_by: words = '', from, until }: LlmUsageQueryDto, now: Instant): UsageQuery => {
  // What is recorded in this very millisecond counts.
  const end = until === undefined ? now + 1 : timeOf(until, '/until');
  const begin = from === undefined ? end - DAYS * DAY : timeOf(from, '/from');
  return { from: begin, until: end, groupBy: groupsOf(words) };
};

const sumsOf = ({ calls, prompt, completion, cached, total, costs, latency, accepted, ...sum }: UsageSum) => ({
  ...{ calls, prompt_tokens: prompt, completion_tokens: completion, cached_tokens: cached, total_tokens: total },
  ...{ estimated_calls: sum.estimatedCalls, costs, unpriced_calls: sum.unpricedCalls, latency_ms: latency, accepted },
});

const budgetOf = ({ tokens, cost }: LlmBudget): LlmBudgetAnswer => ({ tokens: tokens ?? null, cost: cost ?? null });

export const shownUsage = (
  { groups, hasMore, ...sum }: UsageReport,
  { from, until }: UsageQuery,
  budgets: LlmBudgetSettings,
): LlmUsageAnswer => ({
  ...{ from: isoInstant(from), until: isoInstant(until), ...sumsOf(sum) },
  groups: groups.map(({ key, ...group }): LlmUsageGroupAnswer => ({ key: key, ...sumsOf(group) })),
  has_more: hasMore,
  budgets: {
    request: budgetOf(budgets.request),
    workflow_day: budgetOf(budgets.workflowDay),
    tenant_day: budgetOf(budgets.tenantDay),
  },
});
