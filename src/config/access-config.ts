import { isLoopback } from '../kernel/index.js';
import { gather, wrong, type Settings } from '../tekton/utilities/settings/index.js';

/** What a caller may do; docs/guides/access.md says what needs which. */
export type ConfiguredPermission = 'read' | 'run' | 'write' | 'admin';

/** A key that stands in the configuration. */
export interface ConfiguredKey {
  readonly name: string;
  readonly secret: string;
  readonly permissions: readonly ConfiguredPermission[];
  /** Names of the workflows that it is limited to; undefined: all. */
  readonly workflows: readonly string[] | undefined;
}

/** Who may call. */
export interface AccessConfig {
  /** Callers must say who they are. */
  readonly isRequired: boolean;
  /** Somebody wants it to listen to everybody and ask nobody. */
  readonly allowsUnauthenticated: boolean;
  /** Somebody wrote `*` into `HARMONIA_CORS_ORIGINS`: every page may call, also while nobody is asked who he is. */
  readonly allowsEveryPage: boolean;
  /** `/metrics` asks nobody who he is. */
  readonly metricsAreOpen: boolean;
  readonly keys: readonly ConfiguredKey[];
  /** Of tokens with HS256. */
  readonly tokenSecret: string | undefined;
  /** Where the keys of tokens are. */
  readonly jwks: { readonly url: string; readonly issuer: string; readonly audience: string } | undefined;
}

const PERMISSIONS = ['read', 'run', 'write', 'admin'] as const;
const KEYS = 'HARMONIA_API_KEYS';
const NAME = /^[\w.-]{1,64}$/;
/** What goes into a header as it is. */
const SECRET = /^[\w.~+/=-]{16,512}$/;
/** RFC 7518, 3.2: a key of HS256 is as long as its hash. */
const SHORTEST_TOKEN_SECRET = 32;

const permissionsIn = (text: string, place: string): ConfiguredPermission[] =>
  text.split('+').map((word) => {
    const found = PERMISSIONS.find((permission) => permission === word);
    if (!found) throw wrong(KEYS, `the ${place} has a permission that is none of ${PERMISSIONS.join(', ')}`);
    return found;
  });

/** `secret`, `name:secret`, `name:secret:read+run`, `name:secret:read+run:nightly+weekly`. Errors do not show it. */
const keyOf = (entry: string, index: number): ConfiguredKey => {
  const place = `${index + 1}. key`;
  const parts = entry.split(':');
  const [name, secret, permissions, workflows, ...rest] = parts.length === 1 ? [`key-${index + 1}`, ...parts] : parts;
  if (rest.length > 0) throw wrong(KEYS, `the ${place} has more than name:key:permissions:workflows`);
  if (!NAME.test(name ?? '')) throw wrong(KEYS, `the name of the ${place} is no word of at most 64 characters`);
  if (!SECRET.test(secret ?? ''))
    throw wrong(KEYS, `the ${place} is none of 16 to 512 letters, digits, and . _ ~ + / = -`);
  return {
    name: name as string,
    secret: secret as string,
    permissions: permissions === undefined ? ['admin'] : permissionsIn(permissions, place),
    workflows: workflows?.split('+').filter((word) => word !== ''),
  };
};

const keys = (settings: Settings): ConfiguredKey[] => {
  const found = settings.list(KEYS).map(keyOf);
  const names = found.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw wrong(KEYS, `two keys are called ${twice}`);
  return found;
};

const jwks = (settings: Settings): AccessConfig['jwks'] => {
  const url = settings.text('HARMONIA_JWKS_URL');
  if (url === undefined) return undefined;
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isSafe = parsed?.protocol === 'https:' || (parsed?.protocol === 'http:' && isLoopback(parsed.hostname));
  if (!isSafe) throw wrong('HARMONIA_JWKS_URL', 'it is no https:// address (http:// only on this machine)');
  const must = (name: string): string => {
    const value = settings.text(name);
    if (value === undefined)
      throw wrong(name, 'tokens of HARMONIA_JWKS_URL are taken only when it is known who makes them, and for whom');
    return value;
  };
  return { url, issuer: must('HARMONIA_JWT_ISSUER'), audience: must('HARMONIA_JWT_AUDIENCE') };
};

/** Keys and issuers alone turn it on; who says `HARMONIA_AUTH` decides. */
const isRequired = (settings: Settings): boolean => {
  const said = settings.choice<'on' | 'off' | 'unsaid'>('HARMONIA_AUTH', ['on', 'off'], 'unsaid');
  return said === 'unsaid' ? keys(settings).length > 0 || jwks(settings) !== undefined : said === 'on';
};

/** The platform may have one for others, so it alone turns nothing on, and is not looked at before. */
const tokenSecret = (settings: Settings): string | undefined => {
  const secret = settings.text('TEKTON_AUTH_SECRET');
  if (secret !== undefined && Buffer.byteLength(secret) < SHORTEST_TOKEN_SECRET)
    throw wrong('TEKTON_AUTH_SECRET', `it has fewer than ${SHORTEST_TOKEN_SECRET} bytes`);
  return secret;
};

/** Throws `WrongSettings`, which show no secret. */
export const accessConfig = (settings: Settings): AccessConfig =>
  gather<AccessConfig>({
    keys: () => keys(settings),
    jwks: () => jwks(settings),
    isRequired: () => isRequired(settings),
    allowsUnauthenticated: () => settings.flag('HARMONIA_ALLOW_UNAUTHENTICATED', false),
    allowsEveryPage: () => settings.list('HARMONIA_CORS_ORIGINS').includes('*'),
    metricsAreOpen: () => settings.choice('HARMONIA_METRICS_AUTH', ['on', 'off'], 'off') === 'off',
    tokenSecret: () => (isRequired(settings) ? tokenSecret(settings) : undefined),
  });
