import { INTERNAL } from './cel.js';
import { findFunction, isNamespaced, type KnownFunction } from './functions/index.js';
import { isNode, type SyntaxNode } from './syntax.js';

/**
 * Writes a parsed expression anew, with what CEL lacks put in:
 * - numbers are doubles: literals are written as such, and functions that give ints are converted (semantics 1);
 * - equality holds between unlike things, and branches of `?:` may be of unlike types;
 * - whatever takes time in proportion to its data pays for it, so that no expression runs for long or fills the memory;
 * - functions that CEL has not, or has otherwise, are called by the names of ours, and no key of a map is lost.
 */
export const guardedSource = (ast: SyntaxNode): string => write(ast);

/** Binding strength, loosest first; what is not listed binds as a primary does. */
const STRENGTH: Readonly<Record<string, number>> = {
  ...{ '?:': 1, '||': 2, '&&': 3, '==': 4, '!=': 4, '<': 5, '<=': 5, '>': 5, '>=': 5, in: 5 },
  ...{ '+': 6, '-': 6, '*': 7, '/': 7, '%': 7, '!_': 8, '-_': 8 },
};
const UNARY = 8;
const PRIMARY = 9;

const strengthOf = ({ op, args }: SyntaxNode): number =>
  op === 'value' && typeof args !== 'string' ? UNARY : (STRENGTH[op] ?? PRIMARY);

const GIVES_INT: ReadonlySet<string> = new Set(['size', 'int', 'uint', 'at']);
/** Arguments that must be ints, by position. */
const TAKES_INT: ReadonlyMap<string, readonly number[]> = new Map(
  Object.entries({ substring: [0, 1], split: [1], at: [0] }),
);
const MACROS: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);
/** Methods of optionals, which cost nothing. */
const OF_OPTIONALS: ReadonlySet<string> = new Set(['orValue', 'or', 'hasValue', 'value', 'of', 'none']);
/** Methods that look at each character, or give one piece for each. */
const THOROUGH: ReadonlySet<string> = new Set(['split']);

const call = (name: string, ...args: readonly string[]): string => `${name}(${args.join(', ')})`;

const write = (node: SyntaxNode): string => {
  switch (node.op) {
    case 'value':
      return literal(node.args);
    case 'id':
      return node.args as string;
    case '.':
    case '.?':
    case '[]':
    case '[?]':
      return access(node);
    case 'call':
      return functionCall(node);
    case 'rcall':
      return methodCall(node);
    case 'list':
      return `[${(node.args as SyntaxNode[]).map(write).join(', ')}]`;
    case 'map':
      return map(node.args as [SyntaxNode, SyntaxNode][]);
    case '!_':
    case '-_':
      return `${node.op.slice(0, 1)}${tight(node.args as SyntaxNode, strengthOf(node))}`;
    case '?:':
      return ternary(node.args as [SyntaxNode, SyntaxNode, SyntaxNode]);
    default:
      return binary(node);
  }
};

/** In parentheses when it binds looser than its surroundings need. */
const tight = (node: SyntaxNode, needed: number): string =>
  strengthOf(node) < needed ? `(${write(node)})` : write(node);

const literal = (value: unknown): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (value instanceof Uint8Array) return bytes(value);
  return double(Number(value));
};

const double = (value: number): string => {
  const digits = String(value);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
};

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r' };
const text = (value: string): string => `"${value.replace(/[\\"\n\r]/g, (char) => ESCAPES[char] as string)}"`;

