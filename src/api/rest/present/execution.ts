import {
  isJsonObject,
  isoDuration,
  isoInstant,
  type Instant,
  type Json,
  type JsonObject,
} from '../../../kernel/index.js';
import type { Failure, StepStatus } from '../../../engine/core/index.js';
import type { ExecutionRecord, StatusCounts, TaskRunRecord } from '../../ports/index.js';
import { budgetWords, usageWords } from './budget.js';
import type { RunDetails } from './run-details.js';
import { taskOf, taskWords } from './task-document.js';

const time = (instant: Instant | undefined): string | null => (instant === undefined ? null : isoInstant(instant));

const duration = (
  from: Instant | undefined,
  to: Instant | undefined,
): { duration: string | null; duration_seconds: number | null } => {
  if (from === undefined || to === undefined) return { duration: null, duration_seconds: null };
  return { duration: isoDuration(to - from), duration_seconds: (to - from) / 1000 };
};

const percentageOf = (total: number, { completed = 0, skipped = 0, failed = 0 }: StatusCounts): number =>
  total === 0 ? 0 : Math.round((100 * (completed + skipped + failed)) / total);

/** An execution as lists show it, under the names of every caller. */
export const executionItem = (record: ExecutionRecord, counts: StatusCounts): Record<string, Json> => {
  return {
    id: record.id,
    execution_id: record.id,
    workflow_id: record.workflowId,
    workflowId: record.workflowId,
    workflow_name: record.workflowName,
    workflowName: record.workflowName,
    workflow_version: record.workflowVersion,
    status: record.status,
    metadata: record.metadata,
    restored_from: record.restoredFrom ?? null,
    journal: record.journal,
    created_at: isoInstant(record.createdAt),
    updated_at: isoInstant(record.updatedAt),
    started_at: isoInstant(record.createdAt),
    start_time: isoInstant(record.createdAt),
    startTime: isoInstant(record.createdAt),
    completed_at: time(record.endedAt),
    end_time: time(record.endedAt),
    ...duration(record.createdAt, record.endedAt),
    task_count: record.totalTasks,
    completed_tasks: counts.completed ?? 0,
    failed_tasks: counts.failed ?? 0,
    has_error: record.errorCode !== undefined,
    error_message: record.errorMessage ?? null,
    completion_percentage: percentageOf(record.totalTasks, counts),
  };
};

const failureBody = (failure: Failure | undefined): Json =>
  failure
    ? { kind: failure.kind, code: failure.code, message: failure.message, details: failure.details ?? null }
    : null;

/** The tasks of a definition, by id, in definition order. */
export const definitionTasks = (document: JsonObject | undefined): ReadonlyMap<string, JsonObject> => {
  const tasks = isJsonObject(document?.tasks) ? document.tasks : {};
  return new Map(Object.entries(tasks).map(([id, task]) => [id, isJsonObject(task) ? task : {}]));
};

/** What a task is that nobody touched: pending, or canceled with its execution. */
const restStatus = ({ status }: ExecutionRecord): StepStatus =>
  status === 'failed' || status === 'canceled' ? 'canceled' : 'pending';

interface TaskSources {
  readonly record: ExecutionRecord;
  readonly document: JsonObject | undefined;
  readonly runs: readonly TaskRunRecord[];
  readonly details: RunDetails;
}

/** What a task is of which nothing has run. */
const untouched = (status: StepStatus): Omit<TaskRunRecord, 'step'> => ({
  generation: 1,
  status,
  attempt: 0,
  retries: 0,
  firstStartedAt: undefined,
  startedAt: undefined,
  endedAt: undefined,
  wakeAt: undefined,
  inputSeq: undefined,
  endSeq: undefined,
  cause: undefined,
  errorCode: undefined,
  errorMessage: undefined,
  waitsFor: undefined,
  child: undefined,
});

const runWords = (run: Omit<TaskRunRecord, 'step'>): Record<string, Json> => ({
  status: run.status,
  cause: run.cause ?? null,
  generation: run.generation,
  attempt: run.attempt,
  attempts: run.attempt,
  retries: run.retries,
  started_at: time(run.firstStartedAt),
  completed_at: time(run.endedAt),
  next_attempt_at: time(run.wakeAt),
  waits_for: run.waitsFor ?? null,
  child_execution_id: run.child ?? null,
  ...duration(run.firstStartedAt, run.endedAt),
});

const lastError = (run: Omit<TaskRunRecord, 'step'>): Json =>
  run.errorCode === undefined ? null : { code: run.errorCode, message: run.errorMessage ?? null };

