/** Texts that people put into fields in order to be obeyed by a model; `canary` stands in each. */
export const injections: (canary: string) => readonly string[];
