import { isJsonObject, type Instant, type JsonObject, type Millis, type Timer, type Timers } from '../kernel/index.js';
import { registrationOf, type Announcement } from './announcement.js';
import {
  ASLEEP,
  isRegistered,
  step,
  wakeAt,
  type Call,
  type Fact,
  type Life,
  type Membership,
  type Rules,
} from './life/index.js';
import type { HermesLog } from './ports/index.js';
import type { ToolShelf } from './tool/tool-shelf.js';
import { admissionIn, listIn } from './wire/hermes-answers.js';
import type { HermesAnswer, HermesClient } from './wire/hermes-client.js';

/** ms between two looks at the list of components, and between two at whether we are ready. */
const LOOK: Millis = 60_000;
const READINESS: Millis = 1000;
/** ms that taking leave may take. */
const FAREWELL: Millis = 2000;
const FAILURES = 3;

export interface HermesLinkParts {
  readonly client: HermesClient;
  readonly shelf: ToolShelf;
  readonly timers: Timers;
  readonly announcement: Announcement;
  /** ms between two heartbeats. */
  readonly heartbeat: Millis;
  /** Whether work is taken. Nobody is sent to us before. */
  readonly isReady: () => boolean;
  /** What a heartbeat says. */
  readonly health: () => JsonObject;
  readonly log: HermesLog;
  readonly seed: string;
}

/** What is known of the registration. */
export interface LinkState {
  readonly life: Life;
  readonly endpoint: string | undefined;
  readonly lastHeard: Instant | undefined;
  readonly trouble: string | undefined;
}

/** Keeps us registered: makes the calls that the life of the registration asks for, one after the other, in the background. */
export class HermesLink {
  private life: Life = ASLEEP;
  private endpoint: string | undefined;
  private lastHeard: Instant | undefined;
  private trouble: string | undefined;
  private timer: Timer | undefined;
  private work: Promise<void> = Promise.resolve();
  private farewell: Promise<void> | undefined;
  private leaving: Promise<void> = Promise.resolve();
  private warnedOf: string | undefined;
  private readonly rules: Rules;
  /** Ends calls that nothing waits for any more. */
  private readonly end = new AbortController();

  constructor(private readonly parts: HermesLinkParts) {
    const { heartbeat, seed } = parts;
    this.rules = { beat: heartbeat, look: LOOK, failures: FAILURES, seed };
  }

  get isRegistered(): boolean {
    return isRegistered(this.life);
  }

  get state(): LinkState {
    const { life, endpoint, lastHeard, trouble } = this;
    return { life, endpoint, lastHeard, trouble };
  }

  /** When something is due; undefined: nothing is. */
  get next(): Instant | undefined {
    return wakeAt(this.life);
  }

  /** We listen at `endpoint`. Registers as soon as work is taken. */
  begin(endpoint: string): void {
    this.endpoint = endpoint;
    this.awaitReadiness();
  }

  /** Registers now rather than when it is due; false: it is too early or too late for that. */
  registerNow(): boolean {
    if (this.life.at !== 'unregistered' && this.life.at !== 'registered') return false;
    this.tell({ is: 'asked' });
    return true;
  }

  /** Unregisters and takes the tools away: within two seconds it is done, or given up. */
  stop(): Promise<void> {
    return (this.farewell ??= this.sayFarewell());
  }

  /** Fulfils when no call is under way. */
  async settled(): Promise<void> {
    for (let seen: unknown; seen !== this.work;) {
      seen = this.work;
      await this.work;
    }
    await this.parts.shelf.settled();
  }

  private awaitReadiness(): void {
    const { isReady, timers } = this.parts;
    if (this.life.at !== 'asleep') return;
    if (isReady()) return this.tell({ is: 'ready' });
    this.timer = timers.at(timers.now() + READINESS, () => this.awaitReadiness());
  }

  private async sayFarewell(): Promise<void> {
    const { timers, shelf } = this.parts;
    const patience = new AbortController();
    const bell = timers.at(timers.now() + FAREWELL, () => {
      patience.abort();
      this.end.abort();
    });
    this.tell({ is: 'stopped' });
    // What is under way may be the registration that is to be taken back; its answer says so to `tell`.
    const unregistered = this.life.at === 'waiting-to-leave' ? this.work : Promise.resolve();
    await Promise.all([unregistered.then(() => this.leaving), shelf.withdraw(patience.signal)]);
    this.end.abort();
    bell.cancel();
    await this.work;
  }

  /** Takes a fact and does what follows. */
  private tell(fact: Fact): void {
    const before = this.life;
    const { timers } = this.parts;
    const { life, call } = step(before, fact, { now: timers.now(), rules: this.rules });
    this.life = life;
    this.report(before);
    this.timer?.cancel();
    const due = wakeAt(life);
    this.timer = due === undefined ? undefined : timers.at(due, () => this.tell({ is: 'due' }));
    if (call?.do === 'leave') this.leaving = this.make(call);
    else if (call) this.work = this.make(call);
  }

