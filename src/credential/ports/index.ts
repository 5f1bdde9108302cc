/** What others need of credentials, and what credentials need of others. */
export type * from './credential-keeper.js';
export type * from './credential-store.js';
export type * from './credential-users.js';
