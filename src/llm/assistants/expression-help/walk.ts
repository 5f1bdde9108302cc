import { isNamespaced, isNode, NAMESPACES, type SyntaxNode } from '../../../engine/core/index.js';

/** Reads below a name: `tasks.fetch.output.rows[0]`, as far as its keys are literal. */
export interface Chain {
  readonly root: string;
  /** Whether the root is the element of a macro around: no name of the surroundings. */
  readonly isBound: boolean;
  readonly keys: readonly { readonly key: string; readonly isOptional: boolean; readonly node: SyntaxNode }[];
  /** Of the root. */
  readonly node: SyntaxNode;
  /** Something is read below that is not known before the run: `rows[index]`. */
  readonly goesOn: boolean;
}

/** A call by a name. */
export interface Call {
  readonly name: string;
  readonly form: 'function' | 'method' | 'namespaced';
  readonly node: SyntaxNode;
}

/** What an expression reads and calls, in the order in which it stands there. */
export interface Uses {
  readonly chains: readonly Chain[];
  readonly calls: readonly Call[];
}

const ACCESS: ReadonlySet<string> = new Set(['.', '.?', '[]', '[?]']);
const MACROS: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one', 'sortBy', 'groupBy']);

const literal = (key: unknown): string | undefined => {
  if (typeof key === 'string') return key;
  if (!isNode(key) || key.op !== 'value') return undefined;
  return ['string', 'number', 'bigint'].includes(typeof key.args) ? String(key.args) : undefined;
};

class Walk {
  readonly chains: Chain[] = [];
  readonly calls: Call[] = [];

  node(node: SyntaxNode, bound: ReadonlySet<string>): void {
    if (node.op === 'value') return;
    if (node.op === 'id' || ACCESS.has(node.op)) return this.chain(node, bound);
    if (node.op === 'call') {
      const [name, args] = node.args as [string, SyntaxNode[]];
      this.calls.push({ name, form: 'function', node });
      for (const arg of args) this.node(arg, bound);
      return;
    }
    if (node.op === 'rcall') return this.method(node, bound);
    this.inner(node.args, bound);
  }

  private inner(args: unknown, bound: ReadonlySet<string>): void {
    if (isNode(args)) this.node(args, bound);
    else if (Array.isArray(args)) for (const arg of args) this.inner(arg, bound);
  }

  private method(node: SyntaxNode, bound: ReadonlySet<string>): void {
    const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
    const space = receiver.op === 'id' ? String(receiver.args) : '';
    if (NAMESPACES.has(space) && (isNamespaced(space, name) || !bound.has(space))) {
      this.calls.push({ name: `${space}.${name}`, form: 'namespaced', node });
      for (const arg of args) this.node(arg, bound);
      return;
    }
    this.calls.push({ name, form: 'method', node });
    this.node(receiver, bound);
    const [element] = args;
    if (!MACROS.has(name) || element?.op !== 'id') for (const arg of args) this.node(arg, bound);
    else for (const arg of args.slice(1)) this.node(arg, new Set([...bound, String(element.args)]));
  }

  private chain(end: SyntaxNode, bound: ReadonlySet<string>): void {
    const keys: { key: string; isOptional: boolean; node: SyntaxNode }[] = [];
    let goesOn = false;
    let node = end;
    for (; ACCESS.has(node.op); node = (node.args as [SyntaxNode, unknown])[0]) {
      const [, key] = node.args as [SyntaxNode, unknown];
      const known = literal(key);
      if (known === undefined) {
        if (isNode(key)) this.node(key, bound);
        keys.length = 0;
        goesOn = true;
      } else keys.unshift({ key: known, isOptional: node.op === '.?' || node.op === '[?]', node });
    }
    if (node.op !== 'id') return this.node(node, bound);
    const root = String(node.args);
    this.chains.push({ root, isBound: bound.has(root), keys, node, goesOn });
  }
}

export const usesIn = (ast: SyntaxNode): Uses => {
  const walk = new Walk();
  walk.node(ast, new Set());
  return walk;
};
