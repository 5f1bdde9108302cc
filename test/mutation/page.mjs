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

/** The page, before prettier has seen it. `rows`: mutants with the suite and the test that killed each. */
export const pageOf = (rows) => {
  const areas = [...new Set(rows.map(({ area }) => area))];
  const sections = areas.map((area) => {
    const list = rows.filter((row) => row.area === area);
    const head = '| the engine, when … | file | is found out by |\n| --- | --- | --- |';
    return `## ${area[0].toUpperCase()}${area.slice(1)} (${list.length})\n\n${head}\n${list.map(rowOf).join('\n')}\n`;
  });
  return [
    '# The mutants\n',
    `Written by \`npm run test:mutants -- --write\`; what it is: [reliability.md](reliability.md#tests-of-the-tests). Each`,
    `row is one way in which ${rows.length} broken engines differ from ours, and the first test that found it out.\n`,
    ...sections,
  ].join('\n');
};
