import { isNode, syntaxOf, type CompiledTask } from '../../../engine/core/index.js';
import { isJsonObject } from '../../../kernel/index.js';
import { expressionsOf } from './expressions.js';

/** Instead of a name: it can not be told which. */
export const ANY_VARIABLE = '*';

/** Variables of the scopes around that the expressions of a task read, by name. What a construct holds is not counted to it. */
export const variablesRead = (task: CompiledTask): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const expression of expressionsOf(task)) note(syntaxOf(expression).ast, found);
  return found;
};

/** Variables that a task sets once it has completed. */
export const variablesSet = ({ set }: CompiledTask): readonly string[] => {
  if (set?.is === 'object') return set.entries.map(([name]) => name);
  return set?.is === 'constant' && isJsonObject(set.value) ? Object.keys(set.value) : set ? [ANY_VARIABLE] : [];
};

const ACCESS: ReadonlySet<string> = new Set(['.', '.?', '[]', '[?]']);

const isState = (value: unknown): boolean => isNode(value) && value.op === 'id' && value.args === 'state';

const note = (value: unknown, found: Set<string>): void => {
  if (Array.isArray(value)) for (const one of value) note(one, found);
  if (!isNode(value)) return;
  const [of, key] = ACCESS.has(value.op) ? (value.args as [unknown, unknown]) : [];
  if (isState(of)) {
    found.add(nameOf(key) ?? ANY_VARIABLE);
    note(key, found);
  } else if (isState(value)) found.add(ANY_VARIABLE);
  else note(value.args, found);
};

const nameOf = (key: unknown): string | undefined => {
  if (typeof key === 'string') return key;
  return isNode(key) && key.op === 'value' && typeof key.args === 'string' ? key.args : undefined;
};
