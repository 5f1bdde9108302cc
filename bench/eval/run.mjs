// npm run eval -- [--scale tiny|default|long] [--seed 1] [--only latency,soundness] [--json FILE] [--page FILE]
// How good the optimiser of workflows is. Prints what it finds, writes it as JSON (default .harmonia/optimizer-evaluation.json)
// and, when all parts ran, as the page docs/optimizer-evaluation.md. Needs no network and no key. Exit 1: a goal is missed.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { evaluate } from './evaluation.ts';
import { pageOf, valueOf } from './report.ts';

const file = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: 'default' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'string', default: file('.harmonia/optimizer-evaluation.json') },
    page: { type: 'string' },
  },
});

const say = ({ title, figures, table, missing }, seconds) => {
  console.log(`\n${title} (${seconds.toFixed(1)} s)`);
  if (missing) console.log(`  not measured: ${missing}`);
  for (const figure of figures) {
    const { name, goal, isMet } = figure;
    console.log(
      `  ${name.padEnd(56)} ${valueOf(figure).padStart(10)}  ${goal ? `${goal} ${isMet ? 'met' : 'MISSED'}` : ''}`,
    );
  }
  const cell = (one) => (typeof one === 'number' && !Number.isInteger(one) ? one.toFixed(2) : String(one));
  if (table) for (const row of [table.head, ...table.rows]) console.log(`    ${row.map(cell).join(' | ')}`);
};

const only = values.only?.split(',');
const result = await evaluate({ seed: Number(values.seed), scale: values.scale, ...(only && { only }), onPart: say });
mkdirSync(dirname(values.json), { recursive: true });
writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
const path = values.page ?? (only ? undefined : file('docs/optimizer-evaluation.md'));
if (path) {
  const options = await prettier.resolveConfig(path);
  const day = new Date().toISOString().slice(0, 10);
  writeFileSync(path, await prettier.format(pageOf(result, day), { ...options, filepath: path }));
}
console.log(`\n${result.seconds.toFixed(0)} s`);
process.exitCode = result.parts.some(({ figures }) => figures.some(({ isMet }) => isMet === false)) ? 1 : 0;
