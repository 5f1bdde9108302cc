import { TektonLLMError } from '../tekton-llm-client/index.js';

/** What `degraded.reason` calls an error. */
const REASONS: Readonly<Record<string, string>> = {
  llm_budget_exceeded: 'budget',
  llm_timeout: 'deadline',
  llm_unavailable: 'unavailable',
  llm_unreachable: 'unreachable',
  llm_unauthorized: 'unauthorized',
  llm_rate_limited: 'rate_limited',
  llm_prompt_too_large: 'prompt_too_large',
  llm_refused: 'refused',
  llm_unusable_answer: 'unusable',
};

export const reasonOf = (error: unknown): string =>
  error instanceof TektonLLMError ? (REASONS[error.code] ?? 'failed') : 'failed';
