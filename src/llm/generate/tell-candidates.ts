import { randomUUID } from 'node:crypto';
import type { TaskType } from '../../engine/core/index.js';
import { NO_USAGE, withCalls } from '../lines/index.js';
import type {
  Candidate,
  Degraded,
  DegradedReason,
  GenerateAnalysis,
  GenerateEvent,
  ProposalBudget,
  RejectedCandidate,
  SuggestUsage,
  TemplateBook,
} from '../ports/index.js';
import { nearestTemplates, type TemplateIndex } from './floor/index.js';
import type { CandidateObjection, GateParts, Restriction } from './gate/index.js';
import { modelCandidate } from './model-candidate.js';
import type { DraftRequest, DraftWriter } from './model/index.js';
import { templateCandidate } from './template-candidate.js';

/** A request with everything that it leaves open filled in. */
export interface GenerateQuestion {
  readonly goal: string;
  readonly constraints: readonly string[];
  readonly context: string | undefined;
  readonly restriction: Restriction;
  readonly most: number;
  readonly llm: 'auto' | 'never' | 'require';
  readonly budget: ProposalBudget;
  readonly index: TemplateIndex;
  readonly types: readonly TaskType[];
  readonly components: DraftRequest['components'];
}

export interface TellingParts {
  readonly templates: TemplateBook;
  readonly gates: GateParts;
  readonly writer: DraftWriter;
}

/** What a run came to. */
export interface GenerateResult {
  readonly candidates: readonly Candidate[];
  readonly analysis: GenerateAnalysis;
  readonly rejected: readonly RejectedCandidate[];
  readonly degraded: Degraded | undefined;
  readonly usage: SuggestUsage;
}

/** Names that are told when nothing is near. */
const MOST_NAMES = 50;

const templatesOnly = (reason: DegradedReason): Degraded => ({ from: 'llm+templates', to: 'templates', reason });

const rejectedOf = (
  source: Candidate['source'],
  { gate, reason, detail, pointer }: CandidateObjection,
): RejectedCandidate => ({ source, gate, reason, detail, pointer: pointer ?? null });

/** Answers one question: templates first, which need nobody; then what a model writes. */
class Telling {
  private readonly candidates: Candidate[] = [];
  private readonly rejected: RejectedCandidate[] = [];
  private degraded: Degraded | undefined;
  private usage = NO_USAGE;

  constructor(
    private readonly question: GenerateQuestion,
    private readonly parts: TellingParts,
  ) {}

  async *tell(signal: AbortSignal): AsyncGenerator<GenerateEvent, GenerateResult, undefined> {
    const { goal, index } = this.question;
    const near = nearestTemplates(goal, index);
    const analysis = this.analysis(near.length === 0);
    yield { event: 'analysis', data: analysis };
    for (const one of near) {
      if (this.count('template') >= this.question.most) break;
      const made = await templateCandidate(one, this.question.restriction, this.parts);
      yield made.ok ? this.take(made.value) : this.refuse('template', made.error);
    }
    yield* this.fromModel(signal);
    yield { event: 'usage', data: this.usage };
    yield { event: 'done', data: { candidates: this.candidates.map(({ id }) => id) } };
    const { candidates, rejected, degraded, usage } = this;
    return { candidates, analysis, rejected, degraded, usage };
  }

  private async *fromModel(signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    const { writer } = this.parts;
    if (this.question.llm === 'never') return;
    const ready = await writer.ready();
    if (!ready.ok) {
      yield this.less(templatesOnly(ready.reason));
      return;
    }
    const { goal, constraints, context, restriction, most, types, components, budget } = this.question;
    const request = { goal, constraints, context, types, components, most, budget, traceId: randomUUID() };
    const words = [goal, ...constraints, context ?? ''].join('\n');
    for await (const told of writer.write(request, signal)) {
      if (told.is === 'usage') this.usage = withCalls(this.usage, told);
      else if (told.is === 'degraded') yield this.less({ from: told.from, to: told.to, reason: told.reason });
      else if (told.is === 'rejected') yield this.refuse('llm', told.objection);
      else if (this.count('llm') >= most) return;
      else {
        const made = modelCandidate(told, { restriction, words }, this.parts.gates);
        told.settle(made.ok ? undefined : made.error);
        yield made.ok ? this.take(made.value) : this.refuse('llm', made.error);
      }
    }
    // Whichever of the two clocks rings first: it is the same time that was up.
    if (signal.aborted && !this.degraded) yield this.less(templatesOnly('deadline'));
  }

  private count(source: Candidate['source']): number {
    return this.candidates.filter((one) => one.source === source).length;
  }

  private take(candidate: Candidate): GenerateEvent {
    this.candidates.push(candidate);
    return { event: 'candidate', data: candidate };
  }

  private refuse(source: Candidate['source'], objection: CandidateObjection): GenerateEvent {
    const data = rejectedOf(source, objection);
    this.rejected.push(data);
    return { event: 'rejected', data };
  }

  private less(data: Degraded): GenerateEvent {
    this.degraded = data;
    return { event: 'degraded', data };
  }

  private analysis(isNothingNear: boolean): GenerateAnalysis {
    const { index, types } = this.question;
    const names = index.templates.map(({ name }) => name).slice(0, MOST_NAMES);
    const known = types.map(({ type }) => type).slice(0, MOST_NAMES);
    const message =
      'No template is near enough to these words. Name what is to be done as a template does, write a definition of these task types, or have a language model write one.';
    return {
      ...{ templates: index.templates.length, types: types.length },
      nothingNear: isNothingNear ? { message, templates: names, types: known } : null,
    };
  }
}

/** Tells what comes of a question as it comes. */
export const tellCandidates = (
  question: GenerateQuestion,
  parts: TellingParts,
  signal: AbortSignal,
): AsyncGenerator<GenerateEvent, GenerateResult, undefined> => new Telling(question, parts).tell(signal);
