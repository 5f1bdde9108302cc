import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, readEnvironment } from '../config/index.js';
import type { Ended } from '../engine/index.js';
import { createHarmonia, type Harmonia } from '../harmonia.js';
import type { Json } from '../kernel/index.js';
import type { WorkflowWithDocument } from '../workflow/index.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { ProgressView } from './progress.js';
import { readDocument, readInput } from './read-document.js';
import { faultLine, type Terminal } from './terminal.js';

export interface RunOptions {
  readonly input?: string;
  readonly dataDir?: string;
  readonly json?: boolean;
  readonly timeScale?: number;
}

/** Runs a workflow file to its end in this process. Without `--data-dir` the journal lives in a temporary directory. */
export const runFile = async (file: string, options: RunOptions, terminal: Terminal): Promise<ExitCode> => {
  const source = await readDocument(file);
  const input = (await readInput(options.input)) as Json;
  const dataDirectory = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'harmonia-')));
  const view = new ProgressView(terminal);
  const config = { ...readConfig(readEnvironment(process.cwd(), process.env)), dataDirectory };
  try {
    const harmonia = await createHarmonia({
      config,
      notifier: view,
      onTrouble: (what, error) => terminal.err(`${what}: ${error instanceof Error ? error.message : String(error)}\n`),
    });
    try {
      return await runToEnd({ harmonia, source, input, view, terminal, options });
    } finally {
      await harmonia.close();
    }
  } finally {
    if (options.dataDir === undefined) await rm(dataDirectory, { recursive: true, force: true });
  }
};

interface Run {
  readonly harmonia: Harmonia;
  readonly source: unknown;
  readonly input: Json;
  readonly view: ProgressView;
  readonly terminal: Terminal;
  readonly options: RunOptions;
}

const runToEnd = async ({ harmonia, source, input, view, terminal, options }: Run): Promise<ExitCode> => {
  await harmonia.open();
  const { engine, catalog } = harmonia;
  const saved = await keep(harmonia, source, options);
  for (const warning of catalog.check(source, importOptions(options)).warnings)
    terminal.err(`warning:\n${faultLine(warning)}`);
  const workflow = await catalog.runnable(saved.workflow.id, saved.version.version);
  const { execution } = await engine.start({ workflow, input });
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const ended = await engine.ended(execution, interrupted.signal);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  view.finish();
  if (!ended) {
    terminal.err(`interrupted; execution ${execution} goes on when its data directory is served or run again\n`);
    return EXIT.trouble;
  }
  return tell(execution, ended, { terminal, options });
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
