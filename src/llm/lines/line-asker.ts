import type { Timers } from '../../engine/ports/index.js';
import type { Degraded, DegradedReason, LlmBoard, LlmBudget, LlmUsage, LlmWorth, Readiness } from '../ports/index.js';
import {
  Deadline,
  degradedReason,
  readinessFor,
  TektonLLMError,
  type JsonLine,
  type LinePiece,
  type LlmMessage,
  type LlmRequest,
  type LlmResult,
  type Speaker,
} from '../tekton-llm-client/index.js';

/** What is needed of the client. */
export interface AsksForLines extends LlmBoard {
  lines(request: LlmRequest): AsyncGenerator<LinePiece, void, undefined>;
  judge(request: Pick<LlmRequest, 'purpose' | 'schema'>, isUsable: boolean, result?: LlmResult): void;
}

export interface LineAskerParts {
  readonly client: AsksForLines;
  readonly timers: Timers;
  /** Whose money it is. */
  readonly tenant: string;
  /** Is told what an answer was worth. */
  readonly amend: (call: string, worth: LlmWorth) => void;
  /** What a call cost, where that is known. */
  readonly costOf: (model: string, usage: LlmUsage) => number | undefined;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** What lines are asked for, and what is left when no model gives any. */
export interface LinePurpose {
  /** As the ledger and the quality breaker know it. */
  readonly purpose: string;
  readonly from: string;
  readonly to: string;
  /** What is tried, when it goes wrong in a way that nobody foresaw. */
  readonly what: string;
}

/** Reads the lines of one answer, and keeps account of what they were worth. */
export interface LineReader<T> {
  speaks(speaker: Speaker): void;
  /** What is to be told of a line, which may hold several. */
  take(line: JsonLine): readonly T[];
  /** Enough was heard. */
  readonly isFull: boolean;
  /** The model did what it was asked for: it said something of use, or nothing. */
  readonly isUsable: boolean;
  readonly worth: LlmWorth;
}

/** What is told beside the lines. */
export type AskerTold =
  | { readonly is: 'usage'; readonly usage: LlmUsage; readonly calls: number; readonly cost?: number }
  | ({ readonly is: 'degraded' } & Degraded);

/** One answer: what is sent, and who reads it. */
export interface LineTurn<T> {
  readonly reader: LineReader<T>;
  readonly messages: readonly LlmMessage[];
  readonly promptVersion: string;
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly workflow?: string;
  readonly traceId: string;
  /** As in `LlmRequest`. */
  readonly bearsPayload: boolean;
  readonly budget: LlmBudget;
  readonly deadline: Deadline;
}

/** Bytes of a conversation: what Rhetor takes. */
const MOST_BYTES = 48 * 1024;

const bytesOf = (messages: readonly LlmMessage[]): number =>
  messages.reduce((sum, { content }) => sum + new TextEncoder().encode(content).length, 0);

/**
 * Asks a language model for lines of JSON, for one purpose. Whatever goes wrong with it (no budget, no answer, garbage, an
 * answer that is cut) ends in `degraded`, never in an error, and within the time that it is given.
 */
export class LineAsker {
  constructor(
    private readonly parts: LineAskerParts,
    private readonly about: LinePurpose,
  ) {}

  /** Whether it could be asked now, or why not. Asks no model. */
  ready(): Promise<Readiness> {
    return readinessFor(this.about.purpose, this.parts.client);
  }

  /** Lets a conversation happen within `ms`, and until `signal`. Throws nothing. */
  async *within<T>(
    { ms, signal }: { readonly ms: number; readonly signal: AbortSignal },
    conversation: (deadline: Deadline) => AsyncGenerator<T | AskerTold, void, undefined>,
  ): AsyncGenerator<T | AskerTold, void, undefined> {
    const deadline = new Deadline({ within: ms, timers: this.parts.timers, outer: signal });
    try {
      yield* conversation(deadline);
    } catch (error) {
      if (deadline.signal.aborted && !deadline.isOver) return;
      if (!(error instanceof TektonLLMError) && !deadline.isOver) this.parts.onTrouble(this.about.what, error);
      yield this.degraded(deadline.isOver ? 'deadline' : degradedReason(error));
    } finally {
      deadline.close();
    }
  }

  /** Tells what an answer says; the answer itself when it came to its end. */
  async *listen<T>(turn: LineTurn<T>): AsyncGenerator<T | AskerTold, LlmResult | undefined, undefined> {
    const { reader, messages, deadline } = turn;
    if (bytesOf(messages) > MOST_BYTES) {
      yield this.degraded('prompt_too_large');
      return undefined;
    }
    const lines = this.parts.client.lines(this.requestOf(turn));
    try {
      for (;;) {
        const next = await deadline.race(lines.next());
        if (next.done === true) return undefined;
        const piece = next.value;
        if (piece.is === 'speaks') reader.speaks(piece);
        else if (piece.is === 'end') return yield* this.ended(turn, piece.result);
        else {
          yield* reader.take(piece);
          if (reader.isFull) return yield* this.full(reader);
        }
      }
    } catch (error) {
      if (error instanceof TektonLLMError && error.usage) yield this.usage(error.usage, 'unknown', 1);
      throw error;
    } finally {
      // It may never answer; nobody waits for it.
      lines.return(undefined).catch(() => undefined);
    }
  }

  /** It went on and on: what its call took is in the ledger, as a guess. */
  private *full<T>({ isUsable }: LineReader<T>): Generator<AskerTold, undefined> {
    this.parts.client.judge({ purpose: this.about.purpose }, isUsable);
    if (!isUsable) yield this.degraded('unusable');
    return undefined;
  }

  private *ended<T>({ reader }: LineTurn<T>, result: LlmResult): Generator<AskerTold, LlmResult> {
    const { finish, usage, model, degraded, calls } = result;
    // What comes from memory took nothing.
    if (calls.length > 0) yield this.usage(usage, model, calls.length);
    if (degraded) yield { is: 'degraded', ...degraded };
    const last = calls.at(-1);
    if (last !== undefined) this.parts.amend(last, reader.worth);
    this.parts.client.judge({ purpose: this.about.purpose }, finish !== 'refusal' && reader.isUsable, result);
    if (finish === 'length') yield this.degraded('truncated');
    else if (finish === 'refusal') yield this.degraded('refused');
    else if (!reader.isUsable) yield this.degraded('unusable');
    return result;
  }

  private degraded(reason: DegradedReason): AskerTold {
    const { from, to } = this.about;
    return { is: 'degraded', from, to, reason };
  }

  private usage(usage: LlmUsage, model: string, calls: number): AskerTold {
    const cost = this.parts.costOf(model, usage);
    return { is: 'usage', usage, calls, ...(cost !== undefined && { cost }) };
  }

  private requestOf<T>({ reader: _, deadline, workflow, ...turn }: LineTurn<T>): LlmRequest {
    return {
      ...turn,
      ...{ purpose: this.about.purpose, tenant: this.parts.tenant, reuse: true },
      ...(workflow !== undefined && { workflow }),
      ...{ deadline: deadline.left, signal: deadline.signal },
    };
  }
}
