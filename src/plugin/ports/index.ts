/** What the plugin host needs of the rest of the house. */
export type * from './component-source.js';
export type * from './llm-source.js';
export type * from './outbound-http.js';
export type * from './plugin-administration.js';
export type * from './secret-source.js';
