import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { KEPT_SHARE, type IsolationLimits } from './limits.js';
import type { Envelope, Job, WorkerFacts } from './wire.js';
import { WorkerLine, type Listener } from './worker-line.js';

/** What every worker runs, as it was built; also for those who run the host from its sources. */
const ENTRY = fileURLToPath(
  new URL(
    import.meta.url.endsWith('.ts') ? '../../../dist/plugin/isolation/worker/entry.js' : './worker/entry.js',
    import.meta.url,
  ),
);

/** A worker that spoke where it has nothing to say, or said what nobody says. */
export class Misbehaved extends Error {}

/** What the pool keeps of a job. */
interface PooledTask {
  readonly taskId: unknown;
  readonly task: object;
  transferList: unknown;
}

/** What the pool keeps of a worker. */
interface PooledWorker {
  readonly worker: Worker;
  onMessage: (message: unknown) => void;
  postTask: (task: PooledTask) => void;
  readonly taskInfos: ReadonlyMap<unknown, unknown>;
}

const isPooled = (value: unknown): value is PooledWorker => {
  const { worker, onMessage, postTask, taskInfos } = (value ?? {}) as Partial<Record<keyof PooledWorker, unknown>>;
  const areMethods = typeof onMessage === 'function' && typeof postTask === 'function';
  return typeof worker === 'object' && areMethods && taskInfos instanceof Map;
};

/** What the pool hands out of a worker holds the worker under a symbol. */
const pooled = (handle: object): PooledWorker => {
  const values = Object.getOwnPropertySymbols(handle).map((key) => (handle as Record<symbol, unknown>)[key]);
  const found = values.find(isPooled);
  if (!found) throw new Error('The pool of workers is not the one that was audited.');
  return found;
};

/** As if the thread had failed: the pool ends it and fails what runs on it. */
const misbehaved = ({ worker }: PooledWorker): void => {
  worker.emit('error', new Misbehaved('it sent a message that is none'));
};

/**
 * The pool trusts what its workers say: a message that is no object throws in its listener, outside of every `try`, and
 * would end the service. Code of a plugin can get hold of every port of its thread, so each is checked here.
 */
const distrust = (info: PooledWorker): void => {
  let isTrusted = true;
  const refuse = (): void => {
    if (isTrusted) misbehaved(info);
    isTrusted = false;
  };
  const hear = info.onMessage;
  info.onMessage = (message) => {
    const id = typeof message === 'object' && message !== null ? (message as { taskId?: unknown }).taskId : undefined;
    if (isTrusted && info.taskInfos.has(id)) hear(message);
    else refuse();
  };
  info.worker.on('message', refuse);
};

/** Which worker does a job is known when the pool hands it over: that is where it is connected with the line of the worker. */
const connect = (info: PooledWorker, listeners: WeakMap<object, Listener>): void => {
  const line = new WorkerLine(() => misbehaved(info));
  info.worker.on('exit', () => line.close());
  const post = info.postTask.bind(info);
  info.postTask = (task) => {
    const envelope = task.task as { -readonly [Key in keyof Envelope]: Envelope[Key] };
    Object.assign(envelope, line.begin(listeners.get(envelope) as Listener));
    if (envelope.line) task.transferList = [envelope.line.port];
    post(task);
    if (info.taskInfos.has(task.taskId)) line.handedOver();
  };
};

type LoadBalancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;

/** Hands jobs to workers that have none, those that are still starting among them; `meet` sees each before its first job. */
const balancer =
  (meet: (handle: object) => void): LoadBalancer =>
  (_task, workers) => {
    const free = workers.find(({ currentUsage }) => currentUsage === 0) ?? null;
    if (free) meet(free);
    return free;
  };

export interface WorkerPool {
  /** Fulfils when the worker is ready for another job; rejects when it died, or when `kill` ended it. */
  run(job: Job, listener: Listener, kill: AbortSignal): Promise<void>;
  /** Ends all workers, whatever they do. */
  close(): Promise<void>;
}

/** The workers of one plugin. */
export const openPool = (entry: string, limits: IsolationLimits): WorkerPool => {
  const { maxThreads, maxHeapMb, maxStackMb, idle, maxAttempts, maxOutputBytes } = limits;
  const maxKeptBytes = maxHeapMb * 2 ** 20 * KEPT_SHARE;
  const workerData: WorkerFacts = { entry, maxAttempts, maxOutputBytes, maxKeptBytes };
  const listeners = new WeakMap<object, Listener>();
  const met = new WeakSet<PooledWorker>();
  const meet = (handle: object): void => {
    const info = pooled(handle);
    if (!met.has(info)) connect(info, listeners);
    met.add(info);
  };
  const pool = new Piscina({
    filename: ENTRY,
    loadBalancer: balancer(meet),
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
  pool.on('workerCreate', (handle: object) => distrust(pooled(handle)));
  return {
    run: (job, listener, kill) => {
      const envelope = { job };
      listeners.set(envelope, listener);
      return pool.run(envelope, { signal: kill }) as Promise<void>;
    },
    close: () => pool.destroy(),
  };
};
