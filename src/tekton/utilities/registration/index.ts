/** A component at Hermes: what it says of itself there, and what keeps it registered. */
export type { Belongings } from './belongings.js';
export {
  HermesRegistration,
  type HermesLog,
  type HermesRegistrationOptions,
  type RegistrationState,
} from './hermes-registration.js';
export { pause } from './life/index.js';
export type { Capability, Registration } from './registration.js';
export { listIn, type Listed } from './wire/hermes-answers.js';
export {
  HermesClient,
  NoAnswer,
  type HermesAnswer,
  type HermesClientOptions,
  type HermesRequest,
} from './wire/hermes-client.js';
