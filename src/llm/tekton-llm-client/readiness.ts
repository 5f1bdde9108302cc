import { HarmoniaError } from '../../kernel/index.js';
import { DEGRADED_WORDS, type DegradedReason, type LlmBoard, type Readiness } from '../ports/index.js';
import { FallbackError, TektonLLMError } from './errors.js';

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

/** Throws `llm_unavailable`, with the reason in words and in `details`, unless a model could be asked. */
export const mustBeReady = (ready: Readiness): void => {
  if (ready.ok) return;
  const { reason } = ready;
  throw new HarmoniaError('llm_unavailable', { reason: DEGRADED_WORDS[reason] }, { details: { reason } });
};

const REASONS: Readonly<Record<string, DegradedReason>> = {
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

/** What `degraded.reason` calls an error of the client; of several ways that failed, what they have in common. */
export const degradedReason = (error: unknown): DegradedReason => {
  if (error instanceof FallbackError) {
    const [reason, ...others] = new Set(error.failures.map(degradedReason));
    return reason !== undefined && others.length === 0 ? reason : 'failed';
  }
  return error instanceof TektonLLMError ? (REASONS[error.code] ?? 'failed') : 'failed';
};
