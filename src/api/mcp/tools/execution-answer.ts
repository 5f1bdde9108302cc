import type { Json } from '../../../kernel/index.js';
import { answer, anything, id, object, objectOrNull, text, textOrNull } from '../tool.js';

const SHOWN = [
  ...['execution_id', 'workflow_id', 'workflow_name', 'workflow_version', 'status', 'metadata', 'restored_from'],
  ...['started_at', 'completed_at', 'duration_seconds', 'input', 'output', 'error', 'progress', 'usage', 'budget'],
];

/** An execution as tools tell it: each thing once, of what the API shows under the names of every caller. */
export const executionAnswer = (whole: Readonly<Record<string, Json>>): Record<string, Json> => ({
  ...Object.fromEntries(SHOWN.map((name) => [name, whole[name] ?? null])),
  tasks: whole.task_executions ?? {},
});

export const EXECUTION = {
  ...{ execution_id: id, workflow_id: id, workflow_name: text, workflow_version: text, status: text },
  ...{ started_at: text, completed_at: textOrNull, input: anything, output: anything, error: objectOrNull },
  ...{ progress: object, tasks: object },
};

export const executionSchema = answer(EXECUTION);
