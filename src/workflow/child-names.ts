import { fault, isJsonObject, pointer, type Fault, type Json, type JsonPointer } from '../kernel/index.js';

const BODIES = ['tasks', 'try', 'catch', 'finally', 'race'];
const FIELDS = ['name', 'version'];

/**
 * Which sub-workflow a step runs is part of the definition: what it needs, touches and promises is known from that before it
 * runs. So its name and version are no templates, and an expression in them is a mistake.
 */
export const childNameFaults = (tasks: Json | undefined, at: JsonPointer = '/tasks'): readonly Fault[] => {
  if (!isJsonObject(tasks ?? null)) return [];
  return Object.entries(tasks as Record<string, Json>).flatMap(([id, task]) => {
    if (!isJsonObject(task)) return [];
    const here = pointer(at, id);
    const { workflow } = task;
    const own = isJsonObject(workflow ?? null) ? (workflow as Record<string, Json>) : {};
    const open = FIELDS.filter((field) => typeof own[field] === 'string' && own[field].includes('${'));
    return [
      ...open.map((field) => fault('child_not_literal', pointer(here, 'workflow', field), { field })),
      ...BODIES.flatMap((body) => childNameFaults(task[body], pointer(here, body))),
    ];
  });
};
