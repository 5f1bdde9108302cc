import type { IncomingHttpHeaders } from 'node:http';

/** What the model of a double does with one request. */
export type Behaviour =
  /** It answers. `usage`: what is reported; null: nothing is. */
  | { readonly is: 'text'; readonly text: string; readonly usage?: object | null }
  /** It answers up to the limit of tokens. */
  | { readonly is: 'truncated'; readonly text: string; readonly usage?: object | null }
  | { readonly is: 'refusal'; readonly text: string }
  /** A stream with a piece every so many ms. */
  | { readonly is: 'drip'; readonly text: string; readonly every: number }
  /** A stream whose connection breaks halfway. */
  | { readonly is: 'cut'; readonly text: string }
  /** The canned apology of the old client. */
  | { readonly is: 'fallback'; readonly text: string }
  /** Nothing ever comes. */
  | { readonly is: 'hang' }
  /** The connection is reset. */
  | { readonly is: 'reset' }
  | {
      readonly is: 'status';
      readonly status: number;
      readonly message?: string;
      readonly body?: unknown;
      /** Seconds, or a date. */
      readonly retryAfter?: number | string;
    }
  | { readonly is: 'html' }
  /** Any body at all; `type` is its content type, `application/json` by default. */
  | { readonly is: 'garbage'; readonly text?: string; readonly type?: string }
  | { readonly is: 'redirect'; readonly to: string }
  | { readonly is: 'oversize'; readonly bytes: number };

/** What reached the model. Rhetor lets no more than `prompt` through. */
export interface Seen {
  readonly dialect: 'rhetor' | 'v0' | 'openai';
  readonly prompt: string;
  readonly system?: string;
  readonly messages?: readonly { readonly role: string; readonly content: string }[];
  readonly format?: {
    readonly type: string;
    readonly json_schema?: { readonly strict: boolean; readonly schema: object };
  };
  readonly model?: string;
}

export interface DoubleRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface DoubleOptions {
  /** Default `['rhetor']`. */
  readonly speaks?: readonly ('rhetor' | 'v0' | 'openai')[];
  /** A Rhetor to come: `POST /api/v1/chat` hands on system messages. */
  readonly rhetorForwardsSystem?: boolean;
  /** Whether the socket of the old protocol acknowledges registrations. Default true. */
  readonly acknowledges?: boolean;
  readonly openai?: {
    readonly apiKey?: string;
    readonly models?: readonly string[];
    /** Formats that are not refused. Default: all. */
    readonly formats?: readonly ('json_schema' | 'json_object')[];
    /** The one name of the limit that is not refused. Default: both. */
    readonly limit?: 'max_tokens' | 'max_completion_tokens';
    readonly temperature?: boolean;
    readonly streamUsage?: boolean;
    /** The first chunk of streams has no role. */
    readonly roleless?: boolean;
  };
  /** Paths that it does not know, although its dialects do. */
  readonly lacks?: readonly string[];
  /** It takes requests and never answers, probes neither. */
  readonly isDeaf?: boolean;
  /** Default: any free one. */
  readonly port?: number;
}

/** A server on loopback that speaks as Rhetor, as the old client's server, or as OpenAI, and fails as it is told. */
export class LlmDouble {
  static start(options?: DoubleOptions): Promise<LlmDouble>;
  /** What it speaks may change while it runs. */
  options: DoubleOptions;
  /** Everything that came over HTTP, probes too. */
  readonly requests: DoubleRequest[];
  /** Frames that came over the socket. */
  readonly frames: Readonly<Record<string, unknown>>[];
  /** What reached the model, one entry for each call of it. */
  readonly seen: Seen[];
  /** The model that Rhetor assigns to Harmonia. */
  assigned: string | undefined;
  /** What the model does when the script has nothing for it. */
  model: (seen: Seen) => Behaviour | string;
  readonly url: string;
  readonly openaiUrl: string;
  readonly socketUrl: string;
  /** What the model does with the next requests, in turn. */
  script(...behaviours: readonly (Behaviour | string)[]): this;
  next(seen: Seen): Behaviour;
  /** Fulfils when so many requests have reached the model. */
  asked(count: number): Promise<void>;
  /** Fulfils when so many requests have come over HTTP, probes too. */
  called(count: number): Promise<void>;
  stop(): Promise<void>;
}
