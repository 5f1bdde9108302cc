import { pauseBefore, type Backoff } from '../../tekton/utilities/backoff/index.js';
import { ConfigurationValueError } from '../../tekton/utilities/errors/index.js';
import { Leash, pause } from '../call/leash.js';
import type { Line } from '../call/line.js';
import { isRefusal, refusal } from '../call/refusal.js';
import { isProgress, isStored, type ExecutionEvent, type Frame } from './frame.js';
import { later, parsePlace, placeOf, textOf, type Place, type Scope } from './place.js';
import { sentFrames } from './sent-frames.js';
import { socketFrames } from './socket-frames.js';

export interface WatchOptions {
  /** `websocket`, the default, or `sse`: server-sent events, for proxies that pass nothing else. */
  readonly over?: 'websocket' | 'sse';
  /** ms for which a service that went away is looked for. Default 60,000. */
  readonly patienceMs?: number;
  /** Ends the stream: reading it throws the reason. */
  readonly signal?: AbortSignal;
}

export interface WatchParts extends WatchOptions {
  readonly line: Line;
  readonly scope: Scope;
  /** Of the one way and of the other. */
  readonly paths: { readonly websocket: string; readonly sse: string };
  /** A place, or `now`. */
  readonly since: string;
  /** Asks for something that whoever may listen may also read: what it throws is why nothing comes. */
  readonly check: () => Promise<unknown>;
  /** Characters that may wait to be read. */
  readonly room?: number;
  /** ms without a frame after which a connection is taken for lost. */
  readonly silenceMs?: number;
}

const PATIENCE = 60_000;
/** ms without a frame after which a stream is taken for lost: more than the service's own silence, and than our pings. */
const SILENCE = 50_000;
const RECONNECT: Backoff = { first: 250, factor: 2, longest: 5000, jitter: 0.2 };
const FINAL: ReadonlySet<unknown> = new Set(['workflow_completed', 'workflow_failed', 'workflow_canceled']);
const ENDED: ReadonlySet<unknown> = new Set(['completed', 'failed', 'canceled']);
/** Errors of a stream that say nothing of the next one. */
const PASSING: ReadonlySet<unknown> = new Set(['too_slow', 'shutting_down', 'limit_reached', 'internal_error']);
const PASSING_STATUS: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** How a connection ended: nothing more will come; we cut it; or it was lost. */
type End = 'over' | 'cut' | 'lost';

/**
 * The events of an execution, or of all, each once and in order; what was lost with a connection comes with the next one.
 * It is read once. One of an execution ends by itself after the last event. What is not read is not kept: beyond some
 * megabytes the stream is closed, and opened again once they were read.
 */
export class EventWatch implements AsyncIterable<ExecutionEvent> {
  readonly #parts: WatchParts;
  #place: Place | undefined;
  /** Up to where the execution had come when the connection was made; what ends it lies there or behind it. */
  #known = 0;
  #isOver = false;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    if (parts.since === 'now') return;
    this.#place = parsePlace(parts.since);
    if (!this.#place) throw new ConfigurationValueError('`since` is a place such as 17 or 17.1, or `now`.');
  }

