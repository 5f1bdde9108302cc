import { fatal } from '../../plugin/contract/index.js';

export type Body = string | Uint8Array | AsyncIterable<Uint8Array>;

/** One request, ready to be sent. */
export interface Outgoing {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Body | undefined;
  /** In lower case: headers for the first origin only, whatever they are called. */
  readonly secret: ReadonlySet<string>;
}

export const isStream = (body: Body | undefined): body is AsyncIterable<Uint8Array> =>
  body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);

/** What a stranger must not be handed when a redirect leads to another origin: `Authorization`, `X-Api-Key` and the like. */
const CREDENTIALS = /auth|cookie|token|secret|key|passw|credential|session|signature/;

/** The request that follows from a redirect. */
export const redirected = (outgoing: Outgoing, status: number, location: string): Outgoing => {
  const { url, method, headers, body, secret } = outgoing;
  if (!URL.canParse(location, url.href)) throw fatal('http_error', 'The server redirects to something that is no URL.');
  const next = new URL(location, url);
  // A server has no business giving us a name and password.
  next.username = '';
  next.password = '';
  const becomesGet = status === 303 ? method !== 'HEAD' : (status === 301 || status === 302) && method === 'POST';
  const drop = (name: string): boolean =>
    (next.origin !== url.origin && (CREDENTIALS.test(name) || secret.has(name))) ||
    (becomesGet && name.startsWith('content-'));
  if (!becomesGet && isStream(body))
    throw fatal('http_error', 'The server redirects a body that can be sent only once.');
  const kept = Object.entries(headers).filter(([name]) => !drop(name.toLowerCase()));
  return {
    url: next,
    method: becomesGet ? 'GET' : method,
    headers: Object.fromEntries(kept),
    body: becomesGet ? undefined : body,
    secret,
  };
};
