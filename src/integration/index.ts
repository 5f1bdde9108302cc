/** The outside world as tasks see it: Tekton components, HTTP. */
export { componentBases, type BaseOf } from './component-bases.js';
export { createComponentService, type ComponentServiceOptions } from './component-service.js';
export { Destinations, type DestinationParts } from './destination/index.js';
export { GuardedHttp, type OutboundOptions } from './outbound/outbound-http.js';
