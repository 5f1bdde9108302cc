/** What Hermes's registration is to others, and what it needs of them. */
export type { HermesDesk, HermesPeer, HermesStatus } from './hermes-desk.js';
export type { HermesTool } from './hermes-tool.js';
