import { canonicalJson, type Json, type JsonObject } from '../../../kernel/index.js';
import { LineRound, linesIn, type RefusedLine } from '../../lines/index.js';
import type { Proposed } from '../../ports/index.js';
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

/** Meant as a proposal or a question, right or wrong. */
const isProposal = ({ ops, op, ask }: JsonObject): boolean =>
  Array.isArray(ops) || typeof op === 'string' || ask !== undefined;

/** Proposals and questions in a value that a model wrote. */
export const proposalsIn = (value: Json): readonly Json[] => linesIn(value, isProposal);

/** One answer of a model that proposes changes. */
export class Round extends LineRound<Proposed, Objection> {
  constructor(private readonly standing: Standing) {
    super(MOST_LINES, standing.heard);
  }

  protected valuesIn(line: Json): readonly Json[] {
    return proposalsIn(line);
  }

  protected read(value: Json): Proposed | undefined | 'nothing' {
    const read = readLine(value, this.standing.reading);
    if (read.is === 'nothing') return 'nothing';
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
      settle: this.settling(said),
    };
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
  refusals: readonly RefusedLine<Objection>[],
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
