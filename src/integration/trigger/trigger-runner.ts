import { HarmoniaError, type Instant, type Json, type Millis, type Uuid } from '../../kernel/index.js';
import type { LogLevel } from '../../plugin/contract/index.js';
import type { Timer } from '../../engine/ports/index.js';
import { inContext } from '../../tekton/utilities/context/index.js';
import type { DeliveryFailure, TriggerKind, TriggerKinds, TriggerSaid } from '../ports/index.js';
import { failureOfRun } from './failure.js';
import type { TriggerDefinition } from './trigger-definition.js';
import { TriggerRun, type RunSurroundings } from './trigger-run.js';

/** `waiting`: until it is run again. `stopped`: `reason` says why. */
export interface RunnerState {
  readonly is: 'running' | 'waiting' | 'stopped';
  readonly since: Instant;
  /** When it is run again. */
  readonly until: Instant | null;
  readonly reason: 'disabled' | 'type_missing' | 'unusable' | 'shutting_down' | null;
}

export interface LogEntry {
  readonly at: Instant;
  readonly level: LogLevel;
  readonly message: string;
  readonly details: Json;
}

export interface RunnerParts extends RunSurroundings {
  readonly kinds: TriggerKinds;
  readonly log: (said: TriggerSaid) => void;
}

/** ms before it is run again; it doubles. */
const FIRST_PAUSE: Millis = 1000;
const LONGEST_PAUSE: Millis = 60_000;
/** ms of a run after which the pauses begin anew. */
const LONG_LIFE: Millis = 60_000;
/** ms that a run may take to end once it is aborted; then nobody waits for it any more. */
const GRACE: Millis = 5000;
const LINES = 50;

interface Life {
  readonly run: TriggerRun;
  readonly kind: TriggerKind;
  readonly began: Instant;
  /** Fulfils when its code has ended, however. */
  readonly over: Promise<void>;
}

/** Keeps one trigger running as it is set up now. One run at a time, but those that do not end when they are told to. */
export class TriggerRunner {
  readonly lines: LogEntry[] = [];
  /** How often its code has thrown since the service began. */
  failures = 0;
  lastError: (DeliveryFailure & { readonly at: Instant }) | undefined;
  private current: RunnerState;
  private life: Life | undefined;
  /** What runs, or did; undefined: nothing was looked for yet. */
  private version: object | undefined;
  private timer: Timer | undefined;
  private pauses = 0;
  private turn: Promise<void> = Promise.resolve();
  private wanted = 0;

  constructor(
    readonly id: Uuid,
    private definition: TriggerDefinition | undefined,
    private readonly parts: RunnerParts,
  ) {
    this.current = { is: 'stopped', since: parts.timers.now(), until: null, reason: null };
  }

  get state(): RunnerState {
    return this.current;
  }

  /** Runs it anew, as it is set up from now on; undefined: nothing can be made of it. */
  change(definition: TriggerDefinition | undefined): Promise<void> {
    this.definition = definition;
    this.pauses = 0;
    return this.anew(() => this.begin());
  }

  /** Its plugin may have come, gone or changed: then it runs anew. */
  pluginsChanged(): void {
    const { definition, parts } = this;
    if (!definition?.enabled || parts.kinds.find(definition.type)?.version === this.version) return;
    this.pauses = 0;
    void this.anew(() => this.begin());
  }

  /** Fulfils when its code has ended, or the grace is over. */
  stop(): Promise<void> {
    this.definition = undefined;
    return this.anew(() => Promise.resolve(this.rest('shutting_down')));
  }

  /** What runs is aborted at once; what comes next waits for its end. Of several requests the last counts. */
  private anew(next: () => Promise<void>): Promise<void> {
    this.timer?.cancel();
    this.life?.run.abort();
    const number = ++this.wanted;
    this.turn = this.turn.then(async () => {
      await this.end();
      if (number === this.wanted) await next();
    });
    return this.turn;
  }

  private async end(): Promise<void> {
    const { life } = this;
    if (!life) return;
    this.life = undefined;
    life.run.abort();
    const { timers } = this.parts;
    let timer: Timer | undefined;
    const grace = new Promise<'late'>((late) => (timer = timers.at(timers.now() + GRACE, () => late('late'))));
    if ((await Promise.race([life.over, grace])) === 'late')
      this.say('error', `It did not end within ${GRACE / 1000} s: it is left alone, and what it tells is refused`);
    timer?.cancel();
  }

  private async begin(): Promise<void> {
    const { definition, parts } = this;
    this.version = undefined;
    if (!definition) return this.rest('unusable');
    if (!definition.enabled) return this.rest('disabled');
    const kind = parts.kinds.find(definition.type);
    if (!kind) return this.rest('type_missing');
    this.version = kind.version;
    const began = parts.timers.now();
    const number = this.wanted;
    try {
      const memory = await parts.store.memory(this.id);
      if (number !== this.wanted) return;
      const said = (level: LogLevel, message: string, details: Json = null): void => this.say(level, message, details);
      const run = new TriggerRun({ id: this.id, kind, definition, memory, surroundings: parts, said });
      this.current = { is: 'running', since: began, until: null, reason: null };
      // Who has set it up does not ask for what it will tell.
      const over = inContext(undefined, () => run.go()).then(
        () => this.ended(run, undefined),
        (error: unknown) => this.ended(run, { error }),
      );
      this.life = { run, kind, began, over };
    } catch (error) {
      if (number !== this.wanted) return;
      this.failed(error);
      this.waitAWhile(began);
    }
  }

  /** The code of a run has ended by itself; one that was told to has nothing to say any more. */
  private ended(run: TriggerRun, thrown: { readonly error: unknown } | undefined): void {
    const { life } = this;
    if (run.signal.aborted || life?.run !== run) return;
    run.abort();
    this.life = undefined;
    if (thrown) this.failed(thrown.error);
    this.waitAWhile(life.began);
  }

  private failed(error: unknown): void {
    const { guard, timers } = this.parts;
    this.failures += 1;
    this.lastError = { ...failureOfRun(error, (text) => guard.text(text)), at: timers.now() };
    this.say('warn', this.lastError.message);
  }

  private waitAWhile(began: Instant): void {
    const { timers } = this.parts;
    const now = timers.now();
    if (now - began >= LONG_LIFE) this.pauses = 0;
    const until = now + Math.min(FIRST_PAUSE * 2 ** Math.min(this.pauses, 6), LONGEST_PAUSE);
    this.pauses += 1;
    this.current = { is: 'waiting', since: now, until, reason: null };
    this.timer?.cancel();
    this.timer = timers.at(until, () => void this.anew(() => this.begin()));
  }

  private rest(reason: RunnerState['reason']): void {
    this.current = { is: 'stopped', since: this.parts.timers.now(), until: null, reason };
  }

  private say(level: LogLevel, message: string, details: Json = null): void {
    this.lines.push({ at: this.parts.timers.now(), level, message, details });
    if (this.lines.length > LINES) this.lines.shift();
    const type = this.definition?.type ?? '';
    const plugin = this.life?.kind.plugin ?? type.slice(0, Math.max(0, type.indexOf('/')));
    this.parts.log({ trigger: this.id, plugin, level, message, ...(details !== null && { details }) });
  }
}

/** The refusal of what is asked of a trigger that is not there. */
export const notFound = (id: Uuid): HarmoniaError => new HarmoniaError('trigger_not_found', { id });
