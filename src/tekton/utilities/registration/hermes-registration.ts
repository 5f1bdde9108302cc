import {
  isJsonObject,
  type Instant,
  type JsonObject,
  type Millis,
  type Timer,
  type Timers,
} from '../../../kernel/index.js';
import { inContext } from '../context/index.js';
import { systemTimers } from '../timers/index.js';
import { NO_BELONGINGS, type Belongings } from './belongings.js';
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
import { registrationBody, type Registration } from './registration.js';
import { admissionIn, listIn, type Listed } from './wire/hermes-answers.js';
import { HermesClient, type HermesAnswer } from './wire/hermes-client.js';

/** ms between two looks at the list of components, and between two at whether we are ready. */
const LOOK: Millis = 60_000;
const READINESS: Millis = 1000;
/** ms that taking leave may take. */
const FAREWELL: Millis = 2000;
const FAILURES = 3;

/** Told what an operator wants to know: each change once, not each attempt. No line has a token in it. */
export type HermesLog = (level: 'info' | 'warn', line: string) => void;

export interface HermesRegistrationOptions {
  /** Address of Hermes, `http://localhost:8001`; or a client of it that serves for more, which stays open. */
  readonly hermes: string | HermesClient;
  readonly registration: Registration;
  /** ms between two heartbeats. Hermes takes for gone whoever it has not heard for 60 s. Default 30,000. */
  readonly heartbeat?: Millis;
  /** Whether work is taken; throwing says no. Nobody is sent to us before. Default: it is. */
  readonly isReady?: () => boolean;
  /** What a heartbeat says; throwing says nothing, as does the default. */
  readonly health?: () => JsonObject;
  readonly log?: HermesLog;
  readonly belongings?: Belongings;
  /** Name of the setting that the id comes from: who has two components with one id is told to set it. */
  readonly idSetting?: string;
  /** Default: the timers of the machine, and chance. */
  readonly timers?: Timers;
  readonly chance?: () => number;
}

/** What is known of the registration. */
export interface RegistrationState {
  /** `asleep`: not ready yet; `leaving`: being unregistered; `gone`: stopped. */
  readonly is: 'asleep' | 'unregistered' | 'registered' | 'leaving' | 'gone';
  /** Since when it is registered. */
  readonly since: Instant | undefined;
  /** When the next thing is due; undefined: nothing is, or something is under way. */
  readonly next: Instant | undefined;
  /** Address that is announced; undefined before `begin`. */
  readonly endpoint: string | undefined;
  /** When Hermes last heard of us. */
  readonly lastHeard: Instant | undefined;
  /** What the last failure was; undefined: the last heartbeat was heard. */
  readonly trouble: string | undefined;
}

const STATES = {
  asleep: 'asleep',
  unregistered: 'unregistered',
  registered: 'registered',
  'waiting-to-leave': 'leaving',
  leaving: 'leaving',
  gone: 'gone',
} as const satisfies Record<Life['at'], RegistrationState['is']>;

/**
 * Keeps a component registered with Hermes: registers it, with ever longer pauses until that works; beats; renews the token
 * before it expires; registers again when the token is not taken, or when Hermes has restarted and forgotten us; takes
 * leave. All of it goes on in the background, one call after the other, and nothing here rejects.
 */
export class HermesRegistration {
  private life: Life = ASLEEP;
  private endpoint: string | undefined;
  private lastHeard: Instant | undefined;
  private trouble: string | undefined;
  private timer: Timer | undefined;
  private work: Promise<void> = Promise.resolve();
  private farewell: Promise<void> | undefined;
  private leaving: Promise<void> = Promise.resolve();
  private warnedOf: string | undefined;
  private readonly client: HermesClient;
  private readonly registration: Registration;
  private readonly belongings: Belongings;
  private readonly timers: Timers;
  private readonly chance: () => number;
  private readonly log: HermesLog;
  private readonly rules: Rules;
  /** Ends calls that nothing waits for any more. */
  private readonly end = new AbortController();

  constructor(private readonly options: HermesRegistrationOptions) {
    const { hermes, registration, heartbeat = 30_000, timers = systemTimers, chance = Math.random } = options;
    this.client = typeof hermes === 'string' ? new HermesClient({ url: hermes, timers }) : hermes;
    this.registration = registration;
    this.belongings = options.belongings ?? NO_BELONGINGS;
    this.timers = timers;
    this.chance = chance;
    this.log = options.log ?? (() => undefined);
    this.rules = { beat: heartbeat, look: LOOK, failures: FAILURES };
  }

  get isRegistered(): boolean {
    return isRegistered(this.life);
  }

  get state(): RegistrationState {
    const { life, endpoint, lastHeard, trouble } = this;
    const since = life.at === 'registered' ? life.membership.since : undefined;
    return { is: STATES[life.at], since, next: wakeAt(life), endpoint, lastHeard, trouble };
  }

  /** We listen at `endpoint`. Registers as soon as work is taken. */
  begin(endpoint: string): void {
    this.endpoint = endpoint;
    // What goes on from here is nobody's request.
    inContext(undefined, () => this.awaitReadiness());
  }

