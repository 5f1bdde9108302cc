import type { Instant, Uuid } from '../../kernel/index.js';
import type { Timer } from '../../engine/ports/index.js';
import type { HttpClient } from '../../plugin/contract/index.js';
import type { OutboundHttp } from '../../plugin/ports/index.js';
import type { Recorded, StoredDispatch, SubscriptionStore } from '../ports/index.js';
import { attempt, GONE, type Attempt, type AttemptParts } from './attempt.js';
import type { Recorder } from './recorder.js';
import type { Subscription } from './subscription.js';

export interface LaneParts extends Omit<AttemptParts, 'http' | 'stopped'> {
  readonly http: OutboundHttp;
  readonly store: Pick<SubscriptionStore, 'due' | 'nextDue' | 'putOff'>;
  readonly recorder: Recorder;
  /** Is told of each attempt once it is recorded. */
  readonly recorded: (subscription: Uuid, recorded: Recorded) => void;
  /** A handful was sent: there is room for more. */
  readonly moved: () => void;
}

/** What is in memory of a lane at once. */
const AT_ONCE = { rows: 32, bytes: 8 * 2 ** 20 };
const PAUSE = 1000;

/**
 * Sends what one subscription has to send, and waits for nobody else. Requests begin in the order of the events, at most
 * `concurrency` at once; one that failed comes again at its time, and holds up none behind it.
 */
export class Lane {
  private readonly end = new AbortController();
  private readonly http: HttpClient;
  private working: Promise<void> | undefined;
  private isWanted = false;
  private timer: Timer | undefined;
  /** Nothing is sent until then: the destination is left alone, or wants nothing more. */
  private heldUntil: Instant = 0;
  /** On their way by request. */
  private readonly direct = new Map<Uuid, Promise<void>>();

  constructor(
    private readonly id: Uuid,
    private subscription: Subscription,
    private readonly parts: LaneParts,
  ) {
    this.http = parts.http.client({ hosts: ['*'], signal: this.end.signal });
  }

  /** What is sent from now on. It may go elsewhere: what held it up counts no more. */
  change(subscription: Subscription): void {
    this.subscription = subscription;
    this.heldUntil = 0;
    this.wake();
  }

  /** There is something to do. */
  wake(): void {
    if (this.end.signal.aborted) return;
    this.isWanted = true;
    this.working ??= this.work().then((next) => this.rest(next));
  }

  /** Fulfils when nothing is under way any more. What has no answer yet is sent again. */
  async stop(): Promise<void> {
    this.end.abort();
    this.timer?.cancel();
    await this.working;
    await Promise.all(this.direct.values());
  }

  /** Sends one now, whatever waits. It must not be due before this is over. */
  async sendNow(dispatch: StoredDispatch): Promise<void> {
    const done = this.carryOut(dispatch).then(async (result) => {
      if (result.is === 'held') await this.parts.store.putOff(dispatch.id, result.until);
    });
    this.direct.set(
      dispatch.id,
      done.catch(() => undefined),
    );
    try {
      await done;
    } finally {
      this.direct.delete(dispatch.id);
      this.wake();
    }
  }

  private get isHalted(): boolean {
    return this.end.signal.aborted || !this.subscription.enabled || this.parts.timers.now() < this.heldUntil;
  }

  /** Sends until there is nothing left to do now; answers when there will be. */
  private async work(): Promise<Instant | undefined> {
    this.timer?.cancel();
    this.timer = undefined;
    const { timers, onTrouble } = this.parts;
    let next: Instant | undefined;
    try {
      while (this.isWanted && !this.isHalted) {
        this.isWanted = false;
        next = await this.sendAll();
      }
    } catch (error) {
      onTrouble('webhooks wait', error);
      return timers.now() + PAUSE;
    }
    return timers.now() < this.heldUntil ? this.heldUntil : next;
  }

  private rest(next: Instant | undefined): void {
    this.working = undefined;
    if (this.end.signal.aborted || !this.subscription.enabled) return;
    // Asked for after the last look.
    if (this.isWanted && !this.isHalted) this.wake();
    else if (next !== undefined) this.timer = this.parts.timers.at(next, () => this.wake());
  }

  /** Sends what is due; answers when there will be more. */
  private async sendAll(): Promise<Instant | undefined> {
    const { store, timers, moved } = this.parts;
    while (!this.isHalted) {
      const due = await store.due(this.id, timers.now(), AT_ONCE);
      const rows = due.filter(({ id }) => !this.direct.has(id));
      if (rows.length === 0) break;
      await this.sendSome(rows);
      moved();
    }
    const next = await store.nextDue(this.id);
    return next === undefined ? undefined : Math.max(next, timers.now() + (this.direct.size > 0 ? PAUSE : 0));
  }

  private async sendSome(rows: readonly StoredDispatch[]): Promise<void> {
    const left = [...rows];
    const settled: Promise<unknown>[] = [];
    const sender = async (): Promise<void> => {
      while (!this.isHalted) {
        const dispatch = left.shift();
        if (!dispatch) return;
        const result = await this.attempt(dispatch);
        if (result.is === 'made') settled.push(this.record(result.recorded));
        else if (result.is === 'held') this.heldUntil = result.until;
      }
    };
    await Promise.all(Array.from({ length: this.subscription.concurrency }, sender));
    await Promise.all(settled);
  }

  private async carryOut(dispatch: StoredDispatch): Promise<Attempt> {
    const result = await this.attempt(dispatch);
    if (result.is === 'made') await this.record(result.recorded);
    return result;
  }

  private async attempt(dispatch: StoredDispatch): Promise<Attempt> {
    const result = await attempt(this.subscription, dispatch, {
      ...this.parts,
      http: this.http,
      stopped: this.end.signal,
    });
    // It is switched off once that is written down; until then the others wait.
    if (result.is === 'made' && result.recorded.outcome.statusCode === GONE)
      this.heldUntil = this.parts.timers.now() + PAUSE;
    return result;
  }

  private async record(recorded: Recorded): Promise<void> {
    await this.parts.recorder.add(recorded);
    this.parts.recorded(this.id, recorded);
  }
}
