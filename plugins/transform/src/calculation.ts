import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import PQueue from 'p-queue';
import { Piscina } from 'piscina';
import {
  fatal,
  isTaskFailure,
  transient,
  type AbortSignalLike,
  type Json,
  type TaskFailure,
} from '@tekton/harmonia/plugin';
import { USUAL_SECONDS, WORKER_MEMORY } from './bounds.js';
import type { Answer, Job } from './worker/job.js';

/** The compiled worker, beside `src` as beside itself. */
const WORKER = fileURLToPath(new URL('../dist/worker/index.js', import.meta.url));
const THREADS = Math.min(4, Math.max(2, availableParallelism()));
/** ms that a worker may take to start, and to say by itself that time is up, before it is ended. */
const GRACE = 2000;
/** ms after which an idle worker ends. */
const IDLE = 30_000;

/**
 * Calculations run in threads of their own, so that an expression without end holds up neither the service nor, once
 * its time is up, anything else: the thread is ended and another takes its place.
 */
class Calculations {
  /** Its threads end when they are idle, and keep no process alive. */
  private pool: Piscina<Job, Answer> | undefined;
  private readonly turns = new PQueue({ concurrency: THREADS });

  async run(job: Job, milliseconds: number, signal: AbortSignal): Promise<Answer> {
    try {
      return await this.turns.add(() => this.inThread(job, milliseconds, signal), { signal });
    } catch (error) {
      throw isTaskFailure(error) ? error : transient('canceled', 'The attempt is over.');
    }
  }

  /** Time counts from here: whoever waits for others does not pay for them. */
  private async inThread(job: Job, milliseconds: number, signal: AbortSignal): Promise<Answer> {
    const deadline = AbortSignal.timeout(milliseconds + GRACE);
    try {
      return await this.threads().run(job, { signal: AbortSignal.any([signal, deadline]) });
    } catch (error) {
      throw ended(error, { timedOut: deadline.aborted, milliseconds });
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
      resourceLimits: { maxOldGenerationSizeMb: WORKER_MEMORY, maxYoungGenerationSizeMb: 32, stackSizeMb: 4 },
    });
    return this.pool;
  }
}

const ended = (
  error: unknown,
  { timedOut, milliseconds }: { timedOut: boolean; milliseconds: number },
): TaskFailure => {
  if (timedOut) return tookTooLong(milliseconds);
  if ((error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return fatal('calculation_too_large', `The calculation takes more than ${WORKER_MEMORY} MiB of memory.`);
  return transient('calculation_lost', 'The thread of the calculation ended.', { cause: error });
};

const tookTooLong = (milliseconds: number): TaskFailure =>
  transient('timeout', `The calculation took longer than ${milliseconds / 1000} s. Raise \`time_limit\`, or do less.`);

const calculations = new Calculations();

/** What all calculations take of the context of an attempt. */
export interface Attempted {
  readonly signal: AbortSignalLike;
}

/** Does a job in a thread and answers its result. Throws `TaskFailure`s. */
export const calculate = async <T extends Json>(job: Job, { signal }: Attempted): Promise<T> => {
  const milliseconds = Math.ceil((job.input.time_limit ?? USUAL_SECONDS) * 1000);
  const answer = await calculations.run(job, milliseconds, signal as AbortSignal);
  if (answer.is === 'done') return JSON.parse(answer.json) as T;
  if (answer.is === 'late') throw tookTooLong(milliseconds);
  throw fatal(answer.code, answer.message, answer.details === undefined ? {} : { details: answer.details });
};
