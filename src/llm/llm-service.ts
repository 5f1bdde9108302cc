import { canonicalJson, contentHash, type JsonObject } from '../kernel/index.js';
import {
  fatal,
  transient,
  type LlmAnswer,
  type LlmRequest as TaskRequest,
  type LlmService,
  type TaskFailure,
} from '../plugin/contract/index.js';
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

const answerOf = ({ text, value, model, usage }: LlmResult): LlmAnswer => ({
  text,
  ...(value !== undefined && { output: value }),
  model,
  usage: { inputTokens: usage.prompt, outputTokens: usage.completion },
});

/** Language models for tasks. Errors become failures of the same code: transient when trying again may help. */
export const createLlmService = (client: AsksModels): LlmService => ({
  generate: async (request) => {
    try {
      return answerOf(await client.ask(requestOf(request)));
    } catch (error) {
      throw error instanceof TektonLLMError ? failureOf(error) : error;
    }
  },
});
