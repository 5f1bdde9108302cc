import { canonicalJson, contentHash, isJsonObject, type JsonObject } from '../../kernel/index.js';
import type { Choices } from '../ports/index.js';
import { withTasks } from './metis-tasks.js';
import { choiceFor } from './sprint-document.js';
import { titleOf } from './sprint-name.js';

/** The tag by which the workflow of a sprint is found again. */
export const tagOf = (directory: string): string => `sprint:${directory}`;

/** Where a workflow says of which hand-off it was made: a content hash. */
export const MADE_OF = 'sprint_handoff';
/** Where a task says who gave it its component. */
export const ASSIGNMENT = 'assignment';

/**
 * The document that a workflow is made of: what Metis handed over, with a component for each task that somebody gave one, or
 * that one does by its kind. The others are marked; who reads the document takes the default for them.
 */
export const workflowSource = (handoff: JsonObject, directory: string, choices: Choices): JsonObject => {
  const given = withTasks(handoff, (task, read) => {
    const choice = choiceFor(read, choices);
    const { tool } = task;
    const because = choice?.because ?? (typeof tool === 'string' ? 'named' : 'assumed');
    const metadata = { ...(isJsonObject(task.metadata) ? task.metadata : {}), [ASSIGNMENT]: because };
    return { ...task, ...(choice && { component: choice.component }), metadata };
  });
  const said = isJsonObject(handoff.metadata) ? handoff.metadata : {};
  const source = { ...given, name: titleOf(directory), tags: [tagOf(directory)], sprint_id: directory };
  const metadata = { ...said, sprint: directory };
  return { ...source, metadata: { ...metadata, [MADE_OF]: contentHash(canonicalJson({ ...source, metadata })) } };
};