  private async make(call: Call): Promise<void> {
    this.tell(await this.factOf(call));
  }

  private async factOf(call: Call): Promise<Fact> {
    switch (call.do) {
      case 'register':
        return this.register();
      case 'beat':
        return this.beat(call.membership);
      case 'look':
        return this.look(call.id);
      case 'leave':
        return this.leave(call.membership);
    }
  }

  private async register(): Promise<Fact> {
    const { client, announcement } = this.parts;
    const body = registrationOf(announcement, this.endpoint as string);
    const answer = await this.ask(() => client.ask({ method: 'POST', path: '/api/register', body }, this.end.signal));
    const admission = answer?.status === 200 ? admissionIn(answer.body, announcement.componentId) : undefined;
    if (!admission) {
      if (answer) this.trouble = `it answered a registration with ${wordsOf(answer)}`;
      return { is: 'refused' };
    }
    return { is: 'admitted', ...admission };
  }

  private async beat({ id, token }: Membership): Promise<Fact> {
    const { client, health, timers } = this.parts;
    const body = { component_id: id, status: health() };
    const beat = { method: 'POST', path: '/api/heartbeat', token, body } as const;
    const answer = await this.ask(() => client.ask(beat, this.end.signal));
    if (answer?.status === 401) {
      this.trouble = 'it does not take the token any more';
      return { is: 'denied' };
    }
    if (answer?.status === 200 && isJsonObject(answer.body) && answer.body.success !== false) {
      this.lastHeard = timers.now();
      this.trouble = undefined;
      return { is: 'heard' };
    }
    if (answer) this.trouble = `it answered a heartbeat with ${wordsOf(answer)}`;
    return { is: 'unheard' };
  }

  private async look(id: string): Promise<Fact> {
    const { client } = this.parts;
    const answer = await this.ask(() => client.ask({ method: 'GET', path: '/api/components' }, this.end.signal));
    const list = answer?.status === 200 ? listIn(answer.body) : undefined;
    if (!list) {
      if (answer) this.trouble = `it answered the list of components with ${wordsOf(answer)}`;
      return { is: 'unseen' };
    }
    const own = list.find((entry) => entry.id === id);
    this.warnOfDouble(own?.endpoint);
    return { is: own ? 'listed' : 'absent' };
  }

  /** Whatever is answered, it is over: there is nobody to say it to a second time. */
  private async leave({ id, token }: Membership): Promise<Fact> {
    const path = `/api/unregister?component_id=${encodeURIComponent(id)}`;
    await this.ask(() => this.parts.client.ask({ method: 'POST', path, token }, this.end.signal));
    return { is: 'left' };
  }

  /** Undefined: there is no answer. */
  private async ask(send: () => Promise<HermesAnswer>): Promise<HermesAnswer | undefined> {
    try {
      return await send();
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
      return undefined;
    }
  }

  /** Two with one id take the entry from each other; which of them others reach is chance. */
  private warnOfDouble(endpoint: string | undefined): void {
    if (endpoint === undefined || endpoint === this.endpoint || endpoint === this.warnedOf) return;
    this.warnedOf = endpoint;
    const { log, announcement } = this.parts;
    log(
      'warn',
      `Another component at ${endpoint} has our id "${announcement.componentId}": set HARMONIA_COMPONENT_ID.`,
    );
  }

  /** Each change once. */
  private report(before: Life): void {
    const { life } = this;
    const { client, log, shelf } = this.parts;
    if (life.at === 'registered') {
      const isNew = before.at !== 'registered';
      if (isNew) shelf.forget();
      if (isNew && life.unproven === 1)
        log('info', `Registered with Hermes at ${client.url} as ${life.membership.id}.`);
      // With each heartbeat that is heard: what could not be put there is tried again.
      if (!isNew && before.errand === 'beat' && life.errand !== 'beat' && life.failures === 0)
        shelf.publish(this.endpoint as string);
      return;
    }
    if (life.at !== 'unregistered') return;
    const why = this.trouble ?? 'it lists us no more';
    if (before.at === 'registered' && life.due === undefined)
      log('info', `Registering with Hermes at ${client.url} again: ${why}.`);
    else if (life.tries === 1 && isFirst(before))
      log('warn', `Not registered with Hermes at ${client.url}: ${why}. It is tried again until it works.`);
  }
}

/** The first failure of a series: what follows is the same story. */
const isFirst = (before: Life): boolean =>
  before.at === 'registered' || (before.at === 'unregistered' && before.tries === 0);

/** Not its text: that may repeat what we have sent. */
const wordsOf = ({ status, body }: HermesAnswer): string =>
  status === 200 ? `something else than one (${body === undefined ? 'no JSON' : 'another shape'})` : String(status);
