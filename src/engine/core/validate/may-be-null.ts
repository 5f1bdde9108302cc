import { fault, type Warning } from '../../../kernel/index.js';
import type { CompiledTask } from '../definition.js';
import { mayMissFrom, type Enclosing } from './enclosing.js';

/** Whether the step may end without an output although those that wait for it may run. */
export const mayMiss = ({ when, gates, onError, join }: CompiledTask): boolean =>
  when !== undefined || gates.length > 0 || join.is === 'count' || onError.some(({ remedy }) => remedy.is !== 'fail');

/** Warns where an expression reads below the output of a task that may have none (semantics 11). */
export const mayBeNull = (scopes: readonly Enclosing[]): Warning[] => {
  const warnings: Warning[] = [];
  for (const scope of scopes) {
    for (const { task, path, guarded, pointer } of scope.references) {
      const below = path.length > 1 && path[0] === 'output';
      if (below && !guarded && mayMissFrom(scope, task)) warnings.push(fault('may_be_null', pointer, { id: task }));
    }
  }
  return warnings;
};
