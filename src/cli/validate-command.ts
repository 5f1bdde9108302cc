import { createSchemaChecker } from '../json-schema/index.js';
import { compileWorkflow } from '../engine/core/index.js';
import { readConfig, readEnvironment } from '../config/index.js';
import type { Fault } from '../kernel/index.js';
import { builtInPlugins, loadPlugins } from '../plugin/host/index.js';
import { importDocument } from '../workflow/index.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { readDocument } from './read-document.js';
import { faultLine, type Terminal } from './terminal.js';

export interface ValidateOptions {
  readonly json?: boolean;
  readonly timeScale?: number;
}

interface Verdict {
  readonly valid: boolean;
  readonly dialect: string | null;
  readonly tasks: number;
  readonly faults: readonly Fault[];
  readonly warnings: readonly Fault[];
}

const judge = async (source: unknown, options: ValidateOptions): Promise<Verdict> => {
  const imported = importDocument(source, options.timeScale === undefined ? {} : { timeScale: options.timeScale });
  if (!imported.ok) return { valid: false, dialect: null, tasks: 0, faults: imported.error, warnings: [] };
  const config = readConfig(readEnvironment(process.cwd(), process.env));
  const directories = [...(await builtInPlugins()), ...config.pluginDirectories];
  const catalogue = await loadPlugins(directories, { config: { ...config.plugins } });
  const { document, dialect, warnings } = imported.value;
  const accepted = compileWorkflow(document, { catalogue, schemas: createSchemaChecker() });
  if (!accepted.ok) return { valid: false, dialect, tasks: 0, faults: accepted.error, warnings };
  const { compiled, warnings: more } = accepted.value;
  return { valid: true, dialect, tasks: compiled.scope.tasks.length, faults: [], warnings: [...warnings, ...more] };
};

/** Checks a workflow file: every fault in one report. Touches no data. */
export const validateFile = async (file: string, options: ValidateOptions, terminal: Terminal): Promise<ExitCode> => {
  const verdict = await judge(await readDocument(file), options);
  if (options.json) terminal.out(`${JSON.stringify(verdict, null, 2)}\n`);
  else sayVerdict(file, verdict, terminal);
  return verdict.valid ? EXIT.completed : EXIT.invalid;
};

const sayVerdict = (file: string, verdict: Verdict, terminal: Terminal): void => {
  for (const fault of verdict.faults) terminal.err(faultLine(fault));
  if (verdict.warnings.length > 0) terminal.err(`${verdict.warnings.length} warning(s):\n`);
  for (const warning of verdict.warnings) terminal.err(faultLine(warning));
  const { valid, tasks, dialect, faults } = verdict;
  if (valid) terminal.out(`${file}: valid, ${tasks} task(s), dialect ${dialect}\n`);
  else terminal.out(`${file}: ${faults.length} fault(s)\n`);
};