/** Every task of the execution, in definition order; those that nobody touched are pending, or canceled with the execution. */
export const taskItems = ({ record, document, runs, details }: TaskSources): Record<string, Json>[] => {
  const byStep = new Map(runs.map((run) => [run.step, run]));
  const nothing = untouched(restStatus(record));
  return [...definitionTasks(document)].map(([id, task], index) => {
    const step = `/${id}`;
    const run = byStep.get(step) ?? nothing;
    const said = details.steps.get(step);
    const data = { input: said?.input ?? null, output: said?.output ?? null };
    const error = failureBody(said?.failure) ?? lastError(run);
    return {
      id,
      task_id: id,
      step,
      address: step,
      parent: null,
      task_index: index,
      ...taskWords(id, task),
      ...runWords(run),
      ...data,
      error,
    };
  });
};

const isNested = ({ step }: TaskRunRecord): boolean => step.includes('/', 1) || step.endsWith('!compensate');

/** The steps that constructs hold, and those that undo others, as they began. */
export const nestedItems = ({ document, runs, details }: TaskSources): Record<string, Json>[] =>
  runs.filter(isNested).map((run) => {
    const { step } = run;
    const said = details.steps.get(step);
    const id = step.slice(step.lastIndexOf('/') + 1);
    return {
      ...{ id, task_id: id, step, address: step, parent: parentOf(step), task_index: null },
      ...taskWords(id, taskOf(document, step)),
      ...runWords(run),
      ...{ input: said?.input ?? null, output: said?.output ?? null },
      error: failureBody(said?.failure) ?? lastError(run),
    };
  });

/** The construct around a step, or the step that it undoes. */
const parentOf = (step: string): string => {
  if (step.endsWith('!compensate')) return step.slice(0, -'!compensate'.length);
  return step.slice(0, step.lastIndexOf('/')).replace(/\/(?:try|catch|finally)$|\[(?:\d+|"(?:[^"\\]|\\.)*")\]$/, '');
};

const countStatuses = (statuses: Iterable<string>): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

const progressOf = (
  { totalTasks }: ExecutionRecord,
  counts: StatusCounts,
  current: readonly string[],
): Record<string, Json> => ({
  completed_tasks: counts.completed ?? 0,
  total_tasks: totalTasks,
  failed_tasks: counts.failed ?? 0,
  skipped_tasks: counts.skipped ?? 0,
  current_task: current[0] ?? null,
  current_tasks: current,
  percentage: percentageOf(totalTasks, counts),
});

/** The snapshot that a stream begins with. */
export const executionState = (
  record: ExecutionRecord,
  document: JsonObject | undefined,
  runs: readonly TaskRunRecord[],
): Record<string, Json> => {
  const byStep = new Map(runs.map(({ step, status }) => [step, status]));
  const rest = restStatus(record);
  const statuses = [...definitionTasks(document).keys()].map((id) => [id, byStep.get(`/${id}`) ?? rest] as const);
  const counts = countStatuses(statuses.map(([, status]) => status));
  const current = statuses.flatMap(([id, status]) => (status === 'running' ? [id] : []));
  return {
    execution_id: record.id,
    workflow_id: record.workflowId,
    workflow_name: record.workflowName,
    status: record.status,
    tasks: Object.fromEntries(statuses),
    progress: progressOf(record, counts, current),
  };
};

/** An execution whole: flattened, and once more in the three nests that callers read. */
export const executionDetails = (sources: TaskSources): Record<string, Json> => {
  const { record, document, details } = sources;
  const tasks = taskItems(sources);
  const counts = countStatuses(tasks.map(({ status }) => status as string));
  const item = executionItem(record, counts);
  const current = tasks.filter(({ status }) => status === 'running').map(({ id }) => id as string);
  const progress = progressOf(record, counts, current);
  const statuses = Object.fromEntries(tasks.map(({ id, status }) => [id as string, status as string]));
  const status = Object.fromEntries(
    tasks.map((task) => [
      task.id as string,
      { status: task.status, started_at: task.started_at, completed_at: task.completed_at, output: task.output },
    ]),
  ) as JsonObject;
  const outcome = {
    input: record.journal === 'gone' ? null : details.input,
    output: record.journal === 'gone' ? null : details.output,
    error: failureBody(details.failure),
  };
  const { spending } = details;
  const used = {
    usage: spending ? usageWords(spending) : null,
    budget: spending ? budgetWords(spending, document) : null,
  };
  const execution = { ...item, ...outcome, ...used, task_executions: status, progress };
  return {
    ...execution,
    current_state: record.status,
    task_status: status,
    task_statuses: statuses,
    execution,
    workflow_definition: document === undefined ? null : { id: record.workflowId, ...document },
    summary: item,
  };
};
