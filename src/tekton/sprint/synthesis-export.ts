import {
  fault,
  HarmoniaError,
  isJsonObject,
  ownValue,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
} from '../../kernel/index.js';
import type { CompiledTask, CompiledWorkflow } from '../../engine/core/index.js';
import type { WorkflowWithDocument } from '../../workflow/index.js';
import type { Choices, ExportWanted } from '../ports/index.js';
import { FOR_SYNTHESIS } from './sprint-status.js';
import { ASSIGNMENT } from './sprint-workflow.js';

const tasksIn = (document: JsonObject): readonly (readonly [string, JsonObject])[] =>
  Object.entries(isJsonObject(document.tasks) ? document.tasks : {}).flatMap(([key, task]) =>
    isJsonObject(task) ? [[key, task] as const] : [],
  );

const taskIn = ({ tasks }: JsonObject, key: string): JsonObject => {
  const task = isJsonObject(tasks) ? ownValue<Json>(tasks, key) : undefined;
  return isJsonObject(task) ? task : {};
};

const assignmentOf = ({ metadata }: JsonObject): Json | undefined =>
  isJsonObject(metadata) ? metadata[ASSIGNMENT] : undefined;
const originalOf = (key: string, { metadata }: JsonObject): string => {
  const said = isJsonObject(metadata) ? metadata.original_id : undefined;
  return typeof said === 'string' ? said : key;
};

const isAlone = ({ needs, feeds, gates, opens }: CompiledTask): boolean =>
  needs.length + feeds.length + gates.length + opens.length === 0;

/**
 * What stands against handing a workflow to Synthesis: tasks that no component does, or that nobody gave the one they have,
 * and tasks that are connected to no other. Params that an action requires are checked with the workflow itself.
 */
const exportFaults = (
  document: JsonObject,
  { scope }: CompiledWorkflow,
  assigned: ReadonlyMap<string, string>,
): readonly Fault[] => {
  const single = scope.tasks.length < 2;
  return tasksIn(document).flatMap(([key, task]) => {
    const at = pointer('/tasks', key);
    const compiled = scope.byId.get(key);
    const assumed = assignmentOf(task) === 'assumed' && !assigned.has(originalOf(key, task));
    return [
      ...(typeof task.component !== 'string' || assumed ? [fault('task_unassigned', at, { task: key })] : []),
      ...(compiled && !single && isAlone(compiled) ? [fault('task_unconnected', at, { task: key })] : []),
    ];
  });
};

/** Tasks in an order in which each comes after what it waits for; those that may run at once as they are defined. */
const executionOrder = ({ scope }: CompiledWorkflow): readonly string[] => {
  const waiting = scope.tasks.map(({ needs, gates }) => new Set([...needs, ...gates]).size);
  const ready = scope.tasks.filter((_, index) => waiting[index] === 0);
  const order: string[] = [];
  for (let next = ready.shift(); next; next = ready.shift()) {
    order.push(next.id);
    for (const index of new Set([...next.feeds, ...next.opens])) {
      const left = (waiting[index] ?? 0) - 1;
      waiting[index] = left;
      const follower = scope.tasks[index];
      if (left === 0 && follower) ready.push(follower);
    }
  }
  return order;
};

const handlerOf = ({ retry, onError }: CompiledTask): JsonObject => {
  const most = retry?.maxRetries;
  if (retry && most !== undefined && most > 0)
    return { type: 'retry', max_retries: Number.isFinite(most) ? most : null };
  const goesOn = onError.some(({ classes, remedy }) => classes === undefined && remedy.is === 'continue');
  return { type: goesOn ? 'continue' : 'fail', max_retries: 0 };
};

interface Exporting {
  readonly from: WorkflowWithDocument;
  /** Undefined: the workflow would not be accepted today, as the faults say. */
  readonly compiled: CompiledWorkflow | undefined;
  readonly faults: readonly Fault[];
  readonly wanted: ExportWanted;
  /** Its id, and its name for people. */
  readonly sprint: string;
  readonly name: string;
  readonly choicesFor: (tasks: readonly string[]) => Promise<Choices>;
  /** ISO 8601. */
  readonly now: string;
}

/** What Harmonia hands to Synthesis. Throws `sprint_not_ready` with everything that stands against it. */
export const exportedDocument = async (exporting: Exporting): Promise<JsonObject> => {
  const { from, compiled, sprint, name } = exporting;
  const { document } = from;
  const { assigned } = await exporting.choicesFor(tasksIn(document).map(([key, task]) => originalOf(key, task)));
  const faults = [...exporting.faults, ...(compiled ? exportFaults(document, compiled, assigned) : [])];
  if (!compiled || faults.length > 0)
    throw new HarmoniaError('sprint_not_ready', { id: sprint, count: faults.length }, { faults });
  const { errorHandlers = true } = exporting.wanted;
  const tasks = compiled.scope.tasks.map((task) => handedTask(task, { document, compiled, assigned, errorHandlers }));
  return {
    sprint_name: name,
    workflow_definition: {
      name: document.name ?? name,
      description: document.description ?? '',
      tasks: Object.fromEntries(tasks),
      execution_order: executionOrder(compiled),
    },
    metadata: { ...metadataFor(exporting), source_tasks: tasks.map(([, { id = null }]) => id) },
  };
};

interface Handing {
  readonly document: JsonObject;
  readonly compiled: CompiledWorkflow;
  readonly assigned: ReadonlyMap<string, string>;
  readonly errorHandlers: boolean;
}

const handedTask = (found: CompiledTask, handing: Handing): readonly [string, JsonObject] => {
  const { document, compiled, assigned, errorHandlers } = handing;
  const task = taskIn(document, found.id);
  const id = originalOf(found.id, task);
  const needs = new Set([...found.needs, ...found.gates]);
  return [
    found.id,
    {
      id,
      type: 'standard',
      name: found.name,
      component: assigned.get(id) ?? task.component ?? null,
      action: task.action ?? null,
      input: task.input ?? {},
      depends_on: [...needs].map((index) => compiled.scope.tasks[index]?.id ?? ''),
      ...(errorHandlers && { error_handler: handlerOf(found) }),
    },
  ];
};

const metadataFor = ({ from, wanted, now }: Exporting): JsonObject => {
  const { templates = true, autoStart = false } = wanted;
  const said = isJsonObject(from.document.metadata) ? from.document.metadata : {};
  const { template_id: id, template_version: version = null } = said;
  return {
    created_by: 'harmonia',
    created_at: now,
    workflow_id: from.workflow.id,
    workflow_version: from.workflow.version,
    next_component: 'synthesis',
    next_status: FOR_SYNTHESIS,
    auto_start: autoStart,
    ...(templates && { template: id === undefined ? null : { id, version } }),
  };
};
