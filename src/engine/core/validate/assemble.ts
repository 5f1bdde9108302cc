import { compileRetryPolicy } from '../../../retry-policy/index.js';
import type { CompiledTask, ErrorHandler, Join, Remedy, TaskLimit, Work } from '../definition.js';
import type { Template } from '../expression/index.js';
import type { TaskType } from '../task-type.js';
import type { TaskEdges } from './edges.js';
import type { ExpressionCollector } from './expression-collector.js';
import type { DraftLimit, TaskDraft } from './task-draft.js';

/** The parts of a task that is being compiled. */
export interface CompiledDraft {
  readonly draft: TaskDraft;
  readonly collector: ExpressionCollector;
  readonly when: CompiledTask['when'];
  readonly work: Work | undefined;
  readonly type: TaskType | undefined;
  readonly compensate: CompiledTask | undefined;
  readonly limitKey: Template | undefined;
  readonly cacheKey: Template | undefined;
  readonly set: Template | undefined;
}

/** Only called when nothing is wrong with the scope. */
export const assemble = (
  { draft, collector, when, work, type, compensate, limitKey, cacheKey, set }: CompiledDraft,
  edges: TaskEdges,
  ids: ReadonlyMap<string, number>,
): CompiledTask => {
  const timeout = draft.timeout ?? type?.timeout;
  return {
    id: draft.id,
    path: `/${draft.id}`,
    index: draft.index,
    name: draft.name,
    work: work as Work,
    when,
    join: joinOf(draft),
    retry: draft.retry ?? (type?.retry && compileRetryPolicy(type.retry)),
    ownRetry: draft.retry !== undefined,
    timeout: ms(timeout),
    onError: draft.onError.map((handler) => handlerOf(handler, ids)),
    onLost: draft.onLost,
    priority: draft.priority,
    effects: draft.effects ?? type?.effects ?? 'write',
    ownEffects: draft.effects !== undefined,
    heartbeat: ms(draft.heartbeat ?? type?.heartbeat),
    limit: limitKey && draft.limit && limitOf(draft.limit, limitKey),
    cache: cacheKey && draft.cache && { key: cacheKey, ttl: draft.cache.ttl * 1000 },
    set,
    compensate,
    readsInput: collector.readsInput,
    ...edges,
    reads: collector.reads,
  };
};

const ms = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);

const limitOf = ({ concurrency, rate }: DraftLimit, key: Template): TaskLimit => ({
  key,
  concurrency,
  rate: rate && { count: rate.count, per: rate.per * 1000 },
});

const joinOf = ({ join }: TaskDraft): Join => {
  if (join === 'all') return { is: 'all' };
  return { is: 'count', needed: join === 'any' ? 1 : join };
};

const handlerOf = (
  { classes, then }: TaskDraft['onError'][number],
  ids: ReadonlyMap<string, number>,
): ErrorHandler => ({
  classes: classes && new Set(classes),
  remedy: remedyOf(then, ids),
});

const remedyOf = (then: TaskDraft['onError'][number]['then'], ids: ReadonlyMap<string, number>): Remedy =>
  typeof then === 'object' ? { is: 'goto', target: ids.get(then.goto) as number } : { is: then };
