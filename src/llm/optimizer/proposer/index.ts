/** Changes that a language model thinks of. The only part of the optimiser that knows that there is one. */
export { LlmProposer, type LlmProposerParts } from './llm-proposer.js';
export { proposalsIn } from './round.js';
export { sentData, type KnownWords, type Sent } from './sent-data.js';
