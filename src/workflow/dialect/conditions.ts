import { isJsonObject, type Json } from '../../kernel/index.js';
import {
  soleExpression,
  translateExpression,
  translateJinja,
  Untranslatable,
  unwrapped,
  type Names,
} from './expression-text.js';

const COMPARE: Readonly<Record<string, string>> = {
  eq: '==',
  neq: '!=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  in: 'in',
};

/** A condition as a text: bare, in `${…}` or `{{ … }}`, or with several of the former in it. */
const textExpression = (text: string, names: Names): string => {
  const trimmed = text.trim();
  if (trimmed.startsWith('{{') && trimmed.indexOf('}}') === trimmed.length - 2)
    return translateJinja(trimmed.slice(2, -2), names);
  return translateExpression(soleExpression(trimmed) ?? unwrapped(trimmed), names);
};

/** A value beside an operator: its expression, or itself. */
export const operandExpression = (value: Json, names: Names): string =>
  typeof value === 'string' && value.includes('${') ? `(${textExpression(value, names)})` : JSON.stringify(value);

const all = (value: Json, operator: string, names: Names): string => {
  if (!Array.isArray(value)) throw new Untranslatable(`"${operator}" takes a list of conditions`);
  return (value as Json[]).map((entry) => `(${conditionExpression(entry, names)})`).join(` ${operator} `);
};

const pair = (name: string, value: Json, names: Names): string => {
  const [left, right] = Array.isArray(value) ? (value as Json[]) : [];
  if (left === undefined || right === undefined) throw new Untranslatable(`"${name}" takes a list of two values`);
  if (name === 'contains') return `${operandExpression(right, names)} in ${operandExpression(left, names)}`;
  return `${operandExpression(left, names)} ${COMPARE[name]} ${operandExpression(right, names)}`;
};

/** A condition of upstream (a text, a boolean, or the object form) as the inside of a CEL expression. Throws `Untranslatable`. */
export const conditionExpression = (condition: Json, names: Names): string => {
  if (typeof condition === 'boolean') return String(condition);
  if (typeof condition === 'string') return textExpression(condition, names);
  if (!isJsonObject(condition)) throw new Untranslatable('a condition is a text, true, false or an object');
  const entries = Object.entries(condition);
  const [entry] = entries;
  if (entries.length !== 1 || !entry) throw new Untranslatable('a condition object has one operator');
  const [name, value] = entry;
  if (name === 'expr' && typeof value === 'string') return textExpression(value, names);
  if (name === 'and') return all(value, '&&', names);
  if (name === 'or') return all(value, '||', names);
  if (name === 'not') return `!(${conditionExpression(value, names)})`;
  if (name === 'contains' || Object.hasOwn(COMPARE, name)) return pair(name, value, names);
  throw new Untranslatable(`the condition operator "${name}" is unknown`);
};

/** The canonical `when`. */
export const canonicalWhen = (condition: Json, names: Names): Json => {
  if (typeof condition === 'boolean') return condition;
  if (condition === 'true' || condition === 'false') return condition === 'true';
  return `\${${conditionExpression(condition, names)}}`;
};
