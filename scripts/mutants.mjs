// Tests the tests: breaks one thing at a time in a copy of the project and runs the suites that must notice.
// npm run test:mutants -- [PATTERN OF FILE OR NAME] [--list] [--jobs N] [--quick] [--docs]
// `--quick` runs the first suites of each area alone: what survives them may be killed by later ones.
// `--docs` writes what was found into docs/reliability.md. Exit 1: a mutant survived, or does not apply any more.
import { clearTimeout, setTimeout } from 'node:timers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { MUTANTS } from '../test/mutation/mutants.mjs';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    jobs: { type: 'string', default: '1' },
    quick: { type: 'boolean' },
    docs: { type: 'boolean' },
  },
});

/** What a run needs; the rest, `node_modules` above all, is not copied. */
const COPIED = [
  '.swcrc',
  'src',
  'test',
  'plugins',
  'examples',
  'package.json',
  'jest.config.mjs',
  'tsconfig.base.json',
  'tsconfig.json',
];
/** ms that the suites of one stage may take: a mutant that hangs is found out, too. */
const PATIENCE = 180_000;

/** Suites by area, the fastest first: most mutants are killed in the first stage. */
const CORE = 'test/core/(?!expression|validate|properties|reference|kernel|retry-policy)';
const STAGES = {
  core: [[CORE], ['test/core/(properties|reference)'], ['test/engine/'], ['test/simulation/(random-workflows|watch)']],
  engine: [['test/engine/'], ['test/simulation/(random-workflows|watch|simulate)'], ['test/workflow/imported-runs']],
  tables: [
    ['test/contract/(journal|execution-reader)'],
    ['test/integration/(retention|sql-faults|upgrade|storage-faults)'],
  ],
};

const copyProject = async () => {
  const copy = await mkdtemp(join(tmpdir(), 'harmonia-mutants-'));
  for (const name of COPIED) await cp(join(root, name), join(copy, name), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
};

/** The first test that fails; undefined when all pass. */
const runSuites = async (directory, patterns) => {
  const outcome = join(directory, 'outcome.json');
  await rm(outcome, { force: true });
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const options = ['--reporters=./test/mutation/first-failure.mjs', '--bail', '-w', '1', '--testPathPatterns'];
  const child = spawn(process.execPath, [...jest, ...options, ...patterns], {
    cwd: directory,
    env: { ...process.env, FIRST_FAILURE: outcome },
    stdio: 'ignore',
    detached: true, // so that its workers can be ended with it
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    process.kill(-child.pid, 'SIGKILL');
  }, PATIENCE);
  const [code] = await once(child, 'exit');
  clearTimeout(timer);
  if (isLate) return { file: patterns[0], test: 'did not end' };
  if (code === 0) return undefined;
  const { path, test } = JSON.parse(await readFile(outcome, 'utf8'));
  return { file: relative(directory, path), test };
};

const killerOf = async (directory, area) => {
  for (const patterns of values.quick ? STAGES[area].slice(0, 1) : STAGES[area]) {
    const killer = await runSuites(directory, patterns);
    if (killer) return killer;
  }
  return undefined;
};

/** Breaks the copy, runs the suites and mends it again. */
const tryMutant = async (directory, { area, file, find, put }) => {
  const path = join(directory, file);
  const text = await readFile(path, 'utf8');
  if (text.split(find).length !== 2) return { is: 'outdated' };
  await writeFile(
    path,
    text.replace(find, () => put),
  );
  try {
    const killer = await killerOf(directory, area);
    return killer ? { is: 'killed', killer } : { is: 'survived' };
  } finally {
    await writeFile(path, text);
  }
};

const pattern = new RegExp(positionals.join(' '));
const chosen = MUTANTS.filter(({ name, file }) => pattern.test(`${file} ${name}`));
if (values.list) {
  for (const { area, file, name } of chosen) console.log(`${area}  ${file}  ${name}`);
  process.exit(0);
}

const results = [];
const waiting = [...chosen.entries()];

/** One copy, and one mutant after another in it. */
const lane = async () => {
  const directory = await copyProject();
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, mutant] = next;
      const begun = Date.now();
      const result = await tryMutant(directory, mutant);
      results[index] = { mutant, result };
      const by = result.is === 'killed' ? ` by ${result.killer.file}: ${result.killer.test}` : '';
      const said = mutant.equivalent && result.is === 'survived' ? 'equivalent' : result.is;
      const seconds = Math.round((Date.now() - begun) / 1000);
      console.log(`${index + 1}/${chosen.length} ${said} ${mutant.name} (${seconds} s)${by}`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
await Promise.all(Array.from({ length: Number(values.jobs) }, lane));

const bad = results.filter(
  ({ mutant, result }) => result.is === 'outdated' || (result.is === 'survived' && !mutant.equivalent),
);
const killed = results.filter(({ result }) => result.is === 'killed').length;
console.log(`${killed} of ${results.length} killed`);
for (const { mutant, result } of bad) console.log(`${result.is}: ${mutant.name} (${mutant.file})`);

const rowOf = ({ mutant: { name, file, equivalent }, result }) => {
  const by =
    result.is === 'killed'
      ? `\`${result.killer.file}\``
      : result.is === 'survived' && equivalent
        ? equivalent
        : result.is;
  return `| ${name} | \`${file.replace('src/', '')}\` | ${by} |`;
};

const writeDocs = async () => {
  const page = join(root, 'docs/reliability.md');
  const [before, rest] = (await readFile(page, 'utf8')).split('<!-- mutants -->\n');
  const [, after] = rest.split('<!-- /mutants -->');
  const table = ['| mutant | file | killed by |', '| --- | --- | --- |', ...results.map(rowOf)].join('\n');
  const text = `${before}<!-- mutants -->\n\n${table}\n\n<!-- /mutants -->${after}`;
  const options = await prettier.resolveConfig(page);
  await writeFile(page, await prettier.format(text, { ...options, filepath: page }));
};
if (values.docs) await writeDocs();
process.exitCode = bad.length > 0 ? 1 : 0;
