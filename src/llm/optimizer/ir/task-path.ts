import { isJsonObject, type JsonObject, type JsonPointer } from '../../../kernel/index.js';
import type { CompiledScope, CompiledTask, CompiledWorkflow, TaskPath, Work } from '../../../engine/core/index.js';

/** The scope of a workflow is ''; that of a body is the path of its container, and the phase of a `try`. */
export type ScopePath = string;

/** A task in its place. */
export interface PlacedTask {
  readonly path: TaskPath;
  readonly task: CompiledTask;
  readonly home: PlacedScope;
  /** Where it stands in the document, and what it says there. */
  readonly pointer: JsonPointer;
  readonly source: JsonObject;
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
  /** Where the object of its tasks stands in the document. */
  readonly pointer: JsonPointer;
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

const known = new WeakMap<CompiledWorkflow, Places>();

/** The same for the same workflow: what is worked out about it is kept with it. */
export const placesOf = (workflow: CompiledWorkflow): Places => {
  let places = known.get(workflow);
  if (!places) {
    places = placed(workflow);
    known.set(workflow, places);
  }
  return places;
};

const placed = (workflow: CompiledWorkflow): Places => {
  const tasks: PlacedTask[] = [];
  const scopes: PlacedScope[] = [];
  const visit = (body: BodyInPlace): void => {
    const own: PlacedTask[] = [];
    const { path, scope, container, pointer, source } = body;
    const home = { path, scope, container, pointer, tasks: own };
    scopes.push(home);
    for (const task of scope.tasks) {
      const at = { path: `${path}/${task.id}`, pointer: `${pointer}/${task.id}`, source: objectIn(source, task.id) };
      const inPlace = { ...at, task, home, index: tasks.length, end: tasks.length + 1 };
      own.push(inPlace);
      tasks.push(inPlace);
      for (const inner of bodiesOf(task.work)) {
        const inside = { path: `${at.path}${inner.at}`, pointer: `${at.pointer}/${inner.field}` };
        visit({ ...inside, scope: inner.scope, container: inPlace, source: objectIn(at.source, inner.field) });
      }
      inPlace.end = tasks.length;
    }
  };
  const source = objectIn(workflow.document, 'tasks');
  visit({ path: '', pointer: '/tasks', scope: workflow.scope, container: undefined, source });
  const byPath = new Map(tasks.map((task) => [task.path, task]));
  return { tasks, scopes, at: (path) => byPath.get(path) };
};

interface BodyInPlace extends Omit<PlacedScope, 'tasks'> {
  /** The object of its tasks. */
  readonly source: JsonObject;
}

const objectIn = (source: JsonObject, field: string): JsonObject => {
  const value = source[field];
  return isJsonObject(value) ? value : {};
};

/** A scope that some work holds. */
export interface Body {
  /** After the path of the container: '' or the phase of a `try`, `/catch`. */
  readonly at: string;
  /** Of the task: what holds the tasks of the scope. */
  readonly field: 'tasks' | 'race' | 'try' | 'catch' | 'finally';
  readonly scope: CompiledScope;
}

/** The scopes that work holds itself, in the order in which they run. */
export const bodiesOf = (work: Work): Body[] => {
  switch (work.is) {
    case 'group':
    case 'map':
    case 'loop':
      return [{ at: '', field: 'tasks', scope: work.body }];
    case 'race':
      return [{ at: '', field: 'race', scope: work.body }];
    case 'try': {
      const phases = [
        ['try', work.body],
        ['catch', work.catch],
        ['finally', work.finally],
      ] as const;
      return phases.flatMap(([field, scope]) => (scope ? [{ at: `/${field}`, field, scope }] : []));
    }
    default:
      return [];
  }
};
