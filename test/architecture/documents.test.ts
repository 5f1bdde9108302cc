import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RULES = ['docs/semantics.md', 'docs/reliability.md', 'docs/security.md'];

const testsNamedIn = (document: string): string[] => {
  const text = readFileSync(join(ROOT, document), 'utf8');
  return [...new Set([...text.matchAll(/test\/[\w/.-]+\.ts/g)].map(([path]) => path))];
};

describe.each(RULES)('%s', (document) => {
  test('names tests that are there', () => {
    const named = testsNamedIn(document);
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('docs/reliability.md', () => {
  test('has a test in every row of its table', () => {
    const rows = readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\| (what fails|-)/.test(line));
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !/`test\/[^`]+\.test\.ts`/.test(row.split('|').at(-2) ?? ''))).toEqual([]);
  });
});
