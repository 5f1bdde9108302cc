/** Words of people and of models: what of them may be shown, and what may be sent. */
export { plainWords, type PlainOptions } from './plain-words.js';
export { scrubbed } from './scrubbed.js';
export { scrubbedJson } from './scrubbed-json.js';
export { seenJson, seenText } from './seen.js';