  /** Registers now rather than when it is due; false: it is too early or too late for that. */
  registerNow(): boolean {
    if (this.life.at !== 'unregistered' && this.life.at !== 'registered') return false;
    inContext(undefined, () => this.tell({ is: 'asked' }));
    return true;
  }

  /** Unregisters and takes the belongings away: within two seconds it is done, or given up. */
  stop(): Promise<void> {
    return (this.farewell ??= this.sayFarewell());
  }

  /** Fulfils when no call is under way. */
  async settled(): Promise<void> {
    for (let seen: unknown; seen !== this.work;) {
      seen = this.work;
      await this.work;
    }
    await this.belongings.settled();
  }

  private awaitReadiness(): void {
    const { timers } = this;
    if (this.life.at !== 'asleep') return;
    if (heldBy(this.options.isReady, true) ?? false) return this.tell({ is: 'ready' });
    this.timer = timers.at(timers.now() + READINESS, () => this.awaitReadiness());
  }

  private async sayFarewell(): Promise<void> {
    const { timers, belongings, client, options } = this;
    const patience = new AbortController();
    const bell = timers.at(timers.now() + FAREWELL, () => {
      patience.abort();
      this.end.abort();
    });
    this.tell({ is: 'stopped' });
    // What is under way may be the registration that is to be taken back; its answer says so to `tell`.
    const unregistered = this.life.at === 'waiting-to-leave' ? this.work : Promise.resolve();
    await Promise.all([unregistered.then(() => this.leaving), belongings.withdraw(patience.signal)]);
    this.end.abort();
    bell.cancel();
    await this.work;
    if (client !== options.hermes) await client.close();
  }

  /** Takes a fact and does what follows. */
  private tell(fact: Fact): void {
    const before = this.life;
    const { timers, chance, rules } = this;
    const { life, call } = step(before, fact, { now: timers.now(), chance: chance(), rules });
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
    const { client, registration } = this;
    const body = registrationBody(registration, this.endpoint as string);
    const answer = await this.ask(() => client.ask({ method: 'POST', path: '/api/register', body }, this.end.signal));
    const admission = answer?.status === 200 ? admissionIn(answer.body, registration.componentId) : undefined;
    if (!admission) {
      if (answer) this.trouble = `it answered a registration with ${wordsOf(answer)}`;
      return { is: 'refused' };
    }
    return { is: 'admitted', ...admission };
  }

  private async beat({ id, token }: Membership): Promise<Fact> {
    const { client, timers } = this;
    const body = { component_id: id, status: heldBy(this.options.health, {}) ?? {} };
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
    const { client } = this;
    const answer = await this.ask(() => client.ask({ method: 'GET', path: '/api/components' }, this.end.signal));
    const list = answer?.status === 200 ? listIn(answer.body) : undefined;
    if (!list) {
      if (answer) this.trouble = `it answered the list of components with ${wordsOf(answer)}`;
      return { is: 'unseen' };
    }
    const own = list.find((entry) => entry.id === id);
    this.warnOfDouble(own);
    return { is: own ? 'listed' : 'absent' };
  }

  /** Whatever is answered, it is over: there is nobody to say it to a second time. */
  private async leave({ id, token }: Membership): Promise<Fact> {
    const path = `/api/unregister?component_id=${encodeURIComponent(id)}`;
    await this.ask(() => this.client.ask({ method: 'POST', path, token }, this.end.signal));
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
  private warnOfDouble(listed: Listed | undefined): void {
    const endpoint = listed?.endpoint;
    if (endpoint === undefined || endpoint === this.endpoint || endpoint === this.warnedOf) return;
    this.warnedOf = endpoint;
    const { idSetting } = this.options;
    const cure = idSetting === undefined ? 'each needs one of its own' : `set ${idSetting}`;
    this.log('warn', `Another component at ${endpoint} has our id "${this.registration.componentId}": ${cure}.`);
  }

  /** Each change once. */
  private report(before: Life): void {
    const { life, client, log, belongings } = this;
    if (life.at === 'registered') {
      const isNew = before.at !== 'registered';
      if (isNew) belongings.forget();
      if (isNew && life.unproven === 1)
        log('info', `Registered with Hermes at ${client.url} as ${life.membership.id}.`);
      // With each heartbeat that is heard: what could not be put there is tried again.
      if (!isNew && before.errand === 'beat' && life.errand !== 'beat' && life.failures === 0)
        belongings.publish(this.endpoint as string);
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

/** What somebody else's function answers; undefined: it throws, and that is no trouble of the registration's. */
const heldBy = <T>(ask: (() => T) | undefined, otherwise: T): T | undefined => {
  try {
    return ask ? ask() : otherwise;
  } catch {
    return undefined;
  }
};

/** The first failure of a series: what follows is the same story. */
const isFirst = (before: Life): boolean =>
  before.at === 'registered' || (before.at === 'unregistered' && before.tries === 0);

/** Not its text: that may repeat what we have sent. */
const wordsOf = ({ status, body }: HermesAnswer): string =>
  status === 200 ? `something else than one (${body === undefined ? 'no JSON' : 'another shape'})` : String(status);
