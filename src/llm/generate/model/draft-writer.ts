import type { TaskType } from '../../../engine/core/index.js';
import type { JsonObject } from '../../../kernel/index.js';
import { LineAsker, type LineAskerParts, type RefusedLine } from '../../lines/index.js';
import type { ProposalBudget } from '../../ports/index.js';
import type { MakeFence, PromptLibrary, RenderedPrompt } from '../../prompt/index.js';
import type { Deadline, LlmMessage, LlmResult } from '../../tekton-llm-client/index.js';
import type { CandidateObjection } from '../gate/index.js';
import { DraftRound, type DraftTold } from './draft-round.js';
import { sentTypes } from './sent-types.js';

export interface DraftWriterParts extends LineAskerParts {
  readonly prompts: PromptLibrary;
  readonly fence: MakeFence;
}

/** What a model is asked. */
export interface DraftRequest {
  readonly goal: string;
  readonly constraints: readonly string[];
  readonly context: string | undefined;
  /** The types that it may use. */
  readonly types: readonly TaskType[];
  /** Components that there are, with their actions. */
  readonly components: Readonly<Record<string, readonly string[]>>;
  readonly most: number;
  readonly budget: ProposalBudget;
  readonly traceId: string;
}

/** Tokens of a request, the round of repair included, unless the request says another number. */
const TOKENS = 40_000;
/** Share of the time that must be left for a second round. */
const REPAIR_SHARE = 0.25;
/** Refused lines that go back to the model, characters of why, and bytes of the whole conversation. */
const MOST_TOLD = 5;
const MOST_WHY = 700;
const MOST_BYTES = 44_000;

/** Those that fit into a conversation, the first first. */
const thatFit = (
  refusals: readonly RefusedLine<CandidateObjection>[],
  before: readonly LlmMessage[],
): readonly RefusedLine<CandidateObjection>[] => {
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  let left = MOST_BYTES - before.reduce((sum, { content }) => sum + bytes(content), 0);
  return refusals.slice(0, MOST_TOLD).filter(({ said }) => {
    const needed = bytes(said) + 2 * MOST_WHY;
    if (needed > left) return false;
    left -= needed;
    return true;
  });
};

interface Asking {
  readonly request: DraftRequest;
  readonly prompt: RenderedPrompt;
  readonly deadline: Deadline;
  readonly heard: Set<string>;
}

interface Turn {
  readonly asking: Asking;
  readonly round: DraftRound;
  readonly messages: readonly LlmMessage[];
  readonly maxOutputTokens: number;
  readonly promptVersion: string;
}

/** What is sent of a request: its words, what may be used, and nothing of what is stored or was run. */
export const sentRequest = ({ goal, constraints, context, types, components }: DraftRequest): JsonObject => ({
  goal,
  ...(constraints.length > 0 && { constraints }),
  ...(context !== undefined && { context }),
  types: sentTypes(types, [goal, ...constraints, context ?? ''].join(' ')),
  ...(Object.keys(components).length > 0 && { components }),
});

/**
 * Has a language model write definitions, one a line. It can do nothing but write; each line is bounded and made plain here
 * and given on to be checked, and what was refused it is told once, with the reason. Throws nothing.
 */
export class DraftWriter {
  private readonly asker: LineAsker;

  constructor(private readonly parts: DraftWriterParts) {
    this.asker = new LineAsker(parts, {
      ...{ purpose: 'generate', from: 'llm+templates', to: 'templates', what: 'ask a language model for workflows' },
    });
  }

  /** Whether it could be asked now, or why not. Asks no model. */
  ready(): ReturnType<LineAsker['ready']> {
    return this.asker.ready();
  }

  /** Ends by itself within `budget.ms`, and soon after `signal`. */
  write(request: DraftRequest, signal: AbortSignal): AsyncGenerator<DraftTold, void, undefined> {
    const { ms } = request.budget;
    return this.asker.within<DraftTold>({ ms, signal }, (deadline) => this.converse(request, deadline));
  }

  private async *converse(request: DraftRequest, deadline: Deadline): AsyncGenerator<DraftTold, void, undefined> {
    const { prompts, fence } = this.parts;
    const data = sentRequest(request);
    const prompt = await prompts.render('generate', { most: request.most, nonce: fence(data), data });
    const asking: Asking = { request, prompt, deadline, heard: new Set() };
    const round = new DraftRound(prompt.id, asking.heard);
    const { maxOutputTokens } = prompt.file.needs;
    const { messages, id } = prompt;
    const end = yield* this.listen({ asking, round, messages, maxOutputTokens, promptVersion: id });
    const hasTime = deadline.left > REPAIR_SHARE * request.budget.ms;
    if (end?.finish === 'stop' && hasTime && round.refusals.length > 0) yield* this.repair(asking, round.refusals);
  }

  private async *repair(
    asking: Asking,
    refusals: readonly RefusedLine<CandidateObjection>[],
  ): AsyncGenerator<DraftTold, void, undefined> {
    const told = thatFit(refusals, asking.prompt.messages);
    if (told.length === 0) return;
    const refused = told.map(({ objection: { gate, reason, detail, pointer = '' } }, index) => ({
      ...{ line: index + 1, gate, reason, at: pointer.slice(0, 200) },
      why: detail.replace(/\s+/g, ' ').slice(0, MOST_WHY),
    }));
    const { id, file, messages } = await this.parts.prompts.render('generate_repair', { refused });
    const promptVersion = `${asking.prompt.id} ${id}`;
    yield* this.listen({
      ...{ asking, promptVersion, round: new DraftRound(promptVersion, asking.heard) },
      messages: [
        ...asking.prompt.messages,
        { role: 'assistant', content: told.map(({ said }) => said).join('\n') },
        ...messages,
      ],
      maxOutputTokens: file.needs.maxOutputTokens,
    });
  }

  private listen(turn: Turn): AsyncGenerator<DraftTold, LlmResult | undefined> {
    const { asking, round, messages, maxOutputTokens, promptVersion } = turn;
    const { request, prompt, deadline } = asking;
    const { tokens = TOKENS, cost } = request.budget;
    return this.asker.listen<DraftTold>({
      ...{ reader: round, messages, promptVersion, maxOutputTokens, deadline },
      ...{ temperature: prompt.file.needs.temperature, traceId: request.traceId },
      // The words of a person are in it: behind Rhetor agents may act on them.
      ...{ bearsPayload: true, budget: { tokens, ...(cost !== undefined && { cost }) } },
    });
  }
}
