import { randomUUID } from 'node:crypto';
import type { Timers } from '../../../engine/ports/index.js';
import type { Json, JsonObject, Millis, Uuid } from '../../../kernel/index.js';
import { NO_USAGE } from '../../lines/index.js';
import {
  rulesOnly,
  type Degraded,
  type DegradedReason,
  type LlmBoard,
  type LlmUsage,
  type LlmWorth,
  type Readiness,
  type SuggestUsage,
} from '../../ports/index.js';
import type { MakeFence, PromptLibrary, PromptPurpose, RenderedPrompt } from '../../prompt/index.js';
import {
  Deadline,
  degradedReason,
  JsonLineReader,
  mustBeReady,
  readinessFor,
  TektonLLMError,
  Thoughts,
  type JsonLine,
  type LlmRequest,
  type LlmResult,
} from '../../tekton-llm-client/index.js';

/** What assistants need of the client. */
export interface AsksModels extends LlmBoard {
  isOpen(request: Pick<LlmRequest, 'bearsPayload'>): boolean;
  ask(request: LlmRequest): Promise<LlmResult>;
  judge(request: Pick<LlmRequest, 'purpose' | 'schema'>, isUsable: boolean, result?: LlmResult): void;
}

export interface ModelAskerParts {
  readonly client: AsksModels;
  readonly prompts: PromptLibrary;
  readonly fence: MakeFence;
  readonly timers: Timers;
  /** Whose money it is. */
  readonly tenant: string;
  /** Is told what an answer was worth. */
  readonly amend: (call: string, worth: LlmWorth) => void;
  /** What a call cost, where that is known. */
  readonly costOf: (model: string, usage: LlmUsage) => number | undefined;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What one question may take. */
export interface AskBudget {
  /** For the whole of it, the look whether there is a model too. */
  readonly ms: Millis;
  /** Default: what the budgets of the service say. */
  readonly tokens?: number;
  /** In the currency of the ledger. */
  readonly cost?: number;
}

/** One prompt, to be answered once. */
export interface ModelQuestion {
  readonly purpose: PromptPurpose;
  /** What the prompt declares beside `nonce` and `data`. */
  readonly variables?: Readonly<Record<string, Json>>;
  /** Stands between the fences. What people wrote must be scrubbed already. */
  readonly data: JsonObject;
  readonly workflow?: Uuid;
  readonly budget: AskBudget;
}

/** What came of asking. It is never an error: whoever asks has an answer without it. */
export type ModelAnswer =
  | {
      readonly is: 'answered';
      /** As the model wrote it, without what it thought aloud before: untrusted. */
      readonly text: string;
      /** Of a prompt with a schema: it fits that. Its words are untrusted. */
      readonly value: Json | undefined;
      /** Of a prompt that asks for one JSON value a line. */
      readonly lines: readonly JsonLine[];
      readonly provider: string;
      readonly model: string;
      readonly promptVersion: string;
      readonly usage: SuggestUsage;
      /** It is less than what was asked for: another model answered, or it was cut. */
      readonly degraded: Degraded | undefined;
      /** To be told what the answer was worth, once it was read: five that were not usable in a row, and the purpose rests. */
      readonly judge: (worth: LlmWorth) => void;
    }
  | { readonly is: 'silent'; readonly degraded: Degraded; readonly usage: SuggestUsage };

/** Bytes of a conversation: what Rhetor takes. */
const MOST_BYTES = 48 * 1024;

/**
 * Asks a language model one question for an assistant. The words of people may be in it, so it goes only where payloads may
 * go. Whatever goes wrong (no model, no budget, no answer in time, garbage) is an answer, `silent`, with the reason; it
 * throws nothing and ends within the budget, whatever the client does. It is asked once: what is equal is answered from
 * the cache.
 */
export class ModelAsker {
  constructor(private readonly parts: ModelAskerParts) {}

  /** Whether it could be asked now, or why not. Asks no model. */
  ready(purpose: PromptPurpose): Promise<Readiness> {
    const { client } = this.parts;
    return readinessFor(purpose, client, () => client.isOpen({ bearsPayload: true }));
  }

