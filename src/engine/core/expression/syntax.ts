/** A node of a parsed expression, as far as it is looked at here: what `args` holds depends on `op`. */
export interface SyntaxNode {
  readonly op: string;
  readonly args: unknown;
  /** Where it stands in its source. */
  readonly start?: number;
  readonly end?: number;
}

export const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'op' in value;

/** `xs.map(tasks, …)`: within it `tasks` is an element. */
export const bindsTasks = ({ op, args }: SyntaxNode): boolean => {
  if (op !== 'rcall') return false;
  const [variable] = (args as [string, SyntaxNode, unknown[]])[2];
  return isNode(variable) && variable.op === 'id' && variable.args === 'tasks';
};
