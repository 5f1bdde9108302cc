import {
  boundedReport,
  err,
  fault,
  isJsonObject,
  ok,
  pointer,
  type Fault,
  type Json,
  type JsonObject,
  type JsonPointer,
  type Result,
} from '../../kernel/index.js';
import type { Imported } from './imported.js';
import { TaskIds } from './task-ids.js';

interface TracedTask {
  readonly where: JsonPointer;
  readonly id: string;
  readonly name: string;
  readonly parents: readonly string[];
  readonly children: readonly string[];
}

const texts = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as Json[]).filter((entry) => typeof entry === 'string') : [];

const listAt = (source: JsonObject, ...path: string[]): readonly Json[] | undefined => {
  let value: Json | undefined = source;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(value) ? (value as Json[]) : undefined;
};

/** A WfCommons trace says so: `schemaVersion`, and tasks in `workflow.specification`. */
export const isWfFormat = (source: JsonObject): boolean =>
  typeof source.schemaVersion === 'string' && listAt(source, 'workflow', 'specification', 'tasks') !== undefined;

const readTasks = (entries: readonly Json[], faults: Fault[]): TracedTask[] =>
  entries.flatMap((entry, index) => {
    const where = pointer('/workflow/specification/tasks', index);
    const id = isJsonObject(entry) ? (entry.id ?? entry.name) : undefined;
    if (!isJsonObject(entry) || typeof id !== 'string') {
      faults.push(fault('required_field', where, { field: 'id' }));
      return [];
    }
    const name = typeof entry.name === 'string' ? entry.name : id;
    return [{ where, id, name, parents: texts(entry.parents), children: texts(entry.children) }];
  });

interface Recorded {
  readonly seconds: number | undefined;
  readonly program: string | undefined;
}

const recordedRuns = (source: JsonObject): ReadonlyMap<string, Recorded> => {
  const entries = listAt(source, 'workflow', 'execution', 'tasks') ?? [];
  return new Map(
    entries.filter(isJsonObject).flatMap((entry) => {
      const seconds = entry.runtimeInSeconds;
      const program = isJsonObject(entry.command) ? entry.command.program : undefined;
      const recorded = {
        seconds: typeof seconds === 'number' && seconds >= 0 ? seconds : undefined,
        program: typeof program === 'string' ? program : undefined,
      };
      return typeof entry.id === 'string' ? [[entry.id, recorded] as const] : [];
    }),
  );
};

/** Predecessors of each task: what its own `parents` say together with what others say by `children`. */
const predecessors = (
  tasks: readonly TracedTask[],
  faults: Fault[],
  warnings: Fault[],
): ReadonlyMap<string, ReadonlySet<string>> => {
  const parents = new Map(tasks.map((task) => [task.id, new Set<string>()]));
  const named = new Map(tasks.map((task) => [task.id, new Set(task.parents)]));
  const some = [...parents.keys()].slice(0, 10).join(', ');
  const known = (id: string, where: string): boolean => {
    if (parents.has(id)) return true;
    faults.push(fault('unknown_task', where, { id, known: some }));
    return false;
  };
  for (const task of tasks) {
    const { where } = task;
    for (const parent of task.parents) if (known(parent, `${where}/parents`)) parents.get(task.id)?.add(parent);
    for (const child of task.children) {
      if (!known(child, `${where}/children`)) continue;
      if (!named.get(child)?.has(task.id)) {
        const reason = `"${task.id}" names the child "${child}", which does not name it as a parent`;
        warnings.push(fault('dialect_unmapped', `${where}/children`, { reason }));
      }
      parents.get(child)?.add(task.id);
    }
  }
  return parents;
};

/**
 * A WfCommons trace (WfFormat 1.5): each task sleeps its recorded runtime times `timeScale`; with 0, or where no
 * runtime was recorded, it does nothing.
 */
export const importWfFormat = (source: JsonObject, timeScale: number): Result<Imported, readonly Fault[]> => {
  const faults: Fault[] = [];
  const warnings: Fault[] = [];
  const tasks = readTasks(listAt(source, 'workflow', 'specification', 'tasks') ?? [], faults);
  const ids = new TaskIds(tasks.map(({ id }) => id));
  for (const position of ids.duplicates) {
    const { id, where } = tasks[position] as TracedTask;
    faults.push(fault('duplicate_task_id', where, { id }));
  }
  const parents = predecessors(tasks, faults, warnings);
  if (faults.length > 0) return err(boundedReport(faults));
  const runs = recordedRuns(source);
  const canonical = tasks.map((task) => {
    const recorded = runs.get(task.id);
    const needs = [...(parents.get(task.id) ?? [])].map((parent) => ids.of(parent));
    return [ids.of(task.id), tracedTask(task, recorded, { timeScale, needs })] as const;
  });
  const name = typeof source.name === 'string' ? source.name : 'trace';
  const description: JsonObject = typeof source.description === 'string' ? { description: source.description } : {};
  const metadata = {
    source_dialect: 'wfformat',
    time_scale: timeScale,
    schema_version: source.schemaVersion as string,
  };
  const document = { name, version: '1.0.0', ...description, tasks: Object.fromEntries(canonical), metadata };
  return ok({ document, dialect: 'wfformat', warnings });
};

const tracedTask = (
  task: TracedTask,
  recorded: Recorded | undefined,
  { timeScale, needs }: { readonly timeScale: number; readonly needs: readonly string[] },
): JsonObject => {
  const seconds = (recorded?.seconds ?? 0) * timeScale;
  const work: JsonObject = seconds > 0 ? { type: 'core/delay', input: { seconds } } : { type: 'core/noop' };
  const traced = {
    ...(recorded?.seconds !== undefined && { runtime_seconds: recorded.seconds }),
    ...(recorded?.program !== undefined && { program: recorded.program }),
  };
  return { name: task.name, ...work, ...(needs.length > 0 && { depends_on: needs }), metadata: { wfformat: traced } };
};
