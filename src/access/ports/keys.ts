import type { Instant } from '../../kernel/index.js';
import type { Permission } from './permission.js';

/** A key as it is kept. */
export interface StoredKey {
  /** Its public part: 12 characters, by which it is found. */
  readonly id: string;
  readonly name: string;
  readonly owner: string | undefined;
  /** 16 bytes of salt and SHA-256 of salt and secret, base64. */
  readonly hash: string;
  readonly permissions: readonly Permission[];
  /** Names of the workflows that it is limited to; undefined: all. */
  readonly workflows: readonly string[] | undefined;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | undefined;
  readonly revokedAt: Instant | undefined;
  /** When it was last used, to the minute. */
  readonly usedAt: Instant | undefined;
}

/** Where keys are kept. What is added or revoked is durable when it fulfils. */
export interface KeyStore {
  /** Oldest first. */
  all(): Promise<readonly StoredKey[]>;
  add(key: StoredKey): Promise<void>;
  revoke(id: string, at: Instant): Promise<void>;
  /** Written with the next commit: nobody waits for it. Never throws. */
  used(id: string, at: Instant): void;
}

/** What a key is to be. */
export interface NewKey {
  readonly name: string;
  readonly owner?: string | undefined;
  readonly permissions: readonly Permission[];
  readonly workflows?: readonly string[] | undefined;
  readonly expiresAt?: Instant | undefined;
}

export type KeyState = 'active' | 'expired' | 'revoked';

/** A key as it is shown: without anything that it could be guessed from. */
export type ShownKey = Omit<StoredKey, 'hash'> & { readonly state: KeyState };

/** Makes keys and takes them back. */
export interface KeyDesk {
  /** `secret` is told this once. */
  create(key: NewKey, by: string): Promise<{ readonly secret: string; readonly key: ShownKey }>;
  /** Newest first. */
  list(): readonly ShownKey[];
  /** Throws `api_key_not_found`. Revoked again it stays as it is. */
  revoke(id: string): Promise<ShownKey>;
}
