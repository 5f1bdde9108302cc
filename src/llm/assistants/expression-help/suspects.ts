import { checkExpression, FAMILIES, findFunction, meantBy, type SyntaxNode } from '../../../engine/core/index.js';
import { fieldsOf, type ExpressionContext } from './context.js';
import { nearest } from './nearest.js';
import { usesIn, type Chain, type Uses } from './walk.js';

/** A name in an expression that is not there, or not meant so. */
export interface Suspect {
  readonly what: 'name' | 'task' | 'function' | 'field';
  readonly said: string;
  /** Where it stands in the expression: from, and up to before. */
  readonly start: number;
  readonly end: number;
  /** What may have been meant, the likeliest first. */
  readonly meant: readonly string[];
}

const FUNCTIONS = FAMILIES.flatMap(({ functions }) => functions.map(({ name }) => name));

const at = (node: SyntaxNode, said: string, text: string): { readonly start: number; readonly end: number } => {
  const from = node.start ?? 0;
  const end = node.end ?? text.length;
  // Of an access the name stands at the end.
  const start = text.slice(from, end).lastIndexOf(said);
  return start === -1 ? { start: from, end } : { start: from + start, end: from + start + said.length };
};

class Search {
  readonly found: Suspect[] = [];

  constructor(
    private readonly text: string,
    private readonly context: ExpressionContext,
  ) {}

  in({ chains, calls }: Uses): this {
    for (const { name, form, node } of calls) {
      if (findFunction(form, name) ?? (form === 'namespaced' ? findFunction('method', name) : undefined)) continue;
      const bare = name.slice(name.lastIndexOf('.') + 1);
      const meant = meantBy(name)?.definition.name;
      const start = this.text.indexOf(bare, node.start ?? 0);
      const place = start === -1 ? at(node, bare, this.text) : { start, end: start + bare.length };
      const names = [...(meant === undefined ? [] : [meant]), ...nearest(bare, FUNCTIONS)];
      this.found.push({ what: 'function', said: name, ...place, meant: [...new Set(names)].slice(0, 3) });
    }
    for (const chain of chains) if (!chain.isBound) this.chain(chain);
    return this;
  }

  private chain(chain: Chain): void {
    const { root, keys, node } = chain;
    if (root === 'tasks') return this.task(chain);
    if (root === 'secrets' || root === 'optional') return;
    if (!this.context.names.has(root)) {
      const tasks = (this.context.reach?.tasks ?? []).filter(({ mayBeRead }) => mayBeRead).map(({ id }) => id);
      const meant = nearest(root, ['tasks', ...this.context.names]);
      const asTask = tasks.includes(root) ? [`tasks.${root}`] : nearest(root, tasks).map((id) => `tasks.${id}`);
      const inputs = fieldsOf(this.context.reach?.types.get('input'));
      const asInput = inputs.includes(root) ? [`input.${root}`] : [];
      this.found.push({
        what: 'name',
        said: root,
        ...at(node, root, this.text),
        meant: [...asInput, ...asTask, ...meant].slice(0, 3),
      });
      return;
    }
    this.fields(keys, node);
  }

  private task({ keys }: Chain): void {
    const [first, ...rest] = keys;
    const { reach } = this.context;
    if (!first || !reach) return;
    const known = reach.tasks.find(({ id }) => id === first.key);
    if (!known) {
      const ids = reach.tasks.filter(({ mayBeRead }) => mayBeRead).map(({ id }) => id);
      this.found.push({
        what: 'task',
        said: first.key,
        ...at(first.node, first.key, this.text),
        meant: nearest(first.key, ids),
      });
      return;
    }
    this.fields(rest, first.node);
  }

  /** The first field that the schema of what it is read of does not name. */
  private fields(keys: Chain['keys'], of: SyntaxNode): void {
    const types = this.context.reach?.types;
    if (!types) return;
    let receiver = of;
    for (const { key, node } of keys) {
      const { type } = checkExpression(receiver, types, { source: this.text, pointer: '' });
      const names = fieldsOf(type);
      if (names.length > 0 && !names.includes(key) && !/^\d+$/.test(key)) {
        this.found.push({ what: 'field', said: key, ...at(node, key, this.text), meant: nearest(key, names) });
        return;
      }
      receiver = node;
    }
  }
}

/** Names that are not there, each with what may have been meant. */
export const suspectsIn = (ast: SyntaxNode, text: string, context: ExpressionContext): readonly Suspect[] =>
  new Search(text, context).in(usesIn(ast)).found;
