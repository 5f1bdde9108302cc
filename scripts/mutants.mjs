// Tests the tests: breaks one thing at a time in a copy of the project and runs the suites that must notice.
// npm run test:mutants -- [PATTERN OF FILE, AREA OR NAME] [--list] [--check] [--new] [--quick] [--jobs N] [--write]
// `--check` only looks whether each of them still applies. `--new` takes those that the page does not name. `--quick` runs
// the first suites alone: what survives them may be killed by later ones. `--write` notes the killers of those that were run
// in docs/reliability-mutants.md.
// Exit 1: a mutant survived, or does not apply any more.
import { clearTimeout, setTimeout } from 'node:timers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import prettier from 'prettier';
import { MUTANTS } from '../test/mutation/mutants.mjs';
import { keyOf, PAGE, pageOf, readPage, SUMMARY, withNumbers } from '../test/mutation/page.mjs';

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    list: { type: 'boolean' },
    check: { type: 'boolean' },
    new: { type: 'boolean' },
    jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
    quick: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});

/** What a run needs; the rest, `node_modules` above all, is not copied. */
const COPIED = [
  '.swcrc',
  'bin',
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
const PATIENCE = 90_000;

/** Suites for a mutant of which nothing is known, or whose test does not notice it any more: the fastest first. */
const LONG = 'properties|reexecution-properties|reference|migration|expression|validate|kernel|retry-policy';
const CORE = `test/core/(?!${LONG})`;
const PROPERTIES = 'test/core/(properties|reference|reexecution-properties)';
const SIMULATION = 'test/simulation/(random-workflows|watch|simulate)';
const STAGES = {
  core: [CORE, 'test/engine/', PROPERTIES, 'test/core/migration'],
  engine: ['test/engine/', SIMULATION, 'test/workflow/imported-runs'],
  optimizer: [
    'test/optimizer/(checker|checker-words|checker-orders|dependence|delays|moved|reach).test',
    'test/optimizer/improve',
  ],
  plugins: ['test/plugins/plugin-(changes|hooks|installation)'],
  tables: [
    'test/contract/(journal|execution-reader)',
    'test/integration/(retention|upgrade|storage-faults)',
    'test/e2e/(verify|reexecution|migration)',
    'test/integration/sql-faults',
  ],
};

/** The suite that killed a mutant the last time is asked first. */
const known = new Map(readPage().map((row) => [keyOf(row), row]));
const stagesOf = (mutant) => {
  const stages = [known.get(keyOf(mutant))?.suite ?? mutant.likely ?? [], STAGES[mutant.suites]].flat();
  return values.quick ? stages.slice(0, 1) : stages;
};

const copyProject = async () => {
  const copy = await mkdtemp(join(tmpdir(), 'harmonia-mutants-'));
  for (const name of COPIED) await cp(join(root, name), join(copy, name), { recursive: true });
  // `dist` is for tests of the command line, which do not count.
  for (const name of ['node_modules', 'dist']) await symlink(join(root, name), join(copy, name));
  return copy;
};

/** In this process of jest's alone, and with the projects that are meant: most of the time of a short suite is spent on getting ready. */
const jestOptions = (pattern) => [
  ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
  ...['--reporters=./test/mutation/first-failure.mjs', '--bail', '-i', '--forceExit'],
  ...['--cacheDirectory=./.jest-cache', '--selectProjects', ...pattern.split('/')[1].split(/\W+/).filter(Boolean)],
  ...['--testPathPatterns', pattern],
];

/** The first test that fails; undefined when all pass. */
const runSuites = async (directory, pattern) => {
  const outcome = join(directory, 'outcome.json');
  await rm(outcome, { force: true });
  const child = spawn(process.execPath, jestOptions(pattern), {
    cwd: directory,
    env: { HARMONIA_TEST_SEED: '1', ...process.env, FIRST_FAILURE: outcome },
    stdio: 'ignore',
    detached: true, // so that what it starts can be ended with it
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    process.kill(-child.pid, 'SIGKILL');
  }, PATIENCE);
  const [code] = await once(child, 'exit');
  clearTimeout(timer);
  if (isLate) return { suite: pattern, test: 'it does not end' };
  if (code === 0) return undefined;
  const { path, test } = JSON.parse(await readFile(outcome, 'utf8'));
  return { suite: relative(directory, path), test };
};

const sound = new Map();

/** Who fails without being hurt proves nothing. */
const mustBeSound = async (directory, { suite, test }) => {
  if (!sound.has(suite)) sound.set(suite, await runSuites(directory, suite));
  if (!sound.get(suite)) return;
  throw new Error(`${suite} fails although nothing is broken: ${sound.get(suite).test} (and ${test})`);
};

/** Breaks the copy, runs the suites and mends it again; answers the test that noticed. */
const firstKiller = async (directory, mutant) => {
  const path = join(directory, mutant.file);
  const text = await readFile(path, 'utf8');
  await writeFile(
    path,
    text.replace(mutant.find, () => mutant.put),
  );
  try {
    for (const pattern of stagesOf(mutant)) {
      const killer = await runSuites(directory, pattern);
      if (killer) return killer;
    }
    return undefined;
  } finally {
    await writeFile(path, text);
  }
};

const killerOf = async (directory, mutant) => {
  const killer = await firstKiller(directory, mutant);
  if (killer) await mustBeSound(directory, killer);
  return killer;
};

/** One copy, and one mutant after another in it. */
const lane = async ({ waiting, done }) => {
  const directory = await copyProject();
  try {
    for (let mutant = waiting.shift(); mutant; mutant = waiting.shift()) {
      const begun = Date.now();
      const killer = await killerOf(directory, mutant);
      done.set(mutant, killer);
      const said = killer ? `by ${killer.suite}: ${killer.test}` : 'SURVIVED';
      const seconds = ((Date.now() - begun) / 1000).toFixed(1);
      console.log(`${done.size} ${mutant.name} (${mutant.file}, ${seconds} s) ${said}`);
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/** Mutants whose place is not found, or found twice. */
const outdated = async () => {
  const texts = new Map();
  for (const { file } of MUTANTS) texts.set(file, await readFile(join(root, file), 'utf8').catch(() => ''));
  return MUTANTS.filter(({ file, find, put }) => texts.get(file).split(find).length !== 2 || find === put);
};

const write = async (done) => {
  const rows = MUTANTS.map((mutant) => ({ ...mutant, ...(done.get(mutant) ?? known.get(keyOf(mutant))) }));
  await writeFile(PAGE, pageOf(rows.filter(({ suite }) => suite !== undefined)));
  const summary = withNumbers(await readFile(SUMMARY, 'utf8'), MUTANTS);
  const options = await prettier.resolveConfig(SUMMARY);
  await writeFile(SUMMARY, await prettier.format(summary, { ...options, filepath: SUMMARY }));
};

const run = async (chosen) => {
  const begun = Date.now();
  const done = new Map();
  const waiting = [...chosen];
  await Promise.all(Array.from({ length: Number(values.jobs) }, () => lane({ waiting, done })));
  const survivors = chosen.filter((mutant) => !done.get(mutant));
  const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
  console.log(`${chosen.length - survivors.length} of ${chosen.length} killed, in ${minutes} min`);
  for (const { name, file } of survivors) console.log(`survived: ${name} (${file})`);
  if (values.write) await write(done);
  return survivors.length > 0 ? 1 : 0;
};

const pattern = new RegExp(positionals.join(' '));
const isMeant = (mutant) =>
  pattern.test(`${mutant.area} ${keyOf(mutant)}`) && !(values.new && known.has(keyOf(mutant)));
/** New ones first. */
const chosen = MUTANTS.filter(isMeant).sort((a, b) => Number(known.has(keyOf(a))) - Number(known.has(keyOf(b))));
const unfit = await outdated();
for (const { name, file } of unfit) console.error(`does not apply any more: ${name} (${file})`);
if (values.list) for (const mutant of chosen) console.log(`${mutant.area}  ${keyOf(mutant)}`);
if (unfit.length > 0) process.exitCode = 1;
else if (!values.list && !values.check) process.exitCode = await run(chosen);
