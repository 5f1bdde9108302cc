import { fault, type Fault, type JsonPointer } from '../../../kernel/index.js';
import {
  compilePattern,
  findFunction,
  HOST_PREFIX,
  isNamespaced,
  meantBy,
  NAMESPACES,
  type CallForm,
} from './functions/index.js';
import { isNode, type SyntaxNode } from './syntax.js';
import type { CompileOptions, Reference } from './references.js';

const MACROS: ReadonlySet<string> = new Set([...['map', 'filter', 'all', 'exists', 'exists_one', 'sortBy', 'groupBy']]);
const MAX_MACRO_DEPTH = 2;
/** Levels of the syntax tree; `a + b + c` has one for each sign. Checking and evaluating recurse over it. */
const MAX_TREE_DEPTH = 200;

interface Walk {
  readonly bound: ReadonlySet<string>;
  readonly guarded: boolean;
  readonly macros: number;
  readonly depth: number;
}

/** What an expression refers to, and what is wrong with it. */
export interface Analysis {
  readonly tasks: Reference[];
  readonly names: Set<string>;
  readonly faults: Fault[];
}

/** Walks a parsed expression: collects what it refers to, and refuses what could hang or leak. */
export class Analyser implements Analysis {
  readonly tasks: Reference[] = [];
  readonly names = new Set<string>();
  readonly faults: Fault[] = [];
  private readonly pointer: JsonPointer;
  private tooDeep = false;

  constructor(private readonly options: CompileOptions) {
    this.pointer = options.pointer;
  }

  analyse(ast: SyntaxNode): Analysis {
    this.walk(ast, { bound: new Set(), guarded: false, macros: 0, depth: 0 });
    return this;
  }

  private report(code: Fault['code'], params: Record<string, string>): void {
    this.faults.push(fault(code, this.pointer, params));
  }

  private walk(node: SyntaxNode, above: Walk): void {
    if (above.depth > MAX_TREE_DEPTH) return this.refuseDepth();
    const walk = { ...above, depth: above.depth + 1 };
    switch (node.op) {
      case 'value':
        return;
      case 'id':
        return this.name(node.args as string, walk);
      case '.':
      case '.?':
      case '[]':
      case '[?]':
        return this.access(node, walk);
      case 'call':
        return this.call(node, walk);
      case 'rcall':
        return this.methodCall(node, walk);
      default:
        this.inner(node.args, walk);
    }
  }

  private refuseDepth(): void {
    if (!this.tooDeep) this.report('expression_too_complex', { reason: `it has more than ${MAX_TREE_DEPTH} levels` });
    this.tooDeep = true;
  }

  private inner(args: unknown, walk: Walk): void {
    if (isNode(args)) this.walk(args, walk);
    else if (Array.isArray(args)) for (const arg of args) this.inner(arg, walk);
  }

  private name(name: string, { bound }: Walk): void {
    if (bound.has(name)) return;
    if (name === 'secrets') return this.report('secret_not_allowed', {});
    if (name === 'optional') return;
    if (name === 'tasks')
      return this.report('expression_syntax', { reason: '`tasks` must be followed by the id of a task' });
    this.names.add(name);
    if (this.options.names.has(name)) return;
    this.report('expression_unknown_name', { name, known: ['tasks', ...this.options.names].join(', ') });
  }

  /** A chain of accesses; one that begins at `tasks` is a reference. */
  private access(node: SyntaxNode, walk: Walk): void {
    const path: (string | undefined)[] = [];
    let optional = false;
    let inner: SyntaxNode = node;
    for (; ['.', '.?', '[]', '[?]'].includes(inner.op); inner = (inner.args as [SyntaxNode, unknown])[0]) {
      const key = (inner.args as [SyntaxNode, unknown])[1];
      optional ||= inner.op === '.?' || inner.op === '[?]';
      if (isNode(key)) this.walk(key, walk);
      path.push(literalKey(key));
    }
    if (inner.op !== 'id' || inner.args !== 'tasks' || walk.bound.has('tasks')) return this.walk(inner, walk);
    const [task, ...rest] = path.reverse();
    if (task === undefined) return this.report('expression_syntax', { reason: 'tasks[…] takes a literal id only' });
    const end = rest.indexOf(undefined);
    const known = (end === -1 ? rest : rest.slice(0, end)) as string[];
    this.tasks.push({ task, path: known, pointer: this.pointer, guarded: walk.guarded || optional });
  }

