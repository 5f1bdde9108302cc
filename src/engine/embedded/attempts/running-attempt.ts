import type { Json } from '../../../kernel/index.js';
import type { RunOrder, Usage } from '../../core/index.js';
import type { AttemptControl, AttemptLogLevel, Timer } from '../../ports/index.js';

/** Why an attempt was told to stop, as its signal's reason. */
export type StopReason = 'stopped' | 'timeout' | 'shutdown';

/** Where the words of an attempt go. */
export interface AttemptVoice {
  log(attempt: RunningAttempt, line: { level: AttemptLogLevel; message: string; details?: Json | undefined }): void;
  progress(attempt: RunningAttempt, fraction: number, message: string | undefined): void;
  record(attempt: RunningAttempt, key: string, result: Json): Promise<void>;
  /** `report`: counts those of the attempt, from 1. */
  use(attempt: RunningAttempt, report: number, usage: Usage): Promise<void>;
}

/**
 * An attempt that runs in this process, and all that its task may ask of the engine: one object, since there is one for
 * every step. What it says counts while it runs: later, its execution may have been deleted.
 */
export class RunningAttempt implements AttemptControl {
  /** Rings at the deadline. */
  deadline: Timer | undefined;
  /** Rings when it may have died. */
  watch: Timer | undefined;
  /** Signs of life so far. */
  signs = 0;
  /** Reports of usage so far. */
  private reports = 0;
  private controller: AbortController | undefined;
  private over = false;
  private stopped: StopReason | undefined;

  constructor(
    readonly order: Pick<RunOrder, 'step' | 'generation' | 'attempt' | 'deadline'>,
    private readonly voice: AttemptVoice,
  ) {}

  /** Made on demand: most short tasks never look at it. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.stopped !== undefined) this.controller.abort(this.stopped);
    return this.controller.signal;
  }

  log(level: AttemptLogLevel, message: string, details?: Json): void {
    this.signs += 1;
    if (!this.over) this.voice.log(this, { level, message, details });
  }

  progress(fraction: number, message?: string): void {
    this.signs += 1;
    if (!this.over) this.voice.progress(this, fraction, message);
  }

  heartbeat(): void {
    this.signs += 1;
  }

  record(key: string, result: Json): Promise<void> {
    this.signs += 1;
    return this.voice.record(this, key, result);
  }

  /** Also when it is over: what was used is used. */
  use(usage: Usage): Promise<void> {
    this.signs += 1;
    this.reports += 1;
    return this.voice.use(this, this.reports, usage);
  }

  /** It has ended, or its result no longer counts. */
  end(): void {
    this.over = true;
    this.deadline?.cancel();
    this.watch?.cancel();
  }

  stop(reason: StopReason): void {
    this.end();
    this.stopped = reason;
    this.controller?.abort(reason);
  }
}
