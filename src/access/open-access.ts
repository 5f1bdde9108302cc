import type { JSONWebKeySet } from 'jose';
import type { Timers } from '../kernel/index.js';
import { AccessService } from './access-service.js';
import { Failures } from './failures.js';
import { ConfiguredKeys, type ConfiguredKey } from './key/configured-keys.js';
import { KeyRing } from './key/key-ring.js';
import type { PageRules } from './pages.js';
import type { AuditTrail, KeyStore } from './ports/index.js';
import { IssuerKeys } from './token/issuer-keys.js';
import { Tokens } from './token/tokens.js';

/** Who may call, as an operator says it. */
export interface AccessSettings {
  readonly isRequired: boolean;
  readonly metricsAreOpen: boolean;
  readonly keys: readonly ConfiguredKey[];
  /** Of tokens with HS256; undefined: there are none. */
  readonly tokenSecret: string | undefined;
  /** Of tokens that somebody else makes; undefined: there are none. */
  readonly issuer:
    { readonly issuer: string; readonly audience: string; readonly fetch: () => Promise<JSONWebKeySet> } | undefined;
  readonly pages: PageRules;
}

export interface AccessSurroundings {
  readonly settings: AccessSettings;
  readonly keys: KeyStore;
  readonly audit: AuditTrail;
  readonly timers: Timers;
  readonly onTrouble: (what: string, error: unknown) => void;
}

/** Reads the keys that are kept, and puts the rest together. Throws `storage_unavailable`. */
export const openAccess = async ({
  settings,
  keys,
  audit,
  timers,
  onTrouble,
}: AccessSurroundings): Promise<AccessService> => {
  const { isRequired, metricsAreOpen, issuer, tokenSecret, pages } = settings;
  const ring = await KeyRing.open({ store: keys, clock: timers });
  const hasOther = settings.keys.length > 0 || tokenSecret !== undefined || issuer !== undefined;
  if (isRequired && !hasOther && !ring.list().some(({ state }) => state === 'active'))
    onTrouble('callers must say who they are, and nobody can', new Error(BOOTSTRAP));
  const issuerKeys = issuer && new IssuerKeys({ fetch: issuer.fetch, timers, onTrouble });
  const issued = issuer && issuerKeys && { keys: issuerKeys, issuer: issuer.issuer, audience: issuer.audience };
  return new AccessService({
    ...{ isRequired, metricsAreOpen, pages, ring, issuerKeys, timers, audit },
    configured: new ConfiguredKeys(settings.keys),
    tokens: new Tokens({ secret: tokenSecret, issued, clock: timers }),
    failures: new Failures(),
  });
};

const BOOTSTRAP =
  'there is no key; stop the service and make one: harmonia key create --name admin --permission admin --data-dir DIR';
