import { isoInstant, type JsonObject } from '../../kernel/index.js';
import { componentFor } from '../assignment/index.js';
import type { Choices } from '../ports/index.js';
import { hoursOfAll, type SprintTask } from './metis-tasks.js';
import { pathOf, type StoredSprint } from './sprint-files.js';
import { titleOf } from './sprint-name.js';

const kindsOf = ({ type, phase }: SprintTask): readonly string[] => [type, phase].filter((kind) => kind !== null);

/** Who does a task of a sprint. */
export const choiceFor = (task: SprintTask, choices: Choices): ReturnType<typeof componentFor> =>
  componentFor({ id: task.id, component: task.component ?? undefined, kinds: kindsOf(task) }, choices);

/** A task of a sprint, in the words of the platform's page and in those of Metis. */
export const taskDocument = (task: SprintTask, choices: Choices): JsonObject => {
  const choice = choiceFor(task, choices);
  return {
    id: task.id,
    name: task.name,
    type: task.type ?? task.phase,
    hours: task.hours,
    estimated_hours: task.hours,
    complexity: task.complexity,
    phase: task.phase,
    dependencies: task.dependencies,
    status: task.status,
    description: task.description,
    component: choice?.component ?? null,
    assigned_because: choice?.because ?? null,
  };
};

/** A sprint for lists and pages. */
export const sprintDocument = (sprint: StoredSprint, choices: Choices): JsonObject => {
  const { directory, line, status, description, priority, createdAt, tasks, problems } = sprint;
  return {
    id: directory,
    name: titleOf(directory),
    status: status ?? line?.text ?? null,
    description,
    created_date: createdAt === undefined ? null : isoInstant(createdAt),
    updated: line?.updated ?? null,
    updated_by: line?.updatedBy ?? null,
    priority,
    path: pathOf(directory),
    tasks: tasks.map((task) => taskDocument(task, choices)),
    total_hours: hoursOfAll(tasks),
    problems,
  };
};
