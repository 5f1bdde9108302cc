import { BitRows, Meetings, orderIf, Reach, type ChangedNeeds } from '../dependence/index.js';
import type { CompiledTask, TaskPath } from '../../../engine/core/index.js';
import type { PlacedScope, PlacedTask } from '../ir/index.js';
import type { RewriteOp } from '../rewrite/index.js';
import { ScopeEdges, type KeptOrders, type Relaxed } from './scope-edges.js';
import type { Finding, Study } from './study.js';

/** How often orders that a third task would see are put back. */
const MOST_ROUNDS = 10;

/**
 * Orders that only `depends_on` asks for go; those that count stay, if need be by an edge of their own: of a chain
 * write → pure → write stays write → write. `pinned`: tasks that keep what they wait for.
 */
export const parallelise = (study: Study, pinned: ReadonlySet<TaskPath> = new Set()): Finding[] => {
  const kept: KeptOrders = { pinned, pairs: new BitRows(study.places.tasks.length) };
  let relaxed = relaxedIn(study, kept);
  for (let round = 1; round < MOST_ROUNDS && keepSeen(relaxed, study, kept.pairs); round++)
    relaxed = relaxedIn(study, kept);
  return [...relaxed].flatMap(([home, edges]) => findingOf(home, edges));
};

type RelaxedScopes = ReadonlyMap<PlacedScope, readonly Relaxed[]>;

const relaxedIn = (study: Study, kept: KeptOrders): RelaxedScopes => {
  const found = new Map<PlacedScope, readonly Relaxed[]>();
  for (const home of study.places.scopes) {
    const edges = isInRace(home) ? [] : new ScopeEdges(home, study, kept).relaxed();
    if (edges.length > 0) found.set(home, edges);
  }
  return found;
};

const findingOf = (home: PlacedScope, edges: readonly Relaxed[]): Finding[] => {
  const ops = edges.flatMap(({ placed, needs }) => opsFor(placed, needs));
  const leavesAfter = leavesOf(home, new Map(edges.map(({ placed, needs }) => [placed.task.index, needs])));
  if (ops.length > 0 && !home.scope.output && leavesAfter !== home.scope.leaves.length)
    ops.push({ op: 'spell_out_output', scope: home.path });
  return ops.length === 0 ? [] : [{ kind: 'parallelise', ops }];
};

/** Adds orders that would go and that a third task would see; false: there is none. */
const keepSeen = (relaxed: RelaxedScopes, study: Study, pairs: BitRows): boolean => {
  if (relaxed.size === 0) return false;
  const { places, order, conflicts } = study;
  const needs = new Map<PlacedTask, readonly number[]>();
  for (const edges of relaxed.values())
    for (const { placed, needs: change } of edges) needs.set(placed, [...change.kept, ...change.added]);
  const after = orderIf(places, (placed) => needs.get(placed) ?? placed.task.needs);
  const meetings = new Meetings(places, conflicts);
  const reach = new Reach(places, after, meetings);
  let isAny = false;
  for (const { index: first } of places.tasks) {
    if (meetings.isInert(first)) continue;
    for (const second of order.columnsBeside(first, after)) {
      if (meetings.isInert(second) || !reach.leads(second, first)) continue;
      const [earlier, later] = siblingsOf(places.tasks[first] as PlacedTask, places.tasks[second] as PlacedTask);
      if (pairs.has(later.index, earlier.index)) continue;
      pairs.add(later.index, earlier.index);
      isAny = true;
    }
  }
  return isAny;
};

/** The tasks of one scope that two tasks are, or that hold them. */
const siblingsOf = (one: PlacedTask, other: PlacedTask): readonly [PlacedTask, PlacedTask] => {
  const around = new Map<PlacedScope, PlacedTask>();
  for (let at: PlacedTask | undefined = one; at; at = at.home.container) around.set(at.home, at);
  for (let at = other; ; at = at.home.container as PlacedTask) {
    const sibling = around.get(at.home);
    if (sibling) return [sibling, at];
  }
};

const isInRace = ({ container }: PlacedScope): boolean => {
  for (let at = container; at; at = at.home.container) if (at.task.work.is === 'race') return true;
  return false;
};

const opsFor = ({ path, home }: PlacedTask, { dropped, added }: ChangedNeeds): RewriteOp[] => {
  const idOf = (index: number): string => (home.scope.tasks[index] as CompiledTask).id;
  return [
    ...dropped.map((source): RewriteOp => ({ op: 'remove_edge', task: path, needs: idOf(source) })),
    ...added.map((source): RewriteOp => ({ op: 'add_edge', task: path, needs: idOf(source) })),
  ];
};

/** How many tasks nothing follows. */
const leavesOf = ({ scope }: PlacedScope, changed: ReadonlyMap<number, ChangedNeeds>): number => {
  const followed = new Set<number>();
  for (const task of scope.tasks) {
    const change = changed.get(task.index);
    for (const source of [...(change ? [...change.kept, ...change.added] : task.needs), ...task.gates])
      followed.add(source);
  }
  return scope.tasks.filter(({ index, opens }) => !followed.has(index) && opens.length === 0).length;
};
