export type * from './workflow-store.js';
