import { fault, type Warning } from '../../../kernel/index.js';
import type { CompiledTask } from '../definition.js';
import type { TaskExpressions } from './task-expressions.js';

/** Whether the step may end without an output although those that wait for it may run. */
const mayMiss = ({ when, gates, onError, join }: CompiledTask): boolean =>
  when !== undefined || gates.length > 0 || onError.is !== 'fail' || join.is === 'count';

/** Warns where an expression reads below the output of a task that may have none (semantics 11). */
export const mayBeNull = (tasks: readonly CompiledTask[], expressions: readonly TaskExpressions[]): Warning[] => {
  const missing = new Set(tasks.filter(mayMiss).map((task) => task.id));
  if (missing.size === 0) return [];
  const warnings: Warning[] = [];
  for (const { references } of expressions) {
    for (const { task, path, guarded, pointer } of references) {
      const below = path.length > 1 && path[0] === 'output';
      if (below && !guarded && missing.has(task)) warnings.push(fault('may_be_null', pointer, { id: task }));
    }
  }
  return warnings;
};
