import type { MessagePort } from 'node:worker_threads';
import type { Instant, JsonObject, Json } from '../../kernel/index.js';
import type { Failure } from '../../engine/core/index.js';
import type { Credential, LogLevel, ServiceName } from '../contract/index.js';

/** What an attempt of an isolated task is told at its start. */
export interface AttemptFacts {
  readonly executionId: string;
  readonly address: string;
  readonly generation: number;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly firstStartedAt: Instant;
  readonly deadline: Instant | undefined;
  readonly config: JsonObject;
  readonly secrets: Readonly<Record<string, Credential>>;
  /** Those that are granted and there. */
  readonly services: readonly ServiceName[];
  readonly now: Instant;
}

/** What a worker is asked to do; all that is said about it goes over its line. */
export type Job =
  | { readonly is: 'describe' }
  | { readonly is: 'attempt'; readonly task: string; readonly input: JsonObject; readonly facts: AttemptFacts };

/** The worker's end of its line. */
export interface LineEnd {
  readonly port: MessagePort;
  /** Shared: the number of the job for which code of the plugin runs, or ran last. */
  readonly begun: Int32Array;
}

/** A job as it is handed to a worker. */
export interface Envelope {
  readonly job: Job;
  /** Jobs of the worker, counted from 1: what the host says is addressed to one of them. */
  readonly number: number;
  /** Begins all that is said for the job. */
  readonly token: string;
  /** With the first job. */
  readonly line?: LineEnd;
}

/** What every worker of a plugin knows from its birth. */
export interface WorkerFacts {
  readonly entry: string;
  readonly maxOutputBytes: number;
  /** Attempts after which the worker is replaced. */
  readonly maxAttempts: number;
  /** Bytes of the heap, and outside of it, above which the worker is replaced. */
  readonly maxKeptBytes: number;
}

/** A request over HTTP. A body that is no text is fetched piece by piece: `bytes` as a whole, a `stream` as it comes. */
export interface WireRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly upload?: 'bytes' | 'stream';
  readonly maxRedirects?: number;
  readonly maxBytes?: number;
  readonly timeout?: number;
}

/** What a task wants of the host; answered by `answer` or `refusal` with the same `id`. */
export type Question =
  | { readonly what: 'http'; readonly request: WireRequest }
  | { readonly what: 'call'; readonly service: ServiceName; readonly method: string; readonly args: readonly Json[] }
  | { readonly what: 'once'; readonly key: string }
  | { readonly what: 'usage'; readonly report: JsonObject };

/**
 * From the worker, as JSON text after the token of the job: text holds no getters, no shared memory and no ports. Pieces of a
 * body that the host asked for are the one exception: bytes, the token first, then four for the id of the request.
 */
export type FromWorker =
  /** The plugin was loaded; said with the first job of a worker. */
  | { readonly is: 'started' }
  | { readonly is: 'pong' }
  | { readonly is: 'heartbeat' }
  | { readonly is: 'log'; readonly level: LogLevel; readonly message: string; readonly details?: Json }
  | { readonly is: 'progress'; readonly fraction: number; readonly message?: string }
  | { readonly is: 'ask'; readonly id: number; readonly question: Question }
  /** Nobody waits for the answer any more. */
  | { readonly is: 'cancel'; readonly id: number }
  /** The next piece of a body, please. */
  | { readonly is: 'read'; readonly id: number }
  /** What the host asked for by `work` or `pull`: `worked` ends a `once`, or says that a body is at its end. */
  | { readonly is: 'worked'; readonly id: number; readonly result?: Json }
  | { readonly is: 'broken'; readonly id: number; readonly failure: Failure }
  | { readonly is: 'done'; readonly output: Json }
  | { readonly is: 'failed'; readonly failure: Failure }
  /** The worker must not be used again. */
  | { readonly is: 'discard' };

/** From the host, to the job of that number. */
export interface Addressed {
  readonly to: number;
  readonly message: FromHost;
}

/** From the host. */
export type FromHost =
  | { readonly is: 'ping' }
  | { readonly is: 'abort' }
  | { readonly is: 'answer'; readonly id: number; readonly value?: unknown }
  | { readonly is: 'refusal'; readonly id: number; readonly failure: Failure }
  /** The work of a `once` is to be done. */
  | { readonly is: 'work'; readonly id: number }
  /** The next piece of the body of a request, please. */
  | { readonly is: 'pull'; readonly id: number }
  /** A piece of the body of an answer; without bytes: its end. */
  | { readonly is: 'chunk'; readonly id: number; readonly bytes?: Uint8Array };

/** The head of an answer over HTTP. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly url: string;
}

/** Bytes of one piece of a body. */
export const PIECE = 64 * 1024;
/** Characters, and bytes, of a token. */
export const TOKEN = 36;
/** Bytes of token and id before a piece. */
export const PIECE_HEAD = TOKEN + 4;
/** Characters of a text of a log line, report or failure on its way: longer than what is kept, for it is cut after masking. */
export const LONGEST_TEXT = 16 * 1024;
/** Bytes of the details of one log line. */
export const MAX_LOG_DETAILS = 64 * 1024;

/** What a task may call of each service. */
export const METHODS: Readonly<Record<ServiceName, readonly string[]>> = {
  components: ['call'],
  workflows: ['start', 'publish', 'signal', 'setState'],
  llm: ['generate'],
};

/** The log lines of an attempt: a burst, and so many a second. What is beyond is left out. */
export const LOG_LINES = { burst: 1000, perSecond: 100 };
