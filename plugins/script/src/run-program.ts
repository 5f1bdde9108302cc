import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fatal, type AbortSignalLike } from '@tekton/harmonia/plugin';

export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string | undefined;
  readonly cwd: string | undefined;
  /** Of each stream; what is beyond is cut off. */
  readonly maxBytes: number;
}

export interface Ended {
  readonly exitCode: number;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program gets of the environment: enough to find system programs, nothing of the service's. */
const MINIMAL = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };
/** ms between asking a program to end and making it. */
const GRACE = 2000;

class Capture {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    const room = this.limit - this.size;
    if (room <= 0) return;
    this.chunks.push(chunk.subarray(0, room));
    this.size += Math.min(room, chunk.length);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

/** Runs a program without a shell, in a process group of its own, so that what it starts can be stopped with it. */
export const runProgram = (program: Program, signal: AbortSignalLike): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const { file, args, env, cwd, maxBytes } = program;
    const options = { env: { ...MINIMAL, ...env }, shell: false, detached: true, ...(cwd !== undefined && { cwd }) };
    const child = spawn(file, [...args], options);
    const stdout = new Capture(maxBytes);
    const stderr = new Capture(maxBytes);
    let killer: NodeJS.Timeout | undefined;
    const stop = (): void => {
      killGroup(child, 'SIGTERM');
      killer = setTimeout(() => killGroup(child, 'SIGKILL'), GRACE);
    };
    const settled = (): void => {
      clearTimeout(killer);
      signal.removeEventListener('abort', stop);
    };
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.on('error', (error) => {
      settled();
      reject(fatal('program_failed', `The program cannot be started: ${error.message}.`, { cause: error }));
    });
    child.on('close', (code, killedBy) => {
      settled();
      resolve({ exitCode: code ?? -1, signal: killedBy ?? undefined, stdout: stdout.text, stderr: stderr.text });
    });
    // A program that does not read its input closes the pipe; that is no failure of ours.
    child.stdin.on('error', () => undefined);
    child.stdin.end(program.stdin ?? '');
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });

const killGroup = (child: ChildProcessWithoutNullStreams, signal: 'SIGTERM' | 'SIGKILL'): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
};
