import type { ExpressionFunction, Family } from './function.js';

const entry = ({ signatures, does, examples }: ExpressionFunction): string => {
  const shown = examples.map(([source, result]) => `${source} → ${JSON.stringify(result)}`).join('\n');
  return `#### ${signatures.map((text) => `\`${text}\``).join(' · ')}\n\n${does}\n\n\`\`\`cel\n${shown}\n\`\`\`\n`;
};

/** All functions for people, in Markdown: the second half of docs/expressions.md. */
export const functionsPage = (families: readonly Family[]): string =>
  families.map(({ title, functions }) => `### ${title}\n\n${functions.map(entry).join('\n')}`).join('\n');
