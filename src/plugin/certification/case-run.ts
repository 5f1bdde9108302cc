import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../kernel/index.js';
import type { TaskServices } from '../contract/index.js';
import type { AttemptEnd, AttemptProcesses, Keeper } from './attempt-processes.js';
import type { CrashCase, FakeService } from './crash-test.js';
import type { AttemptJob, CallMessage } from './messages.js';
import { CannotCertify, within } from './patience.js';
import type { Observation } from './verdict.js';

export interface CaseParts {
  readonly given: CrashCase;
  readonly service: FakeService;
  readonly processes: AttemptProcesses;
  /** ms that the service may take to answer. */
  readonly patience: number;
}

/** Attempts that follow by a retry when one fails with `transient`. */
const RETRIES = 3;
/** ms between two looks that must show the same: what a killed attempt has sent may still be on its way. */
const SETTLING = 10;
const LOOKS = 50;

const methodsOf = (service: object): string[] => {
  const names = new Set<string>();
  for (let at: object | null = service; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null)
    for (const name of Object.getOwnPropertyNames(at))
      if (name !== 'constructor' && typeof (service as Record<string, unknown>)[name] === 'function') names.add(name);
  return [...names];
};

/** Runs the step of one case as often as somebody wants to see it die. */
export class CaseRun {
  private readonly services: TaskServices;
  private readonly job: Omit<AttemptJob, 'attempt' | 'results' | 'killAt'>;

  constructor(private readonly parts: CaseParts) {
    const { given, service } = parts;
    const made = (value: CrashCase['input']): JsonObject =>
      (typeof value === 'function' ? value(service) : value) ?? {};
    this.services = given.services?.(service) ?? {};
    this.job = {
      task: given.task,
      input: made(given.input),
      config: made(given.config),
      credentials: given.credentials ?? {},
      secrets: given.secrets ?? {},
      services: Object.fromEntries(
        Object.entries(this.services).map(([name, one]) => [name, methodsOf(one as object)]),
      ),
      firstStartedAt: Date.now(),
    };
  }

  get input(): JsonObject {
    return this.job.input;
  }

  /** The step with its first attempts killed at these boundaries, one each; all attempts know what those before recorded. */
  async step(killAt: readonly number[] = []): Promise<Observation> {
    const { service, patience, processes } = this.parts;
    await within('`reset` of the fake service', patience, () => service.reset());
    const results = new Map<string, Json>();
    const keeper: Keeper = {
      record: (key, result) => void (results.has(key) || results.set(key, result)),
      call: (message) => this.call(message),
    };
    const kills: { index: number; place: string }[] = [];
    for (let attempt = 1; ; attempt += 1) {
      const index = killAt[attempt - 1];
      const recorded = [...results].map(([key, result]) => ({ key, result }));
      const end = await processes.run({ ...this.job, attempt, results: recorded, killAt: index }, keeper);
      if (end.is === 'killed') {
        kills.push({ index: index ?? 0, place: end.at });
        continue;
      }
      const { outcome, boundaries } = ended(end);
      const isOver = outcome.is === 'completed' || outcome.failure.kind !== 'transient';
      if (isOver || attempt >= killAt.length + 1 + RETRIES)
        return { kills, effects: await this.settled(), outcome, boundaries };
    }
  }

  private async settled(): Promise<readonly Json[]> {
    const { service, patience } = this.parts;
    const look = async (): Promise<readonly Json[]> => {
      const effects: unknown = await within('`effects` of the fake service', patience, () => service.effects());
      if (!Array.isArray(effects)) throw new CannotCertify('`effects` of the fake service gave no list');
      return JSON.parse(JSON.stringify(effects)) as Json[];
    };
    let before = await look();
    for (let looks = 0; looks < LOOKS; looks += 1) {
      await sleep(SETTLING);
      const now = await look();
      if (JSON.stringify(now) === JSON.stringify(before)) return now;
      before = now;
    }
    throw new CannotCertify('`effects` of the fake service never stays the same');
  }

  private async call({ service, method, args }: CallMessage): Promise<Json> {
    const found = this.services[service as keyof TaskServices] as unknown as Record<
      string,
      (...args: unknown[]) => Promise<Json>
    >;
    // Signals do not travel: this one stands in for that of the attempt.
    const { signal } = new AbortController();
    const given = args.map((arg) =>
      typeof arg === 'object' && arg !== null && 'signal' in arg ? { ...arg, signal } : arg,
    );
    return (await found[method]?.(...given)) ?? null;
  }
}

const ended = (end: Exclude<AttemptEnd, { is: 'killed' }>): Pick<Observation, 'outcome' | 'boundaries'> => {
  if (end.is === 'ended') return end;
  const failure = { kind: 'fatal', code: 'process_died', message: end.how } as const;
  return { outcome: { is: 'failed', failure }, boundaries: [] };
};
