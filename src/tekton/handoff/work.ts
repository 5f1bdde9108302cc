import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { isHarmonia } from './component-name.js';
import type { HandedFile } from './handoff-files.js';

const DONE: ReadonlySet<Json | undefined> = new Set([
  'completed',
  'complete',
  'done',
  'canceled',
  'cancelled',
  'skipped',
]);

const tasksIn = (holder: Json | undefined): readonly JsonObject[] => {
  const tasks = isJsonObject(holder) ? holder.tasks : undefined;
  const all = Array.isArray(tasks) ? (tasks as Json[]) : isJsonObject(tasks) ? Object.values(tasks) : [];
  return all.filter(isJsonObject);
};

/** Tasks of a file that are Harmonia's, and not done. */
const ownTasks = ({ content }: HandedFile): readonly JsonObject[] =>
  [content, content.workflow_definition, content.harmonia]
    .flatMap(tasksIn)
    .filter(({ component, status }) => isHarmonia(component) && !DONE.has(status));

/** Whether Harmonia is to go on: it is the next stage; or the one where it is now, and no next one is named. */
const isNext = ({ content: { next_stage: next = null, current_stage: current } }: HandedFile): boolean =>
  next === null ? isHarmonia(current) : isHarmonia(next);

/** What a file asks of Harmonia; undefined: nothing. */
export const workIn = (file: HandedFile): JsonObject | undefined => {
  const tasks = ownTasks(file);
  const { status = 'pending', metadata } = file.content;
  if (DONE.has(status) || (!isNext(file) && tasks.length === 0)) return undefined;
  const said = isJsonObject(metadata) ? metadata : {};
  return {
    workflow_id: file.id,
    workflow_file: file.path,
    status,
    created: said.created_at ?? said.last_updated ?? null,
    component_tasks: tasks,
  };
};
