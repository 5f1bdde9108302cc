import type { Command } from 'commander';
import type { Done } from '../options.js';
import type { Terminal } from '../terminal.js';
import { addBackupCommands } from './backup-commands.js';
import { addDoctorCommand } from './doctor-command.js';
import { addMigrateCommands } from './migrate-command.js';

/** Adds what the one who runs the service needs: `doctor`, `backup`, `restore`, `migrate`. */
export const addOperationCommands = (root: Command, terminal: Terminal, done: Done): void => {
  addDoctorCommand(root, terminal, done);
  addBackupCommands(root, terminal, done);
  addMigrateCommands(root, terminal, done);
};
