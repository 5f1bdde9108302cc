import type { LlmBoard, LlmStatus } from '../ports/index.js';
import type { JsonLine } from './answer/json-lines.js';
import { JsonLineReader } from './answer/json-lines.js';
import { masked } from './answer/spoken-reason.js';
import { Asker } from './call/asker.js';
import { CallBook } from './call/call-book.js';
import { Exchange } from './call/exchange.js';
import { MemoryResponseCache } from './call/memory-response-cache.js';
import { QualityBreaker } from './call/quality-breaker.js';
import type { LlmResult } from './call/result.js';
import { Route } from './call/route.js';
import { Router } from './call/router.js';
import { Streamer, type Speaker, type StreamPiece } from './call/streamer.js';
import type { ChatTektonLLM } from './chat-tekton-llm.js';
import type {
  AvailableProviders,
  CompletionResponse,
  GenerateOptions,
  StreamingChunk,
  StreamOptions,
  StructuredOptions,
  StructuredResponse,
  TektonLLMClientOptions,
  TektonLLMSurroundings,
} from './options.js';
import type { LlmMessage, LlmRequest } from './request.js';
import { Deadline } from './call/deadline.js';
import { providersOf, requestOf, responseOf } from './responses.js';
import { turnTracingOff } from './tracing-off.js';
import { createTransports, secretsOf, type Transports } from './transport/transports.js';

/** Seconds, unless the options say otherwise. */
const TIMEOUT = 20;
/** ms for the list of models of one transport. */
const LISTING = 5000;

/** What a reader of lines gets: each line as it is complete, then the end of the answer. */
export type LinePiece =
  /** Comes once, before the first line. */
  ({ readonly is: 'speaks' } & Speaker) | JsonLine | { readonly is: 'end'; readonly result: LlmResult };

/** One who listens to a stream. */
interface Listening {
  readonly onChunk: (chunk: StreamingChunk) => void;
  readonly options: StreamOptions;
  readonly abort: AbortController;
  /** It can be canceled no more. */
  readonly isOver: () => void;
}

interface Inside {
  readonly transports: Transports;
  readonly router: Router;
  readonly asker: Asker;
  readonly streamer: Streamer;
  readonly quality: QualityBreaker;
}

const inside = (options: TektonLLMClientOptions, around: TektonLLMSurroundings): Inside => {
  const { timers, schemas, newId, random, ledger, budgets, onTrouble = () => undefined } = around;
  const { componentId = 'harmonia', modelId, temperature, maxTokens, stopSequences: stop, timeout = TIMEOUT } = options;
  const transports = createTransports({ options, timers, newId });
  const router = new Router(
    transports.list.map((transport) => new Route(transport, timers)),
    options.rhetorPayloads ?? false,
  );
  const secrets = secretsOf(options);
  const book = new CallBook({ timers, newId, componentId, ledger, budgets, onTrouble });
  const exchange = new Exchange({
    book,
    random,
    retries: options.maxRetries ?? 1,
    mask: (text) => masked(text, secrets),
  });
  const quality = new QualityBreaker(timers);
  const asker = new Asker({
    ...{ timers, newId, router, exchange, quality, schemas, onTrouble },
    cache: around.cache ?? new MemoryResponseCache({ timers }),
    defaults: {
      ...{ deadline: timeout * 1000, tenant: componentId, contextId: componentId },
      ...(modelId !== undefined && { model: modelId }),
      ...(temperature !== undefined && { temperature }),
      ...(maxTokens !== undefined && { maxOutputTokens: maxTokens }),
      ...(stop !== undefined && { stop }),
    },
  });
  const streamer = new Streamer({ timers, router, exchange, book, asker });
  return { transports, router, asker, streamer, quality };
};

/**
 * Asks language models: through Rhetor, through whatever speaks its old protocol, through an OpenAI-compatible
 * endpoint, whichever answers. Has the methods that Tekton's code knows, and `ask`, `stream` and `lines` in our own
 * words. Every wait ends within the deadline; what is thrown is a `TektonLLMError`, or the reason of the caller's own
 * signal. Nothing is made up: without an answer there is an error. It is never sent twice by itself but once more
 * after errors that pass. Its secrets are not to be seen from outside.
 */
