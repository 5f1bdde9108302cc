/** What guards ask, and where keys and records of changes are kept. */
export type * from './access.js';
export type * from './audit.js';
export type * from './keys.js';
export type * from './permission.js';
