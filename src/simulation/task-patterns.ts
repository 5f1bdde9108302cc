import { isJsonObject, ownValue, type Json, type JsonObject } from '../kernel/index.js';

/** Fields of a task that hold a body of tasks, and what its address gains by it. */
const BODIES: Readonly<Record<string, string>> = {
  tasks: '',
  try: '/try',
  catch: '/catch',
  finally: '/finally',
  race: '',
};

/**
 * The addresses of all tasks of a canonical document, those of items and iterations as `/each[*]/fetch`. In document
 * order.
 */
export const taskPatterns = (document: JsonObject): readonly string[] => {
  const found: string[] = [];
  const walk = (tasks: Json | undefined, scope: string): void => {
    if (!isJsonObject(tasks)) return;
    for (const [id, task] of Object.entries(tasks)) {
      if (!isJsonObject(task)) continue;
      found.push(`${scope}/${id}`);
      const items = task.map !== undefined || task.loop !== undefined ? '[*]' : '';
      for (const [field, part] of Object.entries(BODIES)) walk(ownValue(task, field), `${scope}/${id}${items}${part}`);
    }
  };
  walk(document.tasks, '');
  return found;
};
