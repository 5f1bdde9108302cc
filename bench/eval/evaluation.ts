import { calibration } from './parts/calibration.js';
import { dataFlow } from './parts/data-flow.js';
import { latency } from './parts/latency.js';
import { onGeneratedGraphs, onInstances } from './parts/mutation-benchmark.js';
import { policies } from './parts/policies.js';
import { shapeOnly } from './parts/shape-only.js';
import { scriptedModels, type ModelsOptions } from './parts/models.js';
import { injectionSuite, type InjectionOptions } from './parts/injections.js';
import { modelRequests, type ModelRequestsOptions } from './parts/model-requests.js';
import { noAnswer, type NoAnswerOptions } from './parts/no-answer.js';
import { firstSuggestion, overHttp, type OverHttpOptions } from './parts/over-http.js';
import { robustness, type RobustnessOptions } from './parts/robustness.js';
import { soundness } from './parts/soundness.js';
import { words } from './parts/words.js';
import type { Evaluation, Part } from './report.js';

export type Scale = 'tiny' | 'default' | 'long';

interface Extent {
  readonly graphs: number;
  readonly sizes: readonly number[];
  readonly sequences: number;
  readonly cases: number;
  readonly edits: number;
  readonly latency: readonly (readonly [tasks: number, goal: number, runs: number])[];
  /** Of each silly policy, and with none. */
  readonly policies: { readonly faulty: number; readonly healthy: number; readonly runs: number };
  readonly models: Omit<ModelsOptions, 'seed'>;
  readonly noAnswer: Omit<NoAnswerOptions, 'seed'>;
  readonly robustness: Omit<RobustnessOptions, 'seed'>;
  readonly injections: InjectionOptions;
  readonly requests: Omit<ModelRequestsOptions, 'seed'>;
  readonly first: OverHttpOptions['first'];
  /** Of each calibrated workflow; 0: none is run. */
  readonly runs: number;
}

const EXTENTS: Readonly<Record<Scale, Extent>> = {
  tiny: {
    graphs: 1,
    sizes: [12],
    sequences: 20,
    cases: 100,
    edits: 10,
    latency: [[20, 50, 1]],
    runs: 0,
    policies: { faulty: 1, healthy: 2, runs: 120 },
    models: { graphs: 1, size: 8, wirings: ['fork-join'], models: ['oracle', 'adversary', 'silent'] },
    noAnswer: { runs: 1, deadline: 300, tasks: 12 },
    robustness: { everyWay: 10, garbled: 1, most: 6 },
    injections: { every: 72 },
    requests: { prompts: 4, largest: 400, repeats: 3, calls: 4 },
    first: [{ tasks: 20, runs: 1 }],
  },
  default: {
    ...{ graphs: 10, sizes: [12, 30, 60, 100], sequences: 2000, cases: 2000, edits: 250, runs: 15 },
    policies: { faulty: 3, healthy: 60, runs: 100 },
    models: { graphs: 2, size: 12 },
    noAnswer: { runs: 2, deadline: 500, tasks: 20 },
    robustness: { everyWay: 60, garbled: 5, most: 1000 },
    injections: { every: 1 },
    requests: { prompts: 20, largest: 3000, repeats: 50, calls: 50 },
    first: [
      { tasks: 20, runs: 5 },
      { tasks: 100, runs: 5 },
      { tasks: 1000, runs: 2 },
    ],
    latency: [
      [100, 50, 10],
      [1000, 400, 3],
      [2000, 1500, 2],
    ],
  },
  long: {
    ...{ graphs: 60, sizes: [12, 30, 60, 100, 300], sequences: 50_000, cases: 100_000, edits: 5000, runs: 60 },
    policies: { faulty: 40, healthy: 1000, runs: 120 },
    models: { graphs: 10, size: 14 },
    noAnswer: { runs: 10, deadline: 500, tasks: 60 },
    robustness: { everyWay: 1, garbled: 50, most: 1000 },
    injections: { every: 1 },
    requests: { prompts: 200, largest: 5000, repeats: 500, calls: 500 },
    first: [
      { tasks: 20, runs: 50 },
      { tasks: 100, runs: 20 },
      { tasks: 1000, runs: 5 },
    ],
    latency: [
      [100, 50, 50],
      [1000, 400, 20],
      [2000, 1500, 10],
    ],
  },
};

/** The parts, by name, in the order in which they are told. */
const partsOf = (seed: number, extent: Extent): Readonly<Record<string, () => Part | Promise<Part>>> => ({
  latency: () => latency({ seed, sizes: extent.latency.map(([tasks, goal, runs]) => ({ tasks, goal, runs })) }),
  generated: () => onGeneratedGraphs({ seed, graphs: extent.graphs, sizes: extent.sizes }),
  instances: () => onInstances(),
  'data-flow': () => dataFlow({ seed, sequences: extent.sequences }),
  soundness: () => soundness({ seed, cases: extent.cases }),
  'shape-only': () => shapeOnly({ seed, edits: extent.edits }),
  policies: () => policies({ seed, ...extent.policies }),
  models: () => scriptedModels({ seed, ...extent.models }),
  'no-answer': () => noAnswer({ seed, ...extent.noAnswer }),
  robustness: () => robustness({ seed, ...extent.robustness }),
  injections: () => injectionSuite(extent.injections),
  requests: () => modelRequests({ seed, ...extent.requests }),
  'over-http': () => overHttp(),
  'first-suggestion': () => firstSuggestion({ seed, first: extent.first }),
  words: () => words(),
  ...(extent.runs > 0 && { calibration: () => calibration(extent.runs) }),
});

export interface EvaluationOptions {
  readonly seed: number;
  readonly scale: Scale;
  /** Parts by name; default all. */
  readonly only?: readonly string[];
  readonly onPart?: (part: Part, seconds: number) => void;
}

/** Everything but times depends on the seed alone. */
export const evaluate = async ({ seed, scale, only, onPart }: EvaluationOptions): Promise<Evaluation> => {
  const begun = performance.now();
  const parts: Part[] = [];
  for (const [id, run] of Object.entries(partsOf(seed, EXTENTS[scale]))) {
    if (only && !only.includes(id)) continue;
    const started = performance.now();
    const part = await run();
    parts.push(part);
    onPart?.(part, (performance.now() - started) / 1000);
  }
  return { seed, scale, seconds: (performance.now() - begun) / 1000, parts };
};
