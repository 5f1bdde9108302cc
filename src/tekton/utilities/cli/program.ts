import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Environment } from '../environment/index.js';
import { parseLogLevel, type LogLevel } from '../log-line/index.js';

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
  readonly environment: Environment;
}

const LEVELS = 'DEBUG, INFO, WARNING, ERROR, CRITICAL';

/**
 * A command line with the options of the platform: `-v, --version`, `--log-level` (default `TEKTON_LOG_LEVEL`, else INFO),
 * `--config FILE`, `--verbose`. Add sub-commands to it; called without one it shows its help and fails.
 */
export const componentProgram = ({ name, description, version, environment }: ProgramWords): Command => {
  const level = (text: string): LogLevel => {
    const found = parseLogLevel(text);
    if (found === undefined) throw new InvalidArgumentError(`It is none of ${LEVELS}.`);
    return found;
  };
  const usual = parseLogLevel(environment.TEKTON_LOG_LEVEL ?? '') ?? 'INFO';
  return new Command(name)
    .description(description)
    .version(version, '-v, --version', 'print the version')
    .addOption(new Option('--log-level <level>', `one of ${LEVELS}`).argParser(level).default(usual))
    .option('--config <file>', 'a file of settings, JSON or YAML')
    .option('--verbose', 'say more')
    .exitOverride();
};

/**
 * Runs one command line; the exit code: 0, 1 after an error, which is said on standard error, 130 after Ctrl-C. Never
 * rejects. `onInterrupt` is called at the first Ctrl-C, so that commands can end in order; the second ends the process.
 */
export const runProgram = async (
  program: Command,
  argv: readonly string[],
  onInterrupt: () => void = () => undefined,
): Promise<number> => {
  let interrupted = false;
  let over = (): void => undefined;
  const asked = new Promise<void>((resolve) => (over = resolve));
  const heard = (): void => {
    interrupted = true;
    onInterrupt();
    over();
  };
  process.once('SIGINT', heard);
  try {
    await Promise.race([program.parseAsync([...argv]), asked]);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? CLI_EXIT.done : CLI_EXIT.failed;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return CLI_EXIT.failed;
  } finally {
    process.off('SIGINT', heard);
  }
  return interrupted ? CLI_EXIT.interrupted : CLI_EXIT.done;
};
