import { createHmac } from 'node:crypto';
import type { Credential } from '@tekton/harmonia/plugin';

/** Pieces of a body, from its beginning, as often as it is called. */
export type Pieces = () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface Signing {
  /** Its query gets a key that belongs there. */
  readonly url: URL;
  /** What is signed. Absent: the empty body. */
  readonly body: Pieces | undefined;
  readonly signatureHeader: string | undefined;
}

const digest = async (secret: string, body: Pieces | undefined): Promise<string> => {
  const hmac = createHmac('sha256', secret);
  for await (const piece of body?.() ?? []) hmac.update(piece);
  return `sha256=${hmac.digest('hex')}`;
};

/** The headers by which a request shows its credential. */
export const authHeaders = async (
  credential: Credential | undefined,
  { url, body, signatureHeader = 'X-Signature' }: Signing,
): Promise<Readonly<Record<string, string>>> => {
  switch (credential?.type) {
    case undefined:
    case 'secret':
      return {};
    case 'basic': {
      const pair = Buffer.from(`${credential.username}:${credential.password}`);
      return { Authorization: `Basic ${pair.toString('base64')}` };
    }
    case 'bearer':
      return { Authorization: `Bearer ${credential.token}` };
    case 'api_key':
      if (credential.query === undefined) return { [credential.header ?? 'X-API-Key']: credential.key };
      url.searchParams.set(credential.query, credential.key);
      return {};
    case 'hmac':
      return { [signatureHeader]: await digest(credential.secret, body) };
    case 'custom':
      return credential.fields;
  }
};

/** A URL as it may be kept and shown: without the key that `authHeaders` writes into its query. */
export const withoutKey = (url: URL, credential: Credential | undefined): URL => {
  const bare = new URL(url);
  if (credential?.type === 'api_key' && credential.query !== undefined) bare.searchParams.delete(credential.query);
  return bare;
};
