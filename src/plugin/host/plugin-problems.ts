import { isJsonObject, type Json } from '../../kernel/index.js';
import { retryPolicyFaults } from '../../retry-policy/index.js';
import { isPlugin, type Effects } from '../contract/index.js';
import { PLUGIN_ID } from '../contract/plugin.js';
import { TASK_ID } from '../contract/task.js';

const EFFECTS: readonly Effects[] = ['pure', 'read', 'idempotent', 'write'];
/** s, as for the `timeout` of a task in a workflow. */
const TIMEOUT = { min: 0.001, max: 31_536_000 };

type Fields = Readonly<Record<string, unknown>>;

function* taskProblems(task: Fields): Generator<string, void, void> {
  const { description, effects, timeout, retry, run } = task;
  if (typeof run !== 'function') yield 'has no function `run`';
  if (typeof description !== 'string') yield 'has no `description`';
  if (!EFFECTS.some((known) => known === effects)) yield `must have \`effects\` of ${EFFECTS.join(', ')}`;
  for (const schema of ['input', 'output'] as const) {
    if (task[schema] !== undefined && !isJsonObject(task[schema])) yield `must have an object as \`${schema}\``;
  }
  const isTimeout = typeof timeout === 'number' && timeout >= TIMEOUT.min && timeout <= TIMEOUT.max;
  if (timeout !== undefined && !isTimeout)
    yield `must have a \`timeout\` from ${TIMEOUT.min} to ${TIMEOUT.max} seconds`;
  if (retry !== undefined)
    for (const { pointer, message } of retryPolicyFaults(retry as Json, '/retry')) yield `${pointer}: ${message}`;
}

function* pluginProblems(plugin: unknown): Generator<string, void, void> {
  if (!isPlugin(plugin)) return yield 'it was not made by definePlugin';
  const { id, tasks } = plugin as unknown as Fields;
  if (typeof id !== 'string' || !PLUGIN_ID.test(id)) yield `the id "${String(id)}" must match ${PLUGIN_ID.source}`;
  if (!Array.isArray(tasks)) return yield 'its tasks are no list';
  const seen = new Set<unknown>();
  for (const task of tasks as unknown[]) {
    const fields = (typeof task === 'object' && task !== null ? task : {}) as Fields;
    if (typeof fields.id !== 'string' || !TASK_ID.test(fields.id))
      yield `the task id "${String(fields.id)}" must match ${TASK_ID.source}`;
    else if (seen.has(fields.id)) yield `it has two tasks "${fields.id}"`;
    seen.add(fields.id);
    for (const problem of taskProblems(fields)) yield `its task "${String(fields.id)}" ${problem.replace(/\.$/, '')}`;
  }
}

/**
 * Everything that is wrong with what the code of a plugin made. `definePlugin` of another version, or hands, may have
 * made it: nothing is taken for granted.
 */
export const problemsOf = (plugin: unknown): readonly string[] => {
  try {
    return [...pluginProblems(plugin)];
  } catch {
    return ['it cannot be read'];
  }
};
