import { spawn, type ChildProcess } from 'node:child_process';
import { fatal, transient, type AbortSignalLike, type TaskFailure } from '@tekton/harmonia/plugin';

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
  /** Whether something of stdout or stderr was cut off. */
  readonly truncated: boolean;
}

/** What a program gets of the environment: enough to find system programs, nothing of the service's. */
const MINIMAL = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };
/** ms between asking a program to end and making it. */
const GRACE = 2000;
/** ms that the rest of the output may take to arrive once everything is killed. */
const LAST_WORDS = 500;
/** Too many processes or open files, too little memory: later there may be room. */
const PASSING: ReadonlySet<string> = new Set(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM']);

class Capture {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  truncated = false;

  constructor(private readonly limit: number) {}

  add(chunk: Buffer): void {
    const room = this.limit - this.size;
    if (chunk.length > room) this.truncated = true;
    if (room <= 0) return;
    this.chunks.push(chunk.subarray(0, room));
    this.size += Math.min(room, chunk.length);
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}

const notStarted = (error: unknown, { cwd }: Program): TaskFailure => {
  const { message, code = '' } = error as NodeJS.ErrnoException;
  const make = PASSING.has(code) ? transient : fatal;
  // A working directory that is missing is reported as if the program were.
  const where = cwd === undefined ? '' : ` (in ${cwd})`;
  return make('program_failed', `The program cannot be started: ${message}${where}.`, { cause: error });
};

const start = (program: Program): ChildProcess => {
  const { file, args, env, cwd } = program;
  const options = { env: { ...MINIMAL, ...env }, shell: false, detached: true, ...(cwd !== undefined && { cwd }) };
  try {
    return spawn(file, [...args], options);
  } catch (error) {
    // A zero byte in an argument, for example.
    throw notStarted(error, program);
  }
};

/**
 * Runs a program without a shell, in a process group of its own, so that what it starts can be stopped with it. Ends
 * when the program has ended and nothing holds its output open any more, or soon after the signal aborted.
 */
export const runProgram = async (program: Program, signal: AbortSignalLike): Promise<Ended> => {
  const child = start(program);
  return new Promise((resolve, reject) => {
    const stdout = new Capture(program.maxBytes);
    const stderr = new Capture(program.maxBytes);
    let killer: NodeJS.Timeout | undefined;
    const letGo = (): void => {
      // A process that left the group may hold the pipes for ever; it is not waited for.
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.stdin?.destroy();
    };
    const kill = (): void => {
      killGroup(child, 'SIGKILL');
      killer = setTimeout(letGo, LAST_WORDS);
    };
    const stop = (): void => {
      killGroup(child, 'SIGTERM');
      killer = setTimeout(kill, child.exitCode === null && child.signalCode === null ? GRACE : 0);
    };
    const settled = (): void => {
      signal.removeEventListener('abort', stop);
      if (killer === undefined) return;
      clearTimeout(killer);
      // The program has gone; what it started may have ignored the request.
      killGroup(child, 'SIGKILL');
    };
    child.on('error', (error) => {
      settled();
      reject(notStarted(error, program));
    });
    child.on('close', (code, killedBy) => {
      settled();
      const truncated = stdout.truncated || stderr.truncated;
      const signalName = killedBy ?? undefined;
      resolve({ exitCode: code ?? -1, signal: signalName, stdout: stdout.text, stderr: stderr.text, truncated });
    });
    // Without file descriptors left there are no pipes, only the error above.
    child.stdout?.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.add(chunk));
    // A program that does not read its input closes the pipe; that is no failure of ours.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(program.stdin ?? '');
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
};

const killGroup = (child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is gone already.
  }
};
