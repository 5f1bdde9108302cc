/** Workflows from words: nearest templates with their slots filled, and what a model writes, all through the same gates. */
export { GenerationDesk, type GenerationParts } from './generation-desk.js';
export { DraftWriter } from './model/index.js';
