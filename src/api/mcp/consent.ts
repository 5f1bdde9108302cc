import { contentHash, HarmoniaError } from '../../kernel/index.js';

/** Whether a person can be asked before something is done, and what he said. */
export type Person =
  /** A program that speaks for itself. */
  | { readonly is: 'not asked' }
  /** A model may speak, and its client can ask nobody: the client's word counts. */
  | { readonly is: 'out of reach' }
  /** The client asks him, and then calls again. `answer`: to that question. */
  | { readonly is: 'within reach'; readonly answer?: { readonly to: string; readonly agreed: boolean } };

/** What somebody must agree to. */
export interface Question {
  /** What is about to be done, in words for him. */
  readonly what: string;
  /** What the arguments say of it. */
  readonly confirm: boolean | undefined;
  /** Programs that speak for themselves say it, too. */
  readonly ofPrograms: boolean;
}

/** The client is to ask a person. No error of anybody: the call is made again with the answer. */
export class PersonWanted extends Error {
  override readonly name = 'PersonWanted';
  /** What names the question: an answer to another one counts for nothing. */
  readonly question: string;

  constructor(readonly what: string) {
    super(what);
    this.question = nameOf(what);
  }
}

const nameOf = (what: string): string => contentHash(what);

/**
 * Returns when somebody has agreed. Throws `unconfirmed`, `declined`, and `PersonWanted` when he can be asked and was not:
 * then what a model writes into the arguments does not count.
 */
export const mustAgree = (person: Person, { what, confirm, ofPrograms }: Question): void => {
  if (person.is === 'within reach') {
    const { answer } = person;
    if (answer?.to !== nameOf(what)) throw new PersonWanted(what);
    if (!answer.agreed) throw new HarmoniaError('declined', { what });
    return;
  }
  if (confirm !== true && (ofPrograms || person.is === 'out of reach'))
    throw new HarmoniaError('unconfirmed', { what });
};

const LONGEST = 100;

/** A name that somebody else gave, in words for a person: one line, and no more than that. */
export const quoted = (name: string): string => {
  const line = name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return `"${line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line}"`;
};
