import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Conflicts, Meetings, orderOf, Reach } from '../../src/llm/optimizer/dependence/index.js';
import { NO_FACTS, placesOf } from '../../src/llm/optimizer/ir/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import { seedOf } from '../world/random.js';
import { after, compile, pure, read, write } from './versions.js';

const seed = seedOf('what leads to what');
const MAKE = { pure, read, write };

interface Drawn {
  readonly effects: keyof typeof MAKE;
  readonly needs: readonly number[];
}

const drawn: fc.Arbitrary<readonly Drawn[]> = fc.array(
  fc.record({ effects: fc.constantFrom('pure', 'read', 'write'), needs: fc.array(fc.nat(40), { maxLength: 3 }) }),
  { minLength: 1, maxLength: 40 },
);

const placesFor = (tasks: readonly Drawn[]): ReturnType<typeof placesOf> => {
  const definition: Record<string, JsonObject> = {};
  for (const [index, { effects, needs }] of tasks.entries()) {
    const before = [...new Set(needs.filter((other) => other < index))].map((other) => `t${other}`);
    definition[`t${index}`] = MAKE[effects](before.length === 0 ? {} : after(...before));
  }
  return placesOf(compile(definition, { output: {} }));
};

/** Warshall 1962. */
const closure = (edges: readonly (readonly boolean[])[]): boolean[][] => {
  const leads = edges.map((row, index) => row.map((is, other) => is || index === other));
  for (const by of leads.keys())
    for (const from of leads.keys())
      if (leads[from]?.[by]) for (const to of leads.keys()) if (leads[by]?.[to]) leads[from][to] = true;
  return leads;
};

test('what leads to what is the closure of order and of effects without an order, whatever is asked first', () => {
  fc.assert(
    fc.property(drawn, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 200 }), (tasks, asked) => {
      const places = placesFor(tasks);
      const order = orderOf(places);
      const conflicts = new Conflicts(places.tasks, NO_FACTS);
      const indices = places.tasks.map(({ index }) => index);
      const expected = closure(
        indices.map((a) =>
          indices.map((b) => order.has(a, b) || (!order.has(b, a) && a !== b && conflicts.interfere(a, b))),
        ),
      );
      const reach = new Reach(places, order, new Meetings(places, conflicts));
      for (const [one, other] of asked) {
        const [from, to] = [one % indices.length, other % indices.length];
        expect([from, to, reach.leads(from, to)]).toEqual([from, to, expected[from]?.[to]]);
      }
    }),
    { seed, numRuns: 200 },
  );
});
