import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, readEnvironment } from '../config/index.js';
import type { Limits } from '../engine/core/index.js';
import type { Ended } from '../engine/index.js';
import type { Notifier } from '../engine/ports/index.js';
import { createHarmonia, type Harmonia } from '../harmonia.js';
import type { Json } from '../kernel/index.js';
import { Interruption } from '../tekton/utilities/cli/index.js';
import type { WorkflowWithDocument } from '../workflow/index.js';
import { Answers, type AnswerOptions } from './answers.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { ProgressView } from './progress.js';
import { readDocument, readInput } from './read-document.js';
import { faultLine, type Terminal } from './terminal.js';

export interface RunOptions extends AnswerOptions {
  readonly input?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly timeScale?: number;
  /** Limits of what it may use. */
  readonly budget?: Limits;
  /** Files of workflows that this one runs. */
  readonly with?: readonly string[];
}

/**
 * Runs a workflow file to its end in this process. Without `--data-dir` the journal lives in a temporary directory, and the
 * plugins are those that are installed in the data directory of the configuration.
 * Ctrl-C ends it in order: what runs gets the grace of a shutdown, with `--data-dir` everything can go on later.
 */
export const runFile = async (file: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> => {
  const source = await readDocument(file);
  const input = (await readInput(options.input)) as Json;
  const isKept = options.dataDir !== undefined;
  const dataDirectory = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'harmonia-')));
  const base = readConfig(readEnvironment(process.cwd(), process.env));
  // What nobody can take up again need not end in order.
  const own = isKept ? {} : { borrowedPlugins: join(base.dataDirectory, 'plugins') };
  const config = { ...base, ...own, dataDirectory, shutdownGrace: isKept ? base.shutdownGrace : 0 };
  const view = new ProgressView(terminal);
  const interruption = new Interruption(
    () =>
      terminal.err(isKept ? '\ninterrupted: running tasks may end; Ctrl-C again stops at once\n' : '\ninterrupted\n'),
    () => isKept || rmSync(dataDirectory, { recursive: true, force: true }),
  );
  try {
    const onTrouble = (what: string, error: unknown): void =>
      terminal.err(`${what}: ${error instanceof Error ? error.message : String(error)}\n`);
    const answers = await Answers.read(options, (line) => terminal.err(line));
    const notifier: Notifier = {
      publish: (publications) => {
        view.publish(publications);
        answers.publish(harmonia.engine, publications);
      },
      progress: () => view.progress(),
    };
    const harmonia = await createHarmonia({ config, notifier, onTrouble });
    try {
      return await runToEnd({ harmonia, source, input, view, answers, interruption, terminal, options });
    } finally {
      await harmonia.close();
    }
  } finally {
    interruption.over();
    if (!isKept) await rm(dataDirectory, { recursive: true, force: true });
  }
};

interface Run {
  readonly harmonia: Harmonia;
  readonly source: unknown;
  readonly input: Json;
  readonly view: ProgressView;
  readonly answers: Answers;
  readonly interruption: Interruption;
  readonly terminal: Terminal;
  readonly options: RunOptions;
}

const runToEnd = async (run: Run): Promise<ExitCode> => {
  const { harmonia, source, input, view, interruption, terminal, options } = run;
  await harmonia.open();
  const { engine, catalog } = harmonia;
  for (const file of options.with ?? []) await keep(harmonia, await readDocument(file), options);
  const saved = await keep(harmonia, source, options);
  for (const warning of catalog.check(source, importOptions(options)).warnings)
    terminal.err(`warning:\n${faultLine(warning)}`);
  const workflow = await catalog.runnable(saved.workflow.id, saved.version.version);
  const { budget } = options;
  const { execution } = await engine.start({ workflow, input, ...(budget && { options: { budget } }) });
  view.follow(execution);
  await run.answers.deliver(engine, execution);
  const ended = await engine.ended(execution, interruption.signal);
  view.finish();
  if (ended) return tell(execution, ended, { terminal, options });
  terminal.err(
    options.dataDir === undefined
      ? `execution ${execution} is gone; with --data-dir it could go on later\n`
      : `execution ${execution} goes on with: HARMONIA_DATA_DIR=${options.dataDir} harmonia serve\n`,
  );
  return interruption.code ?? EXIT.trouble;
};

const importOptions = ({ timeScale }: RunOptions): { timeScale?: number } =>
  timeScale === undefined ? {} : { timeScale };

/** The same file run again is the same workflow: a changed one becomes its next version. */
const keep = async ({ catalog }: Harmonia, source: unknown, options: RunOptions): Promise<WorkflowWithDocument> => {
  const save = { source, options: importOptions(options) };
  const { document } = catalog.check(source, save.options);
  const known = typeof document?.name === 'string' ? await catalog.findByName(document.name) : undefined;
  return known ? catalog.update(known.id, save, true) : catalog.create(save);
};

const tell = (execution: string, ended: Ended, { terminal, options }: Pick<Run, 'terminal' | 'options'>): ExitCode => {
  const output = ended.is === 'completed' ? ended.output : null;
  if (options.json) {
    const error = ended.is === 'failed' ? { error: ended.failure } : {};
    terminal.out(`${JSON.stringify({ execution_id: execution, status: ended.is, output, ...error })}\n`);
  } else if (ended.is === 'completed') terminal.out(`${JSON.stringify(output, null, 2)}\n`);
  if (ended.is === 'failed') terminal.err(`failed: ${ended.failure.message} [${ended.failure.code}]\n`);
  if (ended.is === 'canceled') terminal.err('canceled\n');
  return ended.is === 'completed' ? EXIT.completed : EXIT.failed;
};
