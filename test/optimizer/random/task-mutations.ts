import { canonicalJson, type Json } from '../../../src/kernel/index.js';
import {
  bodiesIn,
  copyOf,
  dependenciesOf,
  depend,
  namesIn,
  renamed,
  tasksOf,
  type Document,
  type Fields,
  type Placed,
  type Tasks,
} from './document.js';
import { BOTH, isPlugin, SAME, someTask, type Mutate } from './mutation.js';

/** Puts other fields in the place of a whole document. */
const become = (document: Document, other: Document): void => {
  for (const field of Object.keys(document)) delete document[field];
  Object.assign(document, other);
};

/** Takes a task away; what waited for it waits for what it waited for, or not even that. */
const takeAway = ({ id, task, place }: Placed, inherits: boolean): void => {
  delete place.tasks[id];
  for (const other of Object.values(place.tasks)) {
    const needs = dependenciesOf(other);
    if (!needs.includes(id)) continue;
    depend(other, [...needs.filter((need) => need !== id), ...(inherits ? dependenciesOf(task) : [])]);
  }
};

const isRead = (document: Document, { id, task }: Placed): boolean => {
  const { [id]: _own, ...rest } = { ...document.tasks };
  const others = {
    ...document,
    tasks: rest,
    own: tasksOf(document)
      .filter((one) => one.task !== task)
      .map((one) => one.task.depends_on ?? null),
  };
  return namesIn(others).has(id);
};

export const removeTask: Mutate = (draft) => {
  const { document, chance } = draft;
  const isUnread = (placed: Placed): boolean => !isRead(document, placed);
  const found = someTask(draft, chance.happens(0.85) ? isUnread : undefined);
  if (!found || Object.keys(found.place.tasks).length < 2) return undefined;
  takeAway(found, chance.happens(0.6));
  return { levels: BOTH, gone: chance.happens(0.95) ? { [found.path]: { is: 'dead' } } : {} };
};

/** A task that nobody reads or waits for, as the rules find them. */
export const removeDeadTask: Mutate = (draft) => {
  const { document } = draft;
  const isDead = (placed: Placed): boolean =>
    isPlugin(placed) &&
    Object.keys(placed.place.tasks).length > 1 &&
    !isRead(document, placed) &&
    !Object.values(placed.place.tasks).some((other) => dependenciesOf(other).includes(placed.id));
  const found = someTask(draft, isDead);
  if (!found) return undefined;
  takeAway(found, false);
  return { levels: BOTH, gone: { [found.path]: { is: 'dead' } } };
};

const work = ({ task }: Placed): string => canonicalJson([task.type ?? null, task.input ?? null]);

const merge = (document: Document, kept: Placed, gone: Placed): void => {
  delete gone.place.tasks[gone.id];
  become(document, renamed(document, gone.id, kept.id));
  for (const { task, id } of tasksOf(document)) {
    if (task.depends_on)
      depend(
        task,
        dependenciesOf(task).filter((need) => need !== id),
      );
  }
};

/** Two tasks that say the same become one. */
export const mergeDuplicates: Mutate = ({ document, chance }) => {
  const tasks = tasksOf(document).filter(isPlugin);
  const pairs = tasks.flatMap((kept) =>
    tasks.filter((gone) => gone !== kept && work(gone) === work(kept)).map((gone) => ({ kept, gone })),
  );
  if (pairs.length === 0) return undefined;
  const { kept, gone } = chance.pick(pairs);
  merge(document, kept, gone);
  return { levels: BOTH, gone: { [gone.path]: { is: 'duplicate', of: kept.path } } };
};

/** Two tasks become one, whatever they say. */
export const mergeAny: Mutate = (draft) => {
  const gone = someTask(draft, isPlugin);
  const kept = gone && someTask(draft, (other) => isPlugin(other) && other.id !== gone.id);
  if (!kept) return undefined;
  merge(draft.document, kept, gone);
  return { levels: BOTH, gone: { [gone.path]: { is: 'duplicate', of: kept.path } } };
};

export const changeInput: Mutate = (draft) => {
  const { chance } = draft;
  const found = someTask(
    draft,
    (placed) => isPlugin(placed) && Object.keys((placed.task.input as Fields) ?? {}).length > 0,
  );
  if (!found) return undefined;
  const input = found.task.input as Fields;
  const field = chance.pick(Object.keys(input));
  const siblings = Object.keys(found.place.tasks).filter((id) => id !== found.id);
  const at = chance.next();
  if (at < 0.3) delete input[field];
  else if (at < 0.6 || siblings.length === 0) input[field] = chance.pick<Json>([0, 1, 7, '${input.n}']);
  else input[field] = `\${tasks.${chance.pick(siblings)}.output.v}`;
  return { levels: BOTH };
};

