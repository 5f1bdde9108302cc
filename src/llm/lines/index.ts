/** Lines of JSON that a language model is asked for. */
export {
  LineAsker,
  type AskerTold,
  type AsksForLines,
  type LineAskerParts,
  type LinePurpose,
  type LineReader,
  type LineTurn,
} from './line-asker.js';
export { LineRound, type RefusedLine, type RejectedLine } from './line-round.js';
export { linesIn } from './lines-in.js';
export { NO_USAGE, withCalls } from './usage-sum.js';
