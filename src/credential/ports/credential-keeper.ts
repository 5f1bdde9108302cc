import type { Credential } from '../../plugin/contract/index.js';

/** Keeps credentials, encrypted at rest: for features whose settings hold secrets. */
export interface CredentialKeeper {
  /** In clear, from memory. Throws `credential_unreadable` when its key is not there or it was damaged. */
  credential(name: string): Credential | undefined;
  /** Durable when it fulfils. Takes the place of one that has the name. */
  put(name: string, credential: Credential): Promise<void>;
  /** False: there was none. */
  remove(name: string): Promise<boolean>;
}
