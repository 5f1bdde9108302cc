import { describe, expect, test } from '@jest/globals';
import { FAMILIES } from '../../../src/engine/core/expression/functions/index.js';
import { functionsPage } from '../../../src/engine/core/expression/functions/page.js';
import { outcomeIn, pageText, readPage } from '../../world/expression-page.js';

const text = pageText();
const { context, examples } = readPage(text);

describe('docs/expressions.md', () => {
  test('has examples', () => expect(examples.length).toBeGreaterThan(150));

  test.each(examples)('%s → %s', (source, result) => {
    const outcome = outcomeIn(context, source);
    if (result === 'fails' || result === 'refused') expect(outcome).toBe(result);
    else expect(JSON.parse(outcome)).toEqual(JSON.parse(result));
  });

  test('lists the functions that there are: node scripts/expressions-page.mjs', () => {
    expect(text.endsWith(`\n\n${functionsPage(FAMILIES)}`)).toBe(true);
  });

  test('names what an expression sees in its table and in its context', () => {
    const rows = [...text.matchAll(/^\| `(\w+)/gm)].map(([, name]) => name);
    expect(Object.keys(context).filter((name) => !rows.includes(name))).toEqual([]);
  });
});
