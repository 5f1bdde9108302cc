/** `getWorkflowStatus` → `get_workflow_status`. */
export type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name;

/** The same methods by the names that users of the platform's client in Python know. */
export type SnakeNames<Methods> = {
  [Name in keyof Methods as Name extends string ? SnakeCase<Name> : never]: Methods[Name];
};

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A class whose methods have both names: one function under each. */
export const inBothCases = <Options, Methods extends object>(
  base: new (options: Options) => Methods,
): new (options: Options) => Methods & SnakeNames<Methods> => {
  const methods = Object.getOwnPropertyDescriptors(base.prototype as object);
  for (const [name, { value }] of Object.entries(methods))
    if (typeof value === 'function' && snake(name) !== name)
      Object.defineProperty(base.prototype, snake(name), { value, writable: true, configurable: true });
  return base as new (options: Options) => Methods & SnakeNames<Methods>;
};
