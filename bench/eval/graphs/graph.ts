import type { Effects } from '../../../src/engine/core/index.js';
import type { JsonObject } from '../../../src/kernel/index.js';
import { BitRows } from '../../../src/llm/optimizer/dependence/index.js';

/** A task of a graph: what it reads of others, and what it comes after for another reason that is real. */
export interface Step {
  readonly id: string;
  readonly seconds: number;
  readonly effects: Extract<Effects, 'pure' | 'read' | 'write'>;
  /** Positions of earlier steps whose outputs it reads. */
  readonly reads: readonly number[];
  /** Positions of earlier steps whose effects it depends on. */
  readonly after: readonly number[];
}

/** What is true of a workflow, whatever is written later: steps, each after those that it depends on. */
export interface Graph {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** An order of two steps by their positions. */
export type Edge = readonly [from: number, to: number];

/** Row a, column b: b depends on a, by whatever way. */
export const closureOf = (size: number, edges: readonly Edge[]): BitRows => {
  const after = new BitRows(size);
  const sources = Array.from({ length: size }, (): number[] => []);
  for (const [from, to] of edges) sources[from]?.push(to);
  for (let from = size - 1; from >= 0; from--)
    for (const to of sources[from] ?? []) {
      after.add(from, to);
      after.addRow(from, to);
    }
  return after;
};

export const edgesOf = ({ steps }: Graph): Edge[] =>
  steps.flatMap(({ reads, after }, to) => [...new Set([...reads, ...after])].map((from) => [from, to] as const));

export const idOf = ({ steps }: Graph, position: number): string => steps[position]?.id ?? '';

/** The workflow that says a graph, with edges beside that nothing asks for. Each step has an input of its own. */
export const documentOf = (graph: Graph, needless: readonly Edge[] = []): JsonObject => {
  const read = new Set(graph.steps.flatMap(({ reads }) => reads));
  const tasks = graph.steps.map(({ id, effects, reads, after }, position) => {
    const declared = [...after, ...needless.flatMap(([from, to]) => (to === position ? [from] : []))];
    const inputs = reads.map((from) => [`of_${idOf(graph, from)}`, `\${tasks.${idOf(graph, from)}.output}`] as const);
    const depends_on = [...new Set(declared)].map((from) => idOf(graph, from));
    return [
      id,
      {
        type: `t/${effects}`,
        input: { n: position, ...Object.fromEntries(inputs) },
        ...(depends_on[0] && { depends_on }),
      },
    ] as const;
  });
  const leaves = graph.steps.filter((_, position) => !read.has(position));
  const output = Object.fromEntries(leaves.map(({ id }) => [id, `\${tasks.${id}.output}`]));
  return { name: graph.name, tasks: Object.fromEntries(tasks), output };
};
