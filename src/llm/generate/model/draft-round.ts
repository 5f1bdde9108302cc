import { canonicalJson, type Json, type JsonObject } from '../../../kernel/index.js';
import { linesIn, type AskerTold, type LineReader } from '../../lines/index.js';
import type { LlmWorth } from '../../ports/index.js';
import type { JsonLine, Speaker } from '../../tekton-llm-client/index.js';
import { plainWords } from '../../untrusted/index.js';
import { modelDefinition, type CandidateObjection } from '../gate/index.js';

/** A definition that a model has written: bounded and made plain, and nothing else. It is still to be checked. */
export interface WrittenDraft {
  readonly is: 'draft';
  readonly definition: JsonObject;
  readonly why: string | undefined;
  readonly provider: string;
  readonly model: string;
  readonly promptVersion: string;
  /** Is told when a gate refuses it, or when it is accepted. */
  readonly settle: (objection: CandidateObjection | undefined) => void;
}

/** What is told of a model's answer. */
export type DraftTold = WrittenDraft | { readonly is: 'rejected'; readonly objection: CandidateObjection } | AskerTold;

/** A line that did not pass, as the model may be told. */
export interface RefusedDraft {
  readonly said: string;
  readonly objection: CandidateObjection;
}

/** Meant as a definition, right or wrong. */
const isDraft = ({ definition }: JsonObject): boolean => definition !== undefined;

/** Characters of a reason. */
const LONGEST_WHY = 400;
/** Lines of one answer that are looked at, whatever they are. */
const MOST_LINES = 12;

/** One answer: reads its lines, and keeps account of what they were worth. */
export class DraftRound implements LineReader<DraftTold> {
  readonly refusals: RefusedDraft[] = [];
  private readonly rejected: Record<string, number> = {};
  private accepted = 0;
  private unusable = 0;
  private readable = 0;
  private lines = 0;
  private speaker: Speaker = { transport: 'unknown', provider: 'unknown', model: 'unknown' };

  constructor(
    private readonly promptVersion: string,
    /** What was written before: it is not heard again. */
    private readonly heard: Set<string>,
  ) {}

  get isFull(): boolean {
    return this.lines >= MOST_LINES;
  }

  get isUsable(): boolean {
    return this.readable > 0 || this.unusable === 0;
  }

  get worth(): LlmWorth {
    return { accepted: this.accepted, rejected: this.rejected, unusable: this.unusable };
  }

  speaks(speaker: Speaker): void {
    this.speaker = speaker;
  }

  take(line: JsonLine): readonly DraftTold[] {
    if (line.is !== 'value') {
      this.lines += 1;
      if (line.is === 'garbage') this.unusable += 1;
      return [];
    }
    return linesIn(line.value, isDraft)
      .slice(0, MOST_LINES - this.lines)
      .flatMap((value) => this.takeValue(value) ?? []);
  }

  private takeValue(value: Json): DraftTold | undefined {
    this.lines += 1;
    const read = modelDefinition(value);
    if (!read.ok && read.error.reason === 'no_definition') {
      this.unusable += 1;
      return undefined;
    }
    this.readable += 1;
    const said = JSON.stringify(value);
    if (!read.ok) return this.refuse(said, read.error);
    const name = canonicalJson(read.value);
    if (this.heard.has(name)) return undefined;
    this.heard.add(name);
    const { provider, model } = this.speaker;
    const why = plainWords((value as JsonObject).why, { longest: LONGEST_WHY });
    return {
      ...{ is: 'draft', definition: read.value, why, provider, model, promptVersion: this.promptVersion },
      settle: (objection) => {
        if (objection) this.refuse(said, objection);
        else this.accepted += 1;
      },
    };
  }

  private refuse(said: string, objection: CandidateObjection): DraftTold {
    const { gate } = objection;
    this.rejected[gate] = (this.rejected[gate] ?? 0) + 1;
    this.refusals.push({ said, objection });
    return { is: 'rejected', objection };
  }
}
