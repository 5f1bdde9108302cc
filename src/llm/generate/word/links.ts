import { LinkifyIt } from 'linkify-it';

/** An address as it stands in a text. */
export interface Link {
  readonly is: 'url' | 'email';
  /** Of a URL without its scheme: with `http://`. Of an e-mail: without `mailto:`. */
  readonly value: string;
  /** It was written with its scheme. */
  readonly isWhole: boolean;
  readonly at: number;
  readonly end: number;
}

/** Ends of names that are countries, too, but hardly ever those of a host in a sentence: `notes.md`, `run.sh`. */
const FILES = /^[\w.-]*\.(?:md|sh|py|pl|rs|ts|js|cc|so|ps|ml|vi|mk|in|am|gz|ai|id|is|at|to|it|me|no)$/i;

const finder = new LinkifyIt({ fuzzyIP: false, fuzzyLink: true, fuzzyEmail: true });

/** URLs and e-mail addresses, with and without `https://`, in their order. */
export const linksIn = (text: string): readonly Link[] =>
  (finder.match(text) ?? []).flatMap(({ schema, index, lastIndex, url, text: said }): Link[] => {
    const place = { at: index, end: lastIndex };
    if (schema === 'mailto:' || url.startsWith('mailto:'))
      return [{ is: 'email', value: url.replace(/^mailto:/, ''), isWhole: true, ...place }];
    if (schema === '' && FILES.test(said)) return [];
    return [{ is: 'url', value: url, isWhole: schema !== '', ...place }];
  });
