import { isJsonObject, type Json, type JsonObject } from '../../kernel/index.js';
import { isDialectName } from './imported.js';
import { isJsonSchema } from './parameters.js';

/** Words of the other dialects that the canonical one does not have. */
const FOREIGN_TASK_FIELDS = [
  ...['id', 'dependencies', 'dependsOn', 'parameters', 'tool', 'transitions', 'next', 'retry', 'error_handler'],
  ...['condition', 'conditions', 'timeout_ms', 'on_failure', 'trigger_rule', 'inputs', 'outputs', 'config', 'hours'],
  ...['status', 'steps', 'branches', 'body', 'errorHandler', 'join_type', 'sources', 'wait_for'],
];
const FOREIGN_TYPES: ReadonlySet<string> = new Set([
  ...['standard', 'decision', 'parallel', 'join', 'loop', 'map', 'event', 'wait', 'webhook', 'custom'],
  ...['approval', 'subworkflow', 'sub_workflow', 'group', 'fork', 'start', 'end'],
]);
const FOREIGN_RETRY = ['max_attempts', 'retry_interval', 'delay_seconds', 'initial_delay_ms', 'backoff_factor'];
const FOREIGN_EXPRESSION =
  /\$\{\s*(?:expr\.|params?\.|parameters\.|inputs\.|workflow\.input\b|env\.)|\$\{[^}"']{0,1000}?(?:\?\?|[=!]==)/;
/** Upstream's, unless variables are declared. */
const STATE_EXPRESSION = /\$\{\s*state\./;
/** `{{ name }}` may be meant for others, a model or a mail: it is upstream's where nothing says that the document is ours. */
const JINJA = /\{\{\s{0,100}[A-Za-z_][\w.]{0,1000}\s{0,100}[|}]/;
/** The constructs of the canonical form: under each of these a task has an object. */
const OUR_CONSTRUCTS = [...['map', 'loop', 'tasks', 'try', 'race', 'workflow', 'wait', 'event', 'approval', 'webhook']];
const BODIES = ['tasks', 'try', 'catch', 'finally', 'race'];
const DOCUMENT_FIELDS = [
  'input',
  'inputs',
  'outputs',
  'id',
  'workflow_id',
  'initialState',
  'initial_state',
  'transitions',
];

const isOurs = (task: Json): boolean =>
  isJsonObject(task) &&
  (task.switch !== undefined ||
    (typeof task.type === 'string' && task.type.includes('/')) ||
    OUR_CONSTRUCTS.some((word) => isJsonObject(task[word])));

/**
 * A canonical document has a map of tasks and no word of another dialect, or says that it was imported. A fault in it is
 * then the validator's to report, with the words of the canonical form.
 */
export const isCanonical = (definition: JsonObject): boolean => {
  const { tasks } = definition;
  if (!isJsonObject(tasks) || definition.steps !== undefined) return false;
  if (wasImported(definition)) return true;
  if (typeof definition.version === 'string' && /^\d+(\.\d+)?$/.test(definition.version)) return false;
  if (DOCUMENT_FIELDS.some((field) => definition[field] !== undefined)) return false;
  if (isJsonObject(definition.input_schema) && !isJsonSchema(definition.input_schema)) return false;
  if (!isCanonicalBody(tasks)) return false;
  const text = JSON.stringify([tasks, definition.output ?? null]);
  if (STATE_EXPRESSION.test(text) && !declaresState(definition, tasks)) return false;
  return !FOREIGN_EXPRESSION.test(text) && (Object.values(tasks).some(isOurs) || !JINJA.test(text));
};

/** The importer writes down what a document was made from: what is in it since is meant as it stands. */
const wasImported = ({ metadata }: JsonObject): boolean =>
  isJsonObject(metadata) && isDialectName(metadata.source_dialect);

const bodiesIn = (task: JsonObject): JsonObject[] => BODIES.map((field) => task[field]).filter(isJsonObject);

const declaresState = ({ state }: JsonObject, tasks: JsonObject): boolean =>
  isJsonObject(state) ||
  Object.values(tasks).some((task) => isJsonObject(task) && bodiesIn(task).some((body) => declaresState(task, body)));

const isCanonicalBody = (tasks: JsonObject): boolean =>
  Object.values(tasks).every((task) => !isJsonObject(task) || isCanonicalTask(task));

const isCanonicalTask = (task: JsonObject): boolean => {
  if (FOREIGN_TASK_FIELDS.some((field) => Object.hasOwn(task, field))) return false;
  if (typeof task.type === 'string' && FOREIGN_TYPES.has(task.type)) return false;
  if (task.component !== undefined && task.action === undefined) return false;
  const retry = task.retry_policy;
  if (isJsonObject(retry) && FOREIGN_RETRY.some((name) => name in retry)) return false;
  return bodiesIn(task).every(isCanonicalBody);
};
