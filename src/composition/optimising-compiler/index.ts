import { setFlagsFromString } from 'node:v8';

let isPaused = false;

/** A start runs nearly all of its code once: to optimise it would take a sixth of the start's time, for nothing. */
export const pauseOptimising = (): void => {
  isPaused = true;
  setFlagsFromString('--no-opt');
};

/** When the work begins. Who has switched the compiler off by a flag of Node keeps it so. */
export const resumeOptimising = (): void => {
  if (isPaused) setFlagsFromString('--opt');
  isPaused = false;
};
