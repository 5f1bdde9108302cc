import { fault, type Fault, type JsonObject, type JsonPointer } from '../../kernel/index.js';
import type { BodyReader } from './body-reader.js';

/** Whether there is a workflow of that id or name. */
export type KnowsWorkflow = (workflow: string) => Promise<boolean>;

const NAME = { most: 255 };

/** The workflow that a body names, by id or name, as `workflow` or `workflow_id`. */
export const readWorkflow = (reader: BodyReader): string | undefined => {
  const [byName, byId] = [reader.text('workflow', NAME), reader.text('workflow_id', NAME)];
  if (reader.has('workflow') && reader.has('workflow_id')) reader.wrong('workflow_id', 'left out: there is `workflow`');
  return byName ?? byId;
};

/** Where it stands in the body. */
export const workflowPlace = (document: JsonObject): JsonPointer =>
  (document.workflow ?? null) === null && (document.workflow_id ?? null) !== null ? '/workflow_id' : '/workflow';

/** A fault when there is no such workflow. */
export const workflowFaults = async (
  document: JsonObject,
  workflow: string | undefined,
  knows: KnowsWorkflow,
): Promise<readonly Fault[]> => {
  if (workflow === undefined || workflow === '' || (await knows(workflow))) return [];
  return [fault('workflow_not_found', workflowPlace(document), { id: workflow })];
};
