import type { Command } from 'commander';
import type { Done, MakeTalk } from '../options.js';
import { addHermesCommands } from './hermes-commands.js';

/** `harmonia tekton …` */
export const addTektonCommands = (root: Command, talk: MakeTalk, done: Done): void => {
  const group = root
    .command('tekton')
    .description('Harmonia as a component of the Tekton platform.')
    .addHelpText('after', '\nExample:\n  harmonia tekton status');
  addHermesCommands(group, talk, done);
};
