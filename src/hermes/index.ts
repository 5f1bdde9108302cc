/** Hermes: the registration of this component, its tools there, and the peers that it lists. */
export { HermesMembership, NO_HERMES, type Hermes } from './hermes.js';
export { HermesLifecycle, HermesModule } from './hermes.module.js';
export { PeerWatch } from './peer/peer-watch.js';
export { ToolShelf } from './tool/tool-shelf.js';
