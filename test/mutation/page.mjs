import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the list of mutants is written, with the test that killed each: it is also what the next run begins with. */
export const PAGE = join(import.meta.dirname, '../../docs/reliability-mutants.md');

export const keyOf = ({ file, name }) => `${file} ${name}`;

const ROW = /^\| (?<name>[^|]+?) +\| `(?<file>[^`|]+)` +\| `(?<suite>[^`|]+)`: (?<test>[^|]+?) +\|$/;

/** What the page says of each mutant, in its order. */
export const readPage = () => {
  const lines = readFileSync(PAGE, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const { groups } = ROW.exec(line) ?? {};
    return groups ? [{ ...groups, file: `src/${groups.file}` }] : [];
  });
};

/** Markdown of a name, which may hold anything but a line break. */
const plain = (text) => text.replaceAll('|', '/').replace(/[*_`<>[\]~\\{}]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const rowOf = ({ name, file, suite, test }) =>
  `| ${name} | \`${file.replace('src/', '')}\` | \`${suite}\`: ${plain(test)} |`;

const byArea = (mutants) =>
  [...new Set(mutants.map(({ area }) => area))].map((area) => [area, mutants.filter((each) => each.area === area)]);

/** `rows`: mutants with the suite and the test that killed each. */
export const pageOf = (rows) => {
  const sections = byArea(rows).map(([area, list]) => {
    const head = '| what is broken | file | is found out by |\n| --- | --- | --- |';
    return `## ${area[0].toUpperCase()}${area.slice(1)}\n\n${head}\n${list.map(rowOf).join('\n')}\n`;
  });
  return [
    '# The mutants\n',
    'Each row is one way in which an engine was broken, and the first test that found it out. Written by',
    '`npm run test:mutants -- --write`; more about it: [reliability.md](reliability.md#tests-of-the-tests).\n',
    ...sections,
  ].join('\n');
};

/** Where the numbers stand. */
export const SUMMARY = join(import.meta.dirname, '../../docs/reliability.md');
const NUMBERS = /(?<=<!-- mutants -->\n).*?(?=<!-- \/mutants -->)/s;

export const numbersOf = (mutants) => {
  const areas = byArea(mutants).map(([area, list]) => `${area} ${list.length}`);
  return `\nThere are ${mutants.length}, all of them killed: ${areas.join(', ')}.\n\n`;
};

/** The text of the summary with these numbers. */
export const withNumbers = (text, mutants) => text.replace(NUMBERS, numbersOf(mutants));
