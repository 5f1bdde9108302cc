import { dependenciesOf, depend, namesIn, placesOf, tasksOf, type Fields, type Tasks } from './document.js';
import { BOTH, SAME, someTask, type Mutate } from './mutation.js';

const hasDependencies = ({ task }: { readonly task: Fields }): boolean => dependenciesOf(task).length > 0;

/** Siblings that come after others, whatever makes them. */
const needsIn = (tasks: Tasks): Map<string, Set<string>> => {
  const ids = new Set(Object.keys(tasks));
  const needs = (task: Fields): string[] => [...dependenciesOf(task), ...namesIn(task)].filter((id) => ids.has(id));
  return new Map(Object.entries(tasks).map(([id, task]) => [id, new Set(needs(task))]));
};

const reaches = (needs: ReadonlyMap<string, ReadonlySet<string>>, from: string, to: string): boolean => {
  const seen = new Set<string>();
  const visit = (id: string): boolean =>
    [...(needs.get(id) ?? [])].some((need) => need === to || (!seen.has(need) && seen.add(need) && visit(need)));
  return visit(from);
};

/** Edges that are written though a path says as much. */
const impliedEdges = (tasks: Tasks): { task: Fields; need: string }[] => {
  const needs = needsIn(tasks);
  return Object.entries(tasks).flatMap(([id, task]) =>
    dependenciesOf(task)
      .filter((need) => [...(needs.get(id) ?? [])].some((other) => other !== need && reaches(needs, other, need)))
      .map((need) => ({ task, need })),
  );
};

export const dropEdge: Mutate = (draft) => {
  const found = someTask(draft, hasDependencies);
  if (!found) return undefined;
  const needs = dependenciesOf(found.task);
  const gone = draft.chance.pick(needs);
  depend(
    found.task,
    needs.filter((need) => need !== gone),
  );
  return { levels: BOTH };
};

export const dropImpliedEdge: Mutate = ({ document, chance }) => {
  const implied = placesOf(document).flatMap(({ tasks }) => impliedEdges(tasks));
  if (implied.length === 0) return undefined;
  const { task, need } = chance.pick(implied);
  depend(
    task,
    dependenciesOf(task).filter((other) => other !== need),
  );
  return { levels: SAME };
};

/** As somebody does who reads `depends_on` as asserted, whatever for. */
export const dropAllEdges: Mutate = ({ document }) => {
  const tasks = tasksOf(document).filter(hasDependencies);
  for (const { task } of tasks) delete task.depends_on;
  return tasks.length === 0 ? undefined : { levels: BOTH };
};

const addEdgeTo = (
  found: { readonly task: Fields; readonly id: string },
  tasks: Tasks,
  pick: (ids: string[]) => string,
): boolean => {
  const others = Object.keys(tasks).filter((id) => id !== found.id && !dependenciesOf(found.task).includes(id));
  if (others.length === 0) return false;
  depend(found.task, [...dependenciesOf(found.task), pick(others)]);
  return true;
};

export const addEdge: Mutate = (draft) => {
  const found = someTask(draft, ({ place }) => Object.keys(place.tasks).length > 1);
  if (!found || !addEdgeTo(found, found.place.tasks, (ids) => draft.chance.pick(ids))) return undefined;
  return { levels: ['fix', 'success-equivalent', 'identical'] };
};

export const redirectEdge: Mutate = (draft) => {
  const found = someTask(draft, (placed) => hasDependencies(placed) && Object.keys(placed.place.tasks).length > 2);
  if (!found) return undefined;
  const [gone] = dependenciesOf(found.task);
  if (!addEdgeTo(found, found.place.tasks, (ids) => draft.chance.pick(ids))) return undefined;
  depend(
    found.task,
    dependenciesOf(found.task).filter((need) => need !== gone),
  );
  return { levels: BOTH };
};

/** An edge, and those that it stood for: nothing that was before or after is lost. */
export const replaceEdgeByItsPaths: Mutate = (draft) => {
  const found = someTask(draft, hasDependencies);
  if (!found) return undefined;
  const { tasks } = found.place;
  const gone = draft.chance.pick(dependenciesOf(found.task));
  const needs = needsIn(tasks);
  const before = [...(needs.get(gone) ?? [])];
  depend(found.task, [...dependenciesOf(found.task).filter((need) => need !== gone), ...before]);
  for (const [id, task] of Object.entries(tasks)) {
    if (needs.get(id)?.has(found.id)) depend(task, [...dependenciesOf(task), gone]);
  }
  return { levels: BOTH };
};

/** All siblings one after another, where they stand. */
export const serialise: Mutate = ({ document, chance }) => {
  const { tasks } = chance.pick(placesOf(document));
  const needs = needsIn(tasks);
  const order = Object.keys(tasks).sort((a, b) => (reaches(needs, a, b) ? 1 : reaches(needs, b, a) ? -1 : 0));
  if (order.length < 2) return undefined;
  order.slice(1).forEach((id, index) => {
    const task = tasks[id] as Fields;
    depend(task, [...dependenciesOf(task), order[index] as string]);
  });
  return { levels: ['success-equivalent', 'fix'] };
};
