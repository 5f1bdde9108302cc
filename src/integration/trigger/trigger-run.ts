import { HarmoniaError, type Instant, type Json, type JsonObject, type Millis, type Uuid } from '../../kernel/index.js';
import type { Timers } from '../../engine/ports/index.js';
import type {
  Credential,
  FilledSlots,
  HttpClient,
  LogLevel,
  Occurrence,
  TriggerContext,
  TriggerServices,
} from '../../plugin/contract/index.js';
import type { OutboundHttp } from '../../plugin/ports/index.js';
import { sourceOf, targetOrFailure, type Inbox } from '../inbox/index.js';
import type { TriggerGuard, TriggerKind, TriggerStore } from '../ports/index.js';
import type { TriggerDefinition } from './trigger-definition.js';

/** What all runs find around them. */
export interface RunSurroundings {
  readonly timers: Timers;
  readonly store: Pick<TriggerStore, 'memory' | 'remember'>;
  readonly inbox: Pick<Inbox, 'accept'>;
  readonly http: OutboundHttp;
  readonly guard: TriggerGuard;
}

export interface RunParts {
  readonly id: Uuid;
  readonly kind: TriggerKind;
  readonly definition: TriggerDefinition;
  readonly memory: Json;
  readonly surroundings: RunSurroundings;
  readonly said: (level: LogLevel, message: string, details: Json | undefined) => void;
}

const LONGEST_ID = 200;
/** Bytes of JSON of what there is to say of an occurrence. */
const LARGEST_PAYLOAD = 2 ** 20;
const LARGEST_MEMORY = 64 * 1024;
const LARGEST_DETAILS = 16 * 1024;
const LONGEST_MESSAGE = 4000;
/** Occurrences that may wait to be kept; a trigger that waits for each has one. */
const MOST_WAITING = 256;
/** Triggers that may lead to one execution, one after the other. */
const MOST_TRIGGERS = 16;
/** ms until an inbox that took nothing is asked again; it doubles. */
const FIRST_PAUSE: Millis = 100;
const LONGEST_PAUSE: Millis = 5000;
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

interface ReadOccurrence {
  readonly id: string;
  readonly payload: Json;
  readonly triggers: readonly string[];
}

/** A trigger that does not wait for what it asks must not end the process when that is refused. */
const heeded = (asked: Promise<void>): Promise<void> => {
  asked.catch(() => undefined);
  return asked;
};

const isFull = (error: unknown): boolean =>
  error instanceof HarmoniaError && error.code !== 'shutting_down' && (error.status === 503 || error.status === 429);

/** One run of a trigger: what its code sees. From the abort on it can change nothing any more, however long it goes on. */
export class TriggerRun implements TriggerContext {
  memory: Json;
  private readonly controller = new AbortController();
  private client: HttpClient | undefined;
  private waiting = 0;

  constructor(private readonly parts: RunParts) {
    this.memory = parts.memory;
  }

  /** Fulfils when the code ends, rejects with what it throws. */
  async go(): Promise<void> {
    for (const [slot, { optional = false }] of Object.entries(this.parts.kind.trigger.credentials ?? {})) {
      const name = this.parts.definition.credentials[slot];
      if (name === undefined ? !optional : !this.parts.surroundings.guard.credential(name))
        throw new HarmoniaError('credential_missing', { name: name ?? slot });
    }
    await this.parts.kind.trigger.run(this);
  }

  abort(): void {
    this.controller.abort(new HarmoniaError('trigger_over'));
  }

