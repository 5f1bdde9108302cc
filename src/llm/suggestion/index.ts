/** Suggestions: changes of workflows that are proved, judged, kept, applied and taken back. */
export { FactBook, NOTHING_STATED } from './fact-book.js';
export { KeptHistories } from './kept-histories.js';
export { readFacts } from './read-facts.js';
export { SuggestionDesk } from './suggestion-desk.js';
export type { FollowUps } from './trial/follow-ups.js';
