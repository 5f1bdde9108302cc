import { ExpressionRefused, payDeep, payText } from '../budget.js';
import { toJson } from '../value.js';
import { kindOf } from './arguments.js';
import { durationText } from './duration.js';

const MAX_DECIMALS = 20;
const CLAUSE = /%(?:\.(\d{1,2}))?([A-Za-z%])/g;

/** A value inside a text: a text as it is, everything else as JSON. */
const shown = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (kindOf(value) === 'duration') return durationText(value as never);
  return JSON.stringify(toJson(value));
};

const numberIn = (value: unknown, clause: string): number => {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new ExpressionRefused(`${clause} in format() takes a number, not ${kindOf(value)}`);
};

const wholeIn = (value: unknown, clause: string): number => {
  const number = numberIn(value, clause);
  if (Number.isSafeInteger(number)) return number + 0;
  throw new ExpressionRefused(`${clause} in format() takes a whole number, not ${number}; write %f or %s`);
};

const RADIX: Readonly<Record<string, number>> = { x: 16, X: 16, b: 2, o: 8 };

const clauseText = (letter: string, decimals: number, value: unknown): string => {
  const clause = `%${letter}`;
  switch (letter) {
    case 's':
      return shown(value);
    case 'd':
      return String(wholeIn(value, clause));
    case 'f':
      return numberIn(value, clause).toFixed(decimals);
    case 'e':
      return numberIn(value, clause).toExponential(decimals);
    case 'x':
    case 'X':
    case 'b':
    case 'o': {
      const digits = wholeIn(value, clause).toString(RADIX[letter]);
      return letter === 'X' ? digits.toUpperCase() : digits;
    }
    default:
      throw new ExpressionRefused(`format() does not know ${clause}; it knows %s %d %f %e %x %X %b %o %%`);
  }
};

/** `"%s has %.1f".format([…])`, as in CEL's strings extension. Without a precision `%f` and `%e` have 6 decimals. */
export const printf = (pattern: string, values: readonly unknown[]): string => {
  payText(pattern.length);
  let next = 0;
  const made = pattern.replace(CLAUSE, (_, precision: string | undefined, letter: string) => {
    if (letter === '%') return '%';
    if (next >= values.length)
      throw new ExpressionRefused(`format() was given ${values.length} values, and the text asks for more`);
    const decimals = precision === undefined ? 6 : Math.min(Number(precision), MAX_DECIMALS);
    const text = clauseText(letter, decimals, payDeep(values[next++]));
    payText(text.length);
    return text;
  });
  if (next < values.length)
    throw new ExpressionRefused(`format() was given ${values.length} values, and the text asks for ${next}`);
  return made;
};
