import { expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Mutant {
  readonly file: string;
  readonly name: string;
}

interface Row extends Mutant {
  readonly suite: string;
}

interface Page {
  readonly SUMMARY: string;
  readonly readPage: () => readonly Row[];
  readonly keyOf: (mutant: Mutant) => string;
  readonly withNumbers: (text: string, mutants: readonly Mutant[]) => string;
}

const load = async <T>(name: string): Promise<T> => (await import(join(ROOT, 'test/mutation', name))) as T;

test('the pages name exactly the mutants that there are; `npm run test:mutants -- --write` writes them', async () => {
  const { MUTANTS } = await load<{ MUTANTS: readonly Mutant[] }>('mutants.mjs');
  const { SUMMARY, readPage, keyOf, withNumbers } = await load<Page>('page.mjs');
  const keys = MUTANTS.map(keyOf);
  expect(keys.length).toBeGreaterThan(300);
  expect(new Set(keys).size).toBe(keys.length);
  expect(readPage().map(keyOf).sort()).toEqual([...keys].sort());
  expect(readPage().filter(({ suite }) => !existsSync(join(ROOT, suite)))).toEqual([]);
  const summary = readFileSync(SUMMARY, 'utf8');
  const words = (text: string): string => text.replace(/\s+/g, ' ');
  expect(words(withNumbers(summary, MUTANTS))).toBe(words(summary));
});
