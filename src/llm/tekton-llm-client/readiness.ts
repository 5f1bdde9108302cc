import type { LlmBoard } from '../ports/index.js';
import { TektonLLMError } from './errors.js';

/** Whether a model could be asked, or why not, in a word that `degraded.reason` takes. */
export type Readiness = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Whether a model could be asked for something now. Asks none. `mayBeAsked`: default, whether any transport is open. */
export const readinessFor = async (
  purpose: string,
  client: LlmBoard,
  mayBeAsked: () => boolean = () => true,
): Promise<Readiness> => {
  const { mode, available, resting, transports } = await client.status();
  if (resting.some((one) => one.purpose === purpose || one.purpose.startsWith(`${purpose}/`)))
    return { ok: false, reason: 'unusable' };
  if (available) return mayBeAsked() ? { ok: true } : { ok: false, reason: 'payloads_not_allowed' };
  return { ok: false, reason: mode === 'off' || transports.length === 0 ? 'not_configured' : 'unavailable' };
};

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

/** What `degraded.reason` calls an error of the client. */
export const degradedReason = (error: unknown): string =>
  error instanceof TektonLLMError ? (REASONS[error.code] ?? 'failed') : 'failed';
