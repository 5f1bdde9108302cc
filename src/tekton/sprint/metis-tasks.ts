import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';

/** A task as Metis handed it over. */
export interface SprintTask {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: string | null;
  readonly phase: string | null;
  /** As the task says itself. */
  readonly component: string | null;
  readonly status: string;
  readonly complexity: Json;
  /** Null: nobody guessed. */
  readonly hours: number | null;
  readonly dependencies: readonly string[];
}

const isText = (value: Json | undefined): value is string => typeof value === 'string' && value !== '';
const textOf = (value: Json | undefined): string | null => (isText(value) ? value : null);
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as Json[]) : []);
/** An id may have been written as a number. */
const idOf = (value: Json | undefined): string | undefined =>
  isText(value) || typeof value === 'number' ? String(value) : undefined;

const hoursOf = ({ estimated_hours: estimated, hours }: JsonObject): number | null => {
  const said = estimated ?? hours;
  return typeof said === 'number' && said >= 0 ? said : null;
};

const taskOf = (task: JsonObject, phase: string | null): SprintTask | undefined => {
  const id = idOf(task.id) ?? idOf(task.name);
  if (id === undefined) return undefined;
  return {
    id,
    name: textOf(task.name) ?? id,
    description: textOf(task.description) ?? '',
    type: textOf(task.type),
    phase: textOf(task.phase) ?? phase,
    component: textOf(task.component),
    status: textOf(task.status) ?? 'pending',
    complexity: task.complexity ?? null,
    hours: hoursOf(task),
    dependencies: listOf(task.dependencies).flatMap((entry) => idOf(entry) ?? []),
  };
};

/** What changes a task of a hand-off, wherever it stands in it. */
type Change = (task: JsonObject, read: SprintTask) => JsonObject;

const changedList = (list: Json | undefined, phase: string | null, change: Change): Json | undefined =>
  Array.isArray(list)
    ? (list as Json[]).map((entry) => {
        const read = isJsonObject(entry) ? taskOf(entry, phase) : undefined;
        return isJsonObject(entry) && read ? change(entry, read) : entry;
      })
    : list;

const phaseName = ({ name, id }: JsonObject): string | null => textOf(name) ?? textOf(id);

/**
 * The same hand-off with other tasks, in both of its forms: tasks in a list, or in phases. What is no task stays as it is:
 * who makes a workflow of it says what is wrong.
 */
export const withTasks = (handoff: JsonObject, change: Change): JsonObject => ({
  ...handoff,
  ...(handoff.tasks !== undefined && { tasks: changedList(handoff.tasks, null, change) ?? null }),
  ...(Array.isArray(handoff.phases) && {
    phases: (handoff.phases as Json[]).map((phase) =>
      isJsonObject(phase) && phase.tasks !== undefined
        ? { ...phase, tasks: changedList(phase.tasks, phaseName(phase), change) ?? null }
        : phase,
    ),
  }),
});

/** Its tasks, those in a list before those in phases. `dependency_graph` tells of edges, too. */
export const tasksOf = (handoff: JsonObject): readonly SprintTask[] => {
  const found: SprintTask[] = [];
  withTasks(handoff, (task, read) => {
    found.push(read);
    return task;
  });
  const graph = isJsonObject(handoff.dependency_graph) ? handoff.dependency_graph : {};
  return found.map((task) => {
    const drawn = Object.hasOwn(graph, task.id) ? listOf(graph[task.id]).flatMap((entry) => idOf(entry) ?? []) : [];
    return { ...task, dependencies: [...new Set([...task.dependencies, ...drawn])] };
  });
};

/** Hours of all tasks together, as far as somebody guessed. */
export const hoursOfAll = (tasks: readonly SprintTask[]): number =>
  Math.round(100 * tasks.reduce((sum, { hours }) => sum + (hours ?? 0), 0)) / 100;
