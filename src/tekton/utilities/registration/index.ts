/** What a component says of itself to Hermes, and what keeps it registered there. */
export type { Capability, ComponentStatus, HermesRegistration, Registration } from './registration.js';
