import { fatal, type Credential, type HttpRequest, type Json } from '@tekton/harmonia/plugin';
import { authHeaders, type Pieces } from './auth.js';

export type Query = Readonly<Record<string, Json>>;
export type Headers = Readonly<Record<string, string>>;

/** What a request is made of. */
export interface RequestParts {
  readonly url: URL;
  readonly method: string;
  /** As the workflow gives them. */
  readonly headers: Headers;
  /** Of our own; what the workflow gives under the same name wins. */
  readonly defaults: Headers;
  readonly body?: string | Pieces | undefined;
  readonly auth: Credential | undefined;
  readonly signatureHeader?: string | undefined;
  readonly idempotencyKey: string;
}

/** What is asked for unless the request says otherwise, and can be read. */
export const ACCEPTED_ENCODINGS = 'gzip, br';

/** A URL as errors show it: a query may hold secrets. */
export const shown = (url: string): string => url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//');

export const parseUrl = (text: string, query: Query = {}): URL => {
  if (!URL.canParse(text)) throw fatal('schema_mismatch', `"${shown(text)}" is no URL.`);
  const url = new URL(text);
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as Json[]) : [value]) {
      url.searchParams.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
  }
  return url;
};

/** `https://name:password@host/` as a header: the output and the errors show the URL. */
const accountOf = (url: URL): string | undefined => {
  const { username, password } = url;
  if (username === '' && password === '') return undefined;
  url.username = '';
  url.password = '';
  try {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  } catch {
    throw fatal('schema_mismatch', 'The name or password in the URL is not well encoded.');
  }
};

/** Where a message ends is for us to say; the platform refuses the other headers of that kind. */
const OURS: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'te', 'trailer', 'expect'],
  ...['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'http2-settings'],
]);

const changesSomething = (method: string): boolean => !['GET', 'HEAD', 'OPTIONS'].includes(method);

const piecesOf = (body: string | Pieces | undefined): Pieces | undefined =>
  typeof body === 'string' ? () => [Buffer.from(body)] : body;

async function* streamed(pieces: Pieces): AsyncGenerator<Uint8Array, void, void> {
  yield* pieces();
}

/** Puts a request together. Of headers that stand twice the workflow's wins over ours, the credential over both. */
export const requestOf = async (parts: RequestParts): Promise<HttpRequest> => {
  const { method, headers, defaults, body, auth, signatureHeader, idempotencyKey } = parts;
  const url = new URL(parts.url);
  const account = accountOf(url);
  const ours = Object.keys(headers).find((name) => OURS.has(name.toLowerCase()));
  if (ours !== undefined)
    throw fatal('schema_mismatch', `The header "${ours.toLowerCase()}" is not the workflow's to set.`);
  const signed = await authHeaders(auth, { url, body: piecesOf(body), signatureHeader });
  const merged = new Map<string, readonly [string, string]>();
  const put = (entries: Headers): void => {
    for (const [name, value] of Object.entries(entries)) merged.set(name.toLowerCase(), [name, value]);
  };
  put({ 'accept-encoding': ACCEPTED_ENCODINGS, ...defaults });
  if (account !== undefined) put({ authorization: account });
  if (changesSomething(method)) put({ 'idempotency-key': idempotencyKey });
  put(headers);
  put(signed);
  return {
    url: url.href,
    method,
    headers: Object.fromEntries(merged.values()),
    secretHeaders: Object.keys(signed),
    ...(body !== undefined && { body: typeof body === 'string' ? body : streamed(body) }),
  };
};

/** The limits of an answer, as far as the workflow sets them. */
export const limitsOf = ({
  max_bytes: maxBytes,
  max_redirects: maxRedirects,
}: {
  readonly max_bytes?: number;
  readonly max_redirects?: number;
}): Pick<HttpRequest, 'maxBytes' | 'maxRedirects'> => ({
  ...(maxBytes !== undefined && { maxBytes }),
  ...(maxRedirects !== undefined && { maxRedirects }),
});
