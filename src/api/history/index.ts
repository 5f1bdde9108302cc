/** Public events of what is stored, for streams and for what tells others. */
export { StoredEvents } from './stored-events.js';
export { taskWords } from './task-words.js';
