import type { CompiledScope, CompiledTask, CompiledWorkflow, Work } from '../../../engine/core/index.js';

/**
 * Where a task stands in a definition, whatever instances of it there will be: `/build`, `/each/score`, `/guard/catch/tell`.
 * The address of a step without its items and iterations.
 */
export type TaskPath = string;

/** The scope of a workflow is ''; that of a body is the path of its container, and the phase of a `try`. */
export type ScopePath = string;

/** A task in its place. */
export interface PlacedTask {
  readonly path: TaskPath;
  readonly task: CompiledTask;
  readonly home: PlacedScope;
}

/** A scope in its place. */
export interface PlacedScope {
  readonly path: ScopePath;
  readonly scope: CompiledScope;
  /** The task that holds it; absent: it is the workflow's own. */
  readonly container: PlacedTask | undefined;
  /** In definition order. */
  readonly tasks: readonly PlacedTask[];
}

/** All scopes of a workflow; outer ones come before inner ones. */
export const scopesOf = (workflow: CompiledWorkflow): PlacedScope[] => {
  const found: PlacedScope[] = [];
  const visit = (path: ScopePath, scope: CompiledScope, container: PlacedTask | undefined): void => {
    const tasks: PlacedTask[] = [];
    const home = { path, scope, container, tasks };
    for (const task of scope.tasks) tasks.push({ path: `${path}/${task.id}`, task, home });
    found.push(home);
    for (const placed of tasks)
      for (const body of bodiesOf(placed.task.work)) visit(`${placed.path}${body.at}`, body.scope, placed);
  };
  visit('', workflow.scope, undefined);
  return found;
};

/** A scope that some work holds. */
export interface Body {
  /** After the path of the container: '' or the phase of a `try`, `/catch`. */
  readonly at: string;
  readonly scope: CompiledScope;
}

/** The scopes that work holds itself, in the order in which they run. */
export const bodiesOf = (work: Work): Body[] => {
  switch (work.is) {
    case 'group':
    case 'race':
    case 'map':
    case 'loop':
      return [{ at: '', scope: work.body }];
    case 'try':
      return [
        { at: '/try', scope: work.body },
        ...(work.catch ? [{ at: '/catch', scope: work.catch }] : []),
        ...(work.finally ? [{ at: '/finally', scope: work.finally }] : []),
      ];
    default:
      return [];
  }
};
