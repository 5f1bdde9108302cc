import { canonicalJson, contentHash, type JsonObject } from '../kernel/index.js';
import {
  fatal,
  transient,
  type Cost,
  type LlmAnswer,
  type LlmRequest as TaskRequest,
  type TaskFailure,
  type UsageReport,
} from '../plugin/contract/index.js';
import type { AskingAttempt, LlmSource } from '../plugin/ports/index.js';
import type { LlmCall, LlmPrices } from './ports/index.js';
import {
  TektonLLMError,
  type LlmMessage,
  type LlmRequest,
  type LlmResult,
  type LlmSchema,
} from './tekton-llm-client/index.js';

/** What tasks need of the client. */
export interface AsksModels {
  ask(request: LlmRequest): Promise<LlmResult>;
}

/** Named by its content: what is unusable is counted by name, and tasks of one schema count together. */
const schemaOf = (jsonSchema: JsonObject): LlmSchema => ({
  name: `answer_${contentHash(canonicalJson(jsonSchema)).slice(0, 12)}`,
  jsonSchema,
});

const requestOf = ({ prompt, system, model, temperature, maxTokens, schema, signal }: TaskRequest): LlmRequest => {
  const turns: LlmMessage[] = [{ role: 'user', content: prompt }];
  return {
    messages: system === undefined ? turns : [{ role: 'system', content: system }, ...turns],
    ...(model !== undefined && { model }),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
    ...(schema !== undefined && { schema: schemaOf(schema) }),
    signal,
    purpose: 'task',
    // The words of a task are made of its input, which may be anybody's.
    bearsPayload: true,
    // Whether a task may be answered from memory is the workflow's to say, by its `cache`.
    reuse: false,
  };
};

const failureOf = (error: TektonLLMError): TaskFailure => {
  const { code, message, retryable, retryAfter } = error;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return retryable ? transient(code, message, wait) : fatal(code, message);
};

const NANO = 1e9;

/** What all calls cost together; null: of one of them nobody knows. Summed in billionths, as the ledger does. */
const costOf = (spent: readonly UsageReport[]): Cost | null => {
  const costs = spent.flatMap(({ cost }) => cost ?? []);
  const [first] = costs;
  if (!first || costs.length < spent.length) return null;
  const nano = costs.reduce((sum, { amount }) => sum + Math.round(amount * NANO), 0);
  return { amount: nano / NANO, currency: first.currency };
};

const answerOf = ({ text, value, model }: LlmResult, spent: readonly UsageReport[]): LlmAnswer => {
  const sum = (of: 'input' | 'output'): number => spent.reduce((all, { tokens }) => all + (tokens?.[of] ?? 0), 0);
  return {
    text,
    ...(value !== undefined && { output: value }),
    model,
    usage: { inputTokens: sum('input'), outputTokens: sum('output') },
    cost: costOf(spent),
  };
};

/**
 * Language models for tasks. Errors become failures of the same code: transient when trying again may help. Each call that
 * the ledger records is told with the same tokens and the same cost, so that both add up to the same.
 */
class LlmForTasks implements LlmSource {
  constructor(
    private readonly client: AsksModels,
    private readonly prices: LlmPrices,
  ) {}

  generate(request: TaskRequest): Promise<LlmAnswer> {
    return this.ask(requestOf(request), () => undefined);
  }

  generateFor({ workflow, trace, spent, headers }: AskingAttempt, request: TaskRequest): Promise<LlmAnswer> {
    const about = { traceId: trace, ...(workflow !== undefined && { workflow }), ...(headers && { headers }) };
    return this.ask({ ...requestOf(request), ...about }, spent);
  }

  private async ask(request: LlmRequest, tell: AskingAttempt['spent']): Promise<LlmAnswer> {
    const spent: UsageReport[] = [];
    const onCall = (call: LlmCall): void => {
      const report = this.reportOf(call);
      spent.push(report);
      tell(report);
    };
    try {
      return answerOf(await this.client.ask({ ...request, onCall }), spent);
    } catch (error) {
      throw error instanceof TektonLLMError ? failureOf(error) : error;
    }
  }

  private reportOf({ model, usage }: LlmCall): UsageReport {
    const tokens = { input: usage.prompt, output: usage.completion };
    return { calls: 1, tokens, cost: this.prices.costOf(model, usage) ?? null };
  }
}

export const createLlmService = (client: AsksModels, prices: LlmPrices): LlmSource => new LlmForTasks(client, prices);
