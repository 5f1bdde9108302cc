import type { Presented } from './ports/index.js';

/** Characters of what can be a key or a token. */
const LONGEST = 8192;
const SCHEME = /^(bearer|apikey|api-key) +(\S+)$/i;
/** What can stand in a token or key: nothing else is looked at. */
const CREDENTIAL = /^[\w.~+/=-]+$/;

/** The headers, and the parameter of an address, in which a request may show who asks. */
export interface Carriers {
  readonly apiKey: unknown;
  readonly authorization: unknown;
  /** Of streams only: addresses are logged by others. */
  readonly query: unknown;
}

const NOTHING: Presented = { credential: undefined };
const faulty = (fault: string): Presented => ({ credential: undefined, fault });

const checked = (text: unknown, where: string): Presented => {
  if (typeof text !== 'string') return faulty(`${where} came twice`);
  if (text.length > LONGEST || !CREDENTIAL.test(text)) return faulty(`${where} holds no key and no token`);
  return { credential: text };
};

/**
 * What a request shows: `X-API-Key`, else `Authorization: Bearer` (or `ApiKey`), else `?api_key=`. The first that is there
 * counts, also when it is wrong. Total: whatever the headers hold, it answers.
 */
export const presentedIn = ({ apiKey, authorization, query }: Carriers): Presented => {
  if (apiKey !== undefined) return checked(apiKey, 'X-API-Key');
  if (authorization !== undefined) {
    const [, , credential] = typeof authorization === 'string' ? (SCHEME.exec(authorization) ?? []) : [];
    if (credential === undefined) return faulty('Authorization is neither Bearer nor ApiKey');
    return checked(credential, 'Authorization');
  }
  return query === undefined ? NOTHING : checked(query, 'api_key');
};
