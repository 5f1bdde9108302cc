import { expect, test } from '@jest/globals';
import { checkDocument } from '../../src/workflow/index.js';
import { surroundings } from '../optimizer/versions.js';

const check = (tasks: object): readonly (readonly [string, string])[] =>
  checkDocument({ name: 'w', version: '1.0.0', tasks }, surroundings).faults.map(({ code, pointer }) => [
    code,
    pointer,
  ]);

test('which sub-workflow runs is written down: an expression is refused in its place, however deep', () => {
  const child = { workflow: { name: 'audit-${input.day}', version: '${input.v}', input: { day: '${input.day}' } } };
  const open = (at: string): readonly (readonly [string, string])[] => [
    ['child_not_literal', `${at}/workflow/name`],
    ['child_not_literal', `${at}/workflow/version`],
  ];
  expect(check({ a: child })).toEqual(open('/tasks/a'));
  const deep = { try: { g: { tasks: { b: child } } }, catch: { c: { race: { d: child } } } };
  expect(check({ t: deep })).toEqual([...open('/tasks/t/try/g/tasks/b'), ...open('/tasks/t/catch/c/race/d')]);
});

test('beside the other faults, in one report', () => {
  const faults = check({ a: { workflow: { name: '${input.n}', inputs: {} } } });
  expect(faults.map(([code]) => code).sort()).toEqual(['child_not_literal', 'unknown_field']);
});

test('names, ranges and inputs are as they were', () => {
  expect(check({ a: { workflow: { name: 'a $name', version: '^1', input: { x: '${1 + 1}' } } } })).toEqual([]);
});
