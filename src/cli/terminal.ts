import { HarmoniaError, type Fault } from '../kernel/index.js';
import { EXIT, type ExitCode } from './exit-code.js';

/** Where a command speaks. Standard output carries results only, so that it can be piped. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal: a line may be drawn over. */
  readonly isInteractive: boolean;
  readonly width: number;
}

export const systemTerminal = (): Terminal => ({
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isInteractive: process.stderr.isTTY === true,
  width: process.stderr.columns ?? 80,
});

export const faultLine = ({ code, pointer, message, cure }: Fault): string =>
  `  ${pointer === '' ? '(whole document)' : pointer}: ${message} [${code}]\n    → ${cure}\n`;

/** Says what went wrong and answers the exit code that fits. */
export const reportError = (terminal: Terminal, error: unknown): ExitCode => {
  if (!(error instanceof HarmoniaError)) {
    terminal.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT.trouble;
  }
  terminal.err(`${error.message} [${error.code}]\n`);
  if (error.faults.length === 0) terminal.err(`  → ${error.cure}\n`);
  for (const fault of error.faults) terminal.err(faultLine(fault));
  return error.status >= 400 && error.status < 500 ? EXIT.invalid : EXIT.trouble;
};
