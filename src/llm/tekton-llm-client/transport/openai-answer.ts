import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { LlmFinish } from '../request.js';
import type { Endpoint } from './endpoint.js';
import type { TransportAnswer, TransportChunk } from './transport.js';
import { reportedUsage } from './v0-wire.js';

const finishOf = (reason: Json | undefined, refusal: string): LlmFinish => {
  if (refusal !== '' || reason === 'content_filter') return 'refusal';
  return reason === 'length' ? 'length' : 'stop';
};

/** Some servers answer content in parts. */
const textOf = (content: Json | undefined): string => {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts = (content as readonly Json[]).map((part) => (isJsonObject(part) ? part.text : undefined));
  return parts.filter((text) => typeof text === 'string').join('');
};

const nameOf = (model: Json | undefined): string | undefined =>
  typeof model === 'string' && model !== '' ? model : undefined;

/** An answer of `/chat/completions`, read by hand: what it took is booked whatever is wrong with its text. */
export const completionAnswer = (body: unknown, endpoint: Endpoint, provider: string): TransportAnswer => {
  const json = body as Json;
  if (!isJsonObject(json)) throw endpoint.fail(`it answered no object: ${endpoint.spoken(String(body).slice(0, 200))}`);
  const first = Array.isArray(json.choices) ? (json.choices as readonly Json[])[0] : undefined;
  const message = isJsonObject(first) ? first.message : undefined;
  if (!isJsonObject(first) || !isJsonObject(message)) {
    const { error } = json;
    const said = isJsonObject(error) && typeof error.message === 'string' ? error.message : JSON.stringify(json);
    throw endpoint.fail(`its answer has no choice: ${endpoint.spoken(said)}`);
  }
  const refusal = textOf(message.refusal);
  return {
    text: refusal === '' ? textOf(message.content) : refusal,
    finish: finishOf(first.finish_reason, refusal),
    model: nameOf(json.model),
    provider,
    usage: reportedUsage(json.usage),
  };
};

/** Puts the chunks of a stream together. Servers that leave out the role, or the usage, are no worse for it. */
export class CompletionChunks {
  private reason: Json | undefined;
  private refused = '';
  private model: string | undefined;
  private usage: TransportAnswer['usage'];

  constructor(
    private readonly endpoint: Endpoint,
    private readonly provider: string,
  ) {}

  take(chunk: unknown): readonly TransportChunk[] {
    const json = chunk as Json;
    if (!isJsonObject(json)) throw this.endpoint.fail('it sent a chunk that is no object');
    if (isJsonObject(json.error))
      throw this.endpoint.fail(this.endpoint.spoken(textOf(json.error.message) || JSON.stringify(json.error)));
    this.model ??= nameOf(json.model);
    this.usage = reportedUsage(json.usage) ?? this.usage;
    const first = Array.isArray(json.choices) ? (json.choices as readonly Json[])[0] : undefined;
    if (!isJsonObject(first)) return [];
    if (first.finish_reason !== undefined && first.finish_reason !== null) this.reason = first.finish_reason;
    const delta = isJsonObject(first.delta) ? first.delta : {};
    const refusal = textOf(delta.refusal);
    this.refused += refusal;
    const text = textOf(delta.content) + refusal;
    const { model, provider } = this;
    return text === '' ? [] : [{ is: 'text', text, model, provider }];
  }

  /** The end; undefined: it never came, the stream was cut. */
  end(): TransportChunk | undefined {
    if (this.reason === undefined && this.usage === undefined) return undefined;
    const { model, usage, provider } = this;
    return { is: 'end', finish: finishOf(this.reason, this.refused), model, usage, provider };
  }
}
