import { bodiesIn, type CompiledScope, type CompiledTask, type CompiledWorkflow } from '../../engine/core/index.js';

/** A task where it stands. */
export interface IndexedTask {
  /** `/each[*]/fetch` */
  readonly pattern: string;
  readonly task: CompiledTask;
  readonly scope: CompiledScope;
  /** Pattern before its own id: '' in the scope of the workflow. */
  readonly prefix: string;
  /** The construct whose body it is in. */
  readonly container: IndexedTask | undefined;
}

/** All tasks by pattern, constructs before what they hold, in definition order; what undoes one comes after it. */
export const tasksOf = ({ scope, onComplete, onFailure }: CompiledWorkflow): ReadonlyMap<string, IndexedTask> => {
  const found = new Map<string, IndexedTask>();
  const add = (pattern: string, about: Omit<IndexedTask, 'pattern'>): IndexedTask => {
    const indexed = { pattern, ...about };
    found.set(pattern, indexed);
    return indexed;
  };
  const walk = (body: CompiledScope, prefix: string, container: IndexedTask | undefined): void => {
    for (const task of body.tasks) {
      const about = { scope: body, prefix, container };
      const own = add(`${prefix}/${task.id}`, { task, ...about });
      if (task.compensate) add(`${own.pattern}!compensate`, { task: task.compensate, ...about });
      for (const inner of bodiesIn(task.work)) walk(inner.scope, own.pattern + inner.suffix, own);
    }
  };
  walk(scope, '', undefined);
  const about = { scope, prefix: '', container: undefined };
  if (onComplete) add('/on_complete', { task: onComplete, ...about });
  if (onFailure) add('/on_failure', { task: onFailure, ...about });
  return found;
};
