export { Chance, drawn, hashOf } from './chance.js';
export { CATALOGUE, type CatalogueEntry, type ErrorCode } from './error-catalogue.js';
export type { Fault, Warning } from './fault.js';
export { duplicateKeys } from './duplicate-keys.js';
export { boundedReport, fault, HarmoniaError, messageOf, type HarmoniaErrorOptions } from './harmonia-error.js';
export { SeldomMap, SeldomSet } from './seldom.js';
export { contentHash, deriveUuid, parseUuid, type Uuid } from './identifier.js';
export { escapePointerToken, pointer, pointerTokens, type JsonPointer } from './json-pointer.js';
export {
  canonicalJson,
  deepFreeze,
  isJsonObject,
  jsonDepth,
  ownValue,
  unspeakableNumbers,
  type Json,
  type JsonObject,
} from './json.js';
export { isLoopback } from './loopback.js';
export { err, ok, type Result } from './result.js';
export { SHORTEST_SECRET } from './secret.js';
export { isoDuration, isoInstant, type Clock, type Instant, type Millis, type Timer, type Timers } from './time.js';
export {
  formatTraceParent,
  parseTraceParent,
  traceContextOf,
  traceHeaders,
  type TraceContext,
  type TraceParent,
} from './trace-context.js';
export { Turns } from './turns.js';
