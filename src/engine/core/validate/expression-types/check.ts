import { fault, type Fault, type JsonPointer } from '../../../../kernel/index.js';
import { findFunction, isNamespaced, type KnownFunction, type SyntaxNode } from '../../expression/index.js';
import { readField } from './access.js';
import { isSign, typeOfCall, typeOfSign } from './calls.js';
import {
  ANY,
  BOOL,
  OBJECT,
  listOf,
  mayBe,
  mayBeEqual,
  nameOf,
  NUMBER,
  oneOf,
  optionalOf,
  record,
  simple,
  STRING,
  typeOfValue,
  union,
  type Type,
} from './type.js';

/** What the names of an expression stand for; those that are absent stand for anything. */
export type TypeEnvironment = ReadonlyMap<string, Type>;

/** `fails` and not `maybe`: whatever the data is, the expression fails. */
export interface Finding extends Fault {
  readonly severity: 'fails' | 'maybe';
}

export interface CheckedExpression {
  readonly type: Type;
  readonly findings: readonly Finding[];
}

interface Walk {
  readonly names: TypeEnvironment;
  /** Evaluated whenever the expression is, and a failure here is a failure of the whole. */
  readonly certain: boolean;
}

const KEPT = 60;
/** Of one expression; the first ones say enough. */
const MAX_FINDINGS = 20;
const MACROS: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one', 'sortBy', 'groupBy']);

/** Checks an expression as it was written. Never finds fault with what would run. */
export const checkExpression = (
  ast: SyntaxNode,
  environment: TypeEnvironment,
  place: { readonly source: string; readonly pointer: JsonPointer },
): CheckedExpression => {
  const checker = new Checker(place.source, place.pointer);
  const type = checker.typeOf(ast, { names: environment, certain: true });
  return { type, findings: checker.findings };
};

class Checker {
  readonly findings: Finding[] = [];

  constructor(
    private readonly source: string,
    private readonly pointer: JsonPointer,
  ) {}

  typeOf(node: SyntaxNode, walk: Walk): Type {
    switch (node.op) {
      case 'value':
        return literalType(node.args);
      case 'id':
        return walk.names.get(String(node.args)) ?? ANY;
      case '.':
      case '[]':
        return this.access(node, walk);
      case '.?':
      case '[?]':
        return this.optionalAccess(node, walk);
      case 'call':
        return this.call(node, walk);
      case 'rcall':
        return this.methodCall(node, walk);
      case 'list':
        return listOf(union(...(node.args as SyntaxNode[]).map((entry) => this.typeOf(entry, walk))));
      case 'map':
        return this.object(node.args as [SyntaxNode, SyntaxNode][], walk);
      default:
        return this.operation(node, walk);
    }
  }

  /** The source of a node, as it was written but for `?.`. */
  private text(node: SyntaxNode): string {
    const text = this.source.slice(node.start ?? 0, node.end ?? 0).trim();
    return text.length > KEPT ? `${text.slice(0, KEPT)}…` : text;
  }

  private report(walk: Walk, code: Fault['code'], params: Record<string, string>): void {
    const found = fault(code, this.pointer, params);
    if (this.findings.length >= MAX_FINDINGS || this.findings.some(({ message }) => message === found.message)) return;
    this.findings.push({ ...found, severity: walk.certain ? 'fails' : 'maybe' });
  }

  private warn(code: Fault['code'], params: Record<string, string>): void {
    this.report({ names: new Map(), certain: false }, code, params);
  }

  private refuse(walk: Walk, reason: string): Type {
    this.report(walk, 'wrong_operand', { reason });
    return ANY;
  }

  private access(node: SyntaxNode, walk: Walk): Type {
    const [receiver, key] = node.args as [SyntaxNode, SyntaxNode | string];
    const from = this.typeOf(receiver, walk);
    const at = typeof key === 'string' ? key : this.keyOf(key, walk);
    const read = readField(from, at);
    const of = this.text(receiver);
    if (read.is === 'missing')
      this.report(walk, 'missing_field', { of, field: keyText(at), known: read.known.join(', ') || 'none' });
    else if (read.is === 'impossible')
      return this.refuse(walk, `"${of}" is ${nameOf(from)}, in which nothing can be read by ${describe(at)}`);
    else if (read.doubt === 'unlisted')
      this.warn('unlisted_field', { of, field: keyText(at), known: read.known.join(', ') || 'none' });
    else if (read.doubt === 'maybe') this.warn('may_be_missing', { path: this.text(node) });
    else if (read.doubt === 'null') this.warn('may_be_missing', { path: of });
    return read.is === 'read' ? read.type : ANY;
  }

