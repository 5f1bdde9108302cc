import { isIPv6 } from 'node:net';
import type { Millis } from '../kernel/index.js';
import { findHermes } from '../tekton/utilities/environment/index.js';
import { gather, wrong, type Settings } from '../tekton/utilities/settings/index.js';

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

/** By its address, else by host and port. What is wrong is not shown: it may have a password in it. */
const hermesUrl = (settings: Settings): string | undefined => {
  const url = findHermes(settings.environment);
  if (url !== undefined) return url;
  if (settings.text('HERMES_URL') !== undefined)
    throw wrong('HERMES_URL', 'it is no address, or one with a user, password, query or fragment');
  if (settings.text('HERMES_PORT') === undefined) return undefined;
  settings.whole('HERMES_PORT', { min: 1, max: 65_535, otherwise: 0 });
  throw wrong(settings.first('HERMES_HOST', 'TEKTON_HOST'), 'it is no name of a host');
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

/** `listening`: the host of the service. Undefined: there is no Hermes, or it is switched off. Throws `WrongSettings`. */
export const hermesConfig = (settings: Settings, listening: string): HermesConfig | undefined => {
  const { isOn, url, ...told } = gather({
    isOn: () => settings.flag('TEKTON_HERMES_DISCOVERY', true),
    url: () => hermesUrl(settings),
    componentId: () => componentId(settings),
    heartbeat: () => settings.number('HERMES_HEARTBEAT_INTERVAL', { min: 1, max: 50, otherwise: 30 }) * 1000,
    announced: () => announced(settings, listening),
  });
  return url === undefined || !isOn ? undefined : { url, ...told };
};