  async ask(question: ModelQuestion): Promise<ModelAnswer> {
    const deadline = new Deadline({ within: question.budget.ms, timers: this.parts.timers });
    try {
      const ready = await deadline.race(this.ready(question.purpose));
      if (!ready.ok) return silent(ready.reason);
      const prompt = await deadline.race(this.rendered(question));
      if (bytesOf(prompt) > MOST_BYTES) return silent('prompt_too_large');
      const result = await deadline.race(this.parts.client.ask(this.requestOf(question, prompt, deadline)));
      return this.answer(prompt, result);
    } catch (error) {
      if (deadline.isOver) return silent('deadline');
      if (!(error instanceof TektonLLMError))
        this.parts.onTrouble(`ask a language model to ${question.purpose}`, error);
      const spent = error instanceof TektonLLMError ? error.usage : undefined;
      return silent(degradedReason(error), spent && this.usageOf(spent, 'unknown', 1));
    } finally {
      deadline.close();
    }
  }

  private rendered({ purpose, variables, data }: ModelQuestion): Promise<RenderedPrompt> {
    return this.parts.prompts.render(purpose, { ...variables, nonce: this.parts.fence(data), data });
  }

  private requestOf(
    { purpose, workflow, budget }: ModelQuestion,
    { id, file, messages }: RenderedPrompt,
    deadline: Deadline,
  ): LlmRequest {
    const { tokens, cost } = budget;
    const limits = { ...(tokens !== undefined && { tokens }), ...(cost !== undefined && { cost }) };
    return {
      ...{ messages, purpose, tenant: this.parts.tenant, promptVersion: id, traceId: randomUUID() },
      ...(workflow !== undefined && { workflow }),
      ...{ deadline: deadline.left, signal: deadline.signal, temperature: file.needs.temperature },
      ...{ maxOutputTokens: file.needs.maxOutputTokens, reuse: true, bearsPayload: true },
      ...(file.output.form === 'json' && { schema: { name: purpose, jsonSchema: file.output.schema } }),
      ...(Object.keys(limits).length > 0 && { budget: limits }),
    };
  }

  private answer({ id, file }: RenderedPrompt, result: LlmResult): ModelAnswer {
    const { text, value, finish, provider, model, usage, calls } = result;
    const spent = this.usageOf(usage, model, calls.length);
    const { purpose, output } = file;
    if (finish === 'refusal') {
      this.parts.client.judge({ purpose }, false, result);
      return silent('refused', spent);
    }
    const reader = new JsonLineReader();
    const lines = output.form === 'json_lines' ? [...reader.push(text), ...reader.end()] : [];
    const judge = (worth: LlmWorth): void => {
      const last = calls.at(-1);
      if (last !== undefined) this.parts.amend(last, worth);
      // Of a schema the client has judged itself.
      if (output.form !== 'json')
        this.parts.client.judge({ purpose }, worth.accepted > 0 || worth.unusable === 0, result);
    };
    const degraded = result.degraded ?? (finish === 'length' ? rulesOnly('truncated') : undefined);
    return {
      ...{ is: 'answered', text: spoken(text), value, lines, provider, model, promptVersion: id },
      ...{ usage: spent, degraded, judge },
    };
  }

  private usageOf(usage: LlmUsage, model: string, calls: number): SuggestUsage {
    // What comes from memory costs nothing, whatever the price is.
    return { ...usage, calls, cost: calls === 0 ? 0 : (this.parts.costOf(model, usage) ?? null) };
  }
}

const silent = (reason: DegradedReason, usage: SuggestUsage = NO_USAGE): ModelAnswer => ({
  ...{ is: 'silent', degraded: rulesOnly(reason), usage },
});

/** What stands behind thoughts. */
const spoken = (text: string): string => {
  const thoughts = new Thoughts();
  const lines = text.split('\n').map((line) => thoughts.after(line));
  return lines.join('\n');
};

const bytesOf = ({ messages }: RenderedPrompt): number =>
  messages.reduce((sum, { content }) => sum + new TextEncoder().encode(content).length, 0);

/** As requests say it. */
export type LlmChoice = 'auto' | 'never' | 'require';

/** The models that a request wants to be asked; undefined: none. Throws `llm_unavailable` where it requires one that is not there. */
export const modelFor = async (
  models: ModelAsker,
  choice: LlmChoice,
  purpose: PromptPurpose,
): Promise<ModelAsker | undefined> => {
  if (choice === 'never') return undefined;
  if (choice === 'require') mustBeReady(await models.ready(purpose));
  return models;
};
