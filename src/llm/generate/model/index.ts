/** Definitions that a language model writes. */
export type { WrittenDraft } from './draft-round.js';
export { DraftWriter, sentRequest, type DraftRequest, type DraftWriterParts } from './draft-writer.js';
