import type { Clock, Instant, Json, JsonObject } from '../../kernel/index.js';
import type { Attempt, AttemptControl } from '../../engine/ports/index.js';
import type {
  Credential,
  HttpClient,
  LogLevel,
  ServiceName,
  TaskContext,
  TaskServices,
  UsageReport,
} from '../contract/index.js';
import type { ComponentSource, HostServices, OutboundHttp } from '../ports/index.js';
import type { Masking } from './masking.js';
import { Meter } from './meter.js';
import { Once } from './once.js';
import { checkOutput } from './output.js';
import type { RegisteredTask } from './plugin-registry.js';
import { sleepUntil } from './sleep-until.js';

/** Characters of a message of a failure, a log line or a report; what is beyond is cut off, because it is kept. */
export const LONGEST_MESSAGE = 4000;
/** Bytes of the details of one log line; larger ones are left out. */
const MAX_LOG_DETAILS = 64 * 1024;
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** The services that a plugin is granted, and that there are. */
export const granted = (services: HostServices, names: readonly ServiceName[]): HostServices =>
  Object.fromEntries(names.flatMap((name) => (services[name] ? [[name, services[name]]] : [])));

const carrying = (components: ComponentSource, headers: Readonly<Record<string, string>>): ComponentSource => ({
  call: (call) => components.call({ ...call, headers }),
});

export interface ContextParts {
  readonly attempt: Attempt;
  readonly control: AttemptControl;
  readonly registered: RegisteredTask;
  /** The credentials that fill the slots of the task. */
  readonly secrets: Readonly<Record<string, Credential>>;
  readonly surroundings: AttemptSurroundings;
  readonly masking: Masking;
}

/** What all attempts find around them. */
export interface AttemptSurroundings {
  readonly services: HostServices;
  readonly http: OutboundHttp;
  readonly clock: Clock;
  readonly limits: { readonly maxOutputBytes: number };
}

/** What a task sees. A class, so that an attempt of a small task costs one object and no closures. */
export class AttemptContext implements TaskContext {
  private results: Once | undefined;
  private meter: Meter | undefined;
  private client: HttpClient | undefined;
  private ended: AbortController | undefined;

  constructor(private readonly parts: ContextParts) {}

  get executionId(): string {
    return this.parts.attempt.executionId;
  }

  get address(): string {
    return this.parts.attempt.address;
  }

  get generation(): number {
    return this.parts.attempt.generation;
  }

  get attempt(): number {
    return this.parts.attempt.attempt;
  }

  get idempotencyKey(): string {
    return `${this.executionId}:${this.address}:${this.generation}`;
  }

  get firstStartedAt(): Instant {
    return this.parts.attempt.firstStartedAt;
  }

  get deadline(): Instant | undefined {
    return this.parts.attempt.deadline;
  }

  get signal(): AbortSignal {
    return this.parts.control.signal;
  }

  get config(): JsonObject {
    return this.parts.registered.config;
  }

  get secrets(): Readonly<Record<string, Credential>> {
    return this.parts.secrets;
  }

  get http(): HttpClient {
    this.client ??= this.connect();
    return this.client;
  }

  /** The attempt has ended: what it asked for and did not read is let go. */
  end(): void {
    this.ended?.abort();
  }

  private connect(): HttpClient {
    const { registered, surroundings, attempt } = this.parts;
    const { signal } = this;
    const { headers } = attempt;
    const ended = (this.ended = new AbortController());
    if (signal.aborted) ended.abort(signal.reason);
    else signal.addEventListener('abort', () => ended.abort(signal.reason), { once: true });
    return surroundings.http.client({ hosts: registered.hosts, signal: ended.signal, ...(headers && { headers }) });
  }

  get services(): TaskServices {
    const { registered, surroundings } = this.parts;
    const services = granted(surroundings.services, registered.services);
    const { components, llm } = services;
    const { attempt } = this.parts;
    return {
      ...services,
      ...(components && attempt.headers && { components: carrying(components, attempt.headers) }),
      ...(llm && { llm: this.metering().metered(llm, attempt) }),
    };
  }

  now(): Instant {
    return this.parts.surroundings.clock.now();
  }

  sleepUntil(time: Instant): Promise<void> {
    return sleepUntil(time, this.parts.surroundings.clock, this.signal);
  }

  once<T extends Json>(key: string, work: () => T | Promise<T>): Promise<T> {
    const { attempt, control, masking, surroundings } = this.parts;
    this.results ??= new Once({
      known: attempt.results,
      check: (result) => {
        const checked = checkOutput(result, surroundings.limits.maxOutputBytes);
        return checked.is === 'json' ? { output: masking.json(checked.output) } : { failure: checked.failure };
      },
      record: (name, result) => control.record(name, result),
    });
    return this.results.do(key, work) as Promise<T>;
  }

  usage(report: UsageReport): Promise<void> {
    return this.metering().report(report);
  }

  private metering(): Meter {
    const { control } = this.parts;
    return (this.meter ??= new Meter((usage) => control.use(usage)));
  }

  log(given: LogLevel, message: string, details?: Json): void {
    const { control, masking } = this.parts;
    // The storage takes texts only, and a task written in JavaScript may say anything.
    const level = LEVELS.includes(given) ? given : 'info';
    const line = this.said(message);
    if (details === undefined) return control.log(level, line);
    const checked = checkOutput(details, MAX_LOG_DETAILS);
    if (checked.is === 'json') control.log(level, line, masking.json(checked.output));
    else control.log(level, line);
  }

  progress(fraction: number, message?: string): void {
    const bounded = Math.min(1, Math.max(0, Number(fraction))) || 0;
    this.parts.control.progress(bounded, message === undefined ? undefined : this.said(message));
  }

  heartbeat(): void {
    this.parts.control.heartbeat();
  }

  private said(message: string): string {
    return this.parts.masking.text(String(message)).slice(0, LONGEST_MESSAGE);
  }
}
