import type { Read } from '../definition.js';
import type { Reference } from '../expression/index.js';

/** A scope being compiled, and those around it: what an expression in it may refer to. */
export interface Enclosing {
  /** Index of each task of the scope by its id. */
  readonly ids: ReadonlyMap<string, number>;
  /** Names in scope beside `tasks`. */
  readonly names: ReadonlySet<string>;
  readonly around: Enclosing | undefined;
  /** Names of its variables. */
  readonly variables: ReadonlySet<string>;
  /** Tasks of the scope that may end without an output; known once its edges are. */
  readonly mayMiss: Set<string>;
  /** What the expressions of the scope read. */
  readonly references: Reference[];
}

/** Where a task of that id is, seen from a scope; undefined when it is nowhere around. */
export const locate = (scope: Enclosing, id: string): Read | undefined => {
  let up = 0;
  for (let level: Enclosing | undefined = scope; level; level = level.around, up++) {
    const index = level.ids.get(id);
    if (index !== undefined) return { up, index };
  }
  return undefined;
};

/** The variables that a scope sees. */
export const variablesSeen = (scope: Enclosing): ReadonlySet<string> => {
  const seen = new Set<string>();
  for (let level: Enclosing | undefined = scope; level; level = level.around) {
    for (const name of level.variables) seen.add(name);
  }
  return seen;
};

/** Whether the task of that id, seen from a scope, may end without an output. */
export const mayMissFrom = (scope: Enclosing, id: string): boolean => {
  for (let level: Enclosing | undefined = scope; level; level = level.around) {
    if (level.ids.has(id)) return level.mayMiss.has(id);
  }
  return false;
};
