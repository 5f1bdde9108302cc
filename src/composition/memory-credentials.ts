import type { CredentialKeeper } from '../credential/ports/index.js';
import type { Credential } from '../plugin/contract/index.js';

/** Credentials for as long as the process lives. */
export const memoryCredentials = (): CredentialKeeper => {
  const kept = new Map<string, Credential>();
  return {
    credential: (name) => kept.get(name),
    put: (name, credential) => {
      kept.set(name, credential);
      return Promise.resolve();
    },
    remove: (name) => Promise.resolve(kept.delete(name)),
  };
};
