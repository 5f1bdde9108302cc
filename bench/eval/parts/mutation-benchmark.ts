import { Chance } from '../../../src/kernel/index.js';
import type { Graph } from '../graphs/graph.js';
import { graphOf, WIRINGS, type WiringName } from '../graphs/generator.js';
import { instances } from '../graphs/instances.js';
import { atLeast, atMost, percent, type Figure, type Part } from '../report.js';
import { byFiles, byTrace, byVariables, findMissing, visible } from './missing-order.js';
import { recover, type Injection, type Recovery } from './needless-edges.js';
import { findDeadTasks, findDuplicates, type Found } from './needless-tasks.js';

export interface BenchmarkOptions {
  readonly seed: number;
  /** Of each kind of graph. */
  readonly graphs: number;
  readonly sizes: readonly number[];
}

interface Sums {
  readonly edges: Recovery[];
  readonly found: Record<FoundKind, Found[]>;
}

type FoundKind = 'duplicates' | 'dead tasks' | 'missing order, files' | 'missing order, variables';

const sumOf = <K extends string>(rows: readonly Readonly<Record<K, number>>[], field: K): number =>
  rows.reduce((sum, row) => sum + row[field], 0);

const mostOf = (rows: readonly Recovery[]): number => Math.max(0, ...rows.map(({ after }) => after));

const edgeFigures = (rows: readonly Recovery[]): Figure[] => {
  const [injected, removed] = [sumOf(rows, 'injected'), sumOf(rows, 'removed')];
  return [
    { name: 'needless edges injected', value: injected },
    atLeast('needless edges removed (recall)', percent(removed, injected), 100, '%'),
    atMost('real orders lost', sumOf(rows, 'realLost'), 0),
    { name: 'real orders looked at', value: sumOf(rows, 'real') },
    {
      name: 'makespan with the needless edges, mean',
      value: sumOf(rows, 'before') / Math.max(1, rows.length),
      unit: '×',
    },
    atMost('makespan recovered, worst', mostOf(rows), 1.0001, '×'),
  ];
};

const foundFigures = (name: FoundKind, rows: readonly Found[]): Figure[] => {
  const [injected, found, falseAlarms] = [sumOf(rows, 'injected'), sumOf(rows, 'found'), sumOf(rows, 'falseAlarms')];
  return [
    { name: `${name}: injected`, value: injected },
    atLeast(`${name}: found (recall)`, percent(found, injected), 99, '%'),
    atMost(`${name}: false alarms among what was said`, percent(falseAlarms, found + falseAlarms) % 100, 1, '%'),
  ];
};

const empty = (): Sums => ({
  edges: [],
  found: { duplicates: [], 'dead tasks': [], 'missing order, files': [], 'missing order, variables': [] },
});

const figuresOf = ({ edges, found }: Sums): Figure[] => [
  ...edgeFigures(edges),
  ...(Object.entries(found) as [FoundKind, Found[]][]).flatMap(([kind, rows]) =>
    rows.length === 0 ? [] : foundFigures(kind, rows),
  ),
];

const INJECTIONS: readonly Injection[] = ['some', 'chain'];

const inGraph = (graph: Graph, sums: Sums, chance: Chance): void => {
  for (const injection of INJECTIONS) sums.edges.push(recover(graph, injection, chance));
  const count = 1 + Math.floor(graph.steps.length / 10);
  sums.found.duplicates.push(findDuplicates(graph, count, chance));
  sums.found['dead tasks'].push(findDeadTasks(graph, count, chance));
};

export const onGeneratedGraphs = ({ seed, graphs, sizes }: BenchmarkOptions): Part => {
  const rows: (string | number)[][] = [];
  const all = empty();
  for (const wiring of Object.keys(WIRINGS) as WiringName[]) {
    const sums = empty();
    for (let n = 0; n < graphs; n++) {
      const graph = graphOf(wiring, sizes[n % sizes.length] as number, seed + n);
      const chance = new Chance('injections', graph.name);
      inGraph(graph, sums, chance);
      sums.found['missing order, files'].push(findMissing(byFiles(graph), 4, chance));
      sums.found['missing order, variables'].push(findMissing(byVariables(graph), 4, chance));
    }
    const { edges, found } = sums;
    const injected = sumOf(edges, 'injected');
    rows.push([
      ...[wiring, graphs, injected, percent(sumOf(edges, 'removed'), injected), sumOf(edges, 'realLost')],
      ...[sumOf(edges, 'before') / edges.length, mostOf(edges)],
    ]);
    all.edges.push(...edges);
    for (const kind of Object.keys(found) as FoundKind[]) all.found[kind].push(...found[kind]);
  }
  return {
    id: 'generated',
    title: 'Faults put into generated graphs',
    about:
      'Graphs whose data edges are references and whose effects are known. Edges that nothing asks for are added (half as many as there are tasks, between any two that may have no order; and so that all tasks stand in a row), pure tasks are written twice, pure tasks that nobody reads are added, and edges are left out whose reason is a file or a variable that both ends name. Rules alone are applied until they find nothing more. Makespans are simulated with the engine’s own core and given over that of the graph without the fault. A real order is lost when no path keeps it.',
    figures: figuresOf(all),
    table: {
      head: [
        'graphs',
        'number',
        'edges injected',
        'removed, %',
        'real orders lost',
        'makespan before, ×',
        'after, worst, ×',
      ],
      rows,
    },
  };
};

export const onInstances = (): Part => {
  const found = instances();
  const about =
    'The same on traces of real runs (WfCommons, WfFormat 1.5): their parents as references, their recorded run times, and for edges that are left out the files that their programs named.';
  const head = { id: 'instances', title: 'Faults put into traces of real workflows', about };
  if (!found) return { ...head, figures: [], missing: 'the folder of WfCommons instances is not beside this project.' };
  const all = empty();
  const rows = found.map(({ graph, files }) => {
    const sums = empty();
    const chance = new Chance('injections', graph.name);
    inGraph(graph, sums, chance);
    const handing = byTrace(graph, files);
    sums.found['missing order, files'].push(findMissing(handing, 20, chance));
    all.edges.push(...sums.edges);
    for (const kind of Object.keys(sums.found) as FoundKind[]) all.found[kind].push(...sums.found[kind]);
    const injected = sumOf(sums.edges, 'injected');
    return [
      ...[graph.name, graph.steps.length, injected, percent(sumOf(sums.edges, 'removed'), injected)],
      ...[sumOf(sums.edges, 'realLost'), mostOf(sums.edges), `${visible(handing).length} of ${handing.edges.length}`],
    ];
  });
  return {
    ...head,
    figures: figuresOf(all),
    table: {
      head: [
        'trace',
        'tasks',
        'edges injected',
        'removed, %',
        'real orders lost',
        'makespan after, ×',
        'edges with a file',
      ],
      rows,
    },
  };
};
