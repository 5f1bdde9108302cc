/** Values of parameters, out of words. */
export { fillSlots, readSentence, type FilledSlot, type Filling } from './fill-slots.js';
export type { Sentence } from './nearness.js';
export { slotsOf, type Slot } from './slot.js';
