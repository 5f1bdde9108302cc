import type { Instant } from '../../kernel/index.js';
import type { CredentialType } from '../../plugin/contract/index.js';

/** A credential as it lies in the database. */
export interface StoredCredential {
  readonly name: string;
  readonly type: CredentialType;
  readonly description: string | undefined;
  /** JWE in its compact form. */
  readonly sealed: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

/** The same credential under another key. */
export interface Resealed {
  readonly name: string;
  readonly sealed: string;
}

/** Where credentials are kept. Every change is one durable transaction. */
export interface CredentialStore {
  /** By name. */
  all(): Promise<readonly StoredCredential[]>;
  /** Takes the place of one that has the name. */
  put(credential: StoredCredential): Promise<void>;
  /** False: there was none. */
  remove(name: string): Promise<boolean>;
  /** All of them or none; their times stay. */
  reseal(credentials: readonly Resealed[]): Promise<void>;
}
