import ipaddr from 'ipaddr.js';
import type { HttpLimits, Rates } from '../api/ports/index.js';
import { gather, wrong, type Settings } from '../tekton/utilities/settings/index.js';

/** What is taken from clients, and how long is waited for them. */
export type LimitsConfig = HttpLimits;

const RATES: Rates = { reads: 120_000, writes: 60_000, starts: 60_000, models: 300, hooks: 60_000 };

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

/** Throws `WrongSettings`. */
export const limitsConfig = (settings: Settings): LimitsConfig => {
  const count = (name: string, otherwise: number): number =>
    settings.whole(name, { min: 1, max: 1_000_000, otherwise });
  return gather<LimitsConfig>({
    rates: () => rates(settings),
    trustedProxies: () => trustedProxies(settings),
    maxConnections: () => count('HARMONIA_MAX_CONNECTIONS', 20_000),
    maxConnectionsPerPeer: () => count('HARMONIA_MAX_CONNECTIONS_PER_PEER', 2000),
    headersDeadline: () => deadline(settings, 'HARMONIA_HEADERS_SECONDS', 15),
    requestDeadline: () => deadline(settings, 'HARMONIA_REQUEST_SECONDS', 120),
    answerPatience: () => deadline(settings, 'HARMONIA_ANSWER_SECONDS', 30),
    keepAlive: () => KEEP_ALIVE,
    frameAncestors: () => frameAncestors(settings),
  });
};

/** Throws `WrongSettings`. */
export const streamsConfig = (settings: Settings): StreamsConfig => {
  const count = (name: string, otherwise: number): number =>
    settings.whole(name, { min: 1, max: 1_000_000, otherwise });
  return gather<StreamsConfig>({
    maxClients: () => count('HARMONIA_MAX_STREAMS', 10_000),
    maxClientsPerPeer: () => count('HARMONIA_MAX_STREAMS_PER_PEER', 1000),
  });
};
