import { expect, test } from '@jest/globals';
import { validate, version } from 'uuid';
import { newId } from '../../src/new-id.js';

test('ids are UUIDv7 of now, all different, and ascend in the order of their making', () => {
  const before = Date.now();
  const ids = Array.from({ length: 2000 }, () => newId());
  const after = Date.now();
  expect(ids.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
  const times = ids.map((id) => parseInt(id.replace('-', '').slice(0, 12), 16));
  expect(times.every((time) => time >= before && time <= after)).toBe(true);
});

test('what is drawn at random is not drawn twice', () => {
  const tails = Array.from({ length: 1000 }, () => newId().slice(-10));
  expect(new Set(tails).size).toBe(tails.length);
});
