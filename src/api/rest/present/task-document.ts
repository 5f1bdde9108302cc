import { isJsonObject, type Json, type JsonObject } from '../../../kernel/index.js';
import { parseAddress } from '../../../engine/core/index.js';

const CONSTRUCTS = ['map', 'loop', 'try', 'race', 'workflow', 'wait', 'event', 'approval', 'webhook', 'switch'];
const PHASES: readonly string[] = ['try', 'catch', 'finally'];

/** What a task is called and does, as its document says it. */
export const taskWords = (id: string, task: JsonObject): Record<string, Json> => ({
  name: typeof task.name === 'string' ? task.name : id,
  type: task.type ?? (task.component === undefined ? constructOf(task) : 'tekton/action'),
  component: task.component ?? null,
  action: task.action ?? null,
});

const constructOf = (task: JsonObject): string => CONSTRUCTS.find((word) => task[word] !== undefined) ?? 'group';

/** The task of a step in the document of its workflow; empty when there is none. What undoes a step is its `compensate`. */
export const taskOf = (document: JsonObject | undefined, address: string): JsonObject => {
  const parsed = parseAddress(address);
  if (!parsed.ok) return {};
  let body: Json | undefined = document?.tasks;
  let task: JsonObject = {};
  parsed.value.segments.forEach(({ id }, level) => {
    if (level > 0 && PHASES.includes(id)) body = task[id];
    else {
      const found = isJsonObject(body) ? body[id] : undefined;
      task = isJsonObject(found) ? found : {};
      body = task.tasks ?? task.race;
    }
  });
  const undo = task.compensate;
  return parsed.value.compensates && isJsonObject(undo) ? undo : task;
};
