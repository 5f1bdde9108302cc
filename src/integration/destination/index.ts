/** How much, and whether at all, a destination is asked. */
export { isTimeout } from './is-timeout.js';
export { Destinations, OPEN_GATE, type DestinationParts, type Gate, type Visit } from './destinations.js';
