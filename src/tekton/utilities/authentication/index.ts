/** Who asks, and what they may: pure checks of tokens, keys and permissions. */
export {
  checkApiKey,
  challenge,
  hashApiKey,
  makeApiKey,
  matchesApiKey,
  type ApiKeyRecord,
  type CheckedApiKey,
} from './api-key.js';
export {
  isBearer,
  signBearer,
  verifyBearer,
  type BearerClaims,
  type BearerIssuer,
  type BearerKeys,
  type BearerWords,
  type RefusedBearer,
  type Verified,
} from './bearer.js';
export { permits } from './permissions.js';
