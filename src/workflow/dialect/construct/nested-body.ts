import { fault, isJsonObject, pointer, type Fault, type Json, type JsonObject } from '../../../kernel/index.js';
import { listTasks } from '../task-list.js';
import type { Said } from '../task-words.js';
import type { ForeignTask, NestedBody, Translation } from '../translation.js';
import { translateValue } from '../values.js';

/** What makes a task do something by itself. */
export const OWN_WORK = ['component', 'action', 'tool'];
/** What belongs to that work when it is done for each item, not once. */
const OF_ATTEMPTS = [
  ...['retry_policy', 'retryPolicy', 'retry', 'error_handler', 'errorHandler', 'maxRetries'],
  ...['timeout', 'timeout_ms', 'timeoutMs', 'on_lost', 'effects'],
];
const BODIES = ['body', 'tasks', 'task', 'steps', 'do'];
/** A list under these names is a sequence. */
const IN_ORDER: ReadonlySet<string> = new Set(['body', 'steps', 'do']);
/** How a task inside is called that has no name. */
const UNNAMED = 'step';

/** The `tasks` and `output` of a map or loop. A body of one task gives that task's output, not a map of one. */
export const bodyOf = (translation: Translation, variables: ReadonlyMap<string, string>): JsonObject | undefined => {
  const body = writtenBody(translation) ?? calledBody(translation) ?? ownWork(translation);
  if (!body) return undefined;
  const { tasks, names } = translation.body({ ...body, variables });
  const said = translation.words.take('output');
  const [only, ...more] = Object.keys(tasks);
  if (said) return { tasks, output: translateValue(said.value, said.where, { names, faults: translation.faults }) };
  return only === undefined || more.length > 0 ? { tasks } : { tasks, output: `\${tasks.${only}.output}` };
};

/** The `tasks` and `output` of a group: several things at once. */
export const groupBody = (translation: Translation): JsonObject | undefined => {
  const branches = translation.words.take('branches');
  const written = writtenBody(translation);
  const tasks = [...(written?.tasks ?? []), ...(branches ? branchTasks(branches, translation.faults) : [])];
  if (tasks.length === 0) return undefined;
  const body = translation.body({ tasks, inOrder: written?.inOrder === true && !branches });
  const said = translation.words.take('output');
  const reading = { names: body.names, faults: translation.faults };
  return { tasks: body.tasks, ...(said && { output: translateValue(said.value, said.where, reading) }) };
};

const writtenBody = ({ words, faults }: Translation): NestedBody | undefined => {
  const said = words.setting(...BODIES.filter((field) => words.peek(field) !== undefined)) ?? words.held(...BODIES);
  if (!said) return undefined;
  if (typeof said.value === 'string') {
    const reason = `the tasks of a body stand inside it; "${said.value.slice(0, 128)}" is named only`;
    faults.push(fault('dialect_unmapped', said.where, { reason }));
    return { tasks: [] };
  }
  const tasks = listTasks(said.value, said.where, { faults, unnamed: UNNAMED });
  return { tasks, inOrder: Array.isArray(said.value) && IN_ORDER.has(said.field) };
};

/** A sub-workflow for each item. */
const calledBody = ({ words }: Translation): NestedBody | undefined => {
  const said = words.textSetting('workflow', 'workflow_name', 'sub_workflow');
  if (!said) return undefined;
  const fields = [{ ...said, field: 'workflow' }, ...words.inputs()];
  return { tasks: [innerTask(words.task, fields, { type: 'subworkflow' })] };
};

/** The task's own work, done for each item. */
const ownWork = ({ words }: Translation): NestedBody | undefined => {
  if (!OWN_WORK.some((field) => words.peek(field) !== undefined)) return undefined;
  const fields = [...OWN_WORK, ...OF_ATTEMPTS].flatMap((field) => words.take(field) ?? []);
  return { tasks: [innerTask(words.task, [...fields, ...words.inputs()], {})] };
};

const innerTask = (around: ForeignTask, fields: readonly Said[], body: JsonObject): ForeignTask => ({
  original: UNNAMED,
  where: around.where,
  body: { ...Object.fromEntries(fields.map(({ field, value }) => [field, value])), ...body },
  moved: new Map(fields.map(({ field, where }) => [field, where])),
  ...(around.told && { told: around.told }),
});

/** Branches written out: a task, a map of tasks, or a list of tasks one after the other. */
const branchTasks = ({ value, where }: Said, faults: Fault[]): ForeignTask[] => {
  const entries: [string | number, Json][] = Array.isArray(value)
    ? (value as Json[]).map((entry, index) => [index, entry])
    : Object.entries(value as JsonObject);
  return entries.flatMap(([key, entry]): ForeignTask[] => {
    const at = pointer(where, key);
    const named = isJsonObject(entry) ? [entry.id, entry.name].find((name) => typeof name === 'string') : undefined;
    const original = typeof key === 'string' ? key : (named ?? `branch_${key + 1}`);
    if (Array.isArray(entry))
      return [
        { original, where: at, body: { type: 'group', steps: entry as Json[] }, moved: new Map([['steps', at]]) },
      ];
    if (isJsonObject(entry)) {
      const isGroup = entry.type === undefined && !OWN_WORK.some((field) => entry[field] !== undefined);
      return [{ original, where: at, body: isGroup ? { ...entry, type: 'group' } : entry }];
    }
    faults.push(
      fault('dialect_unmapped', at, { reason: 'beside branches that are written out none can be named only' }),
    );
    return [];
  });
};
