import { HarmoniaError, traceHeaders, type Instant, type Json, type TraceContext } from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import { secretsFor, signatureHeaders, standardKey, standardSignature, type WebhookAuth } from '../webhook/index.js';
import type { Subscription } from './subscription.js';

/** One request, ready to be sent. */
export interface Letter {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Headers that no other origin may get. */
  readonly secretHeaders: readonly string[];
}

interface Proof {
  readonly headers: Readonly<Record<string, string>>;
  readonly query?: readonly [string, string];
}

interface Message {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Buffer;
}

type Secured = Exclude<WebhookAuth, { type: 'none' }>;

const prove = (auth: Secured, secrets: readonly string[], message: Message): Proof => {
  const [first = ''] = secrets;
  switch (auth.type) {
    case 'basic':
      return { headers: { authorization: `Basic ${Buffer.from(first).toString('base64')}` } };
    case 'bearer':
      return { headers: { authorization: `Bearer ${first}` } };
    case 'api_key':
      return auth.in === 'header' ? { headers: { [auth.name]: first } } : { headers: {}, query: [auth.name, first] };
    case 'hmac':
      return { headers: signatureHeaders(auth.scheme, secrets, message) };
    case 'standard_webhooks': {
      const keys = secrets.flatMap((secret) => standardKey(secret) ?? []);
      const signatures = keys.map((key) => `v1,${standardSignature(key, message)}`);
      return { headers: { 'webhook-signature': signatures.join(' ') } };
    }
  }
};

const secretsOf = (auth: Secured, credentials: CredentialKeeper): readonly string[] => {
  const found = auth.credentials.flatMap((name) => credentials.credential(name) ?? []);
  const usable = found.flatMap((credential) => secretsFor(auth.type, credential));
  if (usable.length > 0) return usable;
  throw new HarmoniaError('credential_unknown', { name: auth.credentials[0] ?? '' });
};

interface Composed {
  readonly id: string;
  readonly content: Json;
  readonly at: Instant;
  readonly trace: TraceContext | undefined;
}

/** Composes an attempt: `id` is the same for all of a dispatch, the time and the signature are its own. Throws when a credential is gone. */
export const composeLetter = (
  { url, headers, auth }: Subscription,
  { id, content, at, trace }: Composed,
  credentials: CredentialKeeper,
): Letter => {
  const body = Buffer.from(JSON.stringify(content));
  const message = { id, timestamp: String(Math.floor(at / 1000)), body };
  const usual = {
    'content-type': 'application/json',
    'user-agent': 'Harmonia',
    ...(trace && traceHeaders(trace)),
    ...headers,
    'webhook-id': id,
    'webhook-timestamp': message.timestamp,
  };
  if (auth.type === 'none') return { url, headers: usual, body, secretHeaders: [] };
  const proof = prove(auth, secretsOf(auth, credentials), message);
  const target = new URL(url);
  if (proof.query) target.searchParams.set(...proof.query);
  return { url: target, headers: { ...usual, ...proof.headers }, body, secretHeaders: Object.keys(proof.headers) };
};
