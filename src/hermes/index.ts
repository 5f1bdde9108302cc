/** Hermes: the registration of this component, its tools there, and the peers that it lists. */
export type { Announcement } from './announcement.js';
export { HermesMembership, NO_HERMES, type Hermes } from './hermes.js';
export { HermesLink } from './hermes-link.js';
export { HermesModule } from './hermes.module.js';
export { PeerWatch } from './peer/peer-watch.js';
export { ToolShelf } from './tool/tool-shelf.js';
export { HermesClient } from './wire/hermes-client.js';
