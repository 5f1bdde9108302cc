import { fault, isJsonObject, pointer, type Fault, type Json, type JsonPointer } from '../../kernel/index.js';
import type { ForeignTask } from './translation.js';

/** Whether an object is one task, not a map of them. */
export const isOneTask = (value: Json): boolean =>
  isJsonObject(value) &&
  ['type', 'component', 'action', 'tool', 'id'].some((field) => typeof value[field] === 'string');

export interface TaskListOptions {
  /** How a task of a list is called that has neither `id` nor `name`; absent: it must have one. */
  readonly unnamed?: string;
}

/** The tasks of a map, of a list, or (inside a task) one alone, in the order they stand. */
export const listTasks = (
  said: Json,
  where: JsonPointer,
  { faults, unnamed }: TaskListOptions & { readonly faults: Fault[] },
): ForeignTask[] => {
  if (unnamed !== undefined && isJsonObject(said) && isOneTask(said))
    return [{ original: nameOf(said) ?? unnamed, body: said, where }];
  const entries: [string | number, Json][] = Array.isArray(said)
    ? (said as Json[]).map((body, index) => [index, body])
    : Object.entries(isJsonObject(said) ? said : {});
  if (!Array.isArray(said) && !isJsonObject(said)) faults.push(fault('wrong_type', where, { expected: 'tasks' }));
  return entries.flatMap(([key, body]) =>
    taskAt(body, pointer(where, key), {
      faults,
      ...(typeof key === 'string' ? { key } : unnamed !== undefined && { unnamed: `${unnamed}_${key + 1}` }),
    }),
  );
};

/** One entry of a list or map of tasks. What is no task is a fault. */
export const taskAt = (
  body: Json,
  where: JsonPointer,
  { faults, key, unnamed }: TaskListOptions & { readonly faults: Fault[]; readonly key?: string },
): ForeignTask[] => {
  if (!isJsonObject(body)) {
    faults.push(fault('wrong_type', where, { expected: 'an object' }));
    return [];
  }
  const original = key ?? nameOf(body) ?? unnamed;
  if (original !== undefined) return [{ original, body, where }];
  faults.push(fault('required_field', where, { field: 'id' }));
  return [];
};

const nameOf = ({ id, name }: { readonly id?: Json; readonly name?: Json }): string | undefined => {
  const said = id ?? name;
  return typeof said === 'string' ? said : undefined;
};
