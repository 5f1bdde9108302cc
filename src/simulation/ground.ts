import type { RunnableWorkflow } from '../engine/index.js';
import {
  canonicalJson,
  contentHash,
  fault,
  HarmoniaError,
  type Fault,
  type Json,
  type JsonObject,
} from '../kernel/index.js';
import { createSchemaChecker } from '../json-schema/index.js';
import type { Plugin } from '../plugin/contract/index.js';
import { builtInPlugins, loadPlugins, type PluginRegistry } from '../plugin/host/index.js';
import { checkDocument } from '../workflow/index.js';
import { FAULT_PLAN_SCHEMA, type FaultPlan } from './script/fault-plan.js';
import { journalIn, recordedResults } from './script/recorded-results.js';
import { TASK_RESULTS_SCHEMA, type TaskResults } from './script/task-results.js';

const schemas = createSchemaChecker();

/** The one schema checker of all simulations: it keeps what it has compiled. */
export const simulationSchemas = schemas;

/** Where plugins come from, beside those that ship with Harmonia. */
export interface PluginSource {
  /** Plugins that live in this process. */
  readonly plugins?: readonly Plugin[];
  /** Package directories. */
  readonly pluginDirectories?: readonly string[];
  /** Settings by plugin id. */
  readonly pluginConfig?: Readonly<Record<string, JsonObject>>;
}

/** Loads plugins. Throws `plugin_invalid` with all that is wrong with them. */
export const loadSimulatedPlugins = async (source: PluginSource): Promise<PluginRegistry> => {
  const { plugins = [], pluginDirectories = [], pluginConfig = {} } = source;
  const registry = await loadPlugins([...(await builtInPlugins()), ...pluginDirectories], { config: pluginConfig });
  for (const plugin of plugins) registry.add(plugin, { config: pluginConfig[plugin.id] ?? {} });
  return registry;
};

const invalid = (subject: string, faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject, count: faults.length }, { faults });

/** Checks and compiles a document of any dialect. Throws `validation_error` with every fault. */
export const runnableFrom = (source: unknown, registry: PluginRegistry, id = 'simulated'): RunnableWorkflow => {
  const { compiled, faults } = checkDocument(source, { catalogue: registry, schemas });
  if (!compiled) throw invalid('The workflow', faults);
  const definition = contentHash(canonicalJson(compiled.document));
  const { name, version } = compiled;
  return { pinned: { id, name, version, definition }, compiled };
};

/** Documents of a workflow and of those around it. */
export interface FamilyDocuments {
  readonly document: unknown;
  /** Those that it may run as sub-workflows. */
  readonly workflows?: readonly unknown[] | undefined;
  /** The next version of it. */
  readonly next?: unknown;
}

/** The same, compiled. */
export interface SimulatedFamily {
  readonly workflow: RunnableWorkflow;
  /** By name. */
  readonly workflows: ReadonlyMap<string, RunnableWorkflow>;
  readonly next: RunnableWorkflow | undefined;
}

/** Throws `validation_error` as `runnableFrom` does. */
export const familyFrom = (
  { document, workflows = [], next }: FamilyDocuments,
  registry: PluginRegistry,
): SimulatedFamily => {
  const workflow = runnableFrom(document, registry);
  const others = workflows.map((other, index) => runnableFrom(other, registry, `simulated-${index + 1}`));
  const all = [workflow, ...others].map((one) => [one.compiled.name, one] as const);
  return { workflow, workflows: new Map(all), next: next === undefined ? undefined : runnableFrom(next, registry) };
};

/** Throws `validation_error` with every place where a value does not fit. */
export const mustFit = (subject: string, value: unknown, schema: JsonObject): void => {
  const compiled = schemas.compile(schema);
  if (!compiled.ok) throw new Error(`${compiled.error.pointer} ${compiled.error.reason}`);
  const problems = compiled.value.check(value as Json);
  // That an `if` did not hold is said by what its `then` wants.
  const told = problems.filter(({ reason }) => !reason.startsWith('must match "then" schema'));
  const faults = told.map(({ pointer, reason }) => fault('schema_mismatch', pointer, { reason }));
  if (problems.length > 0) throw invalid(subject, faults);
};

/** A fault plan as somebody wrote it. Throws `validation_error`, also for a fault of a task that is not there. */
export const faultPlanFrom = (value: unknown, { workflow, workflows }: Omit<SimulatedFamily, 'next'>): FaultPlan => {
  mustFit('The fault plan', value, FAULT_PLAN_SCHEMA);
  const plan = value as FaultPlan;
  const known = [workflow, ...workflows.values()].flatMap(({ compiled }) => [
    ...compiled.scope.byId.keys(),
    ...(compiled.onComplete ? ['on_complete'] : []),
    ...(compiled.onFailure ? ['on_failure'] : []),
  ]);
  const faults = plan.faults.flatMap((planned, index) => {
    const id = 'step' in planned && planned.step !== undefined ? /^\/([^/[!]*)/.exec(planned.step)?.[1] : undefined;
    if (id === undefined || known.includes(id)) return [];
    return [fault('unknown_task', `/faults/${index}/step`, { id, known: known.join(', ') })];
  });
  if (faults.length > 0) throw invalid('The fault plan', faults);
  return plan;
};

/** Task results as somebody wrote them, or those of a recorded journal. Throws `validation_error`. */
export const taskResultsFrom = (value: unknown): TaskResults => {
  const journal = journalIn(value as Json);
  if (journal) return recordedResults(journal);
  mustFit('The task results', value, TASK_RESULTS_SCHEMA);
  return value as TaskResults;
};
