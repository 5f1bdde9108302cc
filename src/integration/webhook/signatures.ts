import { createHmac } from 'node:crypto';
import type { SignatureScheme } from './auth.js';
import { anyEqual } from './equal-secrets.js';
import type { PresentedHeaders } from './presented-headers.js';

/** Signatures of one request that are looked at: senders send one for each secret while they change it. */
const MOST_SIGNATURES = 20;
const SECONDS = /^\d{1,11}$/;
const STANDARD_PREFIX = 'whsec_';
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** A request that was signed when it says. `at`: seconds, absent when the scheme signs none. */
export interface Signed {
  readonly at?: number;
}

interface Presented {
  readonly timestamp: string | undefined;
  readonly signatures: readonly string[];
}

const fromPairs = (header: string, pairs: { timestamp: string; signature: string }): Presented => {
  const entries = header.split(',').map((entry) => {
    const [name = '', ...rest] = entry.trim().split('=');
    return [name, rest.join('=')] as const;
  });
  const valuesOf = (wanted: string): string[] => entries.flatMap(([name, value]) => (name === wanted ? [value] : []));
  const times = valuesOf(pairs.timestamp);
  return { timestamp: times.length === 1 ? times[0] : undefined, signatures: valuesOf(pairs.signature) };
};

const presented = (headers: PresentedHeaders, scheme: SignatureScheme): Presented => {
  const header = headers.once(scheme.header) ?? '';
  if (scheme.pairs) return fromPairs(header, scheme.pairs);
  const { timestampHeader } = scheme;
  return {
    timestamp: timestampHeader === undefined ? undefined : headers.once(timestampHeader),
    signatures: header === '' ? [] : [header],
  };
};

const PLACES = /(\{body\}|\{timestamp\})/;

/** The signature over the bytes as they are. */
const signatureOf = (
  secret: string,
  { algorithm, encoding, signed }: SignatureScheme,
  { body, timestamp }: { body: Uint8Array; timestamp: string },
): string => {
  const hmac = createHmac(algorithm, secret);
  for (const piece of signed.split(PLACES))
    hmac.update(piece === '{body}' ? body : piece === '{timestamp}' ? timestamp : piece);
  return hmac.digest(encoding);
};

/** What a sender adds to a request to sign it with each of the secrets. */
export const signatureHeaders = (
  scheme: SignatureScheme,
  secrets: readonly string[],
  signed: { body: Uint8Array; timestamp: string },
): Record<string, string> => {
  const signatures = secrets.map((secret) => scheme.prefix + signatureOf(secret, scheme, signed));
  const { header, pairs, timestampHeader } = scheme;
  const { timestamp } = signed;
  if (pairs) {
    const all = signatures.map((signature) => `${pairs.signature}=${signature}`);
    return { [header]: [`${pairs.timestamp}=${timestamp}`, ...all].join(',') };
  }
  // A header of this kind has room for one.
  return { [header]: signatures[0] ?? '', ...(timestampHeader !== undefined && { [timestampHeader]: timestamp }) };
};

const withoutPrefix = (signature: string, { prefix, encoding }: SignatureScheme): string[] => {
  if (!signature.startsWith(prefix)) return [];
  const bare = signature.slice(prefix.length);
  return [encoding === 'hex' ? bare.toLowerCase() : bare];
};

/** Undefined: no signature that is given was made with one of the secrets. */
export const signedBy = (
  secrets: readonly string[],
  scheme: SignatureScheme,
  { headers, body }: { headers: PresentedHeaders; body: Uint8Array },
): Signed | undefined => {
  const { timestamp, signatures } = presented(headers, scheme);
  const wantsTime = scheme.signed.includes('{timestamp}');
  if (wantsTime && (timestamp === undefined || !SECONDS.test(timestamp))) return undefined;
  const given = signatures.slice(0, MOST_SIGNATURES).flatMap((signature) => withoutPrefix(signature, scheme));
  const expected = secrets.map((secret) => signatureOf(secret, scheme, { body, timestamp: timestamp ?? '' }));
  if (!anyEqual(given, expected)) return undefined;
  return wantsTime ? { at: Number(timestamp) } : {};
};

/** The key of a Standard Webhooks secret, with or without `whsec_`; undefined when it is none. */
export const standardKey = (secret: string): Buffer | undefined => {
  const text = secret.startsWith(STANDARD_PREFIX) ? secret.slice(STANDARD_PREFIX.length) : secret;
  return text !== '' && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
};

/** The signature of Standard Webhooks, without its `v1,`. */
export const standardSignature = (
  key: Buffer,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: Uint8Array },
): string =>
  createHmac('sha256', key)
    .update(Buffer.from(`${id}.${timestamp}.`, 'latin1'))
    .update(body)
    .digest('base64');

/**
 * The same for Standard Webhooks. Over bytes and with a clock of one's own, which the library of that name cannot do: it
 * makes a text of the body first.
 */
export const standardSignedBy = (
  keys: readonly Buffer[],
  { headers, body }: { headers: PresentedHeaders; body: Uint8Array },
): Signed | undefined => {
  const id = headers.once('webhook-id');
  const timestamp = headers.once('webhook-timestamp');
  const header = headers.once('webhook-signature');
  if (!id || !header || timestamp === undefined || !SECONDS.test(timestamp)) return undefined;
  const given = header
    .split(' ')
    .slice(0, MOST_SIGNATURES)
    .flatMap((entry) => (entry.startsWith('v1,') ? [entry.slice('v1,'.length)] : []));
  const expected = keys.map((key) => standardSignature(key, { id, timestamp, body }));
  return anyEqual(given, expected) ? { at: Number(timestamp) } : undefined;
};
