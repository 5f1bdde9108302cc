/** The adapter of language models. */
export { TektonLLMClient, type LinePiece } from './client.js';
export * from './errors.js';
export type * from './options.js';
export type * from './request.js';
export { JsonLineReader, type JsonLine } from './answer/json-lines.js';
export { Thoughts } from './answer/thoughts.js';
export { estimateMessages, estimateTokens } from './answer/token-estimate.js';
export type { LlmResult } from './call/result.js';
export type { Speaker, StreamPiece } from './call/streamer.js';
export { Deadline } from './call/deadline.js';
export { MemoryResponseCache } from './call/memory-response-cache.js';
export { degradedReason, mustBeReady, readinessFor } from './readiness.js';
