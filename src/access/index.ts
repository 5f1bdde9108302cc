/** Who may call, and what: keys, tokens, permissions. Decisions without HTTP and without a database. */
export { isKnown } from './anonymous.js';
export { makeApiKey } from './key/api-key.js';
export { mustBeClosed } from './listening.js';
export { openAccess, type AccessSettings } from './open-access.js';
export { PERMISSIONS } from './permission.js';
export { presentedIn } from './presented.js';
export type { IssuerKeyDocument } from './token/issuer-keys.js';
