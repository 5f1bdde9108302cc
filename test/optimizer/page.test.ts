import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { JsonObject } from '../../src/kernel/index.js';
import { NO_FACTS } from '../../src/llm/optimizer/ir/index.js';
import { improve } from '../../src/llm/optimizer/prove/index.js';
import { studyOf } from '../../src/llm/optimizer/rules/index.js';
import { OP_NAMES } from '../../src/llm/optimizer/rewrite/index.js';
import { REASONS } from '../../src/llm/optimizer/verify/index.js';
import { compile, surroundings } from './versions.js';

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

test('the task of the page runs once', () => {
  const [before, after] = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(
    ([, text]) => parse(text as string) as JsonObject,
  );
  const found = improve({ study: studyOf(compile(before as JsonObject), NO_FACTS), surroundings });
  expect(found.map(({ kind, level }) => [kind, level])).toEqual([['hoist_invariants', 'success-equivalent']]);
  expect(found[0]?.candidate.document.tasks).toEqual(compile(after as JsonObject).document.tasks);
});
