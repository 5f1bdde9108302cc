import type { LlmUsage, SuggestUsage } from '../ports/index.js';

/** Nothing was asked. */
export const NO_USAGE: SuggestUsage = {
  ...{ calls: 0, prompt: 0, completion: 0, cached: 0, total: 0 },
  ...{ estimated: false, cost: 0 },
};

/** One call more. A cost that is not known makes the sum unknown. */
export const withCall = (
  before: SuggestUsage,
  { usage, cost }: { readonly usage: LlmUsage; readonly cost?: number },
): SuggestUsage => ({
  calls: before.calls + 1,
  prompt: before.prompt + usage.prompt,
  completion: before.completion + usage.completion,
  cached: before.cached + usage.cached,
  total: before.total + usage.total,
  estimated: before.estimated || usage.estimated,
  cost: before.cost === null || cost === undefined ? null : before.cost + cost,
});
