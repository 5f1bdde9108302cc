import type { JsonObject } from '../../kernel/index.js';
import type { AssistantBudget } from './explain.js';

/**
 * What a model alone can say, as the prompts of the old Harmonia had it: a plan in words, a talk through a failed run, what
 * an expression gives, what could come next, a text with its places filled.
 */
export type AdviceSubject = 'creation' | 'troubleshooting' | 'evaluation' | 'transition' | 'expansion';

/** What is asked of a model for which rules have no answer. */
export interface AdviceRequest {
  readonly about: AdviceSubject;
  /** The variables of the prompt, as its front matter declares them. */
  readonly given: JsonObject;
  readonly budget?: AssistantBudget;
}
