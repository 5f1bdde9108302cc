import type { Timers } from '../../../engine/ports/index.js';
import type { LlmBoard, LlmUsage, LlmWorth, ProposalRequest, Proposed, Proposer } from '../../ports/index.js';
import type { MakeFence, PromptLibrary, RenderedPrompt } from '../../prompt/index.js';
import {
  Deadline,
  degradedReason,
  readinessFor,
  TektonLLMError,
  type LinePiece,
  type LlmMessage,
  type LlmRequest,
  type LlmResult,
  type Readiness,
} from '../../tekton-llm-client/index.js';
import { offeredOps } from './offered-ops.js';
import { correctionOf, Round, type Standing } from './round.js';
import { sentData, type KnownWords, type Sent } from './sent-data.js';

/** What the proposer needs of the client. */
export interface AsksForLines extends LlmBoard {
  lines(request: LlmRequest): AsyncGenerator<LinePiece, void, undefined>;
  judge(request: Pick<LlmRequest, 'purpose' | 'schema'>, isUsable: boolean): void;
}

export interface LlmProposerParts {
  readonly client: AsksForLines;
  readonly prompts: PromptLibrary;
  readonly words: KnownWords;
  readonly fence: MakeFence;
  readonly timers: Timers;
  /** Whose money it is. */
  readonly tenant: string;
  /** Is told what an answer was worth. */
  readonly amend: (call: string, worth: LlmWorth) => void;
  /** What a call cost, where that is known. */
  readonly costOf: (model: string, usage: LlmUsage) => number | undefined;
  readonly onTrouble: (what: string, error: unknown) => void;
}

const PURPOSE = 'optimize';
/** Lines that a model is asked for at most. */
const MOST_ASKED = 30;
/** Tokens of a request, the round of repair included, unless the request says another number. */
const TOKENS = 24_000;
/** Bytes of a conversation: what Rhetor takes, and more than a workflow needs. */
const MOST_BYTES = 48 * 1024;
/** Share of the time that must be left for a second round. */
const REPAIR_SHARE = 0.25;

const toRules = (reason: string): Proposed => ({ is: 'degraded', from: 'llm+rules', to: 'rules', reason });

const bytesOf = (messages: readonly LlmMessage[]): number =>
  messages.reduce((sum, { content }) => sum + new TextEncoder().encode(content).length, 0);

/** One request, from its prompt to the end of its second round. */
interface Asking {
  readonly request: ProposalRequest;
  readonly sent: Sent;
  readonly prompt: RenderedPrompt;
  readonly standing: Standing;
  readonly deadline: Deadline;
}

interface Turn {
  readonly asking: Asking;
  readonly round: Round;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
}

/**
 * Asks a language model for changes that rules can not see. The model sees aliases and figures only (`sentData`), can do
 * nothing but write lines, and is believed in nothing: each line is read as it comes, and given on to be proved. What was
 * refused it is told once, without the words of the workflow. Whatever goes wrong with it (no budget, no answer, garbage, an
 * answer that is cut) ends in `degraded`, never in an error, and within the time of the request.
 */
export class LlmProposer implements Proposer {
  constructor(private readonly parts: LlmProposerParts) {}

  /** Whether it could be asked now, or why not. Asks no model. */
  ready(): Promise<Readiness> {
    return readinessFor(PURPOSE, this.parts.client);
  }

  /** Ends by itself within `budget.ms`, and soon after `signal`. Throws nothing. */
  async *propose(request: ProposalRequest, signal: AbortSignal): AsyncGenerator<Proposed, void, undefined> {
    const deadline = new Deadline({ within: request.budget.ms, timers: this.parts.timers, outer: signal });
    try {
      const asking = await this.asking(request, deadline);
      const first = new Round(asking.standing);
      const { prompt } = asking;
      const { maxOutputTokens } = prompt.file.needs;
      const end = yield* this.listen({ asking, round: first, messages: prompt.messages, maxOutputTokens });
      if (end?.finish === 'stop' && deadline.left > REPAIR_SHARE * request.budget.ms) yield* this.repair(asking, first);
    } catch (error) {
      if (deadline.signal.aborted && !deadline.isOver) return;
      if (!(error instanceof TektonLLMError) && !deadline.isOver)
        this.parts.onTrouble('ask a language model for proposals', error);
      yield toRules(deadline.isOver ? 'deadline' : degradedReason(error));
    } finally {
      deadline.close();
    }
  }

