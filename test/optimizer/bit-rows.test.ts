import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BitRows } from '../../src/llm/optimizer/dependence/index.js';

const pairs = (size: number): fc.Arbitrary<[number, number][]> => {
  const index = fc.nat({ max: size - 1 });
  return fc.array(fc.tuple(index, index), { maxLength: 200 });
};

test('rows become columns', () => {
  const relations = fc.integer({ min: 1, max: 100 }).chain((size) => fc.tuple(fc.constant(size), pairs(size)));
  fc.assert(
    fc.property(relations, ([size, added]) => {
      const relation = new BitRows(size);
      for (const [row, column] of added) relation.add(row, column);
      const turned = relation.transposed();
      const of = (rows: BitRows): string[] =>
        Array.from({ length: size }, (_, row) => [...rows.columns(row)].map((column) => `${row} ${column}`)).flat();
      const expected = added.map(([row, column]) => `${column} ${row}`);
      expect(of(turned).sort()).toEqual([...new Set(expected)].sort());
      expect(of(turned.transposed())).toEqual(of(relation));
    }),
  );
});

test('a copy is of its own', () => {
  const relation = new BitRows(40, 2);
  relation.add(1, 39);
  const copy = relation.copy();
  copy.add(0, 3);
  expect([[...copy.columns(0)], [...copy.columns(1)]]).toEqual([[3], [39]]);
  expect([...relation.columns(0)]).toEqual([]);
});
