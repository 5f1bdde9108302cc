/** The base address of a component, without a slash at its end; undefined when nobody knows it. */
export type BaseOf = (component: string) => string | undefined;

/** `tekton-core` → `TEKTON_CORE`: the first part of its environment variables. */
export const variableOf = (component: string): string => component.toUpperCase().replace(/[^A-Z0-9]/g, '_');

/**
 * Addresses as the platform gives them: `<COMPONENT>_PORT`, and `<COMPONENT>_HOST`, else `TEKTON_HOST`, else localhost.
 * Without a port the component is unknown.
 */
export const componentBases =
  (environment: Readonly<Record<string, string | undefined>>): BaseOf =>
  (component) => {
    const variable = variableOf(component);
    const port = environment[`${variable}_PORT`];
    if (!port || !/^\d{1,5}$/.test(port)) return undefined;
    const host = environment[`${variable}_HOST`] || environment.TEKTON_HOST || 'localhost';
    return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
  };
