import { InvalidArgumentError, type Command } from 'commander';
import { pauseOptimising } from '../../composition/optimising-compiler/index.js';
import { logLevelOption } from '../../tekton/utilities/cli/index.js';
import { CommandError } from '../command-error.js';
import { address } from '../options.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Done } from '../options.js';
import type { Terminal } from '../terminal.js';

interface ServeOptions {
  readonly port?: string;
  readonly host?: string;
  readonly dataDir?: string;
  readonly hermesUrl?: string;
  readonly logLevel?: string;
  readonly instructionsFile?: string;
  readonly autoRegister?: boolean;
  readonly initOnly?: boolean;
}

const port = (text: string): string => {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return text;
};

/** Options as the settings that they are another way to say. */
const settingsOf = (options: ServeOptions): Record<string, string> => {
  const given = {
    HARMONIA_PORT: options.port,
    HARMONIA_BIND: options.host,
    HARMONIA_DATA_DIR: options.dataDir,
    HERMES_URL: options.hermesUrl,
    HARMONIA_LOG_LEVEL: options.logLevel,
    STARTUP_INSTRUCTIONS_FILE: options.instructionsFile,
    TEKTON_HERMES_DISCOVERY: options.autoRegister ? 'true' : undefined,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
};

const explainAddress = (error: NodeJS.ErrnoException): never => {
  if (error.code !== 'EADDRINUSE') throw error;
  throw new CommandError(
    error.message,
    'Stop what listens there, or choose another port: HARMONIA_PORT=8107 harmonia serve',
  );
};

const serveOrPrepare = async (options: ServeOptions, terminal: Terminal): Promise<ExitCode> => {
  pauseOptimising();
  // The service is loaded for this command only.
  const { prepare, serve } = await import('../../main.js');
  const given = settingsOf(options);
  if (options.initOnly) terminal.out(`Ready to serve, data in ${await prepare(given)}\n`);
  else await serve(given).catch(explainAddress);
  return EXIT.completed;
};

/** The options are those of upstream's `python -m harmonia`. */
export const addServeCommand = (root: Command, terminal: Terminal, done: Done): void => {
  root
    .command('serve')
    .description('Serve the API on HARMONIA_PORT (8007) until Ctrl-C; docs/configuration.md has the settings.')
    .option('--port <port>', 'port to listen on; 0 = any free one', port)
    .option('--host <address>', 'address to listen on (default 127.0.0.1)')
    .option('--data-dir <dir>', 'where the database lives')
    .option('--hermes-url <url>', 'where Hermes is', address)
    .addOption(logLevelOption())
    .option('--instructions-file <file>', 'a start-up JSON of the platform; the options here win over it')
    .option('--auto-register', 'register at Hermes, whatever the settings say')
    .option('--init-only', 'make the data directory and the database, load the plugins, and end')
    .addHelpText('after', '\nExample:\n  HARMONIA_DATA_DIR=./data harmonia serve')
    .action(async (options: ServeOptions) => done(await serveOrPrepare(options, terminal)));
};
