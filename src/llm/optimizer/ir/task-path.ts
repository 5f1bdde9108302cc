import type { CompiledScope, CompiledTask, CompiledWorkflow, TaskPath, Work } from '../../../engine/core/index.js';

/** The scope of a workflow is ''; that of a body is the path of its container, and the phase of a `try`. */
export type ScopePath = string;

/** A task in its place. */
export interface PlacedTask {
  readonly path: TaskPath;
  readonly task: CompiledTask;
  readonly home: PlacedScope;
  /** Tasks of all scopes are numbered from 0 so that what a task holds comes right after it: up to, without, `end`. */
  readonly index: number;
  readonly end: number;
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

/** The tasks of a workflow in their places. */
export interface Places {
  /** By their numbers. */
  readonly tasks: readonly PlacedTask[];
  /** Outer scopes come before inner ones. */
  readonly scopes: readonly PlacedScope[];
  at(path: TaskPath): PlacedTask | undefined;
}

export const placesOf = (workflow: CompiledWorkflow): Places => {
  const tasks: PlacedTask[] = [];
  const scopes: PlacedScope[] = [];
  const visit = (path: ScopePath, scope: CompiledScope, container: PlacedTask | undefined): void => {
    const own: PlacedTask[] = [];
    const home = { path, scope, container, tasks: own };
    scopes.push(home);
    for (const task of scope.tasks) {
      const placed = { path: `${path}/${task.id}`, task, home, index: tasks.length, end: tasks.length + 1 };
      own.push(placed);
      tasks.push(placed);
      for (const body of bodiesOf(task.work)) visit(`${placed.path}${body.at}`, body.scope, placed);
      placed.end = tasks.length;
    }
  };
  visit('', workflow.scope, undefined);
  const byPath = new Map(tasks.map((placed) => [placed.path, placed]));
  return { tasks, scopes, at: (path) => byPath.get(path) };
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
