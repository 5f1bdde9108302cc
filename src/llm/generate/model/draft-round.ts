import { canonicalJson, type Json, type JsonObject } from '../../../kernel/index.js';
import { LineRound, linesIn, type AskerTold, type RejectedLine } from '../../lines/index.js';
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
export type DraftTold = WrittenDraft | RejectedLine<CandidateObjection> | AskerTold;

/** Meant as a definition, right or wrong. */
const isDraft = ({ definition }: JsonObject): boolean => definition !== undefined;

/** Characters of a reason. */
const LONGEST_WHY = 400;
/** Lines of one answer that are looked at, whatever they are. */
const MOST_LINES = 12;

/** One answer of a model that writes definitions. */
export class DraftRound extends LineRound<WrittenDraft, CandidateObjection> {
  constructor(
    private readonly promptVersion: string,
    heard: Set<string>,
  ) {
    super(MOST_LINES, heard);
  }

  protected valuesIn(line: Json): readonly Json[] {
    return linesIn(line, isDraft);
  }

  protected read(value: Json): WrittenDraft | RejectedLine<CandidateObjection> | undefined | 'nothing' {
    const read = modelDefinition(value);
    if (!read.ok && read.error.reason === 'no_definition') return 'nothing';
    const said = JSON.stringify(value);
    if (!read.ok) return this.refuse(said, read.error);
    if (!this.isNew(canonicalJson(read.value))) return undefined;
    const { provider, model } = this.speaker;
    const why = plainWords((value as JsonObject).why, { longest: LONGEST_WHY });
    return {
      ...{ is: 'draft', definition: read.value, why, provider, model, promptVersion: this.promptVersion },
      settle: this.settling(said),
    };
  }
}