  private call(node: SyntaxNode, walk: Walk): void {
    const [name, args] = node.args as [string, SyntaxNode[]];
    this.known('function', name);
    this.inner(args, { ...walk, guarded: walk.guarded || GUARDING.has(name) });
  }

  private methodCall(node: SyntaxNode, walk: Walk): void {
    const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
    if (receiver.op === 'id' && isNamespaced(String(receiver.args), name)) {
      if (receiver.args === 'regex') this.pattern(args.slice(1));
      return this.inner(args, walk);
    }
    if (!this.namespace(receiver, name, walk)) return;
    this.known('method', name);
    if (MACROS.has(name)) return this.macro(node, walk);
    const guarded = walk.guarded || GUARDING.has(name);
    this.walk(receiver, { ...walk, guarded });
    this.inner(args, walk);
    if (name === 'matches') this.pattern(args);
  }

  /** `math.nosuch(1)`: the name of a namespace, unless it is that of a variable. */
  private namespace(receiver: SyntaxNode, name: string, { bound }: Walk): boolean {
    const id = receiver.op === 'id' ? String(receiver.args) : '';
    if (bound.has(id) || this.options.names.has(id) || !(NAMESPACES.has(id) || meansNamespaced(id, name))) return true;
    this.unknown(`${id}.${name}`);
    return false;
  }

  private known(form: CallForm, name: string): void {
    if (name.startsWith(HOST_PREFIX)) this.report('expression_unknown_name', { name, known: 'functions' });
    else if (!findFunction(form, name)) this.unknown(name);
  }

  private unknown(name: string): void {
    const meant = meantBy(name)?.definition.signatures.join(' or ');
    const hint = meant === undefined ? 'docs/expressions.md lists those there are' : `there is ${meant}`;
    this.report('expression_syntax', { reason: `nothing can be called by ${name}(…) here; ${hint}` });
  }

  private macro(node: SyntaxNode, walk: Walk): void {
    const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
    const macros = walk.macros + 1;
    if (args.length < 2 || args[0]?.op !== 'id') {
      const signature = findFunction('method', name)?.definition.signatures[0] ?? name;
      return this.report('expression_syntax', { reason: `${name}() is written ${signature}, with a name for x` });
    }
    if (NAMESPACES.has(String(args[0].args)))
      return this.report('expression_syntax', {
        reason: `"${String(args[0].args)}" can not be the name of an element`,
      });
    if (macros > MAX_MACRO_DEPTH) {
      return this.report('expression_too_complex', { reason: `${name}() is nested deeper than ${MAX_MACRO_DEPTH}` });
    }
    this.walk(receiver, walk);
    const [variable, ...bodies] = args;
    const bound = new Set([...walk.bound, String(variable?.args)]);
    this.inner(bodies, { ...walk, bound, macros });
  }

  /** A pattern that is known by now is checked by now. */
  private pattern([pattern]: readonly SyntaxNode[]): void {
    if (pattern?.op !== 'value' || typeof pattern.args !== 'string') return;
    try {
      compilePattern(pattern.args);
    } catch (error) {
      this.report('invalid_regular_expression', { reason: (error as Error).message });
    }
  }
}

/** Calls in which what is missing does not fail. */
const GUARDING: ReadonlySet<string> = new Set(['has', 'orValue', 'or', 'hasValue']);

/** `JSON.parse(…)`: what stands before the dot is no variable, and somebody knew a function by that name. */
const meansNamespaced = (id: string, name: string): boolean =>
  id !== '' && meantBy(`${id}.${name}`)?.definition.alias?.includes(`${id}.${name}`) === true;

const literalKey = (key: unknown): string | undefined => {
  if (typeof key === 'string') return key;
  if (isNode(key) && key.op === 'value' && ['string', 'bigint', 'number'].includes(typeof key.args))
    return String(key.args);
  return undefined;
};
