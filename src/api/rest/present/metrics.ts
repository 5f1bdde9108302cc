import { isoInstant, type Instant, type Json, type JsonObject } from '../../../kernel/index.js';
import type { CompiledWorkflow } from '../../../engine/core/index.js';
import type { ExecutionRecord } from '../../ports/index.js';
import type { RunDetails, StepDetails } from './run-details.js';

const seconds = (from: Instant | undefined, to: Instant | undefined): number =>
  from === undefined || to === undefined ? 0 : (to - from) / 1000;

/** The longest path through the graph by the time that its steps took; O(tasks + edges). */
export const criticalPath = (compiled: CompiledWorkflow, took: (id: string) => number): readonly string[] => {
  const { tasks } = compiled.scope;
  const best = new Map<number, { total: number; before: number | undefined }>();
  const waits = tasks.map((task) => task.needs.length + task.gates.length);
  const ready = tasks.filter((_, index) => waits[index] === 0).map((task) => task.index);
  let last: number | undefined;
  for (let head = 0; head < ready.length; head++) {
    const index = ready[head] as number;
    const task = tasks[index] as (typeof tasks)[number];
    const sources = [...task.needs, ...task.gates];
    const before = sources.reduce<number | undefined>(
      (top, source) => (top === undefined || totalOf(best, source) > totalOf(best, top) ? source : top),
      undefined,
    );
    best.set(index, { total: took(task.id) + (before === undefined ? 0 : totalOf(best, before)), before });
    if (last === undefined || totalOf(best, index) > totalOf(best, last)) last = index;
    for (const target of [...task.feeds, ...task.opens]) {
      waits[target] = (waits[target] as number) - 1;
      if (waits[target] === 0) ready.push(target);
    }
  }
  const path: string[] = [];
  for (let index = last; index !== undefined; index = best.get(index)?.before)
    path.unshift((tasks[index] as (typeof tasks)[number]).id);
  return path;
};

const totalOf = (best: ReadonlyMap<number, { total: number }>, index: number): number => best.get(index)?.total ?? 0;

interface MetricSources {
  readonly record: ExecutionRecord;
  readonly details: RunDetails;
  readonly compiled: CompiledWorkflow;
}

/** When a task could have started: when the last thing it waited for had ended. */
const eligibleAt = ({ record, details, compiled }: MetricSources, id: string): Instant => {
  const task = compiled.scope.byId.get(id);
  const ends = (task ? [...task.needs, ...task.gates] : []).map((index) => {
    const source = compiled.scope.tasks[index]?.id ?? '';
    return details.steps.get(`/${source}`)?.endedAt ?? record.createdAt;
  });
  return Math.max(record.createdAt, ...ends);
};

/** Attempts after the first of each generation. */
const retriesOf = ({ segments }: StepDetails): number => {
  const attempts = segments.filter(({ is }) => is === 'attempt');
  return attempts.length - new Set(attempts.map(({ generation }) => generation)).size;
};

export const executionMetrics = (sources: MetricSources): JsonObject => {
  const { record, details, compiled } = sources;
  const ids = compiled.scope.tasks.map(({ id }) => id).filter((id) => details.steps.has(`/${id}`));
  const stepOf = (id: string): StepDetails => details.steps.get(`/${id}`) as StepDetails;
  const by = (read: (id: string) => Json | undefined): JsonObject =>
    Object.fromEntries(ids.flatMap((id) => (read(id) === undefined ? [] : [[id, read(id) as Json]])));
  const took = (id: string): number =>
    details.steps.has(`/${id}`) ? seconds(stepOf(id).startedAt, stepOf(id).endedAt) : 0;
  const durations = ids.map(took);
  const errors: Record<string, number> = {};
  for (const id of ids) for (const code of stepOf(id).errors) errors[code] = (errors[code] ?? 0) + 1;
  return {
    execution_id: record.id,
    total_duration_seconds: record.endedAt === undefined ? null : seconds(record.createdAt, record.endedAt),
    task_durations: by(took),
    task_wait_times: by((id) =>
      stepOf(id).startedAt === undefined ? undefined : seconds(eligibleAt(sources, id), stepOf(id).startedAt),
    ),
    retry_counts: by((id) => retriesOf(stepOf(id))),
    error_counts: errors,
    checkpoint_count: details.checkpoints,
    average_task_duration_seconds:
      durations.length === 0 ? null : durations.reduce((sum, value) => sum + value, 0) / durations.length,
    critical_path: [...criticalPath(compiled, took)],
  };
};

/** Spans for a chart of the execution over time. */
export const timeline = ({ record, details, compiled }: MetricSources): JsonObject => ({
  execution_id: record.id,
  started_at: isoInstant(record.createdAt),
  completed_at: record.endedAt === undefined ? null : isoInstant(record.endedAt),
  tasks: compiled.scope.tasks.flatMap((task) => {
    const step = details.steps.get(`/${task.id}`);
    if (!step) return [];
    const segments = step.segments.map(({ is, generation, attempt, from, to, outcome }) => ({
      kind: is,
      generation,
      attempt,
      outcome,
      from: isoInstant(from),
      to: to === undefined ? null : isoInstant(to),
      offset_seconds: seconds(record.createdAt, from),
      duration_seconds: to === undefined ? null : seconds(from, to),
    }));
    return [{ id: task.id, step: `/${task.id}`, name: task.name, segments }];
  }),
});
