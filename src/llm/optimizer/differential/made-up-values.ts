import { isNode, syntaxOf, type CompiledWorkflow } from '../../../engine/core/index.js';
import { hashOf, type Json } from '../../../kernel/index.js';
import { expressionsIn, placesOf } from '../ir/index.js';

/** What expressions read of something, and what they take it for. */
interface Shape {
  readonly fields: Map<string, Shape>;
  is: 'number' | 'text' | 'list' | 'truth' | undefined;
  /** What it is compared with. */
  readonly compared: Set<string | number | boolean>;
}

const empty = (): Shape => ({ fields: new Map(), is: undefined, compared: new Set() });

const ACCESS: ReadonlySet<string> = new Set(['.', '.?', '[]', '[?]']);
const ORDER: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '-', '*', '/', '%']);
const EQUAL: ReadonlySet<string> = new Set(['==', '!=']);
const LOGIC: ReadonlySet<string> = new Set(['&&', '||', '!_', '!']);
const OF_LISTS: ReadonlySet<string> = new Set([
  'map',
  'filter',
  'all',
  'exists',
  'exists_one',
  'sum',
  'sortBy',
  'groupBy',
]);
const OF_TEXTS: ReadonlySet<string> = new Set(['startsWith', 'endsWith', 'contains', 'matches', 'split', 'trim']);

/** A chain of accesses by literal keys, the root first: `tasks`, `a`, `output`, `n`. */
const chainOf = (node: unknown): string[] | undefined => {
  const keys: string[] = [];
  let at = node;
  while (isNode(at) && ACCESS.has(at.op)) {
    const [inner, key] = at.args as [unknown, unknown];
    const literal = isNode(key) && key.op === 'value' ? String(key.args) : key;
    if (typeof literal !== 'string') keys.length = 0;
    else keys.push(literal);
    at = inner;
  }
  return isNode(at) && at.op === 'id' && typeof at.args === 'string' ? [at.args, ...keys.reverse()] : undefined;
};

/**
 * What made-up tasks answer, so that the expressions of a workflow have something to read: the fields that they name, of
 * the kind that they take them for. Values depend on nothing but a seed and what is asked.
 */
export class MadeUpValues {
  private readonly input = empty();
  /** By type: what does the same has to answer the same. */
  private readonly outputs = new Map<string, Shape>();
  private readonly typeOf = new Map<string, string>();

  constructor(workflow: CompiledWorkflow) {
    for (const { task } of placesOf(workflow).tasks)
      this.typeOf.set(task.id, task.work.is === 'task' ? task.work.type : task.work.is);
    for (const expression of expressionsIn(workflow)) this.learn(syntaxOf(expression).ast);
    for (const { task } of placesOf(workflow).tasks)
      if (task.work.is === 'map' && task.work.over.is === 'expression')
        this.note(syntaxOf(task.work.over.expression).ast, 'list');
  }

  inputFor(seed: number): Json {
    return this.input.fields.size === 0 ? {} : made(this.input, seed);
  }

  outputFor(type: string, seed: number): Json {
    return made(this.outputs.get(type) ?? empty(), seed);
  }

  private learn(node: unknown): void {
    if (Array.isArray(node)) return node.forEach((inner) => this.learn(inner));
    if (!isNode(node)) return;
    const { op, args } = node;
    if (ACCESS.has(op)) this.shapeOf(node);
    const operands = (Array.isArray(args) ? args : [args]) as unknown[];
    if (ORDER.has(op)) for (const operand of operands) this.note(operand, 'number');
    if (LOGIC.has(op)) for (const operand of operands) this.note(operand, 'truth');
    if (EQUAL.has(op)) this.learnEqual(operands);
    if (op === 'rcall') this.learnMethod(args as [string, unknown, unknown]);
    this.learn(args);
  }

  private learnEqual([one, other]: readonly unknown[]): void {
    for (const [side, against] of [
      [one, other],
      [other, one],
    ]) {
      const literal = isNode(against) && against.op === 'value' ? against.args : undefined;
      const value = typeof literal === 'bigint' ? Number(literal) : literal;
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        this.shapeOf(side)?.compared.add(value);
    }
  }

  private learnMethod([name, receiver]: readonly [string, unknown, unknown]): void {
    if (OF_LISTS.has(name)) this.note(receiver, 'list');
    if (OF_TEXTS.has(name)) this.note(receiver, 'text');
  }

  private note(node: unknown, is: Shape['is']): void {
    const shape = this.shapeOf(node);
    if (shape) shape.is ??= is;
  }

  /** Of what an expression reads, made when it is new. */
  private shapeOf(node: unknown): Shape | undefined {
    const [root, ...keys] = chainOf(node) ?? [];
    if (root === 'input') return within(this.input, keys);
    const [task, what, ...rest] = keys;
    const type = root === 'tasks' && task !== undefined && what === 'output' ? this.typeOf.get(task) : undefined;
    if (type === undefined) return undefined;
    const shape = this.outputs.get(type) ?? empty();
    this.outputs.set(type, shape);
    return within(shape, rest);
  }
}

const within = (shape: Shape, keys: readonly string[]): Shape => {
  let at = shape;
  for (const key of keys) {
    const inner = at.fields.get(key) ?? empty();
    at.fields.set(key, inner);
    at = inner;
  }
  return at;
};

const mixed = (seed: number, what: string): number => hashOf(`${seed} ${what}`) >>> 0;

const made = (shape: Shape, seed: number): Json => {
  const { fields, is, compared } = shape;
  if (fields.size > 0)
    return Object.fromEntries([...fields].map(([key, inner]) => [key, made(inner, mixed(seed, key))]));
  const known = [...compared];
  const chosen = known[seed % (known.length + 1)];
  if (chosen !== undefined) return chosen;
  switch (is) {
    case 'number':
      return seed % 7;
    case 'truth':
      return seed % 2 === 0;
    case 'list':
      return Array.from({ length: seed % 4 }, (_, index) => mixed(seed, `${index}`) % 7);
    case 'text':
      return seed.toString(36);
    default:
      return known.length > 0 ? null : { made_up: seed.toString(36) };
  }
};
