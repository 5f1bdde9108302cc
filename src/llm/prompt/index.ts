/** Prompts: versioned files, rendered strictly, known by their hash. */
export { PURPOSES, type PromptFile, type PromptNeeds, type PromptOutput, type PromptPurpose } from './prompt-file.js';
export { PromptLibrary, type RenderedPrompt } from './prompt-library.js';
export { fenceMaker, type MakeFence } from './fence.js';
