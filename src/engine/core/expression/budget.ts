import { Optional } from '@marcbachmann/cel-js';
import { isJsonObject, type Instant } from '../../../kernel/index.js';

/** What one evaluation may spend, in units of about 100 ns: bounds the time and the memory that any expression takes. */
const BUDGET = 1_000_000;
/** Characters of one text, and of one result; a value costs as much as so many characters. */
export const MAX_TEXT = 16 * 2 ** 20;

/** What an evaluation may ask of its surroundings. */
export interface Surroundings {
  /** The recorded time of the request. */
  readonly now: Instant;
  uuid(): string;
}

interface Running {
  readonly surroundings: Surroundings;
  left: number;
}

/** Set around each evaluation, which is synchronous. */
let running: Running | undefined;

const current = (): Running => {
  if (!running) throw new Error('evaluated outside of evaluate()');
  return running;
};

/** Runs an evaluation on a budget of its own. */
export const withBudget = <T>(surroundings: Surroundings, evaluate: () => T): T => {
  running = { surroundings, left: BUDGET };
  try {
    return evaluate();
  } finally {
    running = undefined;
  }
};

export const surroundings = (): Surroundings => current().surroundings;

/** The expression asks for too much, or for something that is no JSON. The message is the reason, in the user's words. */
export class ExpressionRefused extends Error {}

/** One for all: `all`, `exists`, `||` and `&&` swallow errors and go on, and making one anew takes longer than an element. */
const EXHAUSTED = new ExpressionRefused('it takes too long on this data');

/** Pays before the work is done. Throws when the evaluation has nothing left. */
export const spend = (units: number): void => {
  const state = current();
  state.left -= units;
  if (state.left < 0) throw EXHAUSTED;
};

const lengthOf = (value: unknown): number => {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof Map) return value.size;
  return isJsonObject(value) ? Object.keys(value).length : 0;
};

/** Characters and bytes are looked at many at a time. */
const isDense = (value: unknown): boolean => typeof value === 'string' || value instanceof Uint8Array;

/** Pays for going over a value once, not into it. */
export const pay = (value: unknown): unknown => {
  spend(1 + (lengthOf(value) >> (isDense(value) ? 6 : 2)));
  return value;
};

/** Pays for work on each character. */
export const payThorough = (value: unknown): unknown => {
  spend(1 + (lengthOf(value) >> 2));
  return value;
};

/** Pays for going over a value and everything in it. */
export const payDeep = (value: unknown): unknown => {
  const open = [value];
  while (open.length > 0) {
    const inner = pay(open.pop());
    if (Array.isArray(inner)) for (const entry of inner as unknown[]) open.push(entry);
    else if (inner instanceof Map) for (const entry of inner.values()) open.push(entry);
    else if (isJsonObject(inner) && !(inner instanceof Uint8Array))
      for (const entry of Object.values(inner)) open.push(entry);
  }
  return value;
};

/** Pays for work on everything in a value that takes so many times as long as going over it. */
export const payWork = (value: unknown, times: number): void => {
  const before = current().left;
  payDeep(value);
  spend((before - current().left) * (times - 1));
};

/** Pays for looking for something: in a list each element is compared, a key of a map is found at once. */
export const payMembers = (value: unknown): unknown => (Array.isArray(value) ? payDeep(value) : value);

/** Pays for a summand that each further sign copies: a list and bytes are, a text is only pointed at. */
export const payCopies = (value: unknown, times: unknown): unknown => {
  if (Array.isArray(value)) spend(value.length * Number(times));
  else if (value instanceof Uint8Array) spend((value.length >> 4) * Number(times));
  return pay(value);
};

const COLLECTIONS: ReadonlySet<unknown> = new Set([Array.prototype, Map.prototype, Object.prototype, null]);

/** Pays for a macro over a collection whose body has so many nodes. */
export const payEach = (value: unknown, nodes: unknown): unknown => {
  // CEL would go over the insides of whatever is an object to JavaScript, and find none.
  if (value instanceof Optional) throw new ExpressionRefused('an optional is no list; say what else: orValue([])');
  if (typeof value === 'object' && value !== null && !COLLECTIONS.has(Object.getPrototypeOf(value)))
    throw new ExpressionRefused('a time, a duration or bytes are no list');
  spend(lengthOf(value) * (1 + (Number(nodes) >> 2)));
  return value;
};

/** Pays for a text that is about to be made, so long. */
export const payText = (length: number): void => {
  if (length > MAX_TEXT) throw new ExpressionRefused(`it makes a text of more than ${MAX_TEXT} characters`);
  spend(1 + (length >> 4));
};

/** Pays for a list or an object that is about to be made, with so many entries. */
export const payEntries = (count: number): void => spend(1 + count);