  private optionalAccess(node: SyntaxNode, walk: Walk): Type {
    const [receiver, key] = node.args as [SyntaxNode, SyntaxNode | string];
    const from = this.typeOf(receiver, walk);
    const at = typeof key === 'string' ? key : this.keyOf(key, walk);
    const read = readField(from, at);
    if (read.is !== 'read') return optionalOf(ANY);
    return read.optional ? read.type : optionalOf(read.type);
  }

  /** A key that is known by now, else what kind it is of. */
  private keyOf(key: SyntaxNode, walk: Walk): string | number | Type {
    if (key.op === 'value' && typeof key.args === 'string') return key.args;
    if (key.op === 'value' && (typeof key.args === 'bigint' || typeof key.args === 'number')) return Number(key.args);
    return this.typeOf(key, walk);
  }

  private object(entries: readonly (readonly [SyntaxNode, SyntaxNode])[], walk: Walk): Type {
    const fields: [string, Type][] = [];
    let known = true;
    for (const [key, value] of entries) {
      const type = this.typeOf(value, walk);
      if (key.op === 'value' && typeof key.args === 'string') fields.push([key.args, type]);
      else {
        this.typeOf(key, walk);
        known = false;
      }
    }
    return known ? record(Object.fromEntries(fields)) : OBJECT;
  }

  private operation(node: SyntaxNode, walk: Walk): Type {
    const { op } = node;
    if (op === '?:') return this.choice(node.args as [SyntaxNode, SyntaxNode, SyntaxNode], walk);
    if (op === '!_' || op === '-_') return this.unary(node, walk);
    const [left, right] = node.args as [SyntaxNode, SyntaxNode];
    if (op === '&&' || op === '||') {
      // The one side swallows a failure of the other.
      for (const side of [left, right]) this.condition(side, { ...walk, certain: false });
      return BOOL;
    }
    const [a, b] = [this.typeOf(left, walk), this.typeOf(right, walk)];
    if (op === '==' || op === '!=') return this.equality(node, a, b);
    if (op === 'in') {
      if (mayBe(b, 'list', 'object')) return BOOL;
      return this.refuse(walk, `"${this.text(right)}" is ${nameOf(b)}; \`in\` looks into a list or an object`);
    }
    const result = isSign(op) ? typeOfSign(op, a, b) : ANY;
    if (result) return result;
    return this.refuse(walk, `\`${op}\` can not stand between ${nameOf(a)} and ${nameOf(b)}: "${this.text(node)}"`);
  }

  private unary(node: SyntaxNode, walk: Walk): Type {
    const operand = node.args as SyntaxNode;
    if (node.op === '!_') {
      this.condition(operand, walk);
      return BOOL;
    }
    const type = this.typeOf(operand, walk);
    if (mayBe(type, 'number')) return NUMBER;
    return this.refuse(walk, `"${this.text(operand)}" is ${nameOf(type)}, and no number`);
  }

  private condition(node: SyntaxNode, walk: Walk): void {
    const type = this.typeOf(node, walk);
    if (!mayBe(type, 'bool')) this.refuse(walk, `"${this.text(node)}" is ${nameOf(type)}, and neither true nor false`);
  }

  private choice([test, yes, no]: readonly [SyntaxNode, SyntaxNode, SyntaxNode], walk: Walk): Type {
    this.condition(test, walk);
    const branch = { ...walk, certain: false };
    return union(this.typeOf(yes, branch), this.typeOf(no, branch));
  }

  private equality(node: SyntaxNode, left: Type, right: Type): Type {
    if (!mayBeEqual(left, right)) {
      const [a, b] = (node.args as [SyntaxNode, SyntaxNode]).map((side) => this.text(side)) as [string, string];
      this.warn('never_equal', { left: `${a} (${nameOf(left)})`, right: `${b} (${nameOf(right)})` });
    }
    return BOOL;
  }

