import { LRUCache } from 'lru-cache';
import type { OpenAI } from 'openai';
import { extractJson } from '../answer/extract-json.js';
import { InvalidRequestError, TektonLLMError } from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { Endpoint } from './endpoint.js';
import { errorOfStatus, retryAfterOf } from './http-errors.js';
import { CompletionChunks, completionAnswer } from './openai-answer.js';
import { completionBody, firstManners, lowerFormat, otherManners, type Manners } from './openai-manners.js';
import { modelChooser, type ModelChoice } from './openai-model.js';
import type { LlmTransport, OfferedModel, TransportAnswer, TransportChunk } from './transport.js';

/** Models whose manners are remembered. */
const REMEMBERED = 100;
/** Requests that may be refused until the manners of an endpoint are found: each changes one of them. */
const MOST_REFUSALS = 6;

export interface OpenAiParts {
  readonly endpoint: Endpoint;
  /** `http://localhost:11434/v1` */
  readonly base: string;
  /** Absent for servers on this machine, which want none. */
  readonly apiKey: string | undefined;
  readonly assigned: ModelChoice['assigned'];
}

/** The SDK, made when it is first needed: loading it takes some tenths of a second. It reads nothing of the environment here. */
const lazySdk = ({ endpoint, base, apiKey }: OpenAiParts): (() => Promise<OpenAI>) => {
  let made: Promise<OpenAI> | undefined;
  const make = async (): Promise<OpenAI> => {
    const { OpenAI } = await import('openai');
    return new OpenAI({
      // It wants one; servers that want none do not look.
      apiKey: apiKey ?? 'none',
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      baseURL: base,
      maxRetries: 0,
      // Ours is the deadline; its own timer would be a second one.
      timeout: 2 ** 31 - 1,
      logLevel: 'off',
      fetch: endpoint.fetch as unknown as typeof fetch,
    });
  };
  return () => (made ??= make());
};

const sentWith = (
  { headers }: LlmRequest,
  signal: AbortSignal,
): { readonly signal: AbortSignal; readonly headers?: Record<string, string> } => ({
  signal,
  ...(headers && { headers: { ...headers } }),
});

/** An error of the SDK, as ours: without its headers, and without what it holds on to. */
const typed = (error: unknown, endpoint: Endpoint, signal: AbortSignal): unknown => {
  if (signal.aborted) return signal.reason;
  if (error instanceof TektonLLMError) return error;
  const { status, message, cause, headers } = error as {
    status?: unknown;
    message?: string;
    cause?: unknown;
    headers?: { get?(name: string): string | null };
  };
  if (cause instanceof TektonLLMError) return cause;
  const reason = endpoint.spoken((message ?? String(error)).replace(/^\d{3} /, ''));
  if (typeof status !== 'number') return endpoint.fail(reason);
  const retryAfter = retryAfterOf(headers?.get?.('retry-after'));
  return errorOfStatus(endpoint.transport, { status, reason, retryAfter });
};

class OpenAiTransport implements LlmTransport {
  readonly id: string;
  readonly address: string;
  readonly mayAct = false;
  readonly looksCheaply = true;
  readonly honoursModel = true;
  readonly #sdk: () => Promise<OpenAI>;
  readonly #endpoint: Endpoint;
  readonly #manners = new LRUCache<string, Manners>({ max: REMEMBERED });
  readonly #first: Manners;
  readonly #model: ReturnType<typeof modelChooser>;
  readonly #provider: string;

  constructor(parts: OpenAiParts) {
    const { endpoint, base, assigned } = parts;
    this.id = endpoint.transport;
    this.address = endpoint.address;
    this.#endpoint = endpoint;
    this.#first = firstManners(base);
    this.#provider = this.#first.limit === 'max_completion_tokens' ? 'openai' : 'openai-compatible';
    this.#sdk = lazySdk(parts);
    const offered = (signal: AbortSignal): Promise<readonly OfferedModel[]> => this.models(signal);
    this.#model = modelChooser({ transport: this.id, offered, assigned });
  }

  /** Nothing is asked: not every endpoint lists its models, and only a call shows whether one answers. */
  probe(): Promise<{ ok: true; detail: string }> {
    return Promise.resolve({ ok: true, detail: 'configured' });
  }

  structured(): string {
    return ([...this.#manners.values()][0] ?? this.#first).format;
  }

  async complete(request: LlmRequest, signal: AbortSignal): Promise<TransportAnswer> {
    const model = await this.#model(request.model, signal);
    const body = await this.#mannerly({ request, model, signal }, async (manners) => {
      const { chat } = await this.#sdk();
      return chat.completions.create(
        { ...completionBody(request, manners, model), stream: false },
        sentWith(request, signal),
      );
    });
    const answer = completionAnswer(body, this.#endpoint, this.#provider);
    this.#learn(request, model, answer);
    return answer;
  }

  async *stream(request: LlmRequest, signal: AbortSignal): AsyncGenerator<TransportChunk> {
    const model = await this.#model(request.model, signal);
    const chunks = new CompletionChunks(this.#endpoint, this.#provider);
    // The raw iterator: the SDK's own reader throws at servers that leave out the role of the first chunk.
    const stream = await this.#mannerly({ request, model, signal }, async (manners) => {
      const { chat } = await this.#sdk();
      const usage = manners.streamUsage ? { stream_options: { include_usage: true } } : {};
      const params = { ...completionBody(request, manners, model), ...usage, stream: true as const };
      return chat.completions.create(params, sentWith(request, signal));
    });
    try {
      for await (const chunk of stream) yield* chunks.take(chunk);
    } catch (error) {
      throw typed(error, this.#endpoint, signal);
    }
    const end = chunks.end();
    if (end) yield end;
  }

  async models(signal: AbortSignal): Promise<readonly OfferedModel[]> {
    try {
      const { models } = await this.#sdk();
      const page = (await models.list({ signal })) as { data?: readonly { id?: unknown }[] };
      const ids = (page.data ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
      return ids.map((id) => ({ provider: this.#provider, id }));
    } catch (error) {
      throw typed(error, this.#endpoint, signal);
    }
  }

  /** Sends, and sends again in other manners while those are what is refused. */
  async #mannerly<T>(
    { request, model, signal }: { request: LlmRequest; model: string; signal: AbortSignal },
    send: (manners: Manners) => Promise<T>,
  ): Promise<T> {
    for (let refusals = 0; ; refusals++) {
      const manners = this.#manners.get(model) ?? this.#first;
      try {
        return await send(manners);
      } catch (thrown) {
        const error = typed(thrown, this.#endpoint, signal);
        const isManners = error instanceof InvalidRequestError && refusals < MOST_REFUSALS;
        const other = isManners ? otherManners(manners, error.message, request) : undefined;
        if (!other) throw error;
        this.#manners.set(model, other);
      }
    }
  }

  /** A server that takes the format and answers prose ignores it: the schema is told in words next time. */
  #learn(request: LlmRequest, model: string, { finish, text }: TransportAnswer): void {
    if (!request.schema || finish !== 'stop' || extractJson(text).is !== 'nothing') return;
    const lower = lowerFormat(this.#manners.get(model) ?? this.#first);
    if (lower) this.#manners.set(model, lower);
  }
}

/** Anything that has `/chat/completions` as OpenAI has it: Ollama, vLLM, llama.cpp, LiteLLM, OpenAI. */
export const openAiCompatible = (parts: OpenAiParts): LlmTransport => new OpenAiTransport(parts);
