import type { Timers } from '../../../engine/ports/index.js';
import type { Millis } from '../../../kernel/index.js';
import { leakedError } from '../answer/leaked-error.js';
import { ConnectionError, LeakedError, TektonLLMError, TimeoutError } from '../errors.js';
import type { LlmRequest } from '../request.js';
import type { TransportChunk } from '../transport/transport.js';
import type { Asked, Asker } from './asker.js';
import { usageOf, type CallBook, type OpenCall } from './call-book.js';
import { Deadline } from './deadline.js';
import type { Exchange } from './exchange.js';
import type { LlmResult } from './result.js';
import type { Router, Turn } from './router.js';

/** Who answers, as far as that is known before the end of the answer: else `unknown`. */
export interface Speaker {
  readonly transport: string;
  readonly provider: string;
  readonly model: string;
}

/** A piece of an answer as it arrives; the last is its end. */
export type StreamPiece =
  ({ readonly is: 'text'; readonly text: string } & Speaker) | { readonly is: 'end'; readonly result: LlmResult };

export interface StreamerParts {
  readonly timers: Timers;
  readonly router: Router;
  readonly exchange: Exchange;
  readonly book: CallBook;
  readonly asker: Asker;
}

/** A stream whose first chunk has come. */
interface Opened {
  readonly turn: Turn;
  readonly call: OpenCall;
  readonly attempts: number;
  readonly first: TransportChunk;
  readonly rest: AsyncIterator<TransportChunk>;
  readonly abort: AbortController;
}

const cut = (transport: string): ConnectionError =>
  new ConnectionError({ transport, reason: 'its stream ended before the answer did' }, true);

/** Ends the request, and lets the transport tidy up after it: also one that waits to be read on. */
const letGo = ({ abort, rest }: Pick<Opened, 'abort' | 'rest'>): void => {
  abort.abort(new Error('nobody reads it any more'));
  void Promise.resolve(rest.return?.()).catch(() => undefined);
};

/** A transport that cannot stream answers in one piece. */
async function* inOnePiece(
  { route: { transport } }: Turn,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<TransportChunk> {
  const { text, ...end } = await transport.complete(request, signal);
  yield { is: 'text', text };
  yield { is: 'end', ...end };
}

/**
 * Asks for answers piece by piece. Until the first piece has come another transport may take over; afterwards an error
 * ends the answer, and what came of it stays.
 */
export class Streamer {
  constructor(private readonly parts: StreamerParts) {}

  /** Throws as `Asker.ask`, also amid the answer. */
  async *stream(given: LlmRequest): AsyncGenerator<StreamPiece, void, undefined> {
    const { asker, router, timers } = this.parts;
    const asked = asker.prepare(given);
    const { request, key } = asked;
    const within = request.deadline as Millis;
    const deadline = new Deadline({ within, timers, ...(request.signal && { outer: request.signal }) });
    let opened: Opened | undefined;
    try {
      const kept = key === undefined ? undefined : await deadline.race(asker.kept(key));
      if (kept) return yield* pieces(kept);
      opened = await router.first(request, deadline, (turn) => this.open(asked, turn));
      yield* this.read(asked, opened, deadline);
    } catch (error) {
      throw deadline.isOver && !(error instanceof TektonLLMError) ? new TimeoutError('The model', within) : error;
    } finally {
      if (opened) letGo(opened);
      deadline.close();
    }
  }

  private async open({ request }: Asked, turn: Turn): Promise<Opened> {
    const { book, exchange } = this.parts;
    const { transport } = turn.route;
    const asking = { ...turn, request };
    return exchange.retried(asking, async () => {
      const abort = new AbortController();
      const allowed = turn.slice.left;
      const call = book.begin(request, transport);
      const stream = transport.stream?.(request, abort.signal) ?? inOnePiece(turn, request, abort.signal);
      const rest = stream[Symbol.asyncIterator]();
      try {
        const next = await turn.slice.race(rest.next());
        if (next.done === true) throw cut(transport.id);
        const first = exchange.masked(next.value);
        const leaked = transport.mayAct && first.is === 'text' ? leakedError(first.text) : undefined;
        if (leaked !== undefined)
          throw new LeakedError({ transport: transport.id, reason: 'an error instead of words' });
        turn.route.tell({ is: 'works' });
        return { turn, call, first, rest, abort };
      } catch (thrown) {
        letGo({ abort, rest });
        throw exchange.failed(thrown, { asking, call, allowed });
      }
    });
  }

  private async *read(asked: Asked, opened: Opened, deadline: Deadline): AsyncGenerator<StreamPiece, void, undefined> {
    const { turn, call, rest } = opened;
    const { request } = asked;
    const { id } = turn.route.transport;
    let text = '';
    let chunk: TransportChunk = opened.first;
    try {
      while (chunk.is === 'text') {
        text += chunk.text;
        const { model = 'unknown', provider = 'unknown' } = chunk;
        yield { is: 'text', text: chunk.text, transport: id, provider, model };
        const next = await deadline.race(rest.next());
        if (next.done === true) throw cut(id);
        chunk = this.parts.exchange.masked(next.value);
      }
      const result = this.ended(asked, opened, { text, end: chunk });
      this.parts.asker.keep(asked.key, result);
      yield { is: 'end', result };
    } catch (thrown) {
      const asking = { ...turn, request, slice: deadline };
      throw this.parts.exchange.failed(thrown, { asking, call, allowed: request.deadline as Millis, text });
    } finally {
      call.end({ is: 'canceled' }, { usage: usageOf(request, text, undefined) });
    }
  }

  private ended(
    { request }: Asked,
    { turn, call, attempts }: Opened,
    { text, end }: { text: string; end: TransportChunk & { readonly is: 'end' } },
  ): LlmResult {
    const usage = usageOf(request, text, end.usage);
    const outcome = end.finish === 'stop' ? 'answered' : end.finish === 'length' ? 'cut' : 'refused';
    call.end({ is: outcome }, { usage, answer: end });
    return {
      ...{ text, finish: end.finish, model: end.model ?? 'unknown', provider: end.provider },
      ...{ transport: turn.route.transport.id, usage, latency: this.parts.timers.now() - call.at, attempts },
      ...{ calls: [call.id], source: 'model' },
      ...(turn.degraded && { degraded: turn.degraded }),
    };
  }
}

function* pieces(result: LlmResult): Generator<StreamPiece, void, undefined> {
  const { text, transport, provider, model } = result;
  yield { is: 'text', text, transport, provider, model };
  yield { is: 'end', result };
}
