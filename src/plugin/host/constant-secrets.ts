import type { SecretSource } from '../ports/index.js';

/** Secrets by name, from the configuration of the service. They never change, and there are no credentials among them. */
export const secretsFrom = (secrets: Readonly<Record<string, string>>): SecretSource => {
  const byName = new Map(Object.entries(secrets));
  const values = Object.freeze([...byName.values()]);
  return { revision: 0, get: (name) => byName.get(name), credential: () => undefined, values: () => values };
};
