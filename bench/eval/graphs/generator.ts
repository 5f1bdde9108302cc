import { Chance } from '../../../src/kernel/index.js';
import type { Graph, Step } from './graph.js';

/** Of each step: the earlier ones that it reads. */
type Wiring = (size: number, chance: Chance) => readonly (readonly number[])[];

const someOf = (chance: Chance, from: readonly number[], most: number): number[] =>
  from.length === 0 ? [] : [...new Set(Array.from({ length: 1 + chance.below(most) }, () => chance.pick(from)))];

const range = (from: number, end: number): number[] =>
  Array.from({ length: Math.max(0, end - from) }, (_, n) => from + n);

const layered: Wiring = (size, chance) => {
  const width = Math.max(2, Math.round(Math.sqrt(size)));
  return range(0, size).map((at) => {
    const layer = Math.floor(at / width);
    return layer === 0 ? [] : someOf(chance, range((layer - 1) * width, layer * width), 3);
  });
};

const forkJoin: Wiring = (size, chance) => {
  const wiring: number[][] = [[]];
  while (wiring.length < size) {
    const root = wiring.length - 1;
    const width = Math.min(2 + chance.below(8), Math.max(1, size - wiring.length - 1));
    const first = wiring.length;
    for (let n = 0; n < width && wiring.length < size; n++) wiring.push([root]);
    if (wiring.length < size) wiring.push(range(first, wiring.length));
  }
  return wiring;
};

const tree: Wiring = (size, chance) =>
  range(0, size).map((at) => (at === 0 ? [] : [Math.max(0, Math.floor((at - 1) / (2 + chance.below(3))))]));

const random: Wiring = (size, chance) =>
  range(0, size).map((at) => (chance.happens(0.15) ? [] : someOf(chance, range(Math.max(0, at - 20), at), 3)));

export const WIRINGS = { layered, 'fork-join': forkJoin, tree, random } as const;
export type WiringName = keyof typeof WIRINGS;

/** Between 0.1 s and some minutes, as service times often are. */
const seconds = (chance: Chance): number => Math.round(100 * Math.exp(1 + chance.normal())) / 100;

/**
 * A graph by its seed: of eight steps about one reads and one writes what is outside; these are in the order that their
 * effects ask for, so that nothing about them is left open.
 */
export const graphOf = (wiring: WiringName, size: number, seed: number): Graph => {
  const chance = new Chance('graph', wiring, size, seed);
  const wired = WIRINGS[wiring](size, chance);
  let lastWrite: number | undefined;
  let looked: number[] = [];
  const steps = wired.map((reads, at): Step => {
    const draw = chance.next();
    const effects = draw < 0.12 ? 'write' : draw < 0.24 ? 'read' : 'pure';
    const before = lastWrite === undefined ? [] : [lastWrite];
    const after = effects === 'pure' ? [] : effects === 'read' ? before : looked.length > 0 ? looked : before;
    if (effects === 'read') looked.push(at);
    if (effects === 'write') [lastWrite, looked] = [at, []];
    return {
      id: `s${at}`,
      seconds: seconds(chance),
      effects,
      reads,
      after: after.filter((one) => !reads.includes(one)),
    };
  });
  return { name: `${wiring}-${size}-${seed}`, steps };
};
