/** Everything that touches the database. */
export { Housekeeping, type Retention } from './housekeeping.js';
export { openStorage, type Storage } from './open-storage.js';
