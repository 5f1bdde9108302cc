import { HarmoniaError, Turns, type Clock, type Instant } from '../kernel/index.js';
import { secretTexts, type Credential, type CredentialType } from '../plugin/contract/index.js';
import { isCredentialName, isManagedName } from './credential-name.js';
import { KeyRing } from './key/key-ring.js';
import type { KeySource } from './key/key-source.js';
import type { CredentialKeeper, CredentialStore, CredentialUsers, StoredCredential } from './ports/index.js';
import type { WrittenCredential } from './read-credential.js';
import { seal, unseal, type Opened } from './sealing.js';
import { SecretTexts } from './secret-texts.js';
import { TaskSecrets } from './task-secrets.js';

export interface CredentialParts {
  readonly store: CredentialStore;
  readonly keys: KeySource;
  readonly users: CredentialUsers;
  readonly clock: Clock;
  /** Secrets of the configuration, for `${secrets.name}`; they win over credentials. */
  readonly secrets: Readonly<Record<string, string>>;
  /** What no task gets, and what is masked should one say it all the same. */
  readonly hidden?: readonly string[];
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** A credential without its encrypted form, and how it opened. */
export interface KnownCredential {
  readonly name: string;
  readonly type: CredentialType;
  readonly description: string | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly opened: Opened;
}

export interface Written {
  readonly known: KnownCredential;
  /** False: it took the place of another one. */
  readonly isNew: boolean;
}

export interface CredentialFilter {
  /** Default: without those that belong to features. */
  readonly managed: boolean;
  readonly descending?: boolean;
  readonly offset: number;
  readonly limit: number;
}

export interface RotationReport {
  /** How many are encrypted with the newest key now. */
  readonly rotated: number;
  /** Those that no key opens, which stay as they are. */
  readonly unreadable: readonly string[];
}

const stored = ({ opened: _, ...rest }: KnownCredential, sealed: string): StoredCredential => ({ ...rest, sealed });

/**
 * The credentials, in clear in the memory of this process and encrypted in the store. What is changed is durable first,
 * and seen by tasks then. One change at a time.
 */
export class Credentials implements CredentialKeeper {
  /** What tasks may have, and what of them must be masked. */
  readonly forTasks: TaskSecrets;
  private readonly known = new Map<string, KnownCredential>();
  private readonly texts: SecretTexts;
  private revision = 0;
  /** Each change sees what those before it did, and memory says the same as the store. */
  private readonly turns = new Turns();

  private constructor(
    private readonly parts: CredentialParts,
    private ring: KeyRing,
  ) {
    this.texts = new SecretTexts([...Object.values(parts.secrets), ...(parts.hidden ?? [])]);
    this.forTasks = new TaskSecrets(parts.secrets, {
      revision: () => this.revision,
      credential: (name) => this.credential(name),
      typeOf: (name) => this.known.get(name)?.type,
      values: () => this.texts.with([...this.known.values()].flatMap(textsOf)),
    });
  }

  /**
   * Reads all credentials. One that cannot be read is told as trouble and stays listed. Ends a rotation that a crash
   * cut off. Throws `credential_key_unusable` or `credential_key_exposed`.
   */
  static async open(parts: CredentialParts): Promise<Credentials> {
    const texts = parts.keys.load();
    const credentials = new Credentials(parts, await KeyRing.of(texts));
    await credentials.readAll();
    if (texts.length > 1) await credentials.finishRotation();
    return credentials;
  }

  credential(name: string): Credential | undefined {
    const opened = this.known.get(name)?.opened;
    if (opened?.is === 'unreadable') throw new HarmoniaError('credential_unreadable', { name, reason: opened.reason });
    return opened?.credential;
  }

  find(name: string): KnownCredential | undefined {
    return this.known.get(name);
  }

  /** By name. */
  list({ managed, descending = false, offset, limit }: CredentialFilter): {
    items: readonly KnownCredential[];
    total: number;
  } {
    const all = [...this.known.values()].filter(({ name }) => managed || !isManagedName(name));
    const sorted = all.sort((a, b) => (a.name < b.name === descending ? 1 : -1));
    return { items: sorted.slice(offset, offset + limit), total: all.length };
  }

