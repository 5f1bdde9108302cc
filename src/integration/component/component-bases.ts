import { findComponent, variableOf } from '../../tekton/utilities/environment/index.js';

export { variableOf };

/** The base address of a component, without a slash at its end; undefined when nobody knows it. */
export type BaseOf = (component: string) => string | undefined;

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
  (component) =>
    findComponent(component, environment);

/** The components that the platform names by `<COMPONENT>_PORT`. */
export const componentsIn = (environment: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.keys(environment)
    .flatMap((name) => /^(?!HARMONIA_)([A-Z][A-Z0-9_]*)_PORT$/.exec(name)?.[1]?.toLowerCase() ?? [])
    .sort();
