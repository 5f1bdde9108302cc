import { fault, type Fault } from '../../../kernel/index.js';
import { cycleThrough, knots } from './graph.js';
import type { TaskDraft } from './task-draft.js';

/** Ids of the siblings that a task, or what is inside it, refers to, with the pointer of the first place. */
export type TaskReads = ReadonlyMap<string, string>;

export interface TaskEdges {
  readonly needs: number[];
  readonly feeds: number[];
  readonly gates: number[];
  readonly opens: number[];
}

const KNOWN_SHOWN = 10;

/** The first few of many names, for a message. */
export const someOf = (names: Iterable<string>): string => {
  const shown: string[] = [];
  for (const name of names) {
    if (shown.length === KNOWN_SHOWN) return `${shown.join(', ')}, …`;
    shown.push(name.slice(0, 128));
  }
  return shown.join(', ');
};

/** Resolves the names that tasks use for each other, and checks that nothing waits for itself. */
export const connect = (drafts: readonly TaskDraft[], reads: readonly TaskReads[], faults: Fault[]): TaskEdges[] => {
  const connector = new Connector(drafts, faults);
  for (const draft of drafts) connector.addControl(draft);
  for (const draft of drafts) connector.addDependencies(draft, reads[draft.index] as TaskReads);
  refuseCycles(drafts, connector, faults);
  return connector.edges;
};

class Connector {
  readonly edges: TaskEdges[];
  readonly ids: ReadonlyMap<string, number>;
  private readonly known: string;

  constructor(
    drafts: readonly TaskDraft[],
    private readonly faults: Fault[],
  ) {
    this.edges = drafts.map(() => ({ needs: [], feeds: [], gates: [], opens: [] }));
    this.ids = new Map(drafts.map((draft) => [draft.id, draft.index]));
    this.known = someOf(this.ids.keys());
  }

  addControl(draft: TaskDraft): void {
    const own = this.of(draft.index);
    const targets = new Set<number>();
    for (const { id, where } of controlTargets(draft)) {
      const target = this.find(id, draft, where);
      if (target !== undefined) targets.add(target);
    }
    for (const target of targets) {
      own.opens.push(target);
      this.of(target).gates.push(draft.index);
    }
  }

  addDependencies(draft: TaskDraft, tasks: TaskReads): void {
    const own = this.of(draft.index);
    const sources = new Set<number>();
    draft.dependsOn.forEach((id, position) => {
      const source = this.find(id, draft, draft.reader.at('depends_on', position));
      if (source !== undefined) sources.add(source);
    });
    for (const [id, where] of tasks) {
      const source = this.find(id, draft, where);
      if (source !== undefined) sources.add(source);
    }
    const gates = new Set(own.gates);
    for (const source of sources) {
      // A control edge says more than a dependency edge between the same two: it alone decides.
      if (gates.has(source)) continue;
      own.needs.push(source);
      this.of(source).feeds.push(draft.index);
    }
  }

  private of(index: number): TaskEdges {
    return this.edges[index] as TaskEdges;
  }

  private find(id: string, draft: TaskDraft, where: string): number | undefined {
    const index = this.ids.get(id);
    if (index === undefined) this.faults.push(fault('unknown_task', where, { id, known: this.known }));
    else if (index === draft.index) this.faults.push(fault('self_reference', where, { id }));
    else return index;
    return undefined;
  }
}

/** The tasks that may run because this one failed. */
export const gotoTargets = (handlers: TaskDraft['onError']): { readonly id: string; readonly where: string }[] =>
  handlers.flatMap(({ then }) => (typeof then === 'object' ? [{ id: then.goto, where: then.where }] : []));

const controlTargets = ({ work, onError }: TaskDraft): { id: string; where: string }[] => {
  const targets: { id: string; where: string }[] = [];
  if (work?.is === 'switch')
    for (const { goto, where } of work.branches) targets.push({ id: goto, where: `${where}/goto` });
  return [...targets, ...gotoTargets(onError)];
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
  for (const { onError, index, id } of drafts) {
    for (const { id: name, where } of gotoTargets(onError)) {
      const target = ids.get(name);
      if (target === undefined || !knotOf.has(target) || knotOf.get(target) !== knotOf.get(index)) continue;
      faults.push(fault('goto_ancestor', where, { id, target: name }));
      without[index] = (without[index] as number[]).filter((other) => other !== target);
    }
  }
  for (const knot of knots(without)) {
    const path = cycleThrough(without, knot).map((index) => (drafts[index] as TaskDraft).id);
    const [first] = knot;
    faults.push(
      fault('dependency_cycle', (drafts[first as number] as TaskDraft).reader.where, { path: path.join(' → ') }),
    );
  }
};
