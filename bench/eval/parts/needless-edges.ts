import { Chance } from '../../../src/kernel/index.js';
import type { CompiledTask, CompiledWorkflow } from '../../../src/engine/core/index.js';
import { compiled } from '../catalogue.js';
import { closureOf, documentOf, edgesOf, type Edge, type Graph } from '../graphs/graph.js';
import { improved, SAFE } from '../improved.js';
import { makespanOf } from '../makespan.js';

/** What became of edges that were added to a workflow and that nothing asks for. */
export interface Recovery {
  readonly injected: number;
  readonly removed: number;
  /** Declared edges that were taken away, whoever had written them. */
  readonly takenAway: number;
  /** Orders of the graph that the result does not keep, of so many. */
  readonly realLost: number;
  readonly real: number;
  /** Makespans over that of the graph. */
  readonly before: number;
  readonly after: number;
}

/** How edges are added: between any two, or so that all stand in a row. */
export type Injection = 'some' | 'chain';

const conflict = ({ steps }: Graph, [from, to]: Edge): boolean => {
  const [one, other] = [steps[from]?.effects, steps[to]?.effects];
  return one !== 'pure' && other !== 'pure' && (one === 'write' || other === 'write');
};

/** Edges between steps that the graph leaves open, or orders already; none that its effects could ask for. */
export const needlessEdges = (graph: Graph, injection: Injection, chance: Chance): Edge[] => {
  const { steps } = graph;
  const known = new Set(edgesOf(graph).map(String));
  const isFree = (edge: Edge): boolean => !known.has(String(edge)) && !conflict(graph, edge);
  if (injection === 'chain')
    return steps.slice(1).flatMap((_, at) => (isFree([at, at + 1]) ? [[at, at + 1] as const] : []));
  const edges = new Map<string, Edge>();
  for (let tries = 0; tries < steps.length * 4 && edges.size < steps.length / 2; tries++) {
    const to = 1 + chance.below(Math.max(1, steps.length - 1));
    const edge = [chance.below(to), to] as const;
    if (to < steps.length && isFree(edge)) edges.set(String(edge), edge);
  }
  return [...edges.values()];
};

const needsOf = ({ scope }: CompiledWorkflow, graph: Graph): Edge[] => {
  const positions = new Map(graph.steps.map(({ id }, position) => [id, position]));
  const at = (index: number): number => positions.get((scope.tasks[index] as CompiledTask).id) as number;
  return scope.tasks.flatMap(({ index, needs }) => needs.map((from) => [at(from), at(index)] as const));
};

export const recover = (graph: Graph, injection: Injection, chance: Chance): Recovery => {
  const injected = needlessEdges(graph, injection, chance);
  const base = compiled(documentOf(graph, injected));
  const { workflow } = improved(base, SAFE);
  const left = needsOf(workflow, graph);
  const remaining = new Set(left.map(String));
  const kept = closureOf(graph.steps.length, left);
  const real = edgesOf(graph);
  const seconds = new Map(graph.steps.map((step) => [step.id, step.seconds]));
  const original = makespanOf(compiled(documentOf(graph)), seconds);
  return {
    injected: injected.length,
    removed: injected.filter((edge) => !remaining.has(String(edge))).length,
    takenAway: needsOf(base, graph).filter((edge) => !remaining.has(String(edge))).length,
    realLost: real.filter(([from, to]) => !kept.has(from, to)).length,
    real: real.length,
    before: makespanOf(base, seconds) / original,
    after: makespanOf(workflow, seconds) / original,
  };
};
