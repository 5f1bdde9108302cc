/** Everything that touches the database. */
export { openStorage, type Storage } from './open-storage.js';
