import type { CredentialKeeper } from '../credential/ports/index.js';
import type { Credential } from '../plugin/contract/index.js';

/** Credentials for as long as the process lives: the secrets of the configuration, and what is put. */
export const memoryCredentials = (secrets: Readonly<Record<string, string>>): CredentialKeeper => {
  const kept = new Map<string, Credential>(
    Object.entries(secrets).map(([name, value]) => [name, { type: 'secret', value }]),
  );
  return {
    credential: (name) => kept.get(name),
    put: (name, credential) => {
      kept.set(name, credential);
      return Promise.resolve();
    },
    remove: (name) => Promise.resolve(kept.delete(name)),
  };
};
