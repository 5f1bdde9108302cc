/** Values of parameters, out of words. */
export { fillSlots, type FilledSlot, type Filling } from './fill-slots.js';
