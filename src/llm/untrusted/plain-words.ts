/** Control characters, those that turn the direction of writing, those that nobody sees, and ends of lines. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const MARKUP = /<[^<>]{0,2000}>?/g;
/** As readers of HTML begin one: `n < 1` is none. */
const TAG = /<(?=[a-z!/?])[^<>]{0,2000}>?/gi;
const MARKDOWN_LINK = /!?\[([^\]]{0,500})\]\s?\([^)]{0,2000}\)?/g;
const ADDRESS = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|(?:javascript|data|mailto|file):)\S*/gi;
const HOST = /\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b(?:[/:]\S*)?/gi;
/** One with a port or a path: no dotted name of a field, as `order.total`, looks so. */
const PLACE = /\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b(?:\/|:\d)\S*/gi;

export interface PlainOptions {
  /** Characters that are kept. */
  readonly longest: number;
  /** Whether ends of lines stay, one after the other at most. Default false: it becomes one line. */
  readonly lines?: boolean;
  /**
   * Whether dotted names and comparisons stay, such as `order.total > 1`: tags, and what has a scheme, a port or a path, go
   * all the same. Default false.
   */
  readonly formulas?: boolean;
}

const plainLine = (text: string, formulas: boolean): string => {
  const plain = text
    .normalize('NFC')
    .replace(UNSEEN, ' ')
    // What goes without a trace goes first: else it could stand inside of what is looked for.
    .replace(/`/g, '')
    .replace(MARKDOWN_LINK, '$1')
    .replace(formulas ? TAG : MARKUP, ' ')
    .replace(ADDRESS, ' ')
    .replace(formulas ? PLACE : HOST, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
  return formulas ? plain : plain.replace(/[<>]/g, '').replace(/ +/g, ' ').trim();
};

/**
 * A model's own words as plain text: without control characters, links, mark-up and addresses, and no longer than is
 * said. Undefined: nothing is left. They stay what they are, the words of somebody who may be wrong.
 */
export const plainWords = (
  words: unknown,
  { longest, lines = false, formulas = false }: PlainOptions,
): string | undefined => {
  if (typeof words !== 'string') return undefined;
  const given = words.slice(0, 10 * longest);
  const text = (lines ? given.split(/\r\n?|\n/) : [given])
    .map((line) => plainLine(line, formulas))
    .filter((line) => line !== '')
    .join('\n');
  if (text === '') return undefined;
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
};