  private async asking(request: ProposalRequest, deadline: Deadline): Promise<Asking> {
    const { prompts, words, fence } = this.parts;
    const { subject, history, goal, kinds, experience } = request;
    const { study } = subject;
    const found = request.found.map(({ ops }) => ops);
    const offered = offeredOps(kinds);
    const sent = sentData({ study, history, words, found, experience });
    const prompt = await prompts.render('optimize', {
      ops: offered.map(({ form, meaning }) => ({ form, meaning })),
      ...{ goal, most: Math.max(1, Math.min(request.most, MOST_ASKED)), nonce: fence(sent.data), data: sent.data },
    });
    const reading = { study, aliases: sent.aliases, offered: new Set(offered.map(({ op }) => op)) };
    const standing = { reading, history, promptVersion: prompt.id, found, heard: new Set<string>() };
    return { request, sent, prompt, standing, deadline };
  }

  private async *repair(asking: Asking, { refusals }: Round): AsyncGenerator<Proposed, void, undefined> {
    const told = refusals.filter(({ objection }) => objection.gate !== 'benefit');
    if (told.length === 0) return;
    const { said, refused } = correctionOf(told, asking.sent.aliases);
    if (refused.length === 0) return;
    const { id, file, messages } = await this.parts.prompts.render('optimize_repair', { refused });
    const standing = { ...asking.standing, promptVersion: `${asking.prompt.id} ${id}` };
    yield* this.listen({
      asking: { ...asking, standing },
      round: new Round(standing),
      messages: [...asking.prompt.messages, { role: 'assistant', content: said }, ...messages],
      maxOutputTokens: file.needs.maxOutputTokens,
    });
  }

  /** Tells what an answer says; the answer itself when it came to its end. */
  private async *listen(turn: Turn): AsyncGenerator<Proposed, LlmResult | undefined, undefined> {
    const { asking, round, messages } = turn;
    const { deadline } = asking;
    if (bytesOf(messages) > MOST_BYTES) {
      yield toRules('prompt_too_large');
      return undefined;
    }
    const lines = this.parts.client.lines(this.requestOf(turn));
    try {
      for (;;) {
        const next = await deadline.race(lines.next());
        if (next.done === true) return undefined;
        const piece = next.value;
        if (piece.is === 'speaks') round.speaks(piece);
        else if (piece.is === 'end') return yield* this.ended(turn, piece.result);
        else {
          yield* round.take(piece);
          if (round.isFull) return yield* this.full(round);
        }
      }
    } catch (error) {
      if (error instanceof TektonLLMError && error.usage) yield this.usage(error.usage, 'unknown');
      throw error;
    } finally {
      // It may never answer; nobody waits for it.
      lines.return(undefined).catch(() => undefined);
    }
  }

  /** It went on and on: what its call took is in the ledger, as a guess. */
  private *full({ isUsable }: Round): Generator<Proposed, undefined> {
    this.parts.client.judge({ purpose: PURPOSE }, isUsable);
    if (!isUsable) yield toRules('unusable');
    return undefined;
  }

  private *ended({ round }: Turn, result: LlmResult): Generator<Proposed, LlmResult> {
    const { finish, usage, model, degraded, calls } = result;
    yield this.usage(usage, model);
    if (degraded) yield { is: 'degraded', ...degraded };
    const last = calls.at(-1);
    if (last !== undefined) this.parts.amend(last, round.worth);
    this.parts.client.judge({ purpose: PURPOSE }, finish !== 'refusal' && round.isUsable);
    if (finish === 'length') yield toRules('truncated');
    else if (finish === 'refusal') yield toRules('refused');
    else if (!round.isUsable) yield toRules('unusable');
    return result;
  }

  private usage(usage: LlmUsage, model: string): Proposed {
    const cost = this.parts.costOf(model, usage);
    return { is: 'usage', usage, ...(cost !== undefined && { cost }) };
  }

  private requestOf({ asking, messages, maxOutputTokens }: Turn): LlmRequest {
    const { request, standing, prompt, deadline } = asking;
    const { tokens = TOKENS, cost } = request.budget;
    return {
      ...{ messages, purpose: PURPOSE, tenant: this.parts.tenant, workflow: request.workflow },
      ...{ promptVersion: standing.promptVersion, traceId: request.traceId, deadline: deadline.left },
      ...{ temperature: prompt.file.needs.temperature, maxOutputTokens, signal: deadline.signal, reuse: true },
      // There is nothing of an execution in it.
      ...{ bearsPayload: false, budget: { tokens, ...(cost !== undefined && { cost }) } },
    };
  }
}
