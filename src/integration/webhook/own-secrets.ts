import { fault, isJsonObject, type Fault, type JsonObject } from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import type { Credential } from '../../plugin/contract/index.js';
import type { WebhookAuth } from './auth.js';
import { withSnakeNames } from '../body/index.js';
import type { ParsedAuth } from './parse-auth.js';
import { secretsFor } from './verify.js';
import { ownPrefix, withoutSecrets } from './webhook-document.js';

/** What a webhook had before it is changed. */
export interface KeptAuth {
  /** The name of its own credential, when it has one. */
  readonly own: string | undefined;
  readonly type: WebhookAuth['type'];
}

/** The secrets that were sent with webhooks, each kept as a credential of its own. */
export class OwnSecrets {
  constructor(private readonly credentials: CredentialKeeper) {}

  /** What is wrong with the credentials that a webhook is to have. */
  faults({ auth, isMasked }: ParsedAuth, before: KeptAuth | undefined): readonly Fault[] {
    const faults: Fault[] = [];
    if (isMasked && (before?.own === undefined || before.type !== auth.type))
      faults.push(fault('wrong_type', '/auth', { expected: 'a secret: none is kept that could stay' }));
    if (auth.type === 'none') return faults;
    for (const name of auth.credentials) {
      const isStrange = name.includes(':') && name !== before?.own;
      const credential = isStrange ? undefined : this.credentials.credential(name);
      if (!credential || secretsFor(auth.type, credential).length === 0)
        faults.push(unfit(name, credential, auth.type));
    }
    return faults;
  }

  /**
   * The credential of its own that a webhook is to have. A new secret gets a new name: the document says which one counts,
   * so a crash in between leaves the old one in force.
   */
  async keep(
    { secret, isMasked }: Pick<ParsedAuth, 'secret' | 'isMasked'>,
    id: string,
    own: string | undefined,
  ): Promise<string | undefined> {
    if (!secret) return isMasked ? own : undefined;
    const last = Number(/\d+$/.exec(own ?? '')?.[0] ?? 0);
    const name = `${ownPrefix(id)}auth-${last + 1}`;
    await this.credentials.put(name, secret);
    return name;
  }

  async forget(name: string | undefined): Promise<void> {
    if (name !== undefined) await this.credentials.remove(name);
  }
}

const unfit = (name: string, credential: Credential | undefined, expected: string): Fault =>
  credential
    ? fault('credential_type', '/auth', { name, found: credential.type, expected })
    : fault('credential_unknown', '/auth', { name });

/** What is kept of a body: under one name each, and no secret. */
export const keptDocument = (document: JsonObject, credential: string | undefined): JsonObject => {
  const { auth, auth_type: type, auth_config: config, ...rest } = document;
  const given = withSnakeNames(
    isJsonObject(auth) ? auth : { ...(isJsonObject(config) ? config : {}), ...(type && { type }) },
  );
  const safe = credential === undefined ? given : withoutSecrets(given, credential);
  const entries = Object.entries(rest).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(entries), auth: Object.keys(safe).length === 0 ? { type: 'none' } : safe };
};
