import {
  boundedReport,
  err,
  fault,
  isJsonObject,
  jsonDepth,
  ok,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
  type Result,
} from '../../kernel/index.js';
import { DEFAULT_LIMITS } from '../../engine/core/index.js';
import { isCanonical } from './canonical-form.js';
import { addErrorHandlers } from './error-handlers.js';
import { withExtra } from './foreign-task.js';
import type { DialectName, Imported } from './imported.js';
import { OutsideState } from './state/index.js';
import { inputSchema, isJsonSchema, namedParameters } from './parameters.js';
import type { Link } from './edge/index.js';
import { TaskScope } from './scope.js';
import { isSprint, sprintTasks, type SprintNotes, type SprintTasks } from './sprint.js';
import { listTasks } from './task-list.js';
import type { ForeignTask, Reading } from './translation.js';
import { translateValue } from './values.js';
import { importWfFormat, isWfFormat } from './wfformat.js';

export interface ImportOptions {
  /** WfFormat only: tasks sleep their recorded runtime times this. Default 1; 0 = not at all. */
  readonly timeScale?: number;
}

/** Levels of nesting of a document. */
const DEEPEST = DEFAULT_LIMITS.maxDepth;
/** Levels that the original lies below the document made of it. */
const SOURCE_LEVELS = 2;

/**
 * A document of any known dialect in the canonical form (design §5). The result is not validated yet: that is the work
 * of the one validator. Every problem is reported, each with a pointer into the source. Never throws.
 */
export const importDocument = (source: unknown, options: ImportOptions = {}): Result<Imported, readonly Fault[]> => {
  if (!isJsonObject(source)) return err([fault('wrong_type', '', { expected: 'an object' })]);
  if (jsonDepth(source, DEEPEST + 1) > DEEPEST) return err([fault('nesting_too_deep', '', { limit: DEEPEST })]);
  if (isWfFormat(source)) return importWfFormat(source, options.timeScale ?? 1);
  const { definition, where } = unwrap(source);
  if (isCanonical(definition) && where === '' && !isTemplate(source)) {
    return ok({ document: source, dialect: 'canonical', warnings: [] });
  }
  if (jsonDepth(source, DEEPEST) > DEEPEST - SOURCE_LEVELS)
    return err([fault('nesting_too_deep', '', { limit: DEEPEST - SOURCE_LEVELS })]);
  return importForeign(source, definition, where);
};

const isTemplate = (source: JsonObject): boolean =>
  isJsonObject(source.workflow_definition) || isJsonObject(source.template);

/** The workflow inside a template document, an API answer, a hand-off, or a draft of the designer. */
const unwrap = (source: JsonObject): { definition: JsonObject; where: string } => {
  const names = ['workflow_definition', 'template', 'workflow', 'canvas_state', 'workflow_state'];
  for (const name of source.sprint_name === undefined ? names : [...names, 'metis']) {
    const inner = source[name];
    if (isJsonObject(inner) && ['tasks', 'steps', 'nodes', 'phases'].some((field) => inner[field] !== undefined))
      return { definition: inner, where: `/${name}` };
  }
  return { definition: source, where: '' };
};

interface Collected {
  readonly tasks: readonly ForeignTask[];
  readonly links: SprintTasks['links'];
  readonly inOrder: boolean;
}

const collectTasks = (definition: JsonObject, where: string, notes: SprintNotes): Collected => {
  if (isSprint(definition)) return { ...sprintTasks(definition, where, notes), inOrder: false };
  const field = definition.tasks === undefined ? 'steps' : 'tasks';
  const tasks = definition[field];
  const links = linksOf(definition, where);
  if (typeof tasks === 'object' && tasks !== null)
    return { tasks: listTasks(tasks, pointer(where, field), notes), links, inOrder: field === 'steps' };
  notes.faults.push(fault('dialect_unknown', where, { reason: 'it has neither `tasks` nor `steps`' }));
  return { tasks: [], links: [], inOrder: false };
};

