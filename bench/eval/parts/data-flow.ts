import { Chance, type JsonObject } from '../../../src/kernel/index.js';
import type { CompiledTask, CompiledWorkflow } from '../../../src/engine/core/index.js';
import { compiled } from '../catalogue.js';
import { improved, SAFE } from '../improved.js';
import { atLeast, percent, quantile, type Part } from '../report.js';

export interface DataFlowOptions {
  readonly seed: number;
  readonly sequences: number;
}

interface Sequence {
  readonly document: JsonObject;
  /** Of each call: those whose answers it uses. */
  readonly uses: readonly ReadonlySet<number>[];
}

/** A call uses whole answers, fields of them, or texts and expressions made of them. */
const WORDINGS = [
  (id: string): string => `\${tasks.${id}.output}`,
  (id: string): string => `\${tasks.${id}.output.items[0].id}`,
  (id: string): string => `of \${tasks["${id}"].output.name}, as asked`,
  (id: string): string => `\${has(tasks.${id}.output.n) ? tasks.${id}.output.n : 0}`,
];

/** Calls that use answers of earlier ones, each of them after the one that is written above it. */
export const sequenceOf = (seed: number | string): Sequence => {
  const chance = new Chance('sequence', seed);
  const count = 2 + chance.below(14);
  const uses: Set<number>[] = [];
  const tasks: Record<string, JsonObject> = {};
  for (let at = 0; at < count; at++) {
    const used = new Set<number>();
    if (at > 0 && chance.happens(0.75))
      for (let n = 1 + chance.below(3); n > 0; n--) used.add(Math.max(0, at - 1 - chance.below(4)));
    uses.push(used);
    const inputs = [...used].map((from, n) => [`p${n}`, chance.pick(WORDINGS)(`call${from}`)] as const);
    const deep = chance.happens(0.3);
    const input: JsonObject = {
      n: at,
      ...(deep ? { body: { of: Object.fromEntries(inputs) } } : Object.fromEntries(inputs)),
    };
    tasks[`call${at}`] = { type: 'api/get', input, ...(at > 0 && { depends_on: [`call${at - 1}`] }) };
  }
  const output = Object.fromEntries(Object.keys(tasks).map((id) => [id, `\${tasks.${id}.output}`]));
  return { document: { name: 'calls', tasks, output }, uses };
};

const depthOf = (needs: readonly ReadonlySet<number>[]): number => {
  const depths: number[] = [];
  for (const before of needs) depths.push(1 + Math.max(0, ...[...before].map((from) => depths[from] as number)));
  return Math.max(...depths);
};

const needsOf = ({ scope }: CompiledWorkflow): Set<number>[] =>
  scope.tasks.map(
    ({ needs }) => new Set(needs.map((index) => Number((scope.tasks[index] as CompiledTask).id.slice(4)))),
  );

const areEqual = (one: readonly ReadonlySet<number>[], other: readonly ReadonlySet<number>[]): boolean =>
  one.every((set, at) => set.size === other[at]?.size && [...set].every((from) => other[at]?.has(from)));

export const dataFlow = ({ seed, sequences }: DataFlowOptions): Part => {
  let exact = 0;
  const ratios: number[] = [];
  const saved: number[] = [];
  for (let n = 0; n < sequences; n++) {
    const { document, uses } = sequenceOf(`${seed}:${n}`);
    const found = needsOf(improved(compiled(document), SAFE).workflow);
    if (areEqual(found, uses)) exact += 1;
    ratios.push(depthOf(found) / depthOf(uses));
    saved.push(depthOf(found) / uses.length);
  }
  return {
    id: 'data-flow',
    title: 'Data flow found again',
    about:
      'Nested calls of APIs that only read, 2 to 15 of them, which use answers of earlier calls (whole, a field, in text, in an expression, deep in a body), written as a chain: each call waits for the one above it. Found again when each waits for exactly those whose answers it uses.',
    figures: [
      { name: 'sequences', value: sequences },
      atLeast('exact graph', percent(exact, sequences), 99.5, '%'),
      { name: 'depth over that of the data flow, worst', value: Math.max(...ratios), unit: '×' },
      { name: 'depth over that of the chain, median', value: quantile(saved, 0.5), unit: '×' },
    ],
  };
};
