import type { ASTNode } from '@marcbachmann/cel-js';
import { fault, type Fault, type JsonPointer } from '../../../kernel/index.js';
import { compilePattern, INTERNAL } from './cel.js';
import type { CompileOptions, Reference } from './references.js';

const MACROS: ReadonlySet<string> = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);
const MAX_MACRO_DEPTH = 2;

/** The part of a node that is rewritten; `serialize` reads no more than this. */
interface MutableNode {
  op: string;
  args: unknown;
}

const callOf = (name: string, argument: MutableNode): MutableNode => ({ op: 'call', args: [name, [argument]] });

interface Walk {
  readonly bound: ReadonlySet<string>;
  readonly guarded: boolean;
  readonly macros: number;
}

/** What an expression refers to, and what is wrong with it. */
export interface Analysis {
  readonly tasks: Reference[];
  readonly names: Set<string>;
  readonly faults: Fault[];
  /** The tree was changed: it must be serialized and parsed again to take effect. */
  readonly rewritten: boolean;
}

const isNode = (value: unknown): value is MutableNode => typeof value === 'object' && value !== null && 'op' in value;

/**
 * Walks a parsed expression: collects what it refers to, refuses what could hang or leak, and puts in the guards that
 * CEL lacks: macros count what they visit, `matches` runs on RE2, `/` divides doubles.
 */
export class Analyser implements Analysis {
  readonly tasks: Reference[] = [];
  readonly names = new Set<string>();
  readonly faults: Fault[] = [];
  rewritten = false;
  private readonly pointer: JsonPointer;

  constructor(private readonly options: CompileOptions) {
    this.pointer = options.pointer;
  }

  analyse(ast: ASTNode): Analysis {
    this.walk(ast, { bound: new Set(), guarded: false, macros: 0 });
    return this;
  }

  private report(code: Fault['code'], params: Record<string, string>): void {
    this.faults.push(fault(code, this.pointer, params));
  }

  private walk(node: MutableNode, walk: Walk): void {
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
      case '/':
        this.inner(node.args, walk);
        return this.rewrite(
          node,
          (node.args as MutableNode[]).map((side) => callOf(INTERNAL.real, side)),
        );
      case '?:':
        this.inner(node.args, walk);
        return this.unlikeBranches(node, node.args as MutableNode[]);
      default:
        this.inner(node.args, walk);
    }
  }

  /** CEL wants both branches of one type; `x ? 0.5 : 1` is one to us, since all numbers are doubles. */
  private unlikeBranches(node: MutableNode, [test, ...branches]: MutableNode[]): void {
    this.rewrite(node, [test, ...branches.map((branch) => callOf('dyn', branch))]);
  }

  private rewrite(node: MutableNode, args: unknown): void {
    node.args = args;
    this.rewritten = true;
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
  private access(node: MutableNode, walk: Walk): void {
    const path: (string | undefined)[] = [];
    let optional = false;
    let inner: MutableNode = node;
    for (; ['.', '.?', '[]', '[?]'].includes(inner.op); inner = (inner.args as [MutableNode, unknown])[0]) {
      const key = (inner.args as [MutableNode, unknown])[1];
      optional ||= inner.op === '.?' || inner.op === '[?]';
      if (isNode(key)) this.index(inner, key, walk);
      path.unshift(literalKey(key));
    }
    if (inner.op !== 'id' || inner.args !== 'tasks' || walk.bound.has('tasks')) return this.walk(inner, walk);
    const [task, ...rest] = path;
    if (task === undefined) return this.report('expression_syntax', { reason: 'tasks[…] takes a literal id only' });
    const end = rest.indexOf(undefined);
    const known = (end === -1 ? rest : rest.slice(0, end)) as string[];
    this.tasks.push({ task, path: known, pointer: this.pointer, guarded: walk.guarded || optional });
  }

  /** An index that is computed may be a double, which lists of a known type refuse: the type is made unknown. */
  private index(access: MutableNode, key: MutableNode, walk: Walk): void {
    if (key.op === 'value') return;
    this.walk(key, walk);
    const [receiver] = access.args as [MutableNode, MutableNode];
    this.rewrite(access, [receiver, callOf('dyn', key)]);
  }

  private call(node: MutableNode, walk: Walk): void {
    const [name, args] = node.args as [string, MutableNode[]];
    if (Object.values(INTERNAL).some((internal) => internal === name))
      this.report('expression_unknown_name', { name, known: 'functions' });
    this.inner(args, { ...walk, guarded: walk.guarded || name === 'has' });
  }

  private methodCall(node: MutableNode, walk: Walk): void {
    const [name, receiver, args] = node.args as [string, MutableNode, MutableNode[]];
    if (Object.values(INTERNAL).some((internal) => internal === name))
      this.report('expression_unknown_name', { name, known: 'functions' });
    if (MACROS.has(name) && args.length >= 2) return this.macro(node, walk);
    const guarded = walk.guarded || name === 'orValue' || name === 'or' || name === 'hasValue';
    this.walk(receiver, { ...walk, guarded });
    this.inner(args, walk);
    if (name === 'matches') this.useRe2(node, receiver, args);
  }

  private macro(node: MutableNode, walk: Walk): void {
    const [name, receiver, args] = node.args as [string, MutableNode, MutableNode[]];
    const macros = walk.macros + 1;
    if (macros > MAX_MACRO_DEPTH) {
      return this.report('expression_too_complex', { reason: `${name}() is nested deeper than ${MAX_MACRO_DEPTH}` });
    }
    this.walk(receiver, walk);
    const [variable, ...bodies] = args;
    const bound = new Set([...walk.bound, String(variable?.args)]);
    this.inner(bodies, { ...walk, bound, macros });
    this.rewrite(node, [name, callOf(INTERNAL.visit, receiver), args]);
  }

  private useRe2(node: MutableNode, receiver: MutableNode, args: MutableNode[]): void {
    const [pattern] = args;
    if (pattern?.op === 'value' && typeof pattern.args === 'string') {
      try {
        compilePattern(pattern.args);
      } catch (error) {
        return this.report('invalid_regular_expression', { reason: (error as Error).message });
      }
    }
    this.rewrite(node, [INTERNAL.matches, receiver, args]);
  }
}

const literalKey = (key: unknown): string | undefined => {
  if (typeof key === 'string') return key;
  if (isNode(key) && key.op === 'value' && ['string', 'bigint', 'number'].includes(typeof key.args))
    return String(key.args);
  return undefined;
};
