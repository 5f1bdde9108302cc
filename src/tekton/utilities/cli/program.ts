import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Environment } from '../environment/index.js';
import { parseLogLevel, type LogLevel } from '../log-line/index.js';
import { Interruption } from './interruption.js';

/** What every command line of the platform says to the shell. */
export const CLI_EXIT = { done: 0, failed: 1, interrupted: 130 } as const;

/** The options that every command line of the platform has. */
export interface ProgramOptions {
  readonly logLevel: LogLevel;
  /** A file of settings. */
  readonly config?: string;
  readonly verbose?: boolean;
}

export interface ProgramWords {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  /** For the default of `--log-level`. Without it the program has only `--version`: its commands say what else they take. */
  readonly environment?: Environment;
}

const LEVELS = 'DEBUG, INFO, WARNING, ERROR, CRITICAL';

const logLevel = (text: string): LogLevel => {
  const found = parseLogLevel(text);
  if (found === undefined) throw new InvalidArgumentError(`It is none of ${LEVELS}.`);
  return found;
};

/** `--log-level`, in the words of the platform; read as one of Harmonia's log levels. */
export const logLevelOption = (): Option =>
  new Option('--log-level <level>', `what is logged at least: ${LEVELS}`).argParser(logLevel);

/**
 * A command line with the options of the platform: `-v, --version`, `--log-level` (default `TEKTON_LOG_LEVEL`, else INFO),
 * `--config FILE`, `--verbose`. Add sub-commands to it; called without one it shows its help and fails.
 */
export const componentProgram = ({ name, description, version, environment }: ProgramWords): Command => {
  const program = new Command(name)
    .description(description)
    .version(version, '-v, --version', 'print the version')
    .exitOverride();
  if (environment === undefined) return program;
  const usual = parseLogLevel(environment.TEKTON_LOG_LEVEL ?? '') ?? 'INFO';
  return program
    .addOption(logLevelOption().default(usual))
    .option('--config <file>', 'a file of settings, JSON or YAML')
    .option('--verbose', 'say more');
};

export interface ProgramRun {
  /**
   * Called at the first Ctrl-C, or SIGTERM, so that the command can end in order, which is waited for; the second ends the
   * process. Without it, the first does.
   */
  readonly onInterrupt?: () => void;
  /** Exit code that the command has given; asked when it has ended. Default 0. */
  readonly given?: () => number;
  /** Says what a command has thrown, and answers the exit code. Default: its message on standard error, and 1. */
  readonly failed?: (error: unknown) => number;
  /** Exit code of a command line that can not be read, which has been told. Default 1. */
  readonly misread?: number;
}

const sayMessage = (error: unknown): number => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return CLI_EXIT.failed;
};

/** Runs one command line; the exit code: 0, 1 after an error, 130 after Ctrl-C, 143 after SIGTERM. Never rejects. */
export const runProgram = async (
  program: Command,
  argv: readonly string[],
  { onInterrupt, given = () => CLI_EXIT.done, failed = sayMessage, misread = CLI_EXIT.failed }: ProgramRun = {},
): Promise<number> => {
  const interruption = onInterrupt && new Interruption(onInterrupt);
  try {
    await program.parseAsync([...argv]);
    return interruption?.code ?? given();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? CLI_EXIT.done : misread;
    return interruption?.code ?? failed(error);
  } finally {
    interruption?.over();
  }
};
