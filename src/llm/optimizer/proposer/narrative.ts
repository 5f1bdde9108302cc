/** Characters that are kept of what a model says about a proposal. */
const LONGEST = 400;

/** Control characters, those that turn the direction of writing, those that nobody sees, and ends of lines. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
const MARKUP = /<[^<>]{0,2000}>?/g;
const MARKDOWN_LINK = /!?\[([^\]]{0,500})\]\s?\([^)]{0,2000}\)?/g;
const ADDRESS = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|(?:javascript|data|mailto|file):)\S*/gi;
const HOST = /\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}\b(?:[/:]\S*)?/gi;

/**
 * A model's own words as plain text: one line, without control characters, links, mark-up and addresses, of 400 characters
 * at most. Undefined: nothing is left. They stay what they are, the words of somebody who may be wrong.
 */
export const narrativeOf = (words: unknown): string | undefined => {
  if (typeof words !== 'string') return undefined;
  const text = words
    .slice(0, 10 * LONGEST)
    .normalize('NFC')
    .replace(UNSEEN, ' ')
    .replace(MARKDOWN_LINK, '$1')
    .replace(MARKUP, ' ')
    .replace(ADDRESS, ' ')
    .replace(HOST, ' ')
    .replace(/[<>`]/g, '')
    .replace(/\s+/gu, ' ')
    .trim();
  if (text === '') return undefined;
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…` : text;
};
