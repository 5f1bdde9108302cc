import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import { Piscina } from 'piscina';
import { isTaskFailure, transient } from '@tekton/harmonia/plugin';
import type { Answer, Job } from './isolate/job.js';

/** The compiled worker, beside `src` as beside itself. */
const WORKER = fileURLToPath(new URL('../dist/isolate/index.js', import.meta.url));
const THREADS = Math.min(4, Math.max(2, availableParallelism()));
/** ms that a thread may take to start, and to say by itself that time is up, before it is ended. */
const GRACE = 2000;
/** ms after which an idle thread ends. */
const IDLE = 30_000;
/** MiB of a thread, beside the memory of the scripts. */
const MEMORY = 256;
/** MiB: more than the stack of a script ever takes of it. */
const STACK = 16;

const LATE: Answer = { end: { is: 'late' }, lines: [] };

/**
 * Scripts run in threads of their own: an isolate runs until it is done, and the service must not wait for that. A thread
 * that does not answer in time is ended, and another takes its place. The threads are started when they are needed.
 */
class Isolates {
  /** Its threads end when they are idle, and keep no process alive. */
  private pool: Piscina<Job, Answer> | undefined;
  private readonly turns = new PQueue({ concurrency: THREADS });

  async run(job: Job, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.turns.add(() => this.inThread(job, signal), { signal });
    } catch (error) {
      throw isTaskFailure(error) ? error : transient('canceled', 'The attempt is over.');
    }
  }

  /** Time counts from here: whoever waits for others does not pay for them. */
  private async inThread(job: Job, signal: AbortSignal): Promise<Answer> {
    const deadline = AbortSignal.timeout(job.milliseconds + GRACE);
    try {
      return await this.threads().run(job, { signal: AbortSignal.any([signal, deadline]) });
    } catch (error) {
      if (deadline.aborted) return LATE;
      throw transient('script_lost', 'The thread of the script ended.', { cause: error });
    }
  }

  private threads(): Piscina<Job, Answer> {
    this.pool ??= new Piscina<Job, Answer>({
      filename: WORKER,
      minThreads: 0,
      maxThreads: THREADS,
      idleTimeout: IDLE,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY, stackSizeMb: STACK },
    });
    return this.pool;
  }
}

/** Those of this process. */
export const isolates = new Isolates();
