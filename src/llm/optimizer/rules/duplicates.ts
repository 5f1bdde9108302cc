import { taskForm, type CompiledTask } from '../../../engine/core/index.js';
import { topological } from '../dependence/index.js';
import { usesOf, type PlacedScope, type PlacedTask } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import { isPureWithin } from './purity.js';
import type { Finding, Study } from './study.js';

/** Pure tasks of a scope that do the same with the same input, in the end: the first of them can stand for all. */
export const mergeDuplicates = (study: Study): Finding[] =>
  study.places.scopes.flatMap((home) => {
    const ops = duplicatesIn(home, study);
    if (ops.length === 0) return [];
    const dropped = new Set(ops.map((op) => (op.op === 'merge_tasks' ? op.drop : '')));
    if (!home.scope.output && home.scope.leaves.some(({ id }) => dropped.has(id)))
      ops.push({ op: 'spell_out_output', scope: home.path });
    return [{ kind: 'merge_duplicates', ops }];
  });

const duplicatesIn = (home: PlacedScope, study: Study): RewriteOp[] => {
  const { scope, container, path } = home;
  if (container?.task.work.is === 'race') return [];
  const renaming = new Map<string, string>();
  const known = new Map<string, CompiledTask>();
  const ops: RewriteOp[] = [];
  for (const at of topological(scope.tasks)) {
    const placed = home.tasks[at] as PlacedTask;
    if (!mayBeMerged(placed, study)) continue;
    const { edges: _, ...words } = taskForm({ ...placed.task, priority: 0, cache: undefined }, scope, {
      renaming,
      keepsOrder: true,
    });
    const needs = new Set(placed.task.needs.map((index) => renamed(scope.tasks[index] as CompiledTask, renaming)));
    const meaning = JSON.stringify([words, [...needs].sort()]);
    const first = known.get(meaning);
    if (!first) known.set(meaning, placed.task);
    else {
      renaming.set(placed.task.id, first.id);
      ops.push({ op: 'merge_tasks', task: `${path}/${first.id}`, drop: placed.task.id });
    }
  }
  return ops;
};

const renamed = ({ id }: CompiledTask, renaming: ReadonlyMap<string, string>): string => renaming.get(id) ?? id;

const mayBeMerged = (placed: PlacedTask, study: Study): boolean => {
  const { task, home } = placed;
  const { work, gates, opens, join, feeds } = task;
  if (work.is !== 'task' || join.is === 'count' || gates.length + opens.length > 0) return false;
  const uses = usesOf(task);
  if (uses.chance || uses.state || !isPureWithin(placed, study)) return false;
  return feeds.every((index) => (home.scope.tasks[index] as CompiledTask).join.is === 'all');
};
