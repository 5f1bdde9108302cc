import { HarmoniaError, type Clock, type Instant } from '../../kernel/index.js';
import { hashApiKey, matchesApiKey } from '../../tekton/utilities/authentication/index.js';
import { withHeld } from '../permission.js';
import type { Caller, KeyDesk, KeyState, KeyStore, NewKey, ShownKey, StoredKey } from '../ports/index.js';
import { makeApiKey, parseApiKey } from './api-key.js';

/** That a key is used is noted once in this time. */
const MINUTE = 60_000;

interface Held {
  key: StoredKey;
  readonly hash: Buffer;
  readonly caller: Caller;
}

export interface KeyRingParts {
  readonly store: KeyStore;
  readonly clock: Clock;
}

/** What became of a key that was shown. */
export type Found =
  { readonly is: 'unknown' | 'expired' | 'revoked' } | { readonly is: 'good'; readonly caller: Caller };

const UNKNOWN: Found = { is: 'unknown' };

const callerOf = ({ id, permissions, workflows, expiresAt }: StoredKey): Caller =>
  Object.freeze({
    actor: `key:${id}`,
    permissions: withHeld(permissions),
    workflows: workflows && new Set(workflows),
    until: expiresAt,
  });

/** All keys that were made, in memory: this process alone has the data directory, so nothing is looked up for a request. */
export class KeyRing implements KeyDesk {
  private readonly held = new Map<string, Held>();
  private readonly over = new Set<(actor: string) => void>();

  private constructor(private readonly parts: KeyRingParts) {}

  static async open(parts: KeyRingParts): Promise<KeyRing> {
    const ring = new KeyRing(parts);
    for (const key of await parts.store.all()) ring.hold(key);
    return ring;
  }

  find(text: string): Found {
    const parts = parseApiKey(text);
    const held = parts && this.held.get(parts.id);
    if (!held || !matchesApiKey(parts.secret, held.hash)) return UNKNOWN;
    const now = this.parts.clock.now();
    const state = stateOf(held.key, now);
    if (state !== 'active') return { is: state };
    if (now - (held.key.usedAt ?? 0) >= MINUTE) this.note(held, now);
    return { is: 'good', caller: held.caller };
  }

  async create(wanted: NewKey, by: string): Promise<{ secret: string; key: ShownKey }> {
    const { id, secret, text } = makeApiKey();
    const now = this.parts.clock.now();
    const { name, owner, permissions, workflows, expiresAt } = wanted;
    const key: StoredKey = {
      ...{ id, name, owner, hash: hashApiKey(secret), permissions, workflows },
      ...{ createdAt: now, createdBy: by, expiresAt, revokedAt: undefined, usedAt: undefined },
    };
    await this.parts.store.add(key);
    this.hold(key);
    return { secret: text, key: this.shown(key) };
  }

  list(): readonly ShownKey[] {
    return [...this.held.values()].map(({ key }) => this.shown(key)).reverse();
  }

  async revoke(id: string): Promise<ShownKey> {
    const held = this.held.get(id);
    if (!held) throw new HarmoniaError('api_key_not_found', { id });
    if (held.key.revokedAt === undefined) {
      const now = this.parts.clock.now();
      await this.parts.store.revoke(id, now);
      held.key = { ...held.key, revokedAt: now };
      for (const listener of this.over) listener(held.caller.actor);
    }
    return this.shown(held.key);
  }

  /** Tells of callers whose key is revoked. Answers how to stop. */
  onRevoked(listener: (actor: string) => void): () => void {
    this.over.add(listener);
    return () => void this.over.delete(listener);
  }

  private hold(key: StoredKey): void {
    this.held.set(key.id, { key, hash: Buffer.from(key.hash, 'base64'), caller: callerOf(key) });
  }

  private note(held: Held, now: Instant): void {
    held.key = { ...held.key, usedAt: now };
    this.parts.store.used(held.key.id, now);
  }

  private shown({ hash: _, ...key }: StoredKey): ShownKey {
    return { ...key, state: stateOf(key, this.parts.clock.now()) };
  }
}

const stateOf = ({ revokedAt, expiresAt }: Pick<StoredKey, 'revokedAt' | 'expiresAt'>, now: Instant): KeyState => {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'active';
};