export class TektonLLMClient implements LlmBoard {
  readonly #inside: Inside;
  readonly #options: TektonLLMClientOptions;
  readonly #around: TektonLLMSurroundings;
  readonly #streams = new Map<string, AbortController>();
  #chat: Promise<ChatTektonLLM> | undefined;

  constructor(options: TektonLLMClientOptions, around: TektonLLMSurroundings) {
    this.#options = options;
    this.#around = around;
    this.#inside = inside(options, around);
  }

  get componentId(): string {
    return this.#options.componentId ?? 'harmonia';
  }

  /** Looks for the transports; whether there is one. Need not be called. */
  async initialize(): Promise<boolean> {
    return (await this.status()).available;
  }

  /** Lets go of connections. Streams under way end with an error. */
  async shutdown(): Promise<void> {
    for (const abort of this.#streams.values()) abort.abort(new Error('the client was shut down'));
    await this.#inside.transports.close();
  }

  /** The whole answer to one request. A value of `schema` is in `value`. */
  ask(request: LlmRequest): Promise<LlmResult> {
    return this.#inside.asker.ask(request);
  }

  /** The answer piece by piece, then its end. */
  stream(request: LlmRequest): AsyncGenerator<StreamPiece, void, undefined> {
    return this.#inside.streamer.stream(request);
  }

  /**
   * The answer as JSON values, one a line, each as soon as its line is complete; then its end. When the answer breaks
   * off, the complete lines have been given before the error is thrown.
   */
  async *lines(request: LlmRequest): AsyncGenerator<LinePiece, void, undefined> {
    const reader = new JsonLineReader();
    let isFirst = true;
    try {
      for await (const piece of this.stream(request)) {
        if (piece.is === 'end') {
          yield* [...reader.end(), piece];
          continue;
        }
        const { is: _, text, ...speaker } = piece;
        if (isFirst) yield { is: 'speaks', ...speaker };
        isFirst = false;
        yield* reader.push(text);
      }
    } catch (error) {
      yield* reader.end();
      throw error;
    }
  }

  /** Tells whether an answer without a schema was of use: five in a row that were not, and its purpose rests. */
  judge(request: Pick<LlmRequest, 'purpose' | 'schema'>, isUsable: boolean, result?: LlmResult): void {
    this.#inside.asker.judge(request, isUsable, result);
  }

  /** Whether a request would be sent anywhere; with data of executions, or words of people, only where those may go. */
  isOpen(request: Pick<LlmRequest, 'bearsPayload'> = {}): boolean {
    return this.#inside.router.isOpen(request);
  }

  generateText(prompt: string, options: GenerateOptions = {}): Promise<CompletionResponse> {
    return this.generateChatResponse([{ role: 'user', content: prompt }], options);
  }

  async generateChatResponse(
    messages: readonly LlmMessage[],
    options: GenerateOptions = {},
  ): Promise<CompletionResponse> {
    return this.#response(await this.ask(requestOf(messages, options)), options);
  }

  /** The value of a schema, checked here; one round of repair, then the next transport. Throws `UnusableAnswerError`. */
  async structured<T>(
    prompt: string | readonly LlmMessage[],
    options: StructuredOptions,
  ): Promise<StructuredResponse<T>> {
    const { schema: jsonSchema, schemaName: name = 'answer', ...rest } = options;
    const messages: readonly LlmMessage[] = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt;
    const result = await this.ask({ ...requestOf(messages, rest), schema: { name, jsonSchema } });
    return { ...this.#response(result, options), value: result.value as T };
  }

  /** Gives the answer to `onChunk` as it arrives. Answers the id of the request at once. */
  streamText(prompt: string, onChunk: (chunk: StreamingChunk) => void, options: StreamOptions = {}): string {
    return this.streamChatResponse([{ role: 'user', content: prompt }], onChunk, options);
  }

  /** As `streamText`. Errors do not throw: the last chunk has them, and `onError` is told. */
  streamChatResponse(
    messages: readonly LlmMessage[],
    onChunk: (chunk: StreamingChunk) => void,
    options: StreamOptions = {},
  ): string {
    const { timers, newId, onTrouble = () => undefined } = this.#around;
    const id = `${this.componentId}_${timers.now()}_${newId()}`;
    const abort = new AbortController();
    this.#streams.set(id, abort);
    const isOver = (): void => void this.#streams.delete(id);
    const run = this.#run(requestOf(messages, options), { onChunk, options, abort, isOver });
    void run.catch((error: unknown) => onTrouble('hand on an answer', error)).finally(isOver);
    return id;
  }

  /** Ends a stream. False: there is none of that id, or it has ended. */
  cancelRequest(id: string): boolean {
    const abort = this.#streams.get(id);
    if (!abort || abort.signal.aborted) return false;
    abort.abort(new Error('the request was canceled'));
    return true;
  }

  /** The models that the transports list. Those that list none, or cannot be reached, are left out. */
  async getProviders(): Promise<AvailableProviders> {
    const { timers } = this.#around;
    const listed = this.#inside.router.routes.map(async (route) => {
      const { transport } = route;
      if (!transport.models || route.refusal() !== undefined || !(await route.look()).ok) return [];
      const deadline = new Deadline({ within: LISTING, timers });
      return deadline
        .race(transport.models(deadline.signal))
        .catch(() => [])
        .finally(() => deadline.close());
    });
    return providersOf((await Promise.all(listed)).flat(), this.#options.modelId);
  }

  async status(): Promise<LlmStatus> {
    const { routes } = this.#inside.router;
    const cheap = routes.filter(({ transport }) => transport.looksCheaply);
    const looked = await Promise.all(
      cheap.map(async (route) => ({ address: route.transport.address, isThere: (await route.look()).ok })),
    );
    // Where no dialect is that can be looked for cheaply, looking for another one costs no question either.
    const nobody = ({ transport }: Route): boolean => {
      const there = looked.filter(({ address }) => address === transport.address);
      return !transport.looksCheaply && there.length > 0 && !there.some(({ isThere }) => isThere);
    };
    const others = Promise.all(routes.filter(nobody).map((route) => route.look()));
    // They are the same server: who has been waited for in vain is not waited for under another name.
    if (!cheap.some(({ isMissed }) => isMissed)) await others;
    return this.lastSeen();
  }

  /** The same from memory: nothing is looked for. */
  lastSeen(): LlmStatus {
    const { router, quality } = this.#inside;
    const { mode = 'auto' } = this.#options;
    return {
      ...{ mode, available: router.isOpen() },
      transports: router.routes.map((route) => route.status()),
      resting: quality.resting(),
    };
  }

  /** The client as a chat model of LangChain, which is loaded by the first call, with its tracing turned off. */
  chatModel(): Promise<ChatTektonLLM> {
    this.#chat ??= this.#makeChat();
    return this.#chat;
  }

  async #makeChat(): Promise<ChatTektonLLM> {
    turnTracingOff();
    const { ChatTektonLLM } = await import('./chat-tekton-llm.js');
    return new ChatTektonLLM({ client: this });
  }

  #response(result: LlmResult, { contextId = this.componentId }: GenerateOptions): CompletionResponse {
    return responseOf(result, contextId, this.#around.timers.now());
  }

  async #run(request: LlmRequest, { onChunk, options, abort, isOver }: Listening): Promise<void> {
    const { contextId = this.componentId, signal, onComplete, onError } = options;
    const stop = (): void => abort.abort(signal?.reason);
    const chunk = (text: string, more: Partial<StreamingChunk> = {}): StreamingChunk => ({
      ...{ chunk: text, contextId, model: 'unknown', provider: 'unknown', done: false },
      timestamp: new Date(this.#around.timers.now()).toISOString(),
      ...more,
    });
    if (signal?.aborted === true) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      for await (const piece of this.stream({ ...request, signal: abort.signal })) {
        if (piece.is === 'text') {
          onChunk(chunk(piece.text));
          continue;
        }
        isOver();
        const { model, provider } = piece.result;
        onChunk(chunk('', { model, provider, done: true }));
        onComplete?.(this.#response(piece.result, options));
      }
    } catch (thrown) {
      isOver();
      const error = thrown instanceof Error ? thrown : new Error('the request was canceled');
      onChunk(chunk('', { done: true, error: error.message }));
      onError?.(error);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}
