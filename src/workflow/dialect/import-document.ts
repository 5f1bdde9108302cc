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
import { translateValue, canonicalTask, type ForeignTask, type Translation } from './foreign-task.js';
import type { DialectName, Imported } from './imported.js';
import { inputSchema, isJsonSchema, namedParameters } from './parameters.js';
import { addStepEdges, isStepsDocument } from './steps.js';
import { TaskIds } from './task-ids.js';
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

/** The workflow inside a template document, or inside an API answer. */
const unwrap = (source: JsonObject): { definition: JsonObject; where: string } => {
  for (const name of ['workflow_definition', 'template', 'workflow']) {
    const inner = source[name];
    if (isJsonObject(inner) && (inner.tasks !== undefined || inner.steps !== undefined))
      return { definition: inner, where: `/${name}` };
  }
  return { definition: source, where: '' };
};

/** Words of the other dialects that the canonical one does not have. */
const FOREIGN_TASK_FIELDS = [
  ...[
    'id',
    'dependencies',
    'dependsOn',
    'parameters',
    'tool',
    'transitions',
    'next',
    'retry',
    'error_handler',
    'condition',
  ],
  ...['timeout_ms', 'on_failure', 'trigger_rule', 'inputs', 'outputs', 'config', 'hours', 'status'],
];
const FOREIGN_TYPES: ReadonlySet<string> = new Set([
  'standard',
  'decision',
  'parallel',
  'join',
  'loop',
  'map',
  'event',
  'wait',
  'webhook',
  'custom',
]);
const FOREIGN_EXPRESSION =
  /\$\{\s*(?:expr\.|params?\.|parameters\.|inputs\.|workflow\.input\b|env\.)|\$\{[^}"']{0,1000}?(?:\?\?|[=!]==)/;
/** `{{ name }}` may be meant for others, a model or a mail: it is upstream's where nothing says that the document is ours. */
const JINJA = /\{\{\s{0,100}[A-Za-z_][\w.]{0,1000}\s{0,100}[|}]/;
const isOurs = (task: Json): boolean =>
  isJsonObject(task) && (task.switch !== undefined || (typeof task.type === 'string' && task.type.includes('/')));

/**
 * A canonical document has a map of tasks and no word of another dialect. A fault in it is then the validator's to
 * report, with the words of the canonical form.
 */
const isCanonical = (definition: JsonObject): boolean => {
  const { tasks } = definition;
  if (!isJsonObject(tasks) || definition.steps !== undefined) return false;
  if (typeof definition.version === 'string' && /^\d+(\.\d+)?$/.test(definition.version)) return false;
  if (Object.keys(definition).some((field) => field === 'input' || field === 'id' || field === 'workflow_id'))
    return false;
  if (isJsonObject(definition.input_schema) && !isJsonSchema(definition.input_schema)) return false;
  const list = Object.values(tasks);
  if (!list.every((task) => !isJsonObject(task) || isCanonicalTask(task))) return false;
  const text = JSON.stringify([tasks, definition.output ?? null]);
  return !FOREIGN_EXPRESSION.test(text) && (list.some(isOurs) || !JINJA.test(text));
};

const isCanonicalTask = (task: JsonObject): boolean => {
  if (FOREIGN_TASK_FIELDS.some((field) => Object.hasOwn(task, field))) return false;
  if (typeof task.type === 'string' && FOREIGN_TYPES.has(task.type)) return false;
  if (task.component !== undefined && task.action === undefined) return false;
  const retry = task.retry_policy;
  if (
    isJsonObject(retry) &&
    ['max_attempts', 'retry_interval', 'delay_seconds', 'initial_delay_ms', 'backoff_factor'].some(
      (name) => name in retry,
    )
  )
    return false;
  return true;
};

const collectTasks = (definition: JsonObject, where: string, faults: Fault[]): ForeignTask[] => {
  const field = definition.tasks === undefined ? 'steps' : 'tasks';
  const tasks = definition[field];
  if (isJsonObject(tasks)) {
    return Object.entries(tasks).flatMap(([original, body]) =>
      one({ original, body: body, where: pointer(where, field, original) }, faults),
    );
  }
  if (Array.isArray(tasks)) {
    return (tasks as Json[]).flatMap((body, index) => {
      const at = pointer(where, field, index);
      if (!isJsonObject(body)) return one({ original: '', body, where: at }, faults);
      const id = body.id ?? body.name;
      if (typeof id === 'string') return one({ original: id, body, where: at }, faults);
      faults.push(fault('required_field', at, { field: 'id' }));
      return [];
    });
  }
  faults.push(fault('dialect_unknown', where, { reason: 'it has neither `tasks` nor `steps`' }));
  return [];
};

const one = (
  { original, body, where }: { original: string; body: Json; where: string },
  faults: Fault[],
): ForeignTask[] => {
  if (isJsonObject(body)) return [{ original, body, where }];
  faults.push(fault('wrong_type', where, { expected: 'an object' }));
  return [];
};

const importForeign = (
  source: JsonObject,
  definition: JsonObject,
  where: string,
): Result<Imported, readonly Fault[]> => {
  const faults: Fault[] = [];
  const tasks = collectTasks(definition, where, faults);
  const ids = new TaskIds(tasks.map(({ original }) => original));
  for (const position of ids.duplicates) {
    const { original, where: at } = tasks[position] as ForeignTask;
    faults.push(fault('duplicate_task_id', at, { id: original }));
  }
  const schema = schemaOf(source, definition);
  const resolve = resolver(tasks, ids);
  const names = { task: resolve, inputIsSure: (name: string) => isSure(schema, name) };
  const metadata = isJsonObject(definition.metadata) ? definition.metadata : {};
  const component = metadata.default_component;
  const translation: Translation = {
    ids,
    names,
    faults,
    resolve,
    defaultComponent: typeof component === 'string' ? component : undefined,
  };
  const canonical = new Map(tasks.map((task) => [ids.of(task.original), canonicalTask(task, translation)]));
  addStepEdges({ tasks, canonical, translation });
  const output = outputOf(definition, pointer(where, 'output'), translation);
  refuseHandlers(definition, where, faults);
  if (faults.length > 0) return err(boundedReport(faults));
  const dialect = nameOf(definition, tasks, source);
  const document = {
    ...header(source, definition),
    ...(schema && { input_schema: schema }),
    ...output,
    tasks: Object.fromEntries(canonical),
    metadata: { ...metadata, source_dialect: dialect, source },
  };
  return ok({ document, dialect, warnings: [] });
};

/** Who handles which error is said by the tasks here: what stands beside them would be lost. */
const refuseHandlers = (definition: JsonObject, where: string, faults: Fault[]): void => {
  const handlers = definition.error_handlers;
  if (typeof handlers !== 'object' || handlers === null || Object.keys(handlers).length === 0) return;
  const reason = 'handlers of errors are written as `on_error` of the tasks';
  faults.push(fault('dialect_unmapped', pointer(where, 'error_handlers'), { reason }));
};

/** References to tasks: by id, then key, then display name. */
const resolver = (tasks: readonly ForeignTask[], ids: TaskIds) => {
  const byName = new Map<string, string>();
  for (const { original, body } of tasks) {
    for (const alias of [body.id, body.name, ids.of(original)])
      if (typeof alias === 'string' && !byName.has(alias)) byName.set(alias, ids.of(original));
  }
  return (reference: string): string | undefined => (ids.has(reference) ? ids.of(reference) : byName.get(reference));
};

const semver = (version: Json | undefined): string => {
  if (typeof version !== 'string' && typeof version !== 'number') return '1.0.0';
  const text = String(version);
  if (/^\d+$/.test(text)) return `${text}.0.0`;
  return /^\d+\.\d+$/.test(text) ? `${text}.0` : text;
};

const header = (source: JsonObject, definition: JsonObject): JsonObject => {
  const name = [definition.name, source.name].find((candidate) => typeof candidate === 'string');
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
  const said = definition.input_schema ?? definition.input;
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
const outputOf = (definition: JsonObject, where: string, translation: Translation): JsonObject => {
  const { output, output_schema: said } = definition;
  const isMapping = output !== undefined && output !== null && /\$\{|\{\{/.test(JSON.stringify(output));
  const described = said ?? (isMapping ? undefined : output);
  return {
    ...(isMapping && { output: translateValue(output, where, translation) }),
    ...(isJsonObject(described) && outputSchema(described)),
  };
};

const outputSchema = (described: JsonObject): JsonObject => {
  if (Object.keys(described).length === 0) return {};
  const schema = isJsonSchema(described) ? described : inputSchema(namedParameters(described), new Map());
  return schema ? { output_schema: schema } : {};
};

/** The most specific dialect whose words the document uses. */
const nameOf = (definition: JsonObject, tasks: readonly ForeignTask[], source: JsonObject): DialectName => {
  const uses = (...fields: string[]): boolean =>
    tasks.some(({ body }) => fields.some((field) => body[field] !== undefined));
  if (isStepsDocument(definition)) return 'D4';
  if (uses('next')) return 'D5';
  if (uses('tool')) return 'D7';
  if (uses('dependencies', 'parameters') || isTemplate(source) || JSON.stringify(definition).includes('{{'))
    return 'D3';
  return Array.isArray(definition.tasks) ? 'D2' : 'D1';
};
