import { createRequire, register } from 'node:module';

/** What plugins import from the host, and where it is. */
const CONTRACT = '@tekton/harmonia/plugin';
const DOORS: Readonly<Record<string, string>> = { [CONTRACT]: new URL('../contract/index.js', import.meta.url).href };

/** Runs in the loader's thread. A copy that the plugin brought along wins: contract values are recognised by brand. */
const HOOK = `
let doors = {};
export const initialize = (given) => { doors = given; };
export const resolve = async (specifier, context, next) => {
  if (!Object.hasOwn(doors, specifier)) return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch {
    return { url: doors[specifier], shortCircuit: true };
  }
};
`;

const canResolve = (entry: string): boolean => {
  try {
    createRequire(entry).resolve(CONTRACT);
    return true;
  } catch {
    return false;
  }
};

/** Makes modules resolvable for code that lies outside of every `node_modules` that has them, beside the contract. */
export const registerDoors = (more: Readonly<Record<string, string>> = {}): void =>
  register(`data:text/javascript,${encodeURIComponent(HOOK)}`, {
    parentURL: import.meta.url,
    data: { ...DOORS, ...more },
  });

let isOffered = false;

/**
 * Makes the contract resolvable for a plugin that lies outside of every `node_modules` with `@tekton/harmonia` in it.
 * Nothing is written beside the plugin. The hook costs a thread, so it is there only when a plugin needs it.
 */
export const offerContract = (entry: string): void => {
  if (isOffered || canResolve(entry)) return;
  isOffered = true;
  registerDoors();
};
