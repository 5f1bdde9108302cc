/** What the API needs of the platform's side of Harmonia. */
export type { HermesPresence, PeerState, Platform } from './platform.js';
export type { Shutdown, StopCaller } from './shutdown.js';
