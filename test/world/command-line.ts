import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { runCli } from '../../src/cli/main.js';

const PROGRAM = fileURLToPath(new URL('../../bin/harmonia.js', import.meta.url));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A `harmonia` that runs. */
export class RunningCommand {
  out = '';
  err = '';
  readonly ended: Promise<Ran>;
  private readonly looks = new Set<() => void>();

  constructor(readonly child: ChildProcessByStdio<Writable | null, Readable, Readable>) {
    child.stdout.on('data', (chunk: Buffer) => this.said('out', chunk));
    child.stderr.on('data', (chunk: Buffer) => this.said('err', chunk));
    this.ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out: this.out, err: this.err }));
  }

  /** Fulfils when it has said this, on either stream. */
  says(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!pattern.test(this.out) && !pattern.test(this.err)) return;
        this.looks.delete(look);
        resolve();
      };
      this.looks.add(look);
      look();
    });
  }

  private said(stream: 'out' | 'err', chunk: Buffer): void {
    this[stream] += chunk.toString('utf8');
    for (const look of [...this.looks]) look();
  }
}

/** Starts `harmonia` as a user would: the built program in a process of its own. */
export const startHarmonia = (args: readonly string[], environment: Record<string, string> = {}): RunningCommand =>
  new RunningCommand(
    spawn(process.execPath, [PROGRAM, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );

/** Runs `harmonia` to its end. */
export const harmonia = (args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> =>
  startHarmonia(args, environment).ended;

/** Runs `harmonia` to its end with a text on standard input. */
export const harmoniaReading = (input: string, args: readonly string[], environment = {}): Promise<Ran> => {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  return new RunningCommand(child).ended;
};

declare global {
  /** `service-environment.mjs` has it. */
  var builtCommandLine: (() => Promise<{ readonly runCli: typeof runCli }>) | undefined;
}

/** The same in this process, with its environment: for what needs no process of its own, since starting one costs a second. */
export const harmoniaHere = async (args: readonly string[]): Promise<Ran> => {
  let out = '';
  let err = '';
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    isInteractive: false,
    width: 80,
    isClosed: false,
  };
  const commandLine = await (globalThis.builtCommandLine?.() ?? import('../../src/cli/main.js'));
  const code = await commandLine.runCli(['node', 'harmonia', ...args], terminal);
  return { code, out, err };
};
