/** Shapes that the service and its clients share. Pure: the browser uses them too. */
export { publicEvents, type EventContext, type PublicEvent } from './public-event.js';
export { PUBLIC_TYPES } from './public-types.js';
