/** Where secrets come from. */
export interface SecretSource {
  get(name: string): string | undefined;
  /** All values, for masking. */
  values(): readonly string[];
}

/** Secrets by name, from the configuration of the service. */
export const secretsFrom = (secrets: Readonly<Record<string, string>>): SecretSource => {
  const byName = new Map(Object.entries(secrets));
  const values = Object.freeze([...byName.values()]);
  return { get: (name) => byName.get(name), values: () => values };
};
