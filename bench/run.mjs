// npm run bench [-- --json] [--rounds N] [--only W4,W6]
// Medians of N rounds (3). Each measurement runs in a process of its own, on a fresh data directory, right after the
// reference loop that its ratio refers to.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { crash } from './crash.mjs';
import { startToListening } from './start.mjs';

const GOALS = {
  W1c1: 'ratio ≥ 0.25',
  W1c64: 'ratio ≥ 2',
  W2: 'ratio ≥ 0.7, p50 ≤ 0.5 ms',
  W3: 'value ≤ 60 ms',
  W4: 'value ≥ 25,000/s, ratio ≥ 5, rss ≤ 200 MB',
  W5chain: 'value ≤ 1.5',
  W5fan: 'value ≤ 1.5',
  W7map: 'value ≤ 1.5',
  W6: 'value ≤ 2 s, lost 0, repeated ≤ in flight',
  start: 'value ≤ 1,500 ms',
};
const UNITS = {
  W1c1: 'executions/s',
  W1c64: 'executions/s',
  W2: 'steps/s',
  W3: 'ms',
  W4: 'steps/s',
  W5chain: '×',
  W5fan: '×',
  W7map: '×',
  W6: 's',
  start: 'ms',
};

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string' },
  },
});

const scratch = new URL('../.harmonia/', import.meta.url).pathname; // on the disk of the project: /tmp may be memory
mkdirSync(scratch, { recursive: true });

const fresh = async (work) => {
  const directory = mkdtempSync(join(scratch, 'bench-'));
  try {
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

const inChild = (name) => (directory) => {
  const program = new URL('workload.mjs', import.meta.url).pathname;
  return JSON.parse(
    execFileSync(process.execPath, [program, name, directory], { stdio: ['ignore', 'pipe', 'inherit'] }).toString(),
  );
};

const measure = (name) => {
  if (name === 'W6') return fresh(crash);
  if (name === 'start') return fresh(async (directory) => ({ value: await startToListening(directory) }));
  return fresh(inChild(name));
};

const medianOf = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The median of every figure; the worst of what must not happen at all. */
const combine = (rounds) => {
  const worst = ['lost', 'repeated', 'finished_twice'];
  return Object.fromEntries(
    Object.keys(rounds[0]).map((key) => {
      const values = rounds.map((round) => round[key]);
      if (typeof values[0] === 'object') return [key, combine(values)];
      return [key, worst.includes(key) ? Math.max(...values) : medianOf(values)];
    }),
  );
};

const rounded = (value) =>
  typeof value === 'number'
    ? Number(value.toPrecision(4))
    : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, rounded(v)]));

const names = options.only ? options.only.split(',') : Object.keys(GOALS);
const results = {};
for (const name of names) {
  const rounds = [];
  for (let round = 0; round < Number(options.rounds); round++) rounds.push(await measure(name));
  results[name] = rounded(combine(rounds));
  if (!options.json) process.stderr.write(`${name} measured\n`);
}
const refs = Object.values(results).flatMap(({ ref }) => (ref === undefined ? [] : [ref]));
const report = { ref: { value: medianOf(refs) ?? null, ratio: 1 }, ...results };

if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const rows = Object.entries(results).map(([name, { value, ratio, ...more }]) =>
    line([
      name,
      `${value} ${UNITS[name]}`,
      ratio ?? '',
      Object.entries(more)
        .filter(([key]) => key !== 'ref')
        .map(([k, v]) => `${k} ${typeof v === 'object' ? JSON.stringify(v) : v}`)
        .join(', '),
      GOALS[name],
    ]),
  );
  process.stdout.write(`ref: ${report.ref.value} durable transactions/s, median of those beside each measurement\n\n`);
  process.stdout.write(
    [line(['workload', 'value', '× ref', 'more', 'goal']), line(['---', '---', '---', '---', '---']), ...rows].join(
      '\n',
    ) + '\n',
  );
}
