import { fault, isJsonObject, pointer, type Json, type JsonPointer } from '../../kernel/index.js';
import { conditionExpression } from './conditions.js';
import { soleExpression, translateText, Untranslatable, type Names } from './expression-text.js';
import type { Said } from './task-words.js';
import type { Reading, Translation } from './translation.js';

/** `what()`, or a fault at `where` when it cannot be said here. */
export const attempt = <T>(reading: Pick<Reading, 'faults'>, where: JsonPointer, what: () => T): T | undefined => {
  try {
    return what();
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    reading.faults.push(fault('dialect_unmapped', where, { reason: error.message }));
    return undefined;
  }
};

/** `state.step.field` as a whole text: upstream's guides leave `${}` away in parameters. */
const BARE_STATE = /^state(?:\.[A-Za-z_]\w*){1,16}$/;

const isBareState = (text: string, names: Names): boolean => {
  if (!BARE_STATE.test(text)) return false;
  const [, name = '', ...below] = text.split('.');
  return names.task(name) !== undefined || names.state([name, ...below], true) !== undefined;
};

/** Rewrites the expressions in a value. */
export const translateValue = (value: Json, where: JsonPointer, reading: Reading): Json => {
  if (typeof value === 'string') {
    const text = isBareState(value, reading.names) ? `\${${value}}` : value;
    return attempt(reading, where, () => translateText(text, reading.names)) ?? value;
  }
  if (Array.isArray(value))
    return (value as Json[]).map((entry, index) => translateValue(entry, pointer(where, index), reading));
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(
    ([key, entry]) => [key, translateValue(entry, pointer(where, key), reading)] as const,
  );
  return Object.fromEntries(entries);
};

/** The inside of a CEL expression for a condition of upstream. */
export const translateCondition = ({ value, where }: Said, reading: Reading): string | undefined =>
  attempt(reading, where, () => conditionExpression(value, reading.names));

const FACTORS: ReadonlyMap<string, number> = new Map([
  ['ms', 0.001],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', 86_400],
]);

/** Words for a length of time, and how many seconds one of it has. */
export type TimeWords = readonly (readonly [string, number])[];

/** Seconds from a number, a text such as `30s`, or an expression of a number. */
export const seconds = (said: Said, factor: number, reading: Reading): Json | undefined => {
  const { value, where } = said;
  if (typeof value === 'number' && value >= 0) return value * factor;
  const [, amount, unit] =
    (typeof value === 'string' && /^\s*(\d{1,12}(?:\.\d{1,6})?)\s*(ms|[smhd])\s*$/.exec(value)) || [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * (FACTORS.get(unit) as number);
  const before = reading.faults.length;
  const translated = typeof value === 'string' ? translateValue(value, where, reading) : undefined;
  const inside = typeof translated === 'string' ? soleExpression(translated) : undefined;
  if (inside !== undefined) return factor === 1 ? `\${${inside}}` : `\${(${inside}) * ${factor}}`;
  if (reading.faults.length === before)
    reading.faults.push(fault('wrong_type', where, { expected: 'a length of time, or an expression of one' }));
  return undefined;
};

/** The input of a task, which may stand under one of several names. */
export const inputSaid = ({ words, faults }: Pick<Translation, 'words' | 'faults'>): Said | undefined => {
  const [said, second] = words.inputs();
  if (said && second) {
    const reason = `it has an input under both \`${said.field}\` and \`${second.field}\``;
    faults.push(fault('dialect_unmapped', second.where, { reason }));
  }
  return said;
};
