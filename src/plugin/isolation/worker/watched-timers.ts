import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';

/** A timer, as Node keeps it. */
type Handle = object & { readonly _destroyed?: boolean };
type Name = 'setTimeout' | 'setInterval' | 'setImmediate';

const NAMES: readonly Name[] = ['setTimeout', 'setInterval', 'setImmediate'];
/** Handles after which those that are over are forgotten. */
const MANY = 1000;

let made: Handle[] = [];

const isPending = ({ _destroyed: isOver }: Handle): boolean => isOver === false;

const note = <T>(handle: T): T => {
  if (made.length >= MANY) made = made.filter(isPending);
  made.push(handle as Handle);
  return handle;
};

/**
 * Notes every timer that is made from now on. Those that are unref'd stand in no list of Node's, but what they do when they
 * ring hits whoever runs then. To be called before any code of the plugin is loaded.
 */
export const watchTimers = (): void => {
  for (const name of NAMES) {
    const original = timers[name] as (...given: unknown[]) => object;
    const watched = (...given: unknown[]): object => note(original(...given));
    Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original));
    Object.assign(timers, { [name]: watched });
    Object.assign(globalThis, { [name]: watched });
  }
  syncBuiltinESMExports();
};

/** Whether a timer that was made since the last call has yet to ring. */
export const isSomethingPending = (): boolean => {
  const isPendingStill = made.some(isPending);
  made = [];
  return isPendingStill;
};