  async put(name: string, credential: Credential): Promise<void> {
    await this.write(name, { credential, description: undefined });
  }

  /** As `put`, with words about it. */
  async write(name: string, { credential, description }: WrittenCredential): Promise<Written> {
    if (!isCredentialName(name)) throw new Error(`"${name}" is no name of a credential`);
    return this.turns.take(async () => {
      const { store, clock } = this.parts;
      const before = this.known.get(name);
      const now = clock.now();
      const { first } = this.ring;
      const sealed = await seal(name, credential, first);
      const opened: Opened = { is: 'open', credential, key: first.id };
      const times = { createdAt: before?.createdAt ?? now, updatedAt: now };
      const known: KnownCredential = { name, type: credential.type, description, ...times, opened };
      await store.put(stored(known, sealed));
      this.forget(name);
      this.known.set(name, known);
      return { known, isNew: before === undefined };
    });
  }

  remove(name: string): Promise<boolean> {
    return this.turns.take(async () => {
      const wasThere = await this.parts.store.remove(name);
      this.forget(name);
      return wasThere;
    });
  }

  /** What would miss it, in words, at most a few. */
  usedBy(name: string): Promise<readonly string[]> {
    return this.parts.users.usedBy(name);
  }

  /**
   * Encrypts every credential with a new key and forgets the old one. The new key is durable before anything is
   * encrypted with it, and the old one is there until nothing is: whenever the process dies, each credential has its key.
   */
  rotate(): Promise<RotationReport> {
    return this.turns.take(async () => {
      this.ring = await KeyRing.of(this.parts.keys.renew());
      return this.reseal();
    });
  }

  private async finishRotation(): Promise<void> {
    try {
      await this.reseal();
    } catch (error) {
      // The next start, or the next rotation, does it.
      this.parts.onTrouble('Credentials are not yet all under the newest key', error);
    }
  }

  private async reseal(): Promise<RotationReport> {
    const { store, keys } = this.parts;
    const { first } = this.ring;
    const resealed: KnownCredential[] = [];
    const unreadable: string[] = [];
    for (const known of this.known.values()) {
      const { name, opened } = known;
      if (opened.is === 'unreadable') unreadable.push(name);
      else if (opened.key !== first.id) resealed.push({ ...known, opened: { ...opened, key: first.id } });
    }
    const rows = await Promise.all(
      resealed.map(async ({ name }) => ({ name, sealed: await seal(name, this.mustHave(name), first) })),
    );
    if (rows.length > 0) await store.reseal(rows);
    for (const known of resealed) this.known.set(known.name, known);
    keys.retire();
    return { rotated: this.known.size - unreadable.length, unreadable: unreadable.sort() };
  }

  private mustHave(name: string): Credential {
    const credential = this.credential(name);
    if (!credential) throw new HarmoniaError('credential_not_found', { name });
    return credential;
  }

  private async readAll(): Promise<void> {
    for (const { sealed, ...row } of await this.parts.store.all()) {
      const opened = matching(await unseal(row.name, sealed, this.ring), row.type);
      this.known.set(row.name, { ...row, opened });
      if (opened.is === 'open') continue;
      const { name } = row;
      const error = new HarmoniaError('credential_unreadable', { name, reason: opened.reason });
      this.parts.onTrouble('A credential is not usable', error);
    }
    this.revision += 1;
  }

  private forget(name: string): void {
    const known = this.known.get(name);
    if (known) this.texts.retire(textsOf(known), this.parts.clock.now());
    this.known.delete(name);
    this.revision += 1;
  }
}

const textsOf = ({ opened }: KnownCredential): readonly string[] =>
  opened.is === 'open' ? secretTexts(opened.credential) : [];

/** The type stands beside the encrypted text for listing: somebody may have changed it there. */
const matching = (opened: Opened, type: CredentialType): Opened =>
  opened.is === 'unreadable' || opened.credential.type === type
    ? opened
    : { is: 'unreadable', reason: 'it was damaged or changed' };
