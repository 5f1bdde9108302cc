import { ExpressionRefused } from '../budget.js';

/** A whole number from `min` to `max`; throws with the name of what it is for. */
export const wholeNumber = (
  value: number,
  what: string,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: { readonly min?: number; readonly max?: number } = {},
): number => {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min}` : `from ${min} to ${max}`;
  throw new ExpressionRefused(`${what} must be a whole number ${bounds}, not ${value}`);
};

/** What a value is, as JSON and the signatures call it. */
export const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (value instanceof Date) return 'time';
  if (value instanceof Uint8Array) return 'bytes';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'number':
    case 'bigint':
      return 'number';
    case 'string':
      return 'string';
    default: {
      const name = (value as { constructor?: { name?: string } }).constructor?.name;
      return name === 'Duration' || name === 'Optional' || name === 'Type' ? name.toLowerCase() : 'object';
    }
  }
};

/** A list of numbers; throws when something else is in it. */
export const numbersIn = (list: readonly unknown[], name: string): readonly number[] => {
  for (const entry of list)
    if (typeof entry !== 'number')
      throw new ExpressionRefused(`${name}() takes numbers; there is a value of type ${kindOf(entry)} among them`);
  return list as readonly number[];
};