/** The same keys, written in another order: of an input, an output or variables. */
export const reorderKeys: Mutate = ({ document, chance }) => {
  const fields = [...tasksOf(document).map(({ task }) => task), document].flatMap((owner) =>
    ['input', 'output', 'state', 'set']
      .filter((field) => Object.keys((owner[field] as Fields | undefined) ?? {}).length > 1)
      .map((field) => ({ owner, field })),
  );
  if (fields.length === 0) return undefined;
  const { owner, field } = chance.pick(fields);
  owner[field] = Object.fromEntries(Object.entries(owner[field] as Fields).reverse());
  return { levels: SAME };
};

const shuffled = (tasks: Tasks, order: (ids: string[]) => string[]): void => {
  const entries = order(Object.keys(tasks)).map((id) => [id, tasks[id] as Fields] as const);
  for (const id of Object.keys(tasks)) delete tasks[id];
  for (const [id, task] of entries) tasks[id] = task;
};

export const reorderDefinition: Mutate = (draft) => {
  const { chance } = draft;
  const found = someTask(draft, ({ place }) => Object.keys(place.tasks).length > 1);
  if (!found) return undefined;
  const turned = ([first = '', ...others]: readonly string[]): string[] => [...others, first];
  const swapped = (ids: readonly string[]): string[] => {
    const at = chance.below(ids.length - 1);
    return [...ids.slice(0, at), ...turned(ids.slice(at, at + 2)), ...ids.slice(at + 2)];
  };
  shuffled(found.place.tasks, chance.happens(0.5) ? turned : swapped);
  return { levels: SAME };
};

/** Two tasks change their ids; what spoke of the one may still speak of the same. */
export const swapTasks: Mutate = (draft) => {
  const { document, chance } = draft;
  const one = someTask(draft);
  const other = one && someTask(draft, ({ place, id }) => place.path === one.place.path && id !== one.id);
  if (!other) return undefined;
  const stands = { [one.path]: other.path, [other.path]: one.path };
  if (chance.happens(0.5)) {
    const fresh = renamed(renamed(renamed(document, one.id, 'swapping'), other.id, one.id), 'swapping', other.id);
    become(document, fresh);
  }
  const { tasks } = tasksOf(document).find(({ path }) => path === one.path)?.place ?? one.place;
  [tasks[one.id], tasks[other.id]] = [tasks[other.id] as Fields, tasks[one.id] as Fields];
  return { levels: SAME, stands: chance.happens(0.7) ? stands : {} };
};

export const renameTask: Mutate = (draft) => {
  const { document, chance } = draft;
  const found = someTask(draft);
  if (!found) return undefined;
  const id = 'renamed';
  shuffled(found.place.tasks, (ids) => ids);
  const { tasks } = found.place;
  const entries = Object.entries(tasks).map(([key, task]) => [key === found.id ? id : key, task] as const);
  for (const key of Object.keys(tasks)) delete tasks[key];
  for (const [key, task] of entries) tasks[key] = task;
  become(document, renamed(document, found.id, id));
  const path = `${found.place.path}/${id}`;
  return { levels: SAME, stands: chance.happens(0.85) ? { [path]: found.path } : {} };
};

/** Out of a body, next to what holds it. */
export const moveOut: Mutate = (draft) => {
  const { document, chance } = draft;
  const found = someTask(draft, ({ place }) => place.path !== '' && Object.keys(place.tasks).length > 1);
  if (!found) return undefined;
  const holder = tasksOf(document).find(({ task }) => task === found.place.owner);
  if (!holder) return undefined;
  takeAway(found, chance.happens(0.7));
  holder.place.tasks[found.id] = found.task;
  depend(
    found.task,
    dependenciesOf(found.task).filter((need) => need in holder.place.tasks),
  );
  if (chance.happens(0.3)) depend(holder.task, [...dependenciesOf(holder.task), found.id]);
  const path = `${holder.place.path}/${found.id}`;
  return { levels: BOTH, stands: chance.happens(0.9) ? { [path]: found.path } : {} };
};

/** Into the body of a sibling. */
export const moveIn: Mutate = (draft) => {
  const { chance } = draft;
  const holder = someTask(draft, ({ task }) => bodiesIn(task).length > 0);
  const found = holder && someTask(draft, ({ place, id }) => place.path === holder.place.path && id !== holder.id);
  if (!found) return undefined;
  const [body] = bodiesIn(holder.task) as [Tasks];
  takeAway(found, chance.happens(0.7));
  body[found.id] = copyOf(found.task);
  depend(body[found.id] as Fields, []);
  const at = holder.task.try ? `${holder.path}/try` : holder.path;
  return { levels: BOTH, stands: { [`${at}/${found.id}`]: found.path } };
};

/** A task is written once more: who did it twice does it again. */
export const repeatTask: Mutate = (draft) => {
  const found = someTask(draft, isPlugin);
  if (!found) return undefined;
  found.place.tasks.again = copyOf(found.task);
  return { levels: BOTH, stands: draft.chance.happens(0.5) ? { [`${found.place.path}/again`]: found.path } : {} };
};
