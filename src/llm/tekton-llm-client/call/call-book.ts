import type { Timers } from '../../../engine/ports/index.js';
import type { Instant } from '../../../kernel/index.js';
import { estimateMessages, estimateTokens } from '../answer/token-estimate.js';
import type { LlmRequest } from '../request.js';
import { BudgetExceededError } from '../errors.js';
import type { LlmBudgets, LlmCall, LlmCaller, LlmLedger, LlmOutcome, LlmUsage } from '../../ports/index.js';
import type { LlmTransport, ReportedUsage, TransportAnswer } from '../transport/transport.js';

export interface CallBookParts {
  readonly timers: Timers;
  readonly newId: () => string;
  readonly componentId: string;
  readonly ledger: LlmLedger | undefined;
  readonly budgets: LlmBudgets | undefined;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Tokens that an answer may have whose request sets no limit. */
const ANSWER = 1024;

/** What was asked, in guessed tokens: schemas are sent too. */
const promptEstimate = ({ messages, schema }: LlmRequest): number =>
  estimateMessages(messages) + (schema ? estimateTokens(JSON.stringify(schema.jsonSchema)) : 0);

/** What a call took: as it was reported, else guessed from the texts. */
export const usageOf = (request: LlmRequest, text: string, reported: ReportedUsage | undefined): LlmUsage => {
  if (reported) return { ...reported, estimated: false };
  const prompt = promptEstimate(request);
  const completion = estimateTokens(text);
  return { prompt, completion, cached: 0, total: prompt + completion, estimated: true };
};

export const NO_USAGE: LlmUsage = { prompt: 0, completion: 0, cached: 0, total: 0, estimated: false };

/** Of several calls together. */
export const addUsage = (one: LlmUsage, other: LlmUsage): LlmUsage => ({
  prompt: one.prompt + other.prompt,
  completion: one.completion + other.completion,
  cached: one.cached + other.cached,
  total: one.total + other.total,
  estimated: one.estimated || other.estimated,
});

/** A call under way. It ends once, with the first outcome that is told. */
export interface OpenCall {
  readonly id: string;
  readonly at: Instant;
  end(
    outcome: LlmOutcome,
    what: { readonly usage: LlmUsage; readonly answer?: Pick<TransportAnswer, 'model' | 'provider'> },
  ): void;
}

/** Writes every call down. */
export class CallBook {
  constructor(private readonly parts: CallBookParts) {}

  /** Throws `BudgetExceededError`; nothing is to be sent then. */
  begin(request: LlmRequest, { id: transport, honoursModel }: Pick<LlmTransport, 'id' | 'honoursModel'>): OpenCall {
    const { timers, newId } = this.parts;
    const id = newId();
    const at = timers.now();
    this.admit(request, { id, at, transport });
    let isOpen = true;
    return {
      id,
      at,
      end: (outcome, { usage, answer }) => {
        if (!isOpen) return;
        isOpen = false;
        const model = answer ? answer.model : honoursModel ? request.model : undefined;
        const provider = answer?.provider ?? 'unknown';
        const latency = timers.now() - at;
        const sent = { id, at, transport, model: model ?? 'unknown', provider, usage, latency, outcome };
        const call = { ...this.about(request), ...sent };
        this.record(call);
        request.onCall?.(call);
      },
    };
  }

  private admit(request: LlmRequest, call: Pick<LlmCall, 'id' | 'at' | 'transport'>): void {
    const { model, maxOutputTokens: completion = ANSWER, budget } = request;
    const prompt = promptEstimate(request);
    const refusal = this.parts.budgets?.admit({ ...this.about(request), ...call, model, prompt, completion, budget });
    if (refusal) throw new BudgetExceededError(refusal);
  }

  private about({ tenant, workflow, purpose, traceId, promptVersion }: LlmRequest): LlmCaller {
    return {
      tenant: tenant ?? this.parts.componentId,
      workflow,
      purpose: purpose ?? 'chat',
      traceId: traceId ?? '',
      promptVersion,
    };
  }

  private record(call: LlmCall): void {
    const { ledger, onTrouble } = this.parts;
    const failed = (error: unknown): void => onTrouble('record a call of a language model', error);
    try {
      void Promise.resolve(ledger?.record(call)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }
}
