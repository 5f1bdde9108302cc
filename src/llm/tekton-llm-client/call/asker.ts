import type { Timers } from '../../../engine/ports/index.js';
import type { CheckedSchema, SchemaChecker } from '../../../engine/core/index.js';
import { isoInstant, type Json, type Millis } from '../../../kernel/index.js';
import type { Degraded, KeptResponse, ResponseCache } from '../../ports/index.js';
import { fitSchema, repairPrompt, type Fit } from '../answer/fit-schema.js';
import {
  InvalidRequestError,
  ServiceUnavailableError,
  TektonLLMError,
  TimeoutError,
  UnusableAnswerError,
} from '../errors.js';
import type { LlmParameters, LlmRequest } from '../request.js';
import { addUsage, NO_USAGE } from './call-book.js';
import { Deadline } from './deadline.js';
import type { Exchange, Exchanged } from './exchange.js';
import { QUALITY, type QualityBreaker } from './quality-breaker.js';
import { requestKey } from './request-key.js';
import type { LlmResult } from './result.js';
import type { Router, Turn } from './router.js';
import { SingleFlight } from './single-flight.js';

export interface AskerParts {
  readonly timers: Timers;
  readonly newId: () => string;
  readonly router: Router;
  readonly exchange: Exchange;
  readonly quality: QualityBreaker;
  readonly cache: ResponseCache;
  readonly schemas: SchemaChecker;
  /** What a request has that says nothing of it. */
  readonly defaults: LlmParameters & { readonly deadline: Millis; readonly tenant: string };
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** A request with its schema compiled. */
export interface Asked {
  readonly request: LlmRequest;
  readonly schema: CheckedSchema | undefined;
  /** The caller named the model; else it is ours by default. */
  readonly namesModel: boolean;
  /** Of the cache; undefined: this answer is not to be shared. */
  readonly key: string | undefined;
}

/** Purposes are told apart by schema: one that nobody can fill must not stop the others. */
const qualityKey = ({ purpose = 'chat', schema }: LlmRequest): string =>
  schema ? `${purpose}/${schema.name}` : purpose;

/** The model was named, and the transport does not hand names on. */
const degradedOf = ({ route, degraded }: Turn, { request, namesModel }: Asked): Degraded | undefined => {
  if (degraded || !namesModel || route.transport.honoursModel) return degraded;
  return { from: request.model ?? '', to: route.transport.id, reason: 'model_ignored' };
};

/** Asks for whole answers. */
export class Asker {
  private readonly flights = new SingleFlight<LlmResult>();
  /** Under which answers are kept. */
  private readonly keys = new WeakMap<LlmResult, string>();

  constructor(private readonly parts: AskerParts) {}

  /** Throws a `TektonLLMError`, or the reason of the caller's signal. */
  async ask(given: LlmRequest): Promise<LlmResult> {
    const asked = this.prepare(given);
    const { request, key } = asked;
    const within = request.deadline as Millis;
    const deadline = new Deadline({
      within,
      timers: this.parts.timers,
      ...(request.signal && { outer: request.signal }),
    });
    try {
      if (key === undefined) return await this.send(asked, deadline);
      const kept = await deadline.race(this.kept(key));
      if (kept) return kept;
      const sendAlone = async (signal: AbortSignal): Promise<LlmResult> => {
        const own = new Deadline({ within, timers: this.parts.timers, outer: signal });
        return this.send(asked, own).finally(() => own.close());
      };
      const { value, isOwn } = await this.flights.join(key, deadline, sendAlone);
      return isOwn ? value : { ...value, usage: NO_USAGE, attempts: 0, calls: [], source: 'cache' };
    } catch (error) {
      throw deadline.isOver && !(error instanceof TektonLLMError) ? new TimeoutError('The model', within) : error;
    } finally {
      deadline.close();
    }
  }

  /** Checks a request and fills in what it leaves to us. Throws `InvalidRequestError`, or says that its purpose rests. */
  prepare(given: LlmRequest): Asked {
    const { defaults, quality, newId } = this.parts;
    const request: LlmRequest = { traceId: newId(), ...defaults, ...withoutUndefined(given) };
    const until = quality.restsUntil(qualityKey(request));
    if (until !== undefined)
      throw new ServiceUnavailableError(
        `${QUALITY.unusable} answers for "${qualityKey(request)}" in a row were unusable; the next is asked for after ${isoInstant(until)}`,
      );
    const schema = request.schema && this.compiled(request.schema.jsonSchema);
    const reuse = request.reuse ?? request.temperature === 0;
    const { tenant = defaults.tenant, model = '' } = request;
    const key = reuse ? requestKey(request, { tenant, model }) : undefined;
    return { request, schema, namesModel: given.model !== undefined, key };
  }

  async kept(key: string): Promise<LlmResult | undefined> {
    const begun = this.parts.timers.now();
    const kept = await this.parts.cache.get(key).catch((error: unknown) => {
      this.parts.onTrouble('read the cache of answers', error);
      return undefined;
    });
    if (!kept) return undefined;
    const latency = this.parts.timers.now() - begun;
    const result: LlmResult = {
      ...{ ...kept, finish: 'stop', usage: NO_USAGE, latency },
      ...{ attempts: 0, calls: [], source: 'cache' },
    };
    this.keys.set(result, key);
    return result;
  }

