import { isJsonObject, ownValue, type Json, type JsonObject } from '../../kernel/index.js';

/** Fields of a task that hold a body of tasks, and what its address gains by it. */
const BODIES: Readonly<Record<string, string>> = {
  tasks: '',
  try: '/try',
  catch: '/catch',
  finally: '/finally',
  race: '',
};

/**
 * All tasks of a canonical document by address, those of items and iterations by `/each[*]/fetch`. In document order.
 */
export const tasksByPattern = (document: JsonObject): ReadonlyMap<string, JsonObject> => {
  const found = new Map<string, JsonObject>();
  const walk = (tasks: Json | undefined, scope: string): void => {
    if (!isJsonObject(tasks)) return;
    for (const [id, task] of Object.entries(tasks)) {
      if (!isJsonObject(task)) continue;
      found.set(`${scope}/${id}`, task);
      const items = task.map !== undefined || task.loop !== undefined ? '[*]' : '';
      for (const [field, part] of Object.entries(BODIES)) walk(ownValue(task, field), `${scope}/${id}${items}${part}`);
    }
  };
  walk(document.tasks, '');
  return found;
};
