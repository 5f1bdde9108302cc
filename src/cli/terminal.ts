import { HarmoniaError, type Fault } from '../kernel/index.js';
import { watchStream } from '../tekton/utilities/streams/index.js';
import { CommandError } from './command-error.js';
import { EXIT, exitCodeOf, type ExitCode } from './exit-code.js';

/** Where a command speaks. Standard output carries results only, so that it can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal: a line may be drawn over. */
  readonly isInteractive: boolean;
  readonly width: number;
  /** Nobody reads standard output any more: `| head` has seen enough. */
  readonly isClosed: boolean;
}

export const systemTerminal = (): Terminal => {
  const { stdout, stderr } = process;
  const [out, err] = [watchStream(stdout), watchStream(stderr)];
  return {
    out: (text) => void (out.isClosed || stdout.write(text)),
    err: (text) => void (err.isClosed || stderr.write(text)),
    isInteractive: stderr.isTTY === true && process.env.TERM !== 'dumb',
    get width() {
      return stderr.columns ?? 80;
    },
    get isClosed() {
      return out.isClosed;
    },
  };
};

export const faultLine = ({ code, pointer, message, cure }: Fault): string =>
  `  ${pointer === '' ? '(whole document)' : pointer}: ${message} [${code}]\n    → ${cure}\n`;

/** Says what went wrong and answers the exit code that fits. */
export const reportError = (terminal: Terminal, error: unknown): ExitCode => {
  if (error instanceof CommandError) {
    terminal.err(`${error.message}\n  → ${error.cure}\n`);
    return EXIT.invalid;
  }
  if (!(error instanceof HarmoniaError)) {
    terminal.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.trouble;
  }
  terminal.err(`${error.message} [${error.code}]\n`);
  if (error.faults.length === 0) terminal.err(`  → ${error.cure}\n`);
  for (const fault of error.faults) terminal.err(faultLine(fault));
  return exitCodeOf(error);
};
