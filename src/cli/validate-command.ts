import { readConfig, readEnvironment } from '../config/index.js';
import { checkWith } from '../composition/checking/index.js';
import type { Checked } from '../workflow/index.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { readDocument } from './read-document.js';
import { faultLine, type Terminal } from './terminal.js';

export interface ValidateOptions {
  readonly json?: boolean;
  readonly timeScale?: number;
}

/** Checks a workflow file: every fault in one report. Touches no data. */
export const validateFile = async (file: string, options: ValidateOptions, terminal: Terminal): Promise<ExitCode> => {
  const source = await readDocument(file);
  const config = readConfig(readEnvironment(process.cwd(), process.env));
  const checked = await checkWith(
    config,
    source,
    options.timeScale === undefined ? {} : { timeScale: options.timeScale },
  );
  const valid = checked.compiled !== undefined;
  if (options.json) {
    const { dialect = null, faults, warnings } = checked;
    terminal.out(`${JSON.stringify({ valid, dialect, faults, warnings }, null, 2)}\n`);
  } else say(file, checked, terminal);
  return valid ? EXIT.completed : EXIT.invalid;
};

const say = (file: string, { compiled, dialect, faults, warnings }: Checked, terminal: Terminal): void => {
  for (const fault of faults) terminal.err(faultLine(fault));
  if (warnings.length > 0) terminal.err(`${warnings.length} warning(s):\n`);
  for (const warning of warnings) terminal.err(faultLine(warning));
  const tasks = compiled?.scope.tasks.length;
  terminal.out(
    tasks === undefined
      ? `${file}: ${faults.length} fault(s)\n`
      : `${file}: valid, ${tasks} task(s), dialect ${dialect}\n`,
  );
};
