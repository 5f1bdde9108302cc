import type { CompiledTask } from '../../../engine/core/index.js';
import { declaredNeeds, joinsAlike, siblingsRead } from '../dependence/index.js';
import type { PlacedScope, PlacedTask } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import type { Finding, Study } from './study.js';

/** Declared edges that a path beside them says, too: without them everything is as before, failures included. */
export const removeImpliedEdges = (study: Study): Finding[] =>
  study.places.scopes.flatMap((home) => {
    const ops = home.tasks.flatMap((placed) => impliedBy(placed, study));
    return ops.length === 0 ? [] : [{ kind: 'remove_implied_edges', ops }];
  });

const impliedBy = (placed: PlacedTask, { order }: Study): RewriteOp[] => {
  const { home, path, task } = placed;
  const declared = declaredNeeds(placed);
  if (task.join.is === 'count' || declared.size === 0 || task.needs.length < 2) return [];
  const reads = siblingsRead(placed);
  const at = (index: number): PlacedTask => home.tasks[index] as PlacedTask;
  let kept: readonly number[] = task.needs;
  const dropped: number[] = [];
  for (const source of task.needs) {
    if (!declared.has(at(source).task.id) || reads.has(source)) continue;
    const rest = kept.filter((other) => other !== source);
    const isImplied = rest.some((other) => waits(at(other).task) && order.has(at(source).index, at(other).index));
    if (!isImplied || !joinsAlike({ kept: rest, dropped: [...dropped, source], added: [] }, home, 'all')) continue;
    kept = rest;
    dropped.push(source);
  }
  return dropped.map((source) => ({ op: 'remove_edge', task: path, needs: idIn(home, source) }));
};

/** It is not over before all that it depends on is. */
const waits = ({ gates, join }: CompiledTask): boolean => gates.length === 0 && join.is === 'all';

const idIn = ({ scope }: PlacedScope, index: number): string => (scope.tasks[index] as CompiledTask).id;
