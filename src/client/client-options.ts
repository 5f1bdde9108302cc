import { ConfigurationValueError } from '../tekton/utilities/errors/index.js';

/** Who asks, as the platform's client in Python takes it. Only the token is sent: what its bearer may do, the service knows. */
export interface SecurityContext {
  readonly token?: string | undefined;
  /** The same. */
  readonly auth_token?: string | undefined;
  readonly client_id?: string;
  readonly roles?: readonly string[];
  readonly auth_type?: string;
}

/** Like the global `fetch`, as far as it is used. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export interface HarmoniaClientOptions {
  /** `http://127.0.0.1:8007`, which is the default; a path behind it is kept. Not together with `host` and `port`. */
  readonly url?: string;
  readonly host?: string;
  readonly port?: number;
  /** A token (JWT) or an API key: one of these three. Shown nowhere. */
  readonly token?: string | undefined;
  readonly apiKey?: string | undefined;
  readonly security?: SecurityContext;
  /** Sent with every request, asked for anew each time: `outgoingHeaders` of `@tekton/harmonia/tekton` hands the context on. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** ms for one call, with all its attempts and the whole answer. Default 30,000. */
  readonly timeoutMs?: number;
  /** Attempts after the first of what may be sent twice. Default 3. */
  readonly retries?: number;
  /** Ends every call and every stream. */
  readonly signal?: AbortSignal;
  /** In the place of the global one. */
  readonly fetch?: FetchLike;
}

/** Where the service is, and what it is shown. */
export interface Target {
  /** Without a slash at the end. */
  readonly base: string;
  readonly credential: string | undefined;
}

const DEFAULT = { host: '127.0.0.1', port: 8007 };

const wrong = (reason: string): ConfigurationValueError =>
  new ConfigurationValueError(reason, { component: 'harmonia' });

/** What was given is not shown: it may hold a password. */
const baseOf = ({ url, host = DEFAULT.host, port = DEFAULT.port }: HarmoniaClientOptions): string => {
  const text = url ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    throw wrong('The address of Harmonia is no URL such as http://127.0.0.1:8007.');
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '')
    throw wrong('The address of Harmonia has a user, a query or a fragment; credentials go into `token`.');
  return (parsed.origin + parsed.pathname).replace(/\/+$/, '');
};

const credentialOf = ({ token, apiKey, security }: HarmoniaClientOptions): string | undefined => {
  const given = [token, apiKey, security?.token, security?.auth_token].filter((one) => one !== undefined && one !== '');
  if (new Set(given).size > 1) throw wrong('More than one credential is given.');
  const [credential] = given;
  // What can not stand in a header would be shown by the error of whoever tries to send it.
  if (credential !== undefined && !/^[\x21-\x7e]+$/.test(credential)) throw wrong('The credential is not one word.');
  return credential;
};

/** Reads the options. Throws `ConfigurationValueError`. */
export const targetOf = (options: HarmoniaClientOptions): Target => {
  if (options.url !== undefined && (options.host !== undefined || options.port !== undefined))
    throw wrong('Both a url and a host or port are given.');
  return { base: baseOf(options), credential: credentialOf(options) };
};
