import { compileRetryPolicy } from '../../retry-policy/index.js';
import type { CompiledScope, ExecutionOptions } from '../../engine/core/index.js';
import type { EventContext } from '../contract/index.js';

/** Finds what public events say of a task. Its own policy goes before that of the execution, that before its type's. */
export const taskWords = (scope: CompiledScope, options: ExecutionOptions): EventContext['task'] => {
  const given = options.retry_policy && compileRetryPolicy(options.retry_policy).maxRetries;
  return (id) => {
    const task = scope.byId.get(id);
    if (!task) return undefined;
    const own = task.retry?.maxRetries ?? 0;
    return { name: task.name, index: task.index, maxRetries: task.ownRetry ? own : (given ?? own) };
  };
};
