import { Writable } from 'node:stream';
import type { Command } from 'commander';
import { readConfig, readEnvironment } from '../../config/index.js';
import { HarmoniaError } from '../../kernel/index.js';
import { CommandError } from '../command-error.js';
import { EXIT } from '../exit-code.js';
import { address, type Done } from '../options.js';
import type { Terminal } from '../terminal.js';

interface McpOptions {
  readonly url?: string;
  readonly dataDir?: string;
  readonly apiKey?: string;
}

interface McpSurroundings {
  readonly terminal: Terminal;
  /** What is shown to a service, when this was given. */
  readonly credentialOf: (given: string | undefined) => string | undefined;
}

/** Takes standard output away from everybody else: what anything here prints goes to standard error from now on. */
const claimOutput = (): Writable => {
  const { stdout, stderr } = process;
  const write: (chunk: Buffer, done: (error?: Error | null) => void) => boolean = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  return new Writable({ write: (chunk: Buffer, _encoding, done) => void write(chunk, done) });
};

interface Over {
  readonly url: string;
  readonly version: string;
  readonly credential: string | undefined;
}

const overService = async ({ url, version, credential }: Over, terminal: Terminal): Promise<void> => {
  const { bridgeMcp } = await import('../../composition/mcp/index.js');
  const headers: Record<string, string> = credential === undefined ? {} : { authorization: `Bearer ${credential}` };
  const about = { url, version, headers, input: process.stdin, output: claimOutput() };
  const onTrouble = ({ message }: Error): void => terminal.err(`${message}\n`);
  await bridgeMcp({ ...about, onTrouble }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandError(`No MCP at ${url}: ${reason}`, 'Start the service there: harmonia serve');
  });
};

const overData = async (dataDir: string | undefined): Promise<void> => {
  const base = readConfig(readEnvironment(process.cwd(), process.env));
  const output = claimOutput();
  const { serveMcp } = await import('../../main.js');
  const config = dataDir === undefined ? base : { ...base, dataDirectory: dataDir };
  await serveMcp(config, { input: process.stdin, output }).catch((error: unknown) => {
    if (!(error instanceof HarmoniaError) || error.code !== 'storage_locked') throw error;
    throw new CommandError(error.message, 'Speak with the service that has it: harmonia mcp --url <its address>');
  });
};

export const addMcpCommand = (root: Command, { terminal, credentialOf }: McpSurroundings, done: Done): void => {
  root
    .command('mcp')
    .description(
      'Speak the Model Context Protocol on standard input and output, for the program that started it: with an engine of its own, or for a service that runs. Ends when standard input does.',
    )
    .option('--url <url>', 'address of a running service; without it: an engine of its own', address)
    .option('--api-key <key>', 'shown to that service (default HARMONIA_API_KEY)')
    .option('--data-dir <dir>', 'data of that engine (default HARMONIA_DATA_DIR)')
    .addHelpText('after', '\nExample:\n  harmonia mcp --url http://127.0.0.1:8007')
    .action(async ({ url, dataDir, apiKey }: McpOptions) => {
      if (url !== undefined && dataDir !== undefined)
        throw new CommandError('--url and --data-dir exclude each other.', 'The service has data of its own.');
      await (url === undefined
        ? overData(dataDir)
        : overService({ url, version: root.version() ?? '', credential: credentialOf(apiKey) }, terminal));
      done(EXIT.completed);
    });
};
