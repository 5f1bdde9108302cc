import ipaddr from 'ipaddr.js';
import { wrong, type Settings } from './settings.js';

/** Requests a minute of one client, by kind. 0: as many as it likes. */
const RATES = { reads: 120_000, writes: 60_000, starts: 60_000, models: 300, hooks: 60_000 };
type Rates = Readonly<Record<keyof typeof RATES, number>>;

/** What is taken from clients, and how long is waited for them. Times are ms. */
export interface LimitsConfig {
  readonly rates: Rates;
  /** Addresses and ranges of proxies that may say for whom they ask. */
  readonly trustedProxies: readonly string[];
  readonly maxConnections: number;
  readonly maxConnectionsPerPeer: number;
  readonly headersDeadline: number;
  readonly requestDeadline: number;
  /** How long a client may read nothing of its answer. */
  readonly answerPatience: number;
  /** Between two requests on one connection. */
  readonly keepAlive: number;
  /** Sources of a Content-Security-Policy. */
  readonly frameAncestors: readonly string[];
}

/** Streams at the same time, WebSockets and server-sent events together. */
export interface StreamsConfig {
  readonly maxClients: number;
  readonly maxClientsPerPeer: number;
}

const KEEP_ALIVE = 65_000;
const HEPHAESTUS_PORT = 8080;
const MOST = 1_000_000_000;

const isRate = (name: string): name is keyof Rates => Object.hasOwn(RATES, name);

/** `reads=6000,models=30` changes some of them, `off` is no limit at all. */
const rates = (settings: Settings): Rates => {
  const given = settings.list('HARMONIA_RATE_LIMITS');
  if (given.length === 1 && given[0]?.toLowerCase() === 'off')
    return Object.fromEntries(Object.keys(RATES).map((name) => [name, 0])) as Rates;
  const read = given.map((entry) => {
    const [, name = '', count] = /^([a-z]+)=(\d{1,10})$/.exec(entry) ?? [];
    if (isRate(name) && Number(count) <= MOST) return [name, Number(count)];
    const known = Object.keys(RATES).join(', ');
    throw wrong('HARMONIA_RATE_LIMITS', `"${entry}" is no limit such as reads=6000; kinds are ${known}`);
  });
  return { ...RATES, ...(Object.fromEntries(read) as Partial<Rates>) };
};

const trustedProxies = (settings: Settings): readonly string[] => {
  const given = settings.list('HARMONIA_TRUSTED_PROXIES');
  const odd = given.find((entry) => !ipaddr.isValid(entry) && !ipaddr.isValidCIDR(entry));
  if (odd !== undefined)
    throw wrong('HARMONIA_TRUSTED_PROXIES', `"${odd}" is no address or range such as 10.0.0.1 or 10.0.0.0/8`);
  return given;
};

const SOURCE =
  /^('self'|'none'|\*|https?:|https?:\/\/(\*\.)?[\w.-]+(:(\d+|\*))?|https?:\/\/\[[\da-f:.]+\](:(\d+|\*))?)$/i;

/** This service itself and Hephaestus, wherever the platform says that it is. */
const frameAncestors = (settings: Settings): readonly string[] => {
  const given = settings.list('HARMONIA_FRAME_ANCESTORS');
  const odd = given.find((entry) => !SOURCE.test(entry));
  if (odd !== undefined)
    throw wrong('HARMONIA_FRAME_ANCESTORS', `"${odd}" is no source such as 'self' or https://tekton.example`);
  if (given.length > 0) return given;
  const port = settings.whole('HEPHAESTUS_PORT', { min: 1, max: 65_535, otherwise: HEPHAESTUS_PORT });
  const hosts = ['localhost', '127.0.0.1', settings.text('HEPHAESTUS_HOST'), settings.text('TEKTON_HOST')];
  const origins = hosts.flatMap((host) => (host === undefined ? [] : [`http://${host}:${port}`]));
  return ["'self'", ...new Set(origins.filter((origin) => SOURCE.test(origin)))];
};

const deadline = (settings: Settings, name: string, otherwise: number): number =>
  settings.number(name, { min: 0.05, max: 86_400, otherwise }) * 1000;

/** Throws `invalid_configuration`. */
export const limitsConfig = (settings: Settings): LimitsConfig => ({
  rates: rates(settings),
  trustedProxies: trustedProxies(settings),
  maxConnections: settings.whole('HARMONIA_MAX_CONNECTIONS', { min: 1, max: 1_000_000, otherwise: 20_000 }),
  maxConnectionsPerPeer: settings.whole('HARMONIA_MAX_CONNECTIONS_PER_PEER', {
    min: 1,
    max: 1_000_000,
    otherwise: 2000,
  }),
  headersDeadline: deadline(settings, 'HARMONIA_HEADERS_SECONDS', 15),
  requestDeadline: deadline(settings, 'HARMONIA_REQUEST_SECONDS', 120),
  answerPatience: deadline(settings, 'HARMONIA_ANSWER_SECONDS', 30),
  keepAlive: KEEP_ALIVE,
  frameAncestors: frameAncestors(settings),
});

/** Throws `invalid_configuration`. */
export const streamsConfig = (settings: Settings): StreamsConfig => ({
  maxClients: settings.whole('HARMONIA_MAX_STREAMS', { min: 1, max: 1_000_000, otherwise: 10_000 }),
  maxClientsPerPeer: settings.whole('HARMONIA_MAX_STREAMS_PER_PEER', { min: 1, max: 1_000_000, otherwise: 1000 }),
});