  get id(): string {
    return this.parts.id;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get params(): never {
    // The schema of the trigger says what it is; the code knows.
    return this.parts.definition.params as never;
  }

  get config(): JsonObject {
    return this.parts.kind.config;
  }

  /** As they are now: a credential that was changed counts from the next look on. */
  get secrets(): FilledSlots<Record<string, never>> {
    const filled: Record<string, Credential> = {};
    for (const [slot, name] of Object.entries(this.parts.definition.credentials)) {
      const credential = this.parts.surroundings.guard.credential(name);
      if (credential) filled[slot] = credential;
    }
    return filled;
  }

  get http(): HttpClient {
    const { surroundings, kind } = this.parts;
    this.client ??= surroundings.http.client({ hosts: kind.hosts, signal: this.signal });
    return this.client;
  }

  get services(): TriggerServices {
    return this.parts.kind.services;
  }

  now(): Instant {
    return this.parts.surroundings.timers.now();
  }

  sleepUntil(time: Instant): Promise<void> {
    return heeded(this.sleep(time));
  }

  private sleep(time: Instant): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      const abort = (): void => {
        timer.cancel();
        reject(new HarmoniaError('trigger_over'));
      };
      const timer = this.parts.surroundings.timers.at(time, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  emit(occurrence: Occurrence): Promise<void> {
    return heeded(this.tell(occurrence));
  }

  remember(memory: Json): Promise<void> {
    return heeded(this.keepInMind(memory));
  }

  private async tell(occurrence: Occurrence): Promise<void> {
    this.mustRun();
    if (this.waiting >= MOST_WAITING) throw new HarmoniaError('trigger_overrun', { count: this.waiting });
    const read = this.read(occurrence);
    const { match } = this.parts.definition;
    if (match && !this.isWanted(read.payload)) return;
    this.waiting += 1;
    try {
      await this.keep(read);
    } finally {
      this.waiting -= 1;
    }
  }

  private async keepInMind(memory: Json): Promise<void> {
    this.mustRun();
    const kept = this.json(memory, LARGEST_MEMORY, 'What it remembers');
    await this.parts.surroundings.store.remember(this.parts.id, kept);
    this.memory = kept;
  }

  log(given: LogLevel, message: string, details?: Json): void {
    if (this.signal.aborted) return;
    const { guard } = this.parts.surroundings;
    const level = LEVELS.includes(given) ? given : 'info';
    const checked = details === undefined ? undefined : guard.json(details, LARGEST_DETAILS);
    const words = guard.text(String(message)).slice(0, LONGEST_MESSAGE);
    this.parts.said(level, words, checked?.ok ? checked.value : undefined);
  }

  private mustRun(): void {
    if (this.signal.aborted) throw new HarmoniaError('trigger_over');
  }

  /** A trigger is code that somebody wrote: what it says is taken for nothing but a value. */
  private read(given: unknown): ReadOccurrence {
    const { id, payload, triggers = [] } = (given ?? {}) as Partial<Record<keyof Occurrence, unknown>>;
    const invalid = (reason: string): HarmoniaError => new HarmoniaError('trigger_invalid', { reason });
    if (typeof id !== 'string' || id === '' || id.length > LONGEST_ID)
      throw invalid(`the id of an occurrence is a text of 1 to ${LONGEST_ID} characters`);
    if (!Array.isArray(triggers) || !triggers.every((one) => typeof one === 'string'))
      throw invalid('`triggers` is no list of texts');
    return {
      id: this.parts.surroundings.guard.text(id),
      payload: this.json(payload, LARGEST_PAYLOAD, 'The occurrence'),
      triggers: [...(triggers as readonly string[]), this.id],
    };
  }

  private json(value: unknown, limit: number, subject: string): Json {
    const checked = this.parts.surroundings.guard.json(value, limit);
    if (checked.ok) return checked.value;
    if (checked.error === 'no_json')
      throw new HarmoniaError('trigger_invalid', { reason: `${subject.toLowerCase()} is no JSON` });
    throw new HarmoniaError('payload_too_large', { subject, size: 'more', limit, setting: 'no setting' });
  }

  /** An expression that fails says nothing of this occurrence; the log tells of it. */
  private isWanted(payload: Json): boolean {
    try {
      return this.parts.definition.match?.evaluate({ payload }) === true;
    } catch (error) {
      this.log('debug', `\`match\` fails, which counts as no: ${(error as Error).message}`);
      return false;
    }
  }

  private async keep({ id, payload, triggers }: ReadOccurrence): Promise<void> {
    const { definition, surroundings } = this.parts;
    const limit = MOST_TRIGGERS;
    const target =
      triggers.length > limit
        ? { code: 'trigger_depth', message: new HarmoniaError('trigger_depth', { limit }).message }
        : targetOrFailure(definition, { payload });
    const delivery = {
      source: sourceOf('trigger', this.id),
      messageId: id,
      payload,
      circumstances: { triggers },
      target,
    };
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      this.mustRun();
      try {
        await surroundings.inbox.accept(delivery);
        return;
      } catch (error) {
        if (!isFull(error)) throw error;
      }
      await this.sleep(this.now() + pause);
    }
  }
}