/** Transitions of the whole document (D6): by the step they leave, or a list of `from`, `to` and `condition`. */
const linksOf = ({ transitions }: JsonObject, where: string): SprintTasks['links'] => {
  const at = pointer(where, 'transitions');
  if (Array.isArray(transitions))
    return (transitions as Json[]).map((value, index) => {
      const link = { value, where: pointer(at, index) };
      const field = isJsonObject(value) && value.source !== undefined ? 'source' : 'from';
      return { from: isJsonObject(value) ? (value[field] ?? null) : null, fromWhere: `${link.where}/${field}`, link };
    });
  if (!isJsonObject(transitions)) return [];
  return Object.entries(transitions).map(([from, value]) => {
    const link = { value, where: pointer(at, from) };
    return { from, fromWhere: link.where, link };
  });
};

const importForeign = (
  source: JsonObject,
  definition: JsonObject,
  where: string,
): Result<Imported, readonly Fault[]> => {
  const notes: SprintNotes = { faults: [], warnings: [] };
  const { faults, warnings } = notes;
  const { tasks, links, inOrder } = collectTasks(definition, where, notes);
  const schema = schemaOf(source, definition);
  const metadata = isJsonObject(definition.metadata) ? definition.metadata : {};
  const component = metadata.default_component;
  const outside = new OutsideState(warnings);
  const scope = new TaskScope(tasks, {
    faults,
    fresh: outside.fresh,
    defaultComponent: typeof component === 'string' ? component : undefined,
    initial: initialState(definition),
    inputIsSure: (name) => isSure(schema, name),
    fromOutside: (path, reader) => outside.read(path, reader),
  });
  scope.import({ inOrder, links: () => linksByTask(links, scope, faults) });
  const whole = { original: '', body: definition, where };
  const output = outputOf(definition, pointer(where, 'output'), { names: scope.namesAtEnd(whole), faults });
  const { error_handlers: handlers = null } = definition;
  if (handlers !== null) {
    const said = { field: 'error_handlers', value: handlers, where: pointer(where, 'error_handlers') };
    addErrorHandlers({ said, canonical: scope.canonical, resolve: (reference) => scope.find(reference), faults });
  }
  if (faults.length > 0) return err(boundedReport(faults));
  const dialect = nameOf(definition, tasks, source);
  const document = {
    ...header(source, definition),
    ...(schema && { input_schema: schema }),
    ...output,
    tasks: Object.fromEntries([...scope.canonical, ...outside.waits]),
    metadata: { ...withExtra(metadata, extraOf(definition)), source_dialect: dialect, source },
  };
  if (jsonDepth(document.tasks, DEEPEST) >= DEEPEST) return err([fault('nesting_too_deep', '', { limit: DEEPEST })]);
  return ok({ document, dialect, warnings: boundedReport(warnings) });
};

/** Edges written apart from the tasks, by the canonical id of the task they leave. */
const linksByTask = (
  links: SprintTasks['links'],
  scope: TaskScope,
  faults: Fault[],
): ReadonlyMap<string, readonly Link[]> => {
  const found = new Map<string, Link[]>();
  for (const { from, fromWhere, link } of links) {
    const id = typeof from === 'string' ? scope.find(from) : undefined;
    const list = id === undefined ? undefined : found.get(id);
    if (id === undefined) {
      const said = typeof from === 'string' ? from : '';
      faults.push(fault('unknown_task', fromWhere, { id: said, known: scope.ids.some }));
    } else if (list) list.push(link);
    else found.set(id, [link]);
  }
  return found;
};

const initialState = ({ initialState: said, initial_state: named }: JsonObject): JsonObject => {
  const state = said ?? named ?? null;
  return isJsonObject(state) ? state : {};
};

/** What is read of a document beside its tasks; the rest only describes it. */
const READ: ReadonlySet<string> = new Set([
  ...[
    'name',
    'version',
    'description',
    'tags',
    'timeout',
    'fail_fast',
    'tasks',
    'steps',
    'nodes',
    'phases',
    'metadata',
  ],
  ...['input_schema', 'input', 'inputs', 'parameters', 'output', 'outputs', 'output_schema', 'transitions'],
  ...['connections', 'edges', 'dependency_graph', 'error_handlers', 'initialState', 'initial_state', 'sprint_name'],
]);

