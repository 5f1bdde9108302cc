/** May do everything. */
const ALL = 'admin';

/** Whether one permission covers another: itself, `memory:*` every action of `memory`, `admin` everything. */
const covers = (given: string, needed: string): boolean => {
  if (given === needed || given === ALL) return true;
  return given.endsWith(':*') && needed.startsWith(given.slice(0, -1));
};

/** What of `needed` nothing in `permissions` covers; empty: it is permitted. Permissions are `resource:action`. */
export const permits = (permissions: readonly string[], needed: readonly string[]): readonly string[] =>
  needed.filter((one) => !permissions.some((given) => covers(given, one)));
