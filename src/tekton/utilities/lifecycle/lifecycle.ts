import type { Millis } from '../../../kernel/index.js';
import { InitializationError, LifecycleError } from '../errors/index.js';

export type LifecycleState =
  'uninitialized' | 'initializing' | 'initialized' | 'starting' | 'running' | 'stopping' | 'stopped' | 'error';

/** What happens to a component, in the words of the platform. */
export type LifecycleEvent =
  | 'initialize'
  | 'initialization_completed'
  | 'initialization_failed'
  | 'start'
  | 'start_completed'
  | 'start_failed'
  | 'stop'
  | 'stop_completed'
  | 'stop_failed'
  | 'error'
  | 'health_check'
  | 'health_check_failed'
  | 'shutdown';

export interface LifecycleHooks {
  /** As errors name it. */
  readonly component: string;
  /** Reads, opens, loads. */
  readonly initialize?: () => Promise<void> | void;
  /** Begins to work: listens, and then registers. */
  readonly start?: () => Promise<void> | void;
  /** Ends work, before the resources are closed. */
  readonly stop?: () => Promise<void> | void;
  /** Whether it is well; asked again and again while it runs. Throwing says no. */
  readonly healthCheck?: () => Promise<void> | void;
  /** ms from one to the next. Default 60,000. */
  readonly healthInterval?: Millis;
  /** ms for the whole stop. Default 10,000. */
  readonly grace?: Millis;
  readonly onEvent?: (event: LifecycleEvent, error?: unknown) => void;
}

interface Resource {
  readonly name: string;
  readonly close: () => Promise<void> | void;
}

export const LIFECYCLE_EXIT = { done: 0, failed: 1 } as const;

const GRACE = 10_000;
const HEALTH_INTERVAL = 60_000;

/**
 * The life of a component: from uninitialized over running to stopped. What it has opened is closed in the opposite
 * order, each thing even when another could not be, and all within a bound.
 */
export class Lifecycle {
  private now: LifecycleState = 'uninitialized';
  private readonly resources: Resource[] = [];
  private health: NodeJS.Timeout | undefined;
  private ending: Promise<number> | undefined;
  private readonly told: (() => void)[] = [];

  constructor(private readonly hooks: LifecycleHooks) {}

  get state(): LifecycleState {
    return this.now;
  }

  /** Something that is to be closed when the component stops, before whatever was opened earlier. */
  opened(name: string, close: () => Promise<void> | void): void {
    this.resources.push({ name, close });
  }

  /** Initialises and starts it. When either fails, what was opened is closed, and the failure is thrown as `LifecycleError`. */
  async start(): Promise<void> {
    if (this.now !== 'uninitialized') throw this.wrong(`is ${this.now} and can not be started`);
    try {
      await this.pass('initialize', ['initializing', 'initialized'], this.hooks.initialize);
      await this.pass('start', ['starting', 'running'], this.hooks.start);
    } catch (error) {
      this.now = 'error';
      await this.closeAll();
      throw error;
    }
    this.watchHealth();
  }

  /** Asks it to stop: what `run` waits for. */
  shutDown(): void {
    this.tell('shutdown');
    for (const heard of this.told.splice(0)) heard();
  }

  /** Stops it, once, whoever asks; 0, or 1 when something failed or took longer than `grace` ms. Never rejects. */
  stop(grace = this.hooks.grace ?? GRACE): Promise<number> {
    return (this.ending ??= this.end(grace));
  }

  /** Runs it until SIGINT, SIGTERM or `shutDown`; the exit code. A second signal finds no listener: it ends the process. */
  async run(): Promise<number> {
    const asked = new Promise<void>((resolve) => this.told.push(resolve));
    const heard = (): void => this.shutDown();
    process.once('SIGINT', heard).once('SIGTERM', heard);
    try {
      await this.start();
      await asked;
    } catch {
      return LIFECYCLE_EXIT.failed;
    } finally {
      process.off('SIGINT', heard).off('SIGTERM', heard);
    }
    return this.stop();
  }

  private async end(grace: Millis): Promise<number> {
    clearInterval(this.health);
    if (this.now !== 'running') return this.now === 'error' ? LIFECYCLE_EXIT.failed : LIFECYCLE_EXIT.done;
    this.now = 'stopping';
    this.tell('stop');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<unknown[]>((resolve) => {
      timer = setTimeout(() => resolve([this.wrong(`did not stop within ${grace} ms`)]), grace);
    });
    const failures = await Promise.race([this.stopAll(), late]);
    clearTimeout(timer);
    this.now = failures.length === 0 ? 'stopped' : 'error';
    this.tell(failures.length === 0 ? 'stop_completed' : 'stop_failed', failures[0]);
    return failures.length === 0 ? LIFECYCLE_EXIT.done : LIFECYCLE_EXIT.failed;
  }

  private async stopAll(): Promise<unknown[]> {
    const stopped = await this.failureOf({ name: 'stop', close: () => this.hooks.stop?.() });
    return [...stopped, ...(await this.closeAll())];
  }

  private async closeAll(): Promise<unknown[]> {
    const failures: unknown[] = [];
    for (const resource of this.resources.splice(0).reverse()) failures.push(...(await this.failureOf(resource)));
    return failures;
  }

  private async failureOf({ name, close }: Resource): Promise<unknown[]> {
    try {
      await close();
      return [];
    } catch (cause) {
      const error = this.wrong(`could not close ${name}`, cause);
      this.tell('error', error);
      return [error];
    }
  }

  private async pass(
    event: 'initialize' | 'start',
    [under, done]: readonly [LifecycleState, LifecycleState],
    work: (() => Promise<void> | void) | undefined,
  ): Promise<void> {
    this.now = under;
    this.tell(event);
    try {
      await work?.();
    } catch (cause) {
      const { message } = cause as { message?: string };
      const error = new InitializationError(`${this.hooks.component} can not ${event}: ${message ?? String(cause)}`, {
        component: this.hooks.component,
        cause,
      });
      this.tell(event === 'start' ? 'start_failed' : 'initialization_failed', error);
      throw error;
    }
    this.now = done;
    this.tell(event === 'start' ? 'start_completed' : 'initialization_completed');
  }

  private watchHealth(): void {
    const { healthCheck, healthInterval = HEALTH_INTERVAL } = this.hooks;
    if (!healthCheck) return;
    const check = async (): Promise<void> => {
      try {
        await healthCheck();
        this.tell('health_check');
      } catch (error) {
        this.tell('health_check_failed', error);
      }
    };
    this.health = setInterval(() => void check(), healthInterval).unref();
  }

  private wrong(what: string, cause?: unknown): LifecycleError {
    const { component } = this.hooks;
    return new LifecycleError(`${component} ${what}.`, { component, cause });
  }

  private tell(event: LifecycleEvent, error?: unknown): void {
    this.hooks.onEvent?.(event, error);
  }
}
