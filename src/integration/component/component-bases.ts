import { isIPv6 } from 'node:net';

/** The base address of a component, without a slash at its end; undefined when nobody knows it. */
export type BaseOf = (component: string) => string | undefined;

/** `tekton-core` → `TEKTON_CORE`: the first part of its environment variables. */
export const variableOf = (component: string): string => component.toUpperCase().replace(/[^A-Z0-9]/g, '_');

const isPort = (text: string | undefined): text is string =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;

/** Addresses from several places: the first that knows a component has its say. None of them waits for anything. */
export const firstBase =
  (...places: readonly BaseOf[]): BaseOf =>
  (component) => {
    for (const place of places) {
      const base = place(component);
      if (base !== undefined) return base;
    }
    return undefined;
  };

/**
 * Addresses as the platform gives them: `<COMPONENT>_PORT`, and `<COMPONENT>_HOST`, else `TEKTON_HOST`, else localhost.
 * Without a port, or with something that makes no address, the component is unknown.
 */
export const componentBases =
  (environment: Readonly<Record<string, string | undefined>>): BaseOf =>
  (component) => {
    const variable = variableOf(component);
    const port = environment[`${variable}_PORT`];
    if (!isPort(port)) return undefined;
    const host = environment[`${variable}_HOST`] || environment.TEKTON_HOST || 'localhost';
    const base = `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
    // A host with a path, a name or a query in it would send the calls elsewhere.
    return URL.canParse(base) && new URL(base).href === `${new URL(base).origin}/` ? base : undefined;
  };

/** The components that the platform names by `<COMPONENT>_PORT`. */
export const componentsIn = (environment: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.keys(environment)
    .flatMap((name) => /^(?!HARMONIA_)([A-Z][A-Z0-9_]*)_PORT$/.exec(name)?.[1]?.toLowerCase() ?? [])
    .sort();
