import type { Credential } from '../../plugin/contract/index.js';
import { HarmoniaError, type Instant } from '../../kernel/index.js';
import type { WebhookAuth } from './auth.js';
import { anyEqual } from './equal-secrets.js';
import type { PresentedHeaders } from './presented-headers.js';
import { signedBy, standardKey, standardSignedBy, type Signed } from './signatures.js';

/** What of a request can prove where it comes from. */
export interface Evidence {
  readonly headers: PresentedHeaders;
  readonly query: URLSearchParams;
  readonly body: Uint8Array;
}

export interface VerifyWith {
  readonly credential: (name: string) => Credential | undefined;
  readonly now: () => Instant;
}

type Secured = Exclude<WebhookAuth, { type: 'none' }>;

const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const BEARER = /^bearer +(\S+)$/i;

/** The secret texts of a credential that can serve; empty: it cannot. */
export const secretsFor = (type: Secured['type'], credential: Credential): readonly string[] => {
  const texts = ((): readonly string[] => {
    switch (credential.type) {
      case 'secret':
        return type === 'basic' ? [] : [credential.value];
      case 'basic':
        return type === 'basic' ? [`${credential.username}:${credential.password}`] : [];
      case 'bearer':
        return type === 'bearer' ? [credential.token] : [];
      case 'api_key':
        return type === 'api_key' ? [credential.key] : [];
      case 'hmac':
        return type === 'hmac' || type === 'standard_webhooks' ? [credential.secret] : [];
      case 'custom':
        return type === 'basic' ? [] : Object.values(credential.fields);
    }
  })();
  const usable = texts.filter((text) => text !== '' && (type !== 'standard_webhooks' || standardKey(text)));
  return usable.length === texts.length ? usable : [];
};

/** Texts of headers as the bytes that came. */
const bytes = (header: string): Buffer => Buffer.from(header, 'latin1');

const presentedKey = (auth: Extract<Secured, { type: 'api_key' }>, { headers, query }: Evidence): Uint8Array[] => {
  if (auth.in === 'header') {
    const header = headers.once(auth.name);
    return header === undefined ? [] : [bytes(header)];
  }
  const values = query.getAll(auth.name);
  return values.length === 1 ? [Buffer.from(values[0] as string)] : [];
};

const proof = (auth: Secured, secrets: readonly string[], evidence: Evidence): Signed | undefined => {
  const authorization = evidence.headers.once('authorization') ?? '';
  const given = (found: readonly Uint8Array[]): Signed | undefined =>
    anyEqual(
      found,
      secrets.map((secret) => Buffer.from(secret)),
    )
      ? {}
      : undefined;
  switch (auth.type) {
    case 'basic': {
      const [, encoded] = BASIC.exec(authorization) ?? [];
      return given(encoded === undefined ? [] : [Buffer.from(encoded, 'base64')]);
    }
    case 'bearer': {
      const [, token] = BEARER.exec(authorization) ?? [];
      return given(token === undefined ? [] : [bytes(token)]);
    }
    case 'api_key':
      return given(presentedKey(auth, evidence));
    case 'hmac':
      return signedBy(secrets, auth.scheme, evidence);
    case 'standard_webhooks':
      return standardSignedBy(
        secrets.flatMap((secret) => standardKey(secret) ?? []),
        evidence,
      );
  }
};

/** The headers and parameters that carry proof: nobody keeps them. */
export const proofNames = (
  auth: WebhookAuth,
): { readonly headers: readonly string[]; readonly query: readonly string[] } => {
  if (auth.type === 'api_key')
    return auth.in === 'header' ? { headers: [auth.name], query: [] } : { headers: [], query: [auth.name] };
  if (auth.type === 'hmac') return { headers: [auth.scheme.header], query: [] };
  if (auth.type === 'standard_webhooks') return { headers: ['webhook-signature'], query: [] };
  return { headers: [], query: [] };
};

/** One that cannot be decrypted is as good as none: the sender need not know. */
const readable = (credential: VerifyWith['credential'], name: string): Credential | undefined => {
  try {
    return credential(name);
  } catch {
    return undefined;
  }
};

/**
 * Throws `hook_unverified`, `hook_stale`, or `hook_unready` when there is nothing to verify with: never skips. The time is
 * looked at last, so that only who has the secret learns that it is the time.
 */
export const verify = (auth: WebhookAuth, evidence: Evidence, { credential, now }: VerifyWith): void => {
  if (auth.type === 'none') return;
  const secrets = auth.credentials.flatMap((name) => {
    const found = readable(credential, name);
    return found ? secretsFor(auth.type, found) : [];
  });
  if (secrets.length === 0) throw new HarmoniaError('hook_unready');
  const signed = proof(auth, secrets, evidence);
  if (!signed) throw new HarmoniaError('hook_unverified');
  if (signed.at === undefined || !('tolerance' in auth)) return;
  const off = Math.abs(Math.floor(now() / 1000) - signed.at);
  if (off > auth.tolerance) throw new HarmoniaError('hook_stale');
};
