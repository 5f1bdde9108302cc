import { canonicalJson, type Json, type JsonObject } from '../../../kernel/index.js';
import { linesIn, type LineReader } from '../../lines/index.js';
import type { LlmWorth, Proposed } from '../../ports/index.js';
import type { JsonLine, Speaker } from '../../tekton-llm-client/index.js';
import type { Objection } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import type { Aliases } from './aliases.js';
import { nameOfOps, readLine, type Reading } from './read-line.js';
import { unsupported } from './supported.js';
import type { WorkflowHistory } from '../simulate/index.js';

/** Lines of one answer that are looked at, whatever they are. */
export const MOST_LINES = 60;
/** Characters of refused lines that go back to the model. */
const MOST_SHOWN = 6000;

/** What is known before a model says anything, and what it has said before. */
export interface Standing {
  readonly reading: Reading;
  readonly history: WorkflowHistory;
  readonly promptVersion: string;
  readonly found: readonly (readonly RewriteOp[])[];
  /** Names of what was proposed, or asked, before: it is not heard again. */
  readonly heard: Set<string>;
}

/** A line that did not pass, as the model may be told. */
export interface RefusedLine {
  readonly said: string;
  readonly objection: Objection;
}

/** Meant as a proposal or a question, right or wrong. */
const isProposal = ({ ops, op, ask }: JsonObject): boolean =>
  Array.isArray(ops) || typeof op === 'string' || ask !== undefined;

/** Proposals and questions in a value that a model wrote. */
export const proposalsIn = (value: Json): readonly Json[] => linesIn(value, isProposal);

/** One answer: reads its lines, and keeps account of what they were worth. */
export class Round implements LineReader<Proposed> {
  readonly refusals: RefusedLine[] = [];
  private readonly rejected: Record<string, number> = {};
  private accepted = 0;
  private unusable = 0;
  private readable = 0;
  private lines = 0;
  private speaker: Speaker = { transport: 'unknown', provider: 'unknown', model: 'unknown' };

  constructor(private readonly standing: Standing) {}

  get isFull(): boolean {
    return this.lines >= MOST_LINES;
  }

  /** Whether the model did what it was asked for: it said something of use, or nothing. */
  get isUsable(): boolean {
    return this.readable > 0 || this.unusable === 0;
  }

  get worth(): LlmWorth {
    return { accepted: this.accepted, rejected: this.rejected, unusable: this.unusable };
  }

  speaks(speaker: Speaker): void {
    this.speaker = speaker;
  }

  /** What is to be told of a line, which may hold several; those that are too many are not looked at. */
  take(line: JsonLine): readonly Proposed[] {
    if (line.is !== 'value') {
      this.lines += 1;
      if (line.is === 'garbage') this.unusable += 1;
      return [];
    }
    const told = proposalsIn(line.value)
      .slice(0, MOST_LINES - this.lines)
      .map((value) => this.takeValue(value));
    return told.filter((one) => one !== undefined);
  }

  private takeValue(value: Json): Proposed | undefined {
    this.lines += 1;
    const read = readLine(value, this.standing.reading);
    if (read.is === 'nothing') {
      this.unusable += 1;
      return undefined;
    }
    this.readable += 1;
    const said = JSON.stringify(shownBack(value, 0));
    if (read.is === 'refused') return this.refuse(said, read.objection);
    const { narrative } = read;
    const words = narrative === undefined ? {} : { narrative };
    if (read.is === 'question') {
      const { missing } = read;
      return this.isNew(canonicalJson(missing)) ? { is: 'question', missing, ...words } : undefined;
    }
    return this.propose(read.ops, said, words);
  }

  private propose(ops: readonly RewriteOp[], said: string, words: { narrative?: string }): Proposed | undefined {
    const { found, reading, history, promptVersion } = this.standing;
    if (!this.isNew(nameOfOps(ops))) return undefined;
    const objection = alreadyFound(ops, found) ?? unsupported(ops, { study: reading.study, history });
    if (objection) return this.refuse(said, objection);
    const { provider, model } = this.speaker;
    return {
      ...{ is: 'proposal', ops: ops as unknown as Json, ...words, provider, model, promptVersion },
      accepted: () => {
        this.accepted += 1;
      },
      refused: (refusal) => {
        this.refuse(said, refusal);
      },
    };
  }

  private refuse(said: string, objection: Objection): Proposed {
    const { gate } = objection;
    this.rejected[gate] = (this.rejected[gate] ?? 0) + 1;
    this.refusals.push({ said, objection });
    return { is: 'rejected', objection };
  }

  private isNew(name: string): boolean {
    const { heard } = this.standing;
    if (heard.has(name)) return false;
    heard.add(name);
    return true;
  }
}

const WORD = /^(?:[TS]\d{1,5}|[a-z_]{1,32})$/;
const MOST_DEPTH = 4;
const MOST_ENTRIES = 24;

/** A line as its author is shown it again: aliases, words of the catalogue, numbers; whatever else it said is left out. */
const shownBack = (value: Json, depth: number): Json => {
  if (typeof value === 'string') return WORD.test(value) ? value : '…';
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MOST_DEPTH) return '…';
  if (Array.isArray(value))
    return (value as readonly Json[]).slice(0, MOST_ENTRIES).map((one) => shownBack(one, depth + 1));
  const entries = Object.entries(value).filter(([field]) => field !== 'why' && WORD.test(field));
  return Object.fromEntries(
    entries.slice(0, MOST_ENTRIES).map(([field, inner]) => [field, shownBack(inner, depth + 1)]),
  );
};

/** A part of what a rule found, or all of it. */
const alreadyFound = (ops: readonly RewriteOp[], found: readonly (readonly RewriteOp[])[]): Objection | undefined => {
  const isKnown = found.some((known) => {
    const names = new Set(known.map((op) => nameOfOps([op])));
    return ops.every((op) => names.has(nameOfOps([op])));
  });
  return isKnown ? { gate: 'benefit', reason: 'already_found', detail: 'the rules have found it' } : undefined;
};

/** What a model is told of its refused lines: the lines, without its words, and why, in its own aliases. */
export const correctionOf = (
  refusals: readonly RefusedLine[],
  aliases: Aliases,
): { readonly said: string; readonly refused: readonly Json[] } => {
  let room = MOST_SHOWN;
  const shown = refusals.filter(({ said }) => (room -= said.length + 1) >= 0);
  const refused = shown.map(({ objection: { gate, reason, at } }, index): Json => {
    const place = (at === undefined ? undefined : aliases.of(at)) ?? '';
    return {
      ...{ line: index + 1, gate, reason: /^[a-z_]{1,64}$/.test(reason) ? reason : 'refused', at: place },
    };
  });
  return { said: shown.map(({ said }) => said).join('\n'), refused };
};