  /** The place after the last event that was read: what to give as `since` to go on there. Undefined: not begun. */
  get place(): string | undefined {
    return this.#place && textOf(this.#place);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ExecutionEvent, void> {
    const { line, signal } = this.#parts;
    const leash = new Leash([...line.signals, signal]);
    try {
      const absence = new Absence(this.#parts);
      while (!this.#isOver) {
        leash.throwIfTold();
        const end = yield* this.#connection(leash.signal, absence);
        leash.throwIfTold();
        if (end === 'lost') await absence.wait(leash.signal);
      }
    } finally {
      leash.letGo();
    }
  }

  /** One connection, from the place on. */
  async *#connection(signal: AbortSignal, absence: Absence): AsyncGenerator<ExecutionEvent, End> {
    const leash = new Leash([signal]);
    const frames = this.#open(leash.signal);
    try {
      for (;;) {
        const next = await heard(frames, leash, this.#parts.silenceMs);
        if (next === undefined) return 'lost';
        if (next.type === 'cut') return 'cut';
        if (next.type === 'error') {
          await this.#refused(next);
          return 'lost';
        }
        // Whom there is no room for is greeted, too.
        if (next.type !== 'connected') absence.isOver();
        const event = this.#take(next);
        if (event) yield event;
        if (this.#isOver) return 'over';
      }
    } finally {
      leash.abort();
      leash.letGo();
      await frames.return();
    }
  }

  #open(signal: AbortSignal): AsyncGenerator<Frame, void> {
    const { line, paths, over = 'websocket', room } = this.#parts;
    const since = this.#place ? `?since=${textOf(this.#place)}` : '';
    if (over === 'sse') return sentFrames(line, paths.sse + since, signal);
    return socketFrames(line, paths.websocket + since, { signal, ...(room !== undefined && { room }) });
  }

  /** The event that a frame is; what else it says is noted. */
  #take(frame: Frame): ExecutionEvent | undefined {
    if (isProgress(frame)) return frame;
    if (!isStored(frame)) {
      this.#note(frame);
      return undefined;
    }
    const place = placeOf(frame, this.#parts.scope);
    // One that was published late has an earlier place.
    this.#place = this.#place ? later(this.#place, place) : place;
    const isLast = FINAL.has(frame.event_type) && frame.sequence >= this.#known;
    if (this.#parts.scope === 'execution' && isLast) this.#isOver = true;
    return frame;
  }

  #note({ type, since, status, sequence }: Frame): void {
    if (typeof since === 'string') this.#place ??= parsePlace(since);
    if (type !== 'state' || typeof sequence !== 'number') return;
    this.#known = sequence;
    this.#place ??= { at: sequence };
    if (ENDED.has(status) && this.#place.at >= sequence) this.#isOver = true;
  }

  /** Throws, unless it may be better the next time. */
  async #refused({ code, message }: Frame): Promise<void> {
    if (PASSING.has(code)) return;
    await this.#parts.check();
    throw refusal(typeof message === 'string' ? message : 'The stream was refused.', {
      ...{ code: typeof code === 'string' ? code : 'refused', status: 400 },
    });
  }
}

/** The next frame; undefined: there is none, for whatever reason. */
const heard = async (
  frames: AsyncGenerator<Frame, void>,
  leash: Leash,
  silence = SILENCE,
): Promise<Frame | undefined> => {
  const alarm = setTimeout(() => leash.abort(), silence);
  try {
    const next = await frames.next();
    return next.done ? undefined : next.value;
  } catch {
    // Why, the check will say.
    return undefined;
  } finally {
    clearTimeout(alarm);
  }
};

/** For how long nothing was heard, and what is done about it. */
class Absence {
  #tries = 0;
  #since: number | undefined;
  #wasHeard = false;

  constructor(private readonly parts: Pick<WatchParts, 'line' | 'check' | 'patienceMs'>) {}

  isOver(): void {
    this.#tries = 0;
    this.#since = undefined;
    this.#wasHeard = true;
  }

  /** Until it is time to try again. Throws why it will not help, or that it has taken too long. */
  async wait(signal: AbortSignal): Promise<void> {
    const { line, check, patienceMs = PATIENCE } = this.parts;
    this.#since ??= performance.now();
    let why: unknown;
    // The first try after a loss needs no reason.
    if (this.#tries > 0 || !this.#wasHeard)
      why = await check().then(
        () => undefined,
        (error: unknown) => error,
      );
    // Whom nobody has heard yet is not away: who asks is there to decide.
    const mayPass = this.#wasHeard && isRefusal(why) && PASSING_STATUS.has(why.status);
    if (why !== undefined && !mayPass) throw why;
    if (performance.now() - this.#since > patienceMs) throw why ?? line.unreachable(undefined);
    this.#tries += 1;
    await pause(pauseBefore(RECONNECT, this.#tries, Math.random()), signal);
  }
}
