import { openAccess, type AccessSettings, type IssuerKeyDocument } from '../access/index.js';
import type { Access } from '../access/ports/index.js';
import type { Config } from '../config/index.js';
import { systemTimers } from '../engine/embedded/index.js';
import { isJsonObject } from '../kernel/index.js';
import type { Storage } from '../persistence/index.js';
import { inContext } from '../tekton/utilities/context/index.js';
import { HttpClient } from '../tekton/utilities/http/index.js';
import { openData } from './operation/open-data.js';

/** ms that the issuer of tokens has to answer, and bytes that its answer may have. */
const DEADLINE = 5000;
const LONGEST = 2 ** 20;

/** The keys of an issuer. Its address is the operator's word: no other one is followed. */
const fetchKeys = (url: string): (() => Promise<IssuerKeyDocument>) => {
  const client = new HttpClient({ base: url, timeout: DEADLINE, maxBytes: LONGEST, retry: { retries: 0 } });
  return async () => {
    // It is nobody's request that brings this about.
    const answer = await inContext(undefined, () => client.get(url));
    const found = await answer.json();
    if (!isJsonObject(found) || !Array.isArray(found.keys)) throw new Error('its answer has no list of keys');
    return found as unknown as IssuerKeyDocument;
  };
};

const settingsOf = ({ access, http, publicUrl }: Config): AccessSettings => {
  const { jwks, allowsEveryPage: everyPage, ...rest } = access;
  return {
    ...rest,
    issuer: jwks && { issuer: jwks.issuer, audience: jwks.audience, fetch: fetchKeys(jwks.url) },
    pages: { everyPage, origins: http.corsOrigins, listensOn: http.host, publicUrl },
  };
};

export interface AccessComposition {
  readonly config: Config;
  readonly storage: Pick<Storage, 'keys' | 'audit'>;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Who may call the service. An application that embeds Harmonia answers that itself. */
export const createAccess = ({ config, storage: { keys, audit }, onTrouble }: AccessComposition): Promise<Access> =>
  openAccess({ settings: settingsOf(config), keys, audit, timers: systemTimers, onTrouble });

/** Access to a data directory that no other process works on, for one piece of work: `storage_locked` otherwise. */
export const withAccess = async <T>(
  { config, onTrouble }: Omit<AccessComposition, 'storage'>,
  work: (access: Access) => Promise<T>,
): Promise<T> => {
  const storage = await openData(config);
  try {
    return await work(await createAccess({ config, storage, onTrouble }));
  } finally {
    await storage.close();
  }
};
