import { LineAsker, type LineAskerParts } from '../../lines/index.js';
import type { ProposalRequest, Proposed, Proposer } from '../../ports/index.js';
import type { MakeFence, PromptLibrary, RenderedPrompt } from '../../prompt/index.js';
import type { Deadline, LlmMessage, LlmResult } from '../../tekton-llm-client/index.js';
import { offeredOps } from './offered-ops.js';
import { correctionOf, Round, type Standing } from './round.js';
import { sentData, type KnownWords, type Sent } from './sent-data.js';

export interface LlmProposerParts extends LineAskerParts {
  readonly prompts: PromptLibrary;
  readonly words: KnownWords;
  readonly fence: MakeFence;
}

/** Lines that a model is asked for at most. */
const MOST_ASKED = 30;
/** Tokens of a request, the round of repair included, unless the request says another number. */
const TOKENS = 24_000;
/** Share of the time that must be left for a second round. */
const REPAIR_SHARE = 0.25;

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
  private readonly asker: LineAsker;

  constructor(private readonly parts: LlmProposerParts) {
    this.asker = new LineAsker(parts, {
      ...{ purpose: 'optimize', from: 'llm+rules', to: 'rules', what: 'ask a language model for proposals' },
    });
  }

  /** Whether it could be asked now, or why not. Asks no model. */
  ready(): ReturnType<LineAsker['ready']> {
    return this.asker.ready();
  }

  /** Ends by itself within `budget.ms`, and soon after `signal`. Throws nothing. */
  propose(request: ProposalRequest, signal: AbortSignal): AsyncGenerator<Proposed, void, undefined> {
    const { ms } = request.budget;
    return this.asker.within<Proposed>({ ms, signal }, (deadline) => this.converse(request, deadline));
  }

  private async *converse(request: ProposalRequest, deadline: Deadline): AsyncGenerator<Proposed, void, undefined> {
    const asking = await this.asking(request, deadline);
    const first = new Round(asking.standing);
    const { messages, file } = asking.prompt;
    const { maxOutputTokens } = file.needs;
    const end = yield* this.listen({ asking, round: first, messages, maxOutputTokens });
    if (end?.finish === 'stop' && deadline.left > REPAIR_SHARE * request.budget.ms) yield* this.repair(asking, first);
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

  private listen({ asking, round, messages, maxOutputTokens }: Turn): AsyncGenerator<Proposed, LlmResult | undefined> {
    const { request, standing, prompt, deadline } = asking;
    const { tokens = TOKENS, cost } = request.budget;
    return this.asker.listen<Proposed>({
      ...{ reader: round, messages, promptVersion: standing.promptVersion, maxOutputTokens, deadline },
      ...{ temperature: prompt.file.needs.temperature, workflow: request.workflow, traceId: request.traceId },
      // There is nothing of an execution in it.
      ...{ bearsPayload: false, budget: { tokens, ...(cost !== undefined && { cost }) } },
    });
  }
}
