import type { AssistantBudget } from '../../../llm/ports/index.js';
import type { SuggestBudgetDto } from '../suggestions/suggestion-bodies.js';

/** What a request may take, as far as it says so. */
export const givenBudget = ({ ms, tokens, cost }: SuggestBudgetDto = {}): AssistantBudget => ({
  ...(ms !== undefined && { ms }),
  ...(tokens !== undefined && { tokens }),
  ...(cost !== undefined && { cost }),
});
