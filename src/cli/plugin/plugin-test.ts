import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import {
  certify,
  checkPackage,
  writeCertificate,
  ProcessGroup,
  TEST_DOORS,
  withdrawCertificate,
  type CheckedPackage,
  type TaskVerdict,
} from '../../plugin/certification/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { Interruption } from '../../tekton/utilities/cli/index.js';
import type { Terminal } from '../terminal.js';

export interface TestOptions {
  readonly crash?: boolean;
  readonly patience?: number;
  readonly json?: boolean;
}

/** Seconds. */
const PATIENCE = 30;

const version = (): string => {
  const manifest = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
};

/** Runs the tests of a package by Node's own runner, which finds what they import without an installation. */
const runTests = async (directory: string, terminal: Terminal): Promise<ExitCode> => {
  const environment = { ...process.env };
  // A test runner that runs this command says so here, and the other one would stay silent.
  delete environment.NODE_TEST_CONTEXT;
  const group = new ProcessGroup(['--import', TEST_DOORS, '--test', '--test-reporter=spec'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  group.child.stdout?.on('data', (chunk: Buffer) => terminal.out(chunk.toString('utf8')));
  group.child.stderr?.on('data', (chunk: Buffer) => terminal.err(chunk.toString('utf8')));
  const interruption = new Interruption(
    () => group.kill(),
    () => group.kill(),
  );
  try {
    const code = await group.ended;
    return interruption.code ?? (code === 0 ? EXIT.completed : EXIT.failed);
  } finally {
    interruption.over();
    group.kill();
  }
};

const verdictText = (plugin: string, verdict: TaskVerdict): string => {
  const { task, declared, seen, boundaries, kills, repeated, failures, remarks } = verdict;
  const mark = failures.length === 0 ? 'ok  ' : 'FAIL';
  const twice = repeated > 0 ? `, twice after ${repeated}` : '';
  const words = `${boundaries} boundaries, ${kills} kills${twice}`;
  const lines = [...failures, ...remarks.map((remark) => `remark: ${remark}`)].flatMap((text) => text.split('\n'));
  return [
    `${mark} ${plugin}/${task}: declared ${declared}, effects seen ${seen} (${words})`,
    ...lines.map((line) => `     ${line}`),
  ]
    .join('\n')
    .concat('\n');
};

const crash = async (
  { found, plugin }: CheckedPackage,
  options: TestOptions,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { directory } = found;
  const stop = new AbortController();
  const interruption = new Interruption(
    () => stop.abort(),
    () => undefined,
  );
  const draw = (text: string): void => void (terminal.isInteractive && terminal.err(`\r\x1b[K${text}`));
  try {
    const { problems, tasks } = await certify({
      directory,
      patience: (options.patience ?? PATIENCE) * 1000,
      signal: stop.signal,
      progress: (task, done, of) => draw(`${plugin.id}/${task}: ${done} of ${of}`),
      print: terminal.err,
    });
    draw('');
    if (interruption.code !== undefined) return interruption.code;
    if (problems.length > 0) {
      const cure = 'docs/guides/write-a-plugin.md says how a plugin is certified.';
      throw new CommandError(`${plugin.id} cannot be certified: ${problems.join('; ')}`, cure);
    }
    return await conclude({ found, plugin }, tasks, { options, terminal });
  } finally {
    interruption.over();
  }
};

interface Told {
  readonly options: TestOptions;
  readonly terminal: Terminal;
}

/** Says what was seen; writes the certificate when everything is as declared, and withdraws the one that was there when not. */
const conclude = async (
  { found, plugin }: CheckedPackage,
  tasks: readonly TaskVerdict[],
  { options, terminal }: Told,
): Promise<ExitCode> => {
  const { directory } = found;
  if (options.json) terminal.out(`${JSON.stringify({ plugin: plugin.id, tasks }, null, 2)}\n`);
  else for (const verdict of tasks) terminal.out(verdictText(plugin.id, verdict));
  if (tasks.some(({ failures }) => failures.length > 0)) {
    await withdrawCertificate(directory);
    terminal.err('not certified: the package holds no certificate\n');
    return EXIT.failed;
  }
  const file = await writeCertificate({
    directory,
    plugin: plugin.id,
    version: found.version,
    harmonia: version(),
    date: new Date().toISOString(),
    tasks,
  });
  if (!options.json) terminal.out(`certified: ${relative(process.cwd(), file)}\n`);
  return EXIT.completed;
};

/** Reads and loads a plugin as the service would, and runs its tests or certifies it. */
export const testPlugin = async (given: string, options: TestOptions, terminal: Terminal): Promise<ExitCode> => {
  const directory = resolve(given);
  const checked = await checkPackage(directory);
  if (!('plugin' in checked)) {
    terminal.err(
      `${directory} is no plugin that Harmonia takes:\n${checked.map((reason) => `  - ${reason}\n`).join('')}`,
    );
    return EXIT.invalid;
  }
  if (options.crash) return crash(checked, options, terminal);
  terminal.err(`${checked.plugin.id} loads: ${checked.plugin.tasks.map(({ id }) => id).join(', ')}\n`);
  return runTests(directory, terminal);
};
