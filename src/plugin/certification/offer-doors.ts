import { registerDoors } from '../host/offer-contract.js';

let isOffered = false;

/** Makes `@tekton/harmonia/plugin` and `@tekton/harmonia/testing` resolvable, wherever a plugin and its tests lie. */
export const offerDoors = (): void => {
  if (isOffered) return;
  isOffered = true;
  registerDoors({ '@tekton/harmonia/testing': new URL('../testing/index.js', import.meta.url).href });
};
