/** What words say: their terms, and what they name. */
export { linksIn, type Link } from './links.js';
export { mentionsIn, type Mention } from './mentions.js';
export { secondsOf } from './quantity.js';
export { stemOf, termOf, termsOf, tokensOf, type Token } from './terms.js';
export { WordIndex, type Match, type WordFields } from './word-index.js';
