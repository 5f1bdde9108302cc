import type { Engine } from '../../engine/index.js';
import { HarmoniaError, type Instant } from '../../kernel/index.js';
import type { VirtualTimers } from './virtual-timers.js';

/** ms after which a request is made again that nobody could take. */
const PATIENCE = 1000;

/** Something that is asked of whoever serves. */
export interface Request<T> {
  readonly label: string;
  /** Asks. */
  readonly act: (engine: Engine) => Promise<T>;
  /** Called whenever it is sent. */
  readonly sent?: () => void;
  /** `isFirst`: by the process that lives, and nobody had answered before. */
  readonly granted?: (answer: T, isFirst: boolean) => void;
  readonly refused?: (error: unknown, isFirst: boolean) => void;
}

interface Open {
  readonly label: string;
  readonly send: (engine: Engine) => Promise<void>;
  /** It was sent, and nobody has answered: whoever serves next is asked again. */
  isSent: boolean;
}

/** Requests to an engine that dies now and then. What was not answered is asked again, as people with a key do. */
export class Requests {
  private readonly open = new Set<Open>();
  private engine: Engine | undefined;

  constructor(private readonly timers: VirtualTimers) {}

  /** The engine that serves now. */
  get served(): Engine | undefined {
    return this.engine;
  }

  /** Another process serves. */
  connect(engine: Engine): void {
    this.engine = engine;
    for (const request of this.open) if (request.isSent) this.arm(request, this.timers.now());
  }

  disconnect(): void {
    this.engine = undefined;
  }

  ask<T>(request: Request<T>, at: Instant = this.timers.now()): void {
    const { label, act, sent, granted, refused } = request;
    const isFirst = (engine: Engine): boolean => this.engine === engine && this.open.delete(open);
    const send = async (engine: Engine): Promise<void> => {
      sent?.();
      try {
        const answer = await act(engine);
        granted?.(answer, isFirst(engine));
      } catch (error) {
        if (!isTemporary(error)) refused?.(error, isFirst(engine));
        else if (this.engine === engine) this.arm(open, this.timers.now() + PATIENCE);
      }
    };
    const open: Open = { label, send, isSent: false };
    this.arm(open, at);
  }

  private arm(request: Open, at: Instant): void {
    this.open.add(request);
    request.isSent = false;
    const callback = (): void => {
      request.isSent = true;
      if (this.engine && this.open.has(request)) void request.send(this.engine);
    };
    this.timers.arm({ time: at, callback, label: request.label, outlives: true });
  }
}

/** The store is down, or the process is not up yet. */
const isTemporary = (error: unknown): boolean =>
  error instanceof HarmoniaError &&
  ['storage_unavailable', 'not_initialized', 'shutting_down', 'backlog_full'].includes(error.code);
