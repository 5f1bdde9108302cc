import { isIPv6 } from 'node:net';
import type { Millis } from '../kernel/index.js';
import { wrong, type Settings } from './settings.js';

/** How Hermes is reached, and what it is told of us. */
export interface HermesConfig {
  readonly url: string;
  readonly componentId: string;
  /** Between two heartbeats. Hermes takes for gone whoever it has not heard for 60 s. */
  readonly heartbeat: Millis;
  /** The address that it is told: `url`, else `host` with the port that is listened on. */
  readonly announced: { readonly url: string | undefined; readonly host: string };
}

const bracketed = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

const isYes = (settings: Settings, name: string, otherwise: boolean): boolean => {
  const text = settings.text(name)?.toLowerCase();
  if (text === undefined) return otherwise;
  if (['false', 'no', '0', 'n', 'f', 'off'].includes(text)) return false;
  if (['true', 'yes', '1', 'y', 't', 'on'].includes(text)) return true;
  throw wrong(name, `"${text}" is neither true nor false`);
};

/** Everything useful lies under /api, whether somebody has written that or not. */
const given = (settings: Settings): string | undefined => {
  const text = settings.text('HERMES_URL');
  if (text === undefined) return undefined;
  // What is wrong is not shown: it may have a password in it.
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw wrong('HERMES_URL', 'it is no address');
  const { username, password, search, hash } = new URL(text);
  if (username + password + search + hash !== '')
    throw wrong('HERMES_URL', 'an address here has no user, password, query or fragment');
  return text.replace(/\/+$/, '').replace(/\/api$/, '');
};

/** By host and port, as the platform gives them. Without a port there is no Hermes: nobody's port is guessed. */
const byPort = (settings: Settings): string | undefined => {
  if (settings.text('HERMES_PORT') === undefined) return undefined;
  const port = settings.whole('HERMES_PORT', { min: 1, max: 65_535, otherwise: 0 });
  const name = settings.text('HERMES_HOST') === undefined ? 'TEKTON_HOST' : 'HERMES_HOST';
  const url = `http://${bracketed(settings.text(name) ?? 'localhost')}:${port}`;
  if (!URL.canParse(url) || new URL(url).href !== `${new URL(url).origin}/`)
    throw wrong(name, 'it is no name of a host');
  return url;
};

const componentId = (settings: Settings): string => {
  const id = settings.text('HARMONIA_COMPONENT_ID') ?? 'harmonia';
  if (!/^[A-Za-z0-9][\w.-]{0,127}$/.test(id))
    throw wrong('HARMONIA_COMPONENT_ID', `"${id}" is no id of letters, digits, "_", "." and "-", at most 128`);
  return id;
};

/**
 * The address that others reach us at: HARMONIA_PUBLIC_URL, else the host that is listened on. One that stands for all
 * addresses is nobody's: then TEKTON_HOST, else localhost, as the platform names its components.
 */
const announced = (settings: Settings, listening: string): HermesConfig['announced'] => {
  const url = settings.text('HARMONIA_PUBLIC_URL')?.replace(/\/+$/, '');
  const isAll = ['0.0.0.0', '::'].includes(listening);
  return { url, host: bracketed(isAll ? (settings.text('TEKTON_HOST') ?? 'localhost') : listening) };
};

/** `listening`: the host of the service. Undefined: there is no Hermes, or it is switched off. Throws `invalid_configuration`. */
export const hermesConfig = (settings: Settings, listening: string): HermesConfig | undefined => {
  const seconds = settings.number('HERMES_HEARTBEAT_INTERVAL', { min: 1, max: 50, otherwise: 30 });
  const id = componentId(settings);
  const url = given(settings) ?? byPort(settings);
  if (url === undefined || !isYes(settings, 'TEKTON_HERMES_DISCOVERY', true)) return undefined;
  return { url, componentId: id, heartbeat: seconds * 1000, announced: announced(settings, listening) };
};
