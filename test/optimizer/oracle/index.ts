/** Finds unsound acceptances: what two versions of a workflow may do, in all schedules, in worlds that tell them apart. */
export type { Checker } from './checker.js';
export { explore, type Explored, type Observation } from './explore.js';
export { FINEST, grainOf, type Grain } from './grain.js';
export { Judge, type Counterexample, type JudgeOptions } from './judge.js';
export { mix } from './mixing.js';
export { shrink, type Claimed } from './shrink.js';
export type { Setting } from './situation.js';
export { tellingWorlds } from './telling-worlds.js';
export { calm, random, silent, slow, troubled, warm, type World } from './world.js';
