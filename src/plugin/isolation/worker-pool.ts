import { fileURLToPath } from 'node:url';
import type { MessagePort, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { KEPT_SHARE, type IsolationLimits } from './limits.js';
import type { Job, WorkerFacts } from './wire.js';

/** What every worker runs, as it was built; also for those who run the host from its sources. */
const ENTRY = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/plugin/isolation/worker/entry.js' : './worker/entry.js',
    import.meta.url,
  ),
);

/** A worker that spoke where it has nothing to say, or said what nobody says. */
export class Misbehaved extends Error {}

/** What the pool keeps of a worker. */
interface PooledWorker {
  readonly worker: Worker;
  onMessage: (message: unknown) => void;
  readonly taskInfos: ReadonlyMap<unknown, unknown>;
}

const isPooled = (value: unknown): value is PooledWorker => {
  const { worker, onMessage, taskInfos } = (value ?? {}) as Partial<Record<keyof PooledWorker, unknown>>;
  return typeof worker === 'object' && typeof onMessage === 'function' && taskInfos instanceof Map;
};

/** What the pool hands out of a worker holds the worker under a symbol. */
const pooled = (handle: object): PooledWorker => {
  const values = Object.getOwnPropertySymbols(handle).map((key) => (handle as Record<symbol, unknown>)[key]);
  const found = values.find(isPooled);
  if (!found) throw new Error('The pool of workers is not the one that was audited.');
  return found;
};

/**
 * The pool trusts what its workers say: a message that is no object throws in its listener, outside of every `try`, and
 * would end the service. Code of a plugin can get hold of every port of its thread, so each is checked here.
 */
const distrust = (handle: object): void => {
  const info = pooled(handle);
  let isTrusted = true;
  const misbehaved = (): void => {
    if (!isTrusted) return;
    isTrusted = false;
    // As if the thread had failed: the pool ends it and fails what runs on it.
    info.worker.emit('error', new Misbehaved('it sent a message that is none'));
  };
  const hear = info.onMessage;
  info.onMessage = (message) => {
    const id = typeof message === 'object' && message !== null ? (message as { taskId?: unknown }).taskId : undefined;
    if (isTrusted && info.taskInfos.has(id)) hear(message);
    else misbehaved();
  };
  info.worker.on('message', misbehaved);
};

export interface WorkerPool {
  /** Fulfils when the worker is ready for another job; rejects when it died, or when `kill` ended it. */
  run(job: Job, port: MessagePort, kill: AbortSignal): Promise<void>;
  /** Ends all workers, whatever they do. */
  close(): Promise<void>;
}

/** The workers of one plugin. */
export const openPool = (entry: string, limits: IsolationLimits): WorkerPool => {
  const { maxThreads, maxHeapMb, maxStackMb, idle, maxAttempts, maxOutputBytes } = limits;
  const maxKeptBytes = maxHeapMb * 2 ** 20 * KEPT_SHARE;
  const workerData: WorkerFacts = { entry, maxAttempts, maxOutputBytes, maxKeptBytes };
  const pool = new Piscina({
    filename: ENTRY,
    workerData,
    minThreads: 0,
    maxThreads,
    idleTimeout: idle,
    concurrentTasksPerWorker: 1,
    // A thread that waits for its next job must still turn its event loop.
    atomics: 'disabled',
    recordTiming: false,
    env: {},
    argv: [],
    // Native code could do anything to the process.
    execArgv: ['--no-addons'],
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMb, stackSizeMb: maxStackMb },
  });
  // A worker that died when nobody waited for it costs nothing.
  pool.on('error', () => undefined);
  pool.on('workerCreate', distrust);
  return {
    run: (job, port, kill) => pool.run({ job, port }, { transferList: [port], signal: kill }) as Promise<void>,
    close: () => pool.destroy(),
  };
};