const extraOf = (definition: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(definition).filter(([field, value]) => !READ.has(field) && value !== null));

const semver = (version: Json | undefined): string => {
  if (typeof version !== 'string' && typeof version !== 'number') return '1.0.0';
  const text = String(version);
  if (/^\d+$/.test(text)) return `${text}.0.0`;
  return /^\d+\.\d+$/.test(text) ? `${text}.0` : text;
};

const header = (source: JsonObject, definition: JsonObject): JsonObject => {
  const sprint = [definition.sprint_name, source.sprint_name, definition.sprint_id];
  const name = [definition.name, source.name, ...sprint, definition.id, source.id].find(
    (candidate) => typeof candidate === 'string',
  );
  const description = [definition.description, source.description].find(
    (candidate) => typeof candidate === 'string' && candidate !== '',
  );
  const tags = [definition.tags, source.tags].find((candidate) => Array.isArray(candidate) && candidate.length > 0);
  const timeout = definition.timeout;
  return {
    ...(name !== undefined && { name }),
    version: semver(definition.version),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags }),
    ...(timeout !== undefined && timeout !== null && { timeout }),
    ...(definition.fail_fast !== undefined && { fail_fast: definition.fail_fast }),
  };
};

const schemaOf = (source: JsonObject, definition: JsonObject): JsonObject | undefined => {
  const said = definition.input_schema ?? definition.input ?? definition.inputs;
  const outer = source === definition ? definition.parameters : source.parameters;
  if (isJsonObject(said) && isJsonSchema(said)) return said;
  return inputSchema(namedParameters(said), namedParameters(outer));
};

const isSure = (schema: JsonObject | undefined, name: string): boolean => {
  if (!schema) return false;
  const property = isJsonObject(schema.properties) ? schema.properties[name] : undefined;
  const required = Array.isArray(schema.required) && (schema.required as Json[]).includes(name);
  return required || (isJsonObject(property) && property.default !== undefined);
};

/** An `output` whose texts are expressions is a mapping; anything else describes what comes out. */
const outputOf = (definition: JsonObject, where: string, reading: Reading): JsonObject => {
  const { output, output_schema: schema, outputs } = definition;
  const said = schema ?? outputs;
  const isMapping = output !== undefined && output !== null && /\$\{|\{\{/.test(JSON.stringify(output));
  const described = said ?? (isMapping ? undefined : output);
  return {
    ...(isMapping && { output: translateValue(output, where, reading) }),
    ...(isJsonObject(described) && outputSchema(described)),
  };
};

const outputSchema = (described: JsonObject): JsonObject => {
  if (Object.keys(described).length === 0) return {};
  const schema = isJsonSchema(described) ? described : inputSchema(namedParameters(described), new Map());
  return schema ? { output_schema: schema } : {};
};

/** Steps that pass their results on through the state (D6), where others have transitions of their own (D4). */
const isStated = (definition: JsonObject, tasks: readonly ForeignTask[]): boolean =>
  isJsonObject(definition.initialState) ||
  isJsonObject(definition.transitions) ||
  tasks.some(({ body }) =>
    [body.inputs, body.outputs, body.conditions].some((said) => typeof said === 'object' && said !== null),
  );

/** The most specific dialect whose words the document uses. */
const nameOf = (definition: JsonObject, tasks: readonly ForeignTask[], source: JsonObject): DialectName => {
  const uses = (...fields: string[]): boolean =>
    tasks.some(({ body }) => fields.some((field) => body[field] !== undefined));
  if (isSprint(definition) || source.sprint_name !== undefined) return 'D8';
  if (definition.tasks === undefined) return isStated(definition, tasks) ? 'D6' : 'D4';
  if (uses('next')) return 'D5';
  if (uses('tool')) return 'D7';
  if (uses('dependencies', 'parameters') || isTemplate(source) || JSON.stringify(definition).includes('{{'))
    return 'D3';
  return Array.isArray(definition.tasks) ? 'D2' : 'D1';
};