  private call(node: SyntaxNode, walk: Walk): Type {
    const [name, args] = node.args as [string, SyntaxNode[]];
    if (name === 'has') return this.has(args[0], walk);
    const given = args.map((arg) => this.typeOf(arg, walk));
    return this.result(findFunction('function', name), given, walk);
  }

  /** What stands before the last dot must be there, so that is checked. */
  private has(field: SyntaxNode | undefined, walk: Walk): Type {
    if (field?.op === '.') this.typeOf((field.args as [SyntaxNode, string])[0], walk);
    return BOOL;
  }

  private result(called: KnownFunction | undefined, given: readonly Type[], walk: Walk): Type {
    if (!called) return ANY;
    const type = typeOfCall(called.signatures, given);
    if (type) return type;
    const { name, signatures } = called.definition;
    return this.refuse(
      walk,
      `${name}() does not take (${given.map(nameOf).join(', ')}); it is ${signatures.join(' or ')}`,
    );
  }

  private methodCall(node: SyntaxNode, walk: Walk): Type {
    const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
    if (receiver.op === 'id' && isNamespaced(String(receiver.args), name)) {
      const given = args.map((arg) => this.typeOf(arg, walk));
      return this.result(findFunction('namespaced', `${String(receiver.args)}.${name}`), given, walk);
    }
    const from = this.typeOf(receiver, walk);
    if (MACROS.has(name)) return this.macro(name, { receiver, from, args }, walk);
    // `orValue` and `or` look at the other only when they need it.
    const isLazy = name === 'orValue' || name === 'or';
    const given = args.map((arg) => this.typeOf(arg, isLazy ? { ...walk, certain: false } : walk));
    const result = this.result(findFunction('method', name), [from, ...given], walk);
    return opened(name, from, given) ?? result;
  }

  private macro(
    name: string,
    {
      receiver,
      from,
      args,
    }: { readonly receiver: SyntaxNode; readonly from: Type; readonly args: readonly SyntaxNode[] },
    walk: Walk,
  ): Type {
    if (!mayBe(from, 'list', 'object'))
      return this.refuse(walk, `"${this.text(receiver)}" is ${nameOf(from)}; ${name}() goes over a list or an object`);
    const [variable, ...bodies] = args as [SyntaxNode, ...SyntaxNode[]];
    const element = elementOf(from);
    const names = new Map([...walk.names, [String(variable.args), element]]);
    // The list may be empty.
    const body: Walk = { names, certain: false };
    const last = bodies.at(-1) as SyntaxNode;
    for (const condition of name === 'map' ? bodies.slice(0, -1) : []) this.condition(condition, body);
    if (name === 'map') return listOf(this.typeOf(last, body));
    if (name === 'sortBy' || name === 'groupBy') this.typeOf(last, body);
    else this.condition(last, body);
    if (name === 'filter' || name === 'sortBy') return listOf(element);
    return name === 'groupBy' ? OBJECT : BOOL;
  }
}

const elementOf = (type: Type): Type => {
  if (type.is === 'any') return ANY;
  const lists = type.alternatives.flatMap((one) =>
    one.kind === 'list' ? [one.of()] : one.kind === 'object' ? [STRING] : [],
  );
  return union(...lists);
};

/** What an optional holds, where that is known. */
const opened = (name: string, from: Type, given: readonly Type[]): Type | undefined => {
  if (from.is === 'any' || (name !== 'orValue' && name !== 'value' && name !== 'or')) return undefined;
  const held = from.alternatives.flatMap((one) => (one.kind === 'optional' ? [one.of()] : []));
  if (held.length === 0) return undefined;
  if (name === 'value') return union(...held);
  return name === 'orValue' ? union(...held, ...given) : optionalOf(ANY);
};

const literalType = (value: unknown): Type => {
  if (value instanceof Uint8Array) return simple('bytes');
  if (typeof value === 'bigint') return typeOfValue(Number(value));
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return typeOfValue(value as string);
  // `5u` is an object of the library's own.
  return oneOf({ kind: 'number' });
};

const keyText = (key: string | number | Type): string => (typeof key === 'object' ? nameOf(key) : String(key));

const describe = (key: string | number | Type): string => {
  if (typeof key === 'object') return `a key that is ${nameOf(key)}`;
  return typeof key === 'number' ? `[${key}]` : `"${key.slice(0, KEPT)}"`;
};
