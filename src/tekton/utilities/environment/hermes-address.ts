import { findComponent, type Environment } from './component-address.js';

/**
 * Where Hermes is: `HERMES_URL`, with or without the `/api` at its end, else `HERMES_HOST` (`TEKTON_HOST`, localhost) and
 * `HERMES_PORT`. Undefined: nobody says so, or what is said is no address; nobody's port is guessed.
 */
export const findHermes = (environment: Environment): string | undefined => {
  const text = environment.HERMES_URL;
  if (!text) return findComponent('hermes', environment);
  if (!URL.canParse(text)) return undefined;
  const { protocol, username, password, search, hash } = new URL(text);
  if (!/^https?:$/.test(protocol) || username + password + search + hash !== '') return undefined;
  return text.replace(/\/+$/, '').replace(/\/api$/, '');
};
