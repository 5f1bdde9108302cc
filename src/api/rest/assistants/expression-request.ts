import { fault, type Instant, type JsonObject } from '../../../kernel/index.js';
import type { ExpressionHelpRequest } from '../../../llm/ports/index.js';
import { plainJson, requestFault, uuidAt } from '../validation.js';
import type { ExpressionHelpDto } from './assistant-bodies.js';
import { givenBudget } from './given-budget.js';

const isNothing = (words: string | undefined): boolean => words === undefined || words.trim() === '';

/** What a body asks about an expression. Throws `validation_error` when it asks nothing. */
export const expressionRequest = (body: ExpressionHelpDto, now: Instant): ExpressionHelpRequest => {
  const { expression, words, workflow_id: workflow, version, definition, task, sample, llm, budget } = body;
  if (isNothing(expression) && isNothing(words))
    throw requestFault(fault('wrong_type', '', { expected: 'a body with `expression`, `words` or both' }));
  return {
    ...{ now, budget: givenBudget(budget) },
    ...(expression !== undefined && { expression }),
    ...(words !== undefined && { words }),
    ...(workflow !== undefined && { workflow: uuidAt(workflow, '/workflow_id') }),
    ...(version !== undefined && { version }),
    ...(definition !== undefined && { definition }),
    ...(task !== undefined && { task }),
    ...(sample !== undefined && { sample: plainJson(sample, '/sample') as JsonObject }),
    ...(llm !== undefined && { llm }),
  };
};