const bytes = (value: Uint8Array): string =>
  `b"${Array.from(value, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;

const access = ({ op, args }: SyntaxNode): string => {
  const [receiver, key] = args as [SyntaxNode, unknown];
  const inner = tight(receiver, PRIMARY);
  if (!isNode(key)) return `${inner}${op}${String(key)}`;
  // Of unknown type, so that a list of known type takes a double too.
  const index = key.op === 'value' && typeof key.args === 'bigint' ? String(key.args) : call('dyn', write(key));
  return op === '[?]' ? `${inner}[?${index}]` : `${inner}[${index}]`;
};

const isLiteral = ({ op }: SyntaxNode): boolean => op === 'value';

/** What a node gives, paid for by its length. */
const paid = (node: SyntaxNode, price: string = INTERNAL.pay): string =>
  isLiteral(node) ? write(node) : call(price, write(node));

const functionCall = (node: SyntaxNode): string => {
  const [name, args] = node.args as [string, SyntaxNode[]];
  if (name === 'has' || name === 'dyn') return call(name, ...args.map(write));
  const ours = findFunction('function', name);
  if (ours?.host !== undefined) return hosted(ours, ours.host, args);
  return asDouble(name, call(name, ...args.map((arg) => paid(arg))));
};

/** Ours pay for themselves. A variadic one takes one list. */
const hosted = ({ signatures }: KnownFunction, host: string, args: readonly SyntaxNode[]): string => {
  const isVariadic = signatures.some(({ parameters }) => parameters.some(({ needed }) => needed === 'any number'));
  if (!isVariadic) return call(host, ...args.map(write));
  return call(host, `[${args.map((arg) => call('dyn', write(arg))).join(', ')}]`);
};

const asDouble = (name: string, source: string): string => (GIVES_INT.has(name) ? call('double', source) : source);

const methodCall = (node: SyntaxNode): string => {
  const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
  if (MACROS.has(name) && args.length >= 2) return macro(name, receiver, args);
  if (OF_OPTIONALS.has(name)) return `${tight(receiver, PRIMARY)}.${call(name, ...args.map(write))}`;
  const ours = ourMethod(name, receiver, args);
  if (ours !== undefined) return ours;
  const given = args.map((arg, position) =>
    TAKES_INT.get(name)?.includes(position) ? call(INTERNAL.whole, write(arg)) : paid(arg),
  );
  const price = THOROUGH.has(name) ? INTERNAL.payThorough : INTERNAL.pay;
  return asDouble(name, `${call(price, write(receiver))}.${call(name, ...given)}`);
};

const ourMethod = (name: string, receiver: SyntaxNode, args: readonly SyntaxNode[]): string | undefined => {
  if (receiver.op === 'id' && isNamespaced(String(receiver.args), name)) {
    const ours = findFunction('namespaced', `${String(receiver.args)}.${name}`);
    return ours?.host === undefined ? undefined : hosted(ours, ours.host, args);
  }
  const ours = findFunction('method', name);
  if (ours?.host === undefined) return undefined;
  return ours.definition.macro ? pairs(ours.host, receiver, args) : hosted(ours, ours.host, [receiver, ...args]);
};

/** What making a pair takes, in nodes. */
const PAIR = 32;

/** `list.sortBy(x, key)` works on the pairs of each element with its key. */
const pairs = (host: string, receiver: SyntaxNode, args: readonly SyntaxNode[]): string => {
  const [variable, key] = args as [SyntaxNode, SyntaxNode];
  const each = call(INTERNAL.payEach, write(receiver), String(PAIR + sizeOf(key)));
  return call(host, `${each}.map(${write(variable)}, [${call('dyn', write(variable))}, ${call('dyn', write(key))}])`);
};

/** Each element costs what its body costs. */
const macro = (name: string, receiver: SyntaxNode, args: readonly SyntaxNode[]): string => {
  const nodes = String(args.reduce((sum, arg) => sum + sizeOf(arg), 0));
  return `${call(INTERNAL.payEach, write(receiver), nodes)}.${call(name, ...args.map(write))}`;
};

const sizeOf = (part: unknown): number => {
  if (isNode(part)) return 1 + sizeOf(part.args);
  return Array.isArray(part) ? part.reduce((sum: number, inner) => sum + sizeOf(inner), 0) : 0;
};

/** Keys that CEL would drop, or may have to. */
const isPlainKey = ({ op, args }: SyntaxNode): boolean =>
  op === 'value' && args !== '__proto__' && args !== 'constructor' && args !== 'prototype';

const map = (entries: readonly [SyntaxNode, SyntaxNode][]): string => {
  const written = entries.map(([key, value]) => [write(key), write(value)] as const);
  if (entries.every(([key]) => isPlainKey(key))) return `{${written.map((entry) => entry.join(': ')).join(', ')}}`;
  const pairs = written.map(([key, value]) => `[dyn(${key}), dyn(${value})]`);
  return call(INTERNAL.mapOf, `[${pairs.join(', ')}]`);
};

const ternary = ([test, yes, no]: [SyntaxNode, SyntaxNode, SyntaxNode]): string =>
  `${tight(test, 2)} ? ${call('dyn', write(yes))} : ${call('dyn', write(no))}`;

const binary = ({ op, args }: SyntaxNode): string => {
  const [left, right] = args as [SyntaxNode, SyntaxNode];
  const strength = STRENGTH[op];
  if (strength === undefined) throw new Error(`unknown sign ${op}`);
  if (op === '==' || op === '!=') {
    const scalar = isLiteral(left) || isLiteral(right);
    return `${call(scalar ? 'dyn' : INTERNAL.payDeep, write(left))} ${op} ${call('dyn', write(right))}`;
  }
  if (op === 'in') return `${call('dyn', write(left))} in ${call(INTERNAL.payMembers, write(right))}`;
  if (op === '+') return sum(left, right);
  if (strength === STRENGTH['<'] && !isNumber(left) && !isNumber(right)) return `${paid(left)} ${op} ${paid(right)}`;
  // Signs of one strength read from the left.
  return `${tight(left, strength)} ${op} ${tight(right, strength + 1)}`;
};

const isNumber = ({ op, args }: SyntaxNode): boolean => op === 'value' && typeof args !== 'string';

const ARITHMETIC: ReadonlySet<string> = new Set(['-', '*', '/', '%', '-_']);

/** `a + b + c` is one sum, however many: its summands are written side by side. */
const sum = (left: SyntaxNode, right: SyntaxNode): string => {
  const summands = [right];
  let first = left;
  for (; first.op === '+'; first = (first.args as [SyntaxNode, SyntaxNode])[0])
    summands.push((first.args as [SyntaxNode, SyntaxNode])[1]);
  summands.push(first);
  return summands
    .map((summand, copies) => paidSummand(summand, Math.max(1, copies)))
    .reverse()
    .join(' + ');
};

const paidSummand = (node: SyntaxNode, copies: number): string => {
  if (isLiteral(node)) return write(node);
  return ARITHMETIC.has(node.op)
    ? tight(node, STRENGTH['*'] as number)
    : call(INTERNAL.payCopies, write(node), String(copies));
};
