import type { Command } from 'commander';
import type { Done, MakeTalk } from '../options.js';
import type { Terminal } from '../terminal.js';
import { addHermesCommands } from './hermes-commands.js';
import { installOrUndo, type InstallOptions } from './install-command.js';

interface Surroundings {
  readonly terminal: Terminal;
  readonly talk: MakeTalk;
  readonly done: Done;
}

/** What Harmonia does as a component of the Tekton platform. */
export const addTektonCommands = (root: Command, { terminal, talk, done }: Surroundings): void => {
  const group = root
    .command('tekton')
    .description('Harmonia as a component of the Tekton platform.')
    .addHelpText('after', '\nExample:\n  harmonia tekton install --root ~/Tekton --dry-run');
  group
    .command('install')
    .description('Put this Harmonia in the place of the Python component: its launcher then runs it.')
    .requiredOption('--root <dir>', 'a checkout of Tekton')
    .option('--undo', 'make everything as it was before')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--json', 'print one object {changed, steps, missing}')
    .addHelpText('after', '\nExample:\n  harmonia tekton install --root ~/Tekton')
    .action(async (options: InstallOptions) => done(await installOrUndo(options, terminal)));
  addHermesCommands(group, talk, done);
};
