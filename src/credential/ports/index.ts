/** What others need of credentials. */
export type * from './credential-keeper.js';
