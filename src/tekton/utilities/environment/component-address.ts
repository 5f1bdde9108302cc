import { isIPv6 } from 'node:net';
import { ConfigurationKeyError, ConfigurationValueError } from '../errors/index.js';

/** Settings by name, as a process has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `tekton-core` → `TEKTON_CORE`: the first part of its environment variables. */
export const variableOf = (component: string): string => component.toUpperCase().replace(/[^A-Z0-9]/g, '_');

const isPort = (text: string): boolean => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** `http://host:port`; undefined when the two make no address, or one that leads elsewhere. */
export const addressOf = (host: string, port: string | number): string | undefined => {
  const base = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  // A host with a path, a name or a query in it would send the calls elsewhere.
  return URL.canParse(base) && new URL(base).href === `${new URL(base).origin}/` ? base : undefined;
};

const hostOf = (environment: Environment, variable: string): string =>
  environment[`${variable}_HOST`] || environment.TEKTON_HOST || 'localhost';

/**
 * The base address of a component as the platform gives it: `<COMPONENT>_PORT`, and `<COMPONENT>_HOST`, else
 * `TEKTON_HOST`, else localhost. Undefined without a port, or with something that makes no address: ports of the
 * platform differ from checkout to checkout, so none is guessed.
 */
export const findComponent = (component: string, environment: Environment): string | undefined => {
  const variable = variableOf(component);
  const port = environment[`${variable}_PORT`] ?? '';
  return isPort(port) ? addressOf(hostOf(environment, variable), port) : undefined;
};

/** The same, for who can not go on without it. Throws `ConfigurationKeyError`, `ConfigurationValueError`. */
export const componentAddress = (component: string, environment: Environment): string => {
  const variable = variableOf(component);
  const port = environment[`${variable}_PORT`];
  if (!port) throw new ConfigurationKeyError(`${variable}_PORT is not set: nobody knows where ${component} is.`);
  if (!isPort(port)) throw new ConfigurationValueError(`${variable}_PORT is "${port}", which is no port.`);
  const host = hostOf(environment, variable);
  const base = addressOf(host, port);
  if (base === undefined) throw new ConfigurationValueError(`"${host}" (${variable}_HOST, TEKTON_HOST) is no host.`);
  return base;
};
