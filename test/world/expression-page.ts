import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FAMILIES, type ExpressionFunction } from '../../src/engine/core/expression/functions/index.js';
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

/** Examples are lines `expression → result` in blocks marked `cel`; a result is JSON, or `fails`. */
export const readPage = (text: string): Page => {
  const [context = '{}'] = fenced(text, 'json');
  const lines = fenced(text, 'cel').flatMap((block) => block.split('\n').filter((line) => line.trim() !== ''));
  const examples = lines.map((line) => {
    const at = line.lastIndexOf(' → ');
    if (at === -1) throw new Error(`no result in the example: ${line}`);
    return [line.slice(0, at).trim(), line.slice(at + 3).trim()] as const;
  });
  return { context: JSON.parse(context) as Page['context'], examples };
};

const entry = ({ signatures, does, examples }: ExpressionFunction): string => {
  const shown = examples.map(([source, result]) => `${source} → ${JSON.stringify(result)}`).join('\n');
  return `#### ${signatures.map((signature) => `\`${signature}\``).join(' · ')}\n\n${does}\n\n\`\`\`cel\n${shown}\n\`\`\`\n`;
};

/** The second half of the page: every function, from the registry. */
export const functionsPart = (): string =>
  FAMILIES.map(({ title, functions }) => `### ${title}\n\n${functions.map(entry).join('\n')}`).join('\n');
