import { realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTektonRoot, readEnvironment } from '../../config/index.js';
import { CommandError } from '../command-error.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface InstallOptions {
  readonly root: string;
  readonly undo?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The program of this very package, wherever it is called through. */
const program = (): string => realpathSync(fileURLToPath(new URL('../../../bin/harmonia.js', import.meta.url)));

const checkedRoot = (root: string): string => {
  const path = resolve(root);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() && isTektonRoot(path)) return realpathSync(path);
  throw new CommandError(
    `${path} is no checkout of Tekton.`,
    'Give the directory that has .env.tekton and Hermes in it.',
  );
};

/** Settings without which the component would not start there. */
const missingSettings = (root: string): string[] => {
  const { HARMONIA_PORT, HERMES_PORT, HERMES_URL } = readEnvironment(root, {
    HOME: process.env.HOME,
    TEKTON_ROOT: root,
  });
  return [...(HARMONIA_PORT ? [] : ['HARMONIA_PORT']), ...(HERMES_PORT || HERMES_URL ? [] : ['HERMES_PORT'])];
};

/** Puts the component in place, or takes it away again. Throws `CommandError` and `tekton_install_refused`. */
export const installOrUndo = async (options: InstallOptions, terminal: Terminal): Promise<ExitCode> => {
  const root = checkedRoot(options.root);
  const dryRun = options.dryRun === true;
  const { install, undo } = await import('./install/index.js');
  const { changed, steps } = options.undo
    ? await undo({ root, dryRun })
    : await install({ root, dryRun, node: process.execPath, program: program() });
  const missing = options.undo ? [] : missingSettings(root);
  if (options.json) {
    terminal.out(`${JSON.stringify({ changed: changed && !dryRun, steps, missing })}\n`);
    return EXIT.completed;
  }
  for (const step of steps) terminal.out(`${dryRun ? 'would ' : ''}${step}\n`);
  if (!changed) terminal.out(options.undo ? 'nothing is installed there\n' : 'it is in place already\n');
  if (missing.length > 0) terminal.err(`still to be set in ${root}/.env.local: ${missing.join(', ')}\n`);
  return EXIT.completed;
};
