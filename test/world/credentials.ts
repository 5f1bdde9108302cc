import { Credentials, givenKeys, type CredentialParts } from '../../src/credential/index.js';
import type { CredentialStore, StoredCredential } from '../../src/credential/ports/index.js';
import type { Credential } from '../../src/plugin/contract/index.js';

/** A store of credentials that forgets. */
export class MemoryCredentials implements CredentialStore {
  readonly rows = new Map<string, StoredCredential>();

  all(): Promise<readonly StoredCredential[]> {
    return Promise.resolve([...this.rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
  }

  put(credential: StoredCredential): Promise<void> {
    this.rows.set(credential.name, credential);
    return Promise.resolve();
  }

  remove(name: string): Promise<boolean> {
    return Promise.resolve(this.rows.delete(name));
  }

  reseal(credentials: readonly { readonly name: string; readonly sealed: string }[]): Promise<void> {
    for (const { name, sealed } of credentials) {
      const row = this.rows.get(name);
      if (row) this.rows.set(name, { ...row, sealed });
    }
    return Promise.resolve();
  }
}

/** Three keys in base64. */
export const KEYS = [1, 2, 3].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string, string];

/** Credentials in memory, under the first of KEYS, at the time 1000, used by nobody. */
export const credentialsWith = (parts: Partial<CredentialParts> = {}): Promise<Credentials> =>
  Credentials.open({
    store: new MemoryCredentials(),
    keys: givenKeys([KEYS[0]], 'TEST'),
    users: { usedBy: () => Promise.resolve([]) },
    clock: { now: () => 1000 },
    secrets: {},
    onTrouble: (what, error) => {
      throw new Error(what, { cause: error });
    },
    ...parts,
  });

/** One of each type, with the canary in all that is secret. */
export const oneOfEach = (canary: string): Readonly<Record<string, Credential>> => ({
  a_secret: { type: 'secret', value: `${canary}-secret` },
  a_basic: { type: 'basic', username: 'ada', password: `${canary}-password` },
  a_bearer: { type: 'bearer', token: `${canary}-token` },
  an_api_key: { type: 'api_key', key: `${canary}-key`, header: 'X-Key' },
  an_hmac: { type: 'hmac', secret: `${canary}-hmac` },
  a_custom: { type: 'custom', fields: { user: `${canary}-user`, 'pass.word': `${canary}-custom` } },
});
