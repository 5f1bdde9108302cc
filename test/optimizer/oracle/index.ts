/** Finds unsound acceptances: what two versions of a workflow may do, in all schedules, in worlds that tell them apart. */
export { explore, type Explored, type Observation } from './explore.js';
export { FINEST, grainOf, type Grain } from './grain.js';
export { type Setting } from './situation.js';
export { calm, inputOf, random, silent, slow, troubled, warm, type World } from './world.js';