  keep(key: string | undefined, result: LlmResult): void {
    const { finish, text, value, model, provider, transport, usage, degraded } = result;
    if (key === undefined || finish !== 'stop') return;
    this.keys.set(result, key);
    const response: KeptResponse = {
      ...{ text, model, provider, transport, usage },
      ...(value !== undefined && { value }),
      ...(degraded && { degraded }),
    };
    this.parts.cache.put(key, response).catch((error: unknown) => this.parts.onTrouble('keep an answer', error));
  }

  /**
   * Tells whether an answer was of use, where only its reader can say. One that was not is not given again; what came from
   * memory says nothing new of the model.
   */
  judge(request: Pick<LlmRequest, 'purpose' | 'schema'>, isUsable: boolean, result?: LlmResult): void {
    if (result?.source !== 'cache') this.parts.quality.tell(qualityKey(request as LlmRequest), isUsable);
    const key = result && this.keys.get(result);
    if (isUsable || key === undefined) return;
    this.parts.cache.forget(key).catch((error: unknown) => this.parts.onTrouble('forget an answer', error));
  }

  private async send(asked: Asked, deadline: Deadline): Promise<LlmResult> {
    const { request, schema, key } = asked;
    try {
      const result = await this.parts.router.first(request, deadline, (turn) => this.take(asked, turn));
      if (schema) this.judge(request, true);
      this.keep(key, result);
      return result;
    } catch (error) {
      if (error instanceof UnusableAnswerError) this.judge(request, false);
      throw error;
    }
  }

  private async take(asked: Asked, turn: Turn): Promise<LlmResult> {
    const { request, schema } = asked;
    const begun = this.parts.timers.now();
    const degraded = degradedOf(turn, asked);
    const first = await this.parts.exchange.send({ ...turn, request });
    const finish = (last: Exchanged, before: readonly Exchanged[], value?: Json): LlmResult => ({
      ...{ text: last.answer.text, finish: last.answer.finish, ...(value !== undefined && { value }) },
      ...{ model: last.answer.model ?? 'unknown', provider: last.answer.provider, transport: turn.route.transport.id },
      usage: before.reduce((sum, { usage }) => addUsage(sum, usage), last.usage),
      latency: this.parts.timers.now() - begun,
      attempts: before.reduce((sum, { attempts }) => sum + attempts, last.attempts),
      calls: [...before, last].map(({ call }) => call.id),
      source: 'model',
      ...(degraded && { degraded }),
    });
    if (!schema) {
      bookText(first);
      return finish(first, []);
    }
    const fit = this.read(first, schema);
    if (fit.is === 'value') return finish(first, [], fit.value);
    if (first.answer.finish !== 'stop') throw unusableError(first, fit);
    const second = await this.parts.exchange.send({ ...turn, request: repaired(request, first, fit) });
    const refit = this.read(second, schema);
    if (refit.is === 'value') return finish(second, [first], refit.value);
    throw unusableError({ ...second, usage: addUsage(first.usage, second.usage) }, refit);
  }

  /** Reads an answer and writes down what it was worth. */
  private read({ answer, usage, call }: Exchanged, schema: CheckedSchema): Fit {
    if (answer.finish === 'refusal') {
      call.end({ is: 'refused' }, { usage, answer });
      return { is: 'unusable', reason: answer.text.slice(0, 200) || 'no reason given', problems: [] };
    }
    const fit = fitSchema(answer.text, schema);
    if (fit.is === 'value') call.end({ is: 'answered' }, { usage, answer });
    else if (answer.finish === 'length') call.end({ is: 'cut' }, { usage, answer });
    else call.end({ is: 'unusable', reason: fit.reason }, { usage, answer });
    return fit;
  }

  private compiled(jsonSchema: Json): CheckedSchema {
    const compiled = this.parts.schemas.compile(jsonSchema);
    if (compiled.ok) return compiled.value;
    const { pointer, reason } = compiled.error;
    throw new InvalidRequestError({ transport: 'The client', reason: `the schema is none at "${pointer}": ${reason}` });
  }
}

const withoutUndefined = (request: LlmRequest): LlmRequest =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as unknown as LlmRequest;

const OUTCOMES = { stop: 'answered', length: 'cut', refusal: 'refused' } as const;

const bookText = ({ answer, usage, call }: Exchanged): void =>
  call.end({ is: OUTCOMES[answer.finish] }, { usage, answer });

const unusableError = (
  { answer, usage, call: _call }: Exchanged,
  fit: Fit & { is: 'unusable' },
): UnusableAnswerError => {
  const { model = 'unknown', text, finish, provider } = answer;
  const reason = finish === 'length' ? `${fit.reason} (it reached its limit of tokens)` : fit.reason;
  const partial = fit.partial === undefined ? {} : { partial: fit.partial };
  const code = finish === 'refusal' ? 'llm_refused' : 'llm_unusable_answer';
  return new UnusableAnswerError(code, { transport: provider, model, reason, text, usage, ...partial });
};

/** Characters of an unusable answer that go back to the model. */
const SHOWN_BACK = 8000;

/** The conversation with the answer and what is wrong with it. */
const repaired = (request: LlmRequest, { answer }: Exchanged, fit: Fit & { is: 'unusable' }): LlmRequest => ({
  ...request,
  messages: [
    ...request.messages,
    { role: 'assistant', content: answer.text.slice(0, SHOWN_BACK) },
    { role: 'user', content: repairPrompt(fit, request.schema?.jsonSchema ?? {}) },
  ],
});
