/**
 * Why a language model gave less than was asked for, or nothing, each in words that end a sentence. One vocabulary for all
 * that asks models: suggestions, workflows from words, assistants, the client. docs/guides/language-models.md has it.
 */
export const DEGRADED_WORDS = {
  not_configured: 'none is configured',
  unavailable: 'none of those that are configured is there',
  payloads_not_allowed: 'the words of people go to Rhetor only with TEKTON_LLM_RHETOR_PAYLOADS=true',
  budget: 'the budget has no room for it',
  deadline: 'the time was up',
  prompt_too_large: 'the prompt is larger than what may be sent',
  unreachable: 'there is no connection, or it broke',
  unauthorized: 'the credentials of this service were refused',
  rate_limited: 'no more requests are taken for now',
  refused: 'the model refused to answer',
  truncated: 'the answer was cut',
  unusable: 'what was answered is of no use',
  model_ignored: 'the model that was named was not asked for',
  failed: 'it failed',
} as const;

export type DegradedReason = keyof typeof DEGRADED_WORDS;

export const DEGRADED_REASONS = Object.keys(DEGRADED_WORDS) as readonly DegradedReason[];

/** Less was done than was asked for. */
export interface Degraded {
  /** What should have answered: `llm+rules`, `llm+templates`, a way to a model, a model. */
  readonly from: string;
  /** What did. */
  readonly to: string;
  readonly reason: DegradedReason;
}

/** The rules alone have answered. */
export const rulesOnly = (reason: DegradedReason): Degraded => ({ from: 'llm+rules', to: 'rules', reason });

/** Whether a model could be asked now, or why not. */
export type Readiness = { readonly ok: true } | { readonly ok: false; readonly reason: DegradedReason };
