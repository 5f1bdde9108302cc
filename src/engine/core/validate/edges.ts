import { fault, type Fault } from '../../../kernel/index.js';
import { cycleThrough, knots } from './graph.js';
import type { TaskDraft } from './task-draft.js';

/** What the expressions of a task refer to. */
export interface TaskReads {
  /** Ids of the tasks read, with the pointer of the first place. */
  readonly tasks: ReadonlyMap<string, string>;
}

export interface TaskEdges {
  readonly needs: number[];
  readonly feeds: number[];
  readonly gates: number[];
  readonly opens: number[];
  readonly reads: number[];
}

const KNOWN_SHOWN = 10;

/** Resolves the names that tasks use for each other, and checks that nothing waits for itself. */
export const connect = (drafts: readonly TaskDraft[], reads: readonly TaskReads[], faults: Fault[]): TaskEdges[] => {
  const ids = new Map(drafts.map((draft) => [draft.id, draft.index]));
  const known = `${drafts
    .slice(0, KNOWN_SHOWN)
    .map((draft) => draft.id)
    .join(', ')}${drafts.length > KNOWN_SHOWN ? ', …' : ''}`;
  const edges = drafts.map((): TaskEdges => ({ needs: [], feeds: [], gates: [], opens: [], reads: [] }));
  const find = (id: string, draft: TaskDraft, where: string): number | undefined => {
    const index = ids.get(id);
    if (index === undefined) faults.push(fault('unknown_task', where, { id, known }));
    else if (index === draft.index) faults.push(fault('self_reference', where, { id }));
    else return index;
    return undefined;
  };
  for (const draft of drafts) {
    for (const { id, where } of controlTargets(draft)) {
      const target = find(id, draft, where);
      if (target !== undefined) link(edges, 'control', draft.index, target);
    }
  }
  for (const draft of drafts) addDependencies(draft, reads[draft.index] as TaskReads, edges, find);
  refuseCycles(drafts, { edges, ids }, faults);
  return edges;
};

const controlTargets = ({ work, onError, reader }: TaskDraft): { id: string; where: string }[] => {
  const targets: { id: string; where: string }[] = [];
  if (work?.is === 'switch')
    work.branches.forEach(({ goto }, index) => targets.push({ id: goto, where: reader.at('switch', index, 'goto') }));
  if (typeof onError === 'object') targets.push({ id: onError.goto, where: reader.at('on_error', 'goto') });
  return targets;
};

const link = (edges: readonly TaskEdges[], kind: 'control' | 'dependency', source: number, target: number): void => {
  const out = (edges[source] as TaskEdges)[kind === 'control' ? 'opens' : 'feeds'];
  const into = (edges[target] as TaskEdges)[kind === 'control' ? 'gates' : 'needs'];
  if (out.includes(target)) return;
  out.push(target);
  into.push(source);
};

type Find = (id: string, draft: TaskDraft, where: string) => number | undefined;

const addDependencies = (draft: TaskDraft, { tasks }: TaskReads, edges: readonly TaskEdges[], find: Find): void => {
  const own = edges[draft.index] as TaskEdges;
  const sources = new Set<number>();
  draft.dependsOn.forEach((id, position) => {
    const source = find(id, draft, draft.reader.at('depends_on', position));
    if (source !== undefined) sources.add(source);
  });
  for (const [id, where] of tasks) {
    const source = find(id, draft, where);
    if (source === undefined) continue;
    own.reads.push(source);
    sources.add(source);
  }
  const gates = new Set(own.gates);
  for (const source of sources) {
    // A control edge says more than a dependency edge between the same two: it alone decides.
    if (gates.has(source)) continue;
    own.needs.push(source);
    (edges[source] as TaskEdges).feeds.push(draft.index);
  }
};

interface Graph {
  readonly edges: readonly TaskEdges[];
  readonly ids: ReadonlyMap<string, number>;
}

const refuseCycles = (drafts: readonly TaskDraft[], { edges, ids }: Graph, faults: Fault[]): void => {
  const all = edges.map(({ feeds, opens }) => [...feeds, ...opens]);
  const knotOf = new Map<number, number>();
  knots(all).forEach((members, knot) => members.forEach((member) => knotOf.set(member, knot)));
  if (knotOf.size === 0) return;
  const without = all.map((targets) => [...targets]);
  for (const { onError, index, id, reader } of drafts) {
    if (typeof onError !== 'object') continue;
    const target = ids.get(onError.goto);
    if (target === undefined || knotOf.get(target) === undefined || knotOf.get(target) !== knotOf.get(index)) continue;
    faults.push(fault('goto_ancestor', reader.at('on_error', 'goto'), { id, target: onError.goto }));
    without[index] = (without[index] as number[]).filter((other) => other !== target);
  }
  for (const knot of knots(without)) {
    const path = cycleThrough(without, knot).map((index) => (drafts[index] as TaskDraft).id);
    const [first] = knot;
    faults.push(
      fault('dependency_cycle', (drafts[first as number] as TaskDraft).reader.where, { path: path.join(' → ') }),
    );
  }
};
