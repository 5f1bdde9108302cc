import { Chance } from '../../../src/kernel/index.js';
import { improve } from '../../../src/llm/optimizer/prove/index.js';
import { compiled } from '../catalogue.js';
import { documentOf } from '../graphs/graph.js';
import { graphOf, WIRINGS, type WiringName } from '../graphs/generator.js';
import { subjectOf } from '../improved.js';
import { atMost, quantile, type Part } from '../report.js';
import { needlessEdges } from './needless-edges.js';

export interface LatencyOptions {
  readonly seed: number;
  /** Of each kind of graph. */
  readonly sizes: readonly { readonly tasks: number; readonly goal: number; readonly runs: number }[];
}

interface Times {
  readonly wall: number[];
  readonly cpu: number[];
}

const timesOf = (seed: number, tasks: number, runs: number): Times => {
  const times: Times = { wall: [], cpu: [] };
  for (const wiring of Object.keys(WIRINGS) as WiringName[])
    for (let run = 0; run < runs; run++) {
      const graph = graphOf(wiring, tasks, seed + run);
      const needless = needlessEdges(graph, 'some', new Chance('latency', graph.name));
      const workflow = compiled(documentOf(graph, needless));
      const [begun, used] = [performance.now(), process.cpuUsage()];
      improve(subjectOf(workflow));
      const { user, system } = process.cpuUsage(used);
      times.wall.push(performance.now() - begun);
      times.cpu.push((user + system) / 1000);
    }
  return times;
};

export const latency = ({ seed, sizes }: LatencyOptions): Part => {
  // A service that has run for a while is meant, not its first request.
  timesOf(seed, 60, 3);
  const measured = sizes.map((size) => ({ ...size, ...timesOf(seed, size.tasks, size.runs) }));
  return {
    id: 'latency',
    title: 'What rules alone cost',
    about:
      'From a compiled workflow to all that rules find in it, each finding proved: graphs with half as many needless edges as tasks. Nothing is simulated. CPU time is given beside, since others used the machine.',
    figures: measured.map(({ tasks, goal, wall }) => atMost(`p95 at ${tasks} tasks`, quantile(wall, 0.95), goal, 'ms')),
    table: {
      head: ['tasks', 'runs', 'p50, ms', 'p95, ms', 'p50 of CPU, ms', 'p95 of CPU, ms'],
      rows: measured.map(({ tasks, wall, cpu }) => [
        ...[tasks, wall.length],
        ...[quantile(wall, 0.5), quantile(wall, 0.95), quantile(cpu, 0.5), quantile(cpu, 0.95)],
      ]),
    },
  };
};
