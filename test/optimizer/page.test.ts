import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { OP_NAMES } from '../../src/llm/optimizer/rewrite/index.js';
import { REASONS } from '../../src/llm/optimizer/verify/index.js';

const read = (path: string): string => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');
const page = read('docs/optimizer.md');
const flat = (text: string): string => text.replace(/[\s*]+/g, ' ');

test('the page has the reasons of the checker, each with its gate and its words', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (value|dependence) +\| (.+?) +\|$/gm)].map((row) => row.slice(1));
  expect(rows).toEqual(Object.entries(REASONS).map(([reason, [gate, words]]) => [reason, gate, words]));
});

test('the page promises of each level what the claim says', () => {
  const levels = [...read('src/llm/optimizer/ir/claim.ts').matchAll(/^ \* - (`[\w-]+`: [^]*?\.)(?=\n \*(?: -|\/))/gm)];
  expect(levels).toHaveLength(5);
  for (const [, words] of levels) expect(flat(page)).toContain(flat((words as string).replace(/\n \* */g, ' ')));
});

test('the ops of the page are those that there are', () => {
  const table = page.slice(page.indexOf('| op '), page.indexOf('Not built:'));
  const named = new Set(
    [...table.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) => (cell as string).match(/(?<=`)\w+(?=`)/g) ?? []),
  );
  expect([...named].sort()).toEqual([...OP_NAMES].sort());
});
