import { readConfig, readEnvironment, type Config } from '../../config/index.js';
import type { Command } from 'commander';

/** What every command has that works on the data directory itself. */
export interface DataOptions {
  readonly dataDir?: string;
  readonly json?: boolean;
}

export const onData = (command: Command, example: string): Command =>
  command
    .option('--data-dir <dir>', 'the data directory (default: as the service has it, HARMONIA_DATA_DIR)')
    .option('--json', 'print JSON')
    .addHelpText('after', `\nExample:\n  harmonia ${example}`);

/** The settings of the service, with the data directory that was asked for. */
export const configOf = ({ dataDir }: DataOptions): Config => {
  const config = readConfig(readEnvironment(process.cwd(), process.env));
  return dataDir === undefined ? config : { ...config, dataDirectory: dataDir };
};
