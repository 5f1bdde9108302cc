import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compileTemplate, evaluateTemplate } from '../../src/engine/core/expression/index.js';
import type { Json } from '../../src/kernel/index.js';

const PAGE = fileURLToPath(new URL('../../docs/expressions.md', import.meta.url));

/** The page as it stands. */
export const pageText = (): string => readFileSync(PAGE, 'utf8');

/** The context that the page states, and its examples in the order of the page. */
export interface Page {
  readonly context: { readonly [name: string]: Json };
  readonly examples: readonly (readonly [source: string, result: string])[];
}

const fenced = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, inner]) => inner as string);

/** Examples are lines `expression → result` in blocks marked `cel`; a result is JSON, `fails` or `refused`. */
export const readPage = (text: string): Page => {
  const [context = '{}'] = fenced(text, 'json');
  const lines = fenced(text, 'cel').flatMap((block) => block.split('\n').filter((line) => line.trim() !== ''));
  const examples = lines.map((line) => {
    const at = line.lastIndexOf(' → ');
    if (at === -1) throw new Error(`no result in the example: ${line}`);
    return [line.slice(0, at), line.slice(at + 3)] as const;
  });
  return { context: JSON.parse(context) as Page['context'], examples };
};

/** What an expression, or a text with some, gives: JSON text, `fails` or `refused`. */
export const outcomeIn = (context: Page['context'], source: string): string => {
  const template = source.includes('${') ? source : `\${${source}}`;
  const names = new Set(Object.keys(context).filter((name) => name !== 'tasks'));
  const compiled = compileTemplate(template, { pointer: '', names, secrets: false });
  if (compiled.faults.length > 0) return 'refused';
  let counter = 0;
  const uuid = (): string => `00000000-0000-8000-8000-00000000000${counter++}`;
  const result = evaluateTemplate(compiled.value, { variables: context, now: Date.UTC(2024, 2, 1), uuid });
  return result.ok ? JSON.stringify(result.value.value) : 'fails';
};
