import type { Json } from '../../../../kernel/index.js';

/**
 * A function that expressions may call.
 *
 * Signatures are written for people: `string.padStart(width: number, pad: string?): string`. What stands before the dot is
 * the type of the receiver, or a namespace (`math.round(x: number): number`). `?` = may be left out, `...` = as many as one
 * likes. Types: dyn (whatever), null, bool, number, string, bytes, time, duration, type, list, list<T>, object, optional<T>.
 */
export interface ExpressionFunction {
  /** As it is called: `padStart`, `math.round`. */
  readonly name: string;
  readonly signatures: readonly [string, ...string[]];
  /** One line, for people. */
  readonly does: string;
  /** Expressions with their results; each is a test. */
  readonly examples: readonly (readonly [string, Json])[];
  /**
   * The receiver, if there is one, is the first argument. Arguments have been paid for as by going over them once; what
   * costs more is paid by the function itself, before it is done. Absent: CEL's own does it.
   */
  readonly run?: (...args: readonly never[]) => unknown;
  /** `list.sortBy(x, key)`: the list is handed over as pairs `[element, key]`. */
  readonly macro?: true;
  /** What people and models who know other languages call it: named in the message when they do. */
  readonly alias?: readonly string[];
}

export interface Family {
  readonly title: string;
  readonly functions: readonly ExpressionFunction[];
}

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly needed: 'once' | 'maybe' | 'any number';
}

export interface Signature {
  readonly text: string;
  readonly form: 'function' | 'method' | 'namespaced';
  /** The receiver is the first. */
  readonly parameters: readonly Parameter[];
  readonly returns: string;
}

/** Words before a dot that are no types and no variables. */
export const NAMESPACES: ReadonlySet<string> = new Set(['math', 'lists', 'sets', 'base64', 'url', 'regex', 'optional']);

const SIGNATURE = /^(?:([\w<>]+)\.)?(\w+)\((.*)\): ([\w<>]+)$/;
const PARAMETER = /^(\w+): ([\w<>]+)(\?|\.\.\.)?$/;

const parameterOf = (text: string): Parameter => {
  const [, name, type, mark] = PARAMETER.exec(text) ?? [];
  if (name === undefined || type === undefined) throw new Error(`no parameter: ${text}`);
  return { name, type, needed: mark === '?' ? 'maybe' : mark === '...' ? 'any number' : 'once' };
};

/** Reads a signature. Throws on what is none: they are written by us. */
export const readSignature = (text: string): Signature => {
  const [, before, , inner, returns] = SIGNATURE.exec(text) ?? [];
  if (inner === undefined || returns === undefined) throw new Error(`no signature: ${text}`);
  const parameters = inner === '' ? [] : inner.split(', ').map(parameterOf);
  if (before === undefined) return { text, form: 'function', parameters, returns };
  if (NAMESPACES.has(before)) return { text, form: 'namespaced', parameters, returns };
  const receiver: Parameter = { name: 'receiver', type: before, needed: 'once' };
  return { text, form: 'method', parameters: [receiver, ...parameters], returns };
};

/** The lists of types that a call may have: one for each number of arguments. `any number` is one list. */
export const overloadsOf = ({ parameters }: Signature): string[][] => {
  const least = parameters.filter(({ needed }) => needed === 'once').length;
  if (parameters.some(({ needed }) => needed === 'any number')) return [['list']];
  const counts = Array.from({ length: parameters.length - least + 1 }, (_, extra) => least + extra);
  return counts.map((count) => parameters.slice(0, count).map(({ type }) => type));
};
