export type * from './execution-reader.js';
