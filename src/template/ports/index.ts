export type * from './template-store.js';
