/** What the adapter of language models needs of the rest of the house, and offers to its API. */
export type * from './llm-board.js';
export type * from './llm-ledger.js';
export type * from './response-cache.js';
