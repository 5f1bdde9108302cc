import type { LlmUsage, SuggestUsage } from '../ports/index.js';

/** Nothing was asked. */
export const NO_USAGE: SuggestUsage = {
  ...{ calls: 0, prompt: 0, completion: 0, cached: 0, total: 0 },
  ...{ estimated: false, cost: 0 },
};

/** With what an answer took more. A cost that is not known makes the sum unknown. */
export const withCalls = (
  before: SuggestUsage,
  { usage, calls, cost }: { readonly usage: LlmUsage; readonly calls: number; readonly cost?: number },
): SuggestUsage => ({
  calls: before.calls + calls,
  prompt: before.prompt + usage.prompt,
  completion: before.completion + usage.completion,
  cached: before.cached + usage.cached,
  total: before.total + usage.total,
  estimated: before.estimated || usage.estimated,
  cost: before.cost === null || cost === undefined ? null : before.cost + cost,
});
