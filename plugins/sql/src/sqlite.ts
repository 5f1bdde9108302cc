import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { fatal, transient, type TaskFailure } from '@tekton/harmonia/plugin';
import type { SqliteTarget } from './connection.js';
import { MEMORY, type SqliteAnswer, type SqliteRequest } from './sqlite-session.js';
import { tooSlow } from './time-out.js';
import type { Result, Work } from './work.js';

/** As it is built, wherever this is run from. */
const PROCESS = fileURLToPath(new URL('../dist/sqlite-process.js', import.meta.url));
/** ms without work after which a process ends. */
const IDLE = 30_000;
/** MiB of JavaScript. */
const HEAP = 128;

interface Waiting {
  readonly take: (child: ChildProcess) => void;
}

interface Idle {
  readonly child: ChildProcess;
  /** Ends it. */
  readonly timer: NodeJS.Timeout;
}

const isUsable = ({ exitCode, signalCode, connected }: ChildProcess): boolean =>
  exitCode === null && signalCode === null && connected;

/** The processes that work on one file. */
class SqliteProcesses {
  private readonly idle: Idle[] = [];
  private readonly waiting: Waiting[] = [];
  private count = 0;

  constructor(private readonly limit: number) {}

  /** Asks one of them. Whoever aborts ends it: SQLite knows no other way to stop a statement. */
  async ask(request: SqliteRequest, signal: AbortSignal): Promise<SqliteAnswer> {
    const child = await this.acquire(signal);
    let isGood = false;
    try {
      const answer = await exchange(child, request, signal);
      isGood = true;
      return answer;
    } finally {
      if (isGood) this.release(child);
      else this.drop(child);
    }
  }

  private acquire(signal: AbortSignal): Promise<ChildProcess> {
    signal.throwIfAborted();
    for (let free = this.idle.at(-1); free; free = this.idle.at(-1)) {
      if (isUsable(free.child)) return Promise.resolve(this.wake(free));
      this.retire(free.child);
    }
    if (this.count < this.limit) return Promise.resolve(this.spawn());
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        take: (child) => {
          signal.removeEventListener('abort', leave);
          resolve(child);
        },
      };
      const leave = (): void => {
        this.waiting.splice(this.waiting.indexOf(entry), 1);
        reject(signal.reason as Error);
      };
      this.waiting.push(entry);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  /** Neither the environment of the service nor what it was started with. */
  private spawn(): ChildProcess {
    this.count++;
    const child = fork(PROCESS, [], {
      env: {},
      execArgv: [`--max-old-space-size=${HEAP}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('error', () => undefined);
    // One that nobody uses may end, too: its own watch ends it when it keeps too much memory.
    child.on('exit', () => this.retire(child));
    return child;
  }

  private wake(free: Idle): ChildProcess {
    this.idle.splice(this.idle.indexOf(free), 1);
    clearTimeout(free.timer);
    return free.child;
  }

  private release(child: ChildProcess): void {
    const next = this.waiting.shift();
    if (next) return next.take(child);
    const entry = { child, timer: setTimeout(() => this.retire(child), IDLE) };
    this.idle.push(entry);
    // A process that waits for work keeps nobody alive.
    entry.timer.unref();
    child.unref();
    child.channel?.unref();
  }

  /** Ends one that nobody uses. */
  private retire(child: ChildProcess): void {
    const free = this.idle.find((one) => one.child === child);
    if (!free) return;
    this.wake(free);
    this.count--;
    child.kill('SIGKILL');
  }

  private drop(child: ChildProcess): void {
    this.count--;
    child.kill('SIGKILL');
    const next = this.waiting.shift();
    if (next) next.take(this.spawn());
  }
}

/** Nobody but its own watch, or the system when memory is short, ends it so. */
const endOf = ({ signalCode }: ChildProcess): TaskFailure =>
  signalCode === 'SIGKILL'
    ? fatal('sql_memory_exceeded', `The statement took more than ${MEMORY / 2 ** 20} MiB of memory and was stopped.`)
    : transient('sql_unreachable', 'The process that works on the SQLite file ended.');

const exchange = (child: ChildProcess, request: SqliteRequest, signal: AbortSignal): Promise<SqliteAnswer> =>
  new Promise((resolve, reject) => {
    const done = (): void => {
      child.off('message', heard).off('exit', ended).off('error', ended);
      signal.removeEventListener('abort', aborted);
    };
    const heard = (answer: unknown): void => {
      done();
      resolve(answer as SqliteAnswer);
    };
    const ended = (): void => {
      done();
      reject(endOf(child));
    };
    const aborted = (): void => {
      done();
      reject(signal.reason as Error);
    };
    child.ref();
    child.channel?.ref();
    child.on('message', heard).on('exit', ended).on('error', ended);
    signal.addEventListener('abort', aborted, { once: true });
    if (!isUsable(child)) return ended();
    child.send(request, (error) => {
      if (error) ended();
    });
  });

const files = new Map<string, SqliteProcesses>();

const processesOf = ({ file, pool }: SqliteTarget): SqliteProcesses => {
  const key = `${pool} ${file}`;
  const known = files.get(key);
  if (known) return known;
  const made = new SqliteProcesses(pool);
  files.set(key, made);
  return made;
};

/** Another connection holds a lock; a disk that fails may be one of a network. */
const PASSING = /^SQLITE_(BUSY|LOCKED|PROTOCOL|IOERR)/;

const sqliteFailure = ({ code, message }: { code: string; message: string }): TaskFailure => {
  const options = { details: { sqlite: code } };
  if (PASSING.test(code)) return transient('sql_busy', `SQLite cannot do it now: ${message} (${code})`, options);
  if (code.startsWith('SQLITE_READONLY'))
    return fatal('sql_read_only', `It only reads: ${message}. Use sql/execute or sql/transaction.`, options);
  return fatal('sql_failed', `SQLite refused it: ${message} (${code || 'no code'})`, options);
};

/** Does the work in one transaction, in a process that is ended when it takes too long. */
export const runOnSqlite = async (target: SqliteTarget, work: Work): Promise<readonly Result[]> => {
  const { mode, statements, maxRows, maxBytes, timeout } = work;
  const { file, create } = target;
  const late = AbortSignal.timeout(timeout);
  const signal = AbortSignal.any([work.signal as AbortSignal, late]);
  let answer: SqliteAnswer;
  try {
    const request = { file, create, mode, statements, maxRows, maxBytes, patience: timeout };
    answer = await processesOf(target).ask(request, signal);
  } catch (error) {
    if (late.aborted && !work.signal.aborted) throw tooSlow(timeout);
    throw error;
  }
  if (answer.is === 'done') return answer.results;
  throw answer.is === 'failed' ? fatal(answer.code, answer.message) : sqliteFailure(answer);
};
