import type { Json, JsonObject } from '../../../kernel/index.js';
import {
  fatal,
  type AbortSignalLike,
  type LogLevel,
  type ServiceName,
  type TaskContext,
  type TaskServices,
  type UsageReport,
} from '../../contract/index.js';
import { checkOutput } from '../../host/output.js';
import { sleepUntil } from '../../host/sleep-until.js';
import { Allowance } from '../allowance.js';
import { LOG_LINES, LONGEST_TEXT, MAX_LOG_DETAILS, METHODS, type AttemptFacts } from '../wire.js';
import type { HostLine } from './host-line.js';
import { httpOverTheLine } from './http-over-the-line.js';

const now = Date.now;

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/** What a call is given, without its signal: that travels as a message. What is left out at the end would arrive as null. */
const withoutSignal = (given: readonly unknown[]): { args: readonly Json[]; signal?: AbortSignalLike } => {
  const args = given.slice(0, given.findLastIndex((one) => one !== undefined) + 1);
  const [first, ...rest] = args as [{ signal?: AbortSignalLike } | undefined, ...unknown[]];
  if (typeof first !== 'object' || first === null || first.signal === undefined) return { args: args as Json[] };
  const { signal, ...plain } = first;
  return { args: [plain, ...(rest as Json[])], signal };
};

const serviceOverTheLine = (line: HostLine, service: ServiceName): Readonly<Record<string, Call>> => {
  const call =
    (method: string): Call =>
    async (...given) => {
      const { args, signal } = withoutSignal(given);
      let id = 0;
      const cancel = (): void => line.say({ is: 'cancel', id });
      const answer = line.ask({ what: 'call', service, method, args }, { onId: (given) => (id = given) });
      if (signal?.aborted === true) cancel();
      signal?.addEventListener('abort', cancel, { once: true });
      try {
        return await answer;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    };
  return Object.fromEntries(METHODS[service].map((method) => [method, call(method)]));
};

const servicesOverTheLine = (line: HostLine, names: readonly ServiceName[]): TaskServices =>
  Object.fromEntries(names.map((name) => [name, serviceOverTheLine(line, name)]));

/** Who does not wait for the promise need not handle its rejection. */
const usageOverTheLine = (line: HostLine, report: UsageReport): Promise<void> => {
  const booked = line.ask({ what: 'usage', report: { ...report } as JsonObject }).then(() => undefined);
  booked.catch(() => undefined);
  return booked;
};

const TOO_MANY_LINES = 'Lines are missing here: an isolated attempt logs a thousand at once, and a hundred a second.';
const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

const clipped = (text: unknown): string => String(text).slice(0, LONGEST_TEXT);

/** What an isolated attempt sees. What is more than a fact goes to the host, which decides. */
export const isolatedContext = (line: HostLine, facts: AttemptFacts, maxOutputBytes: number): TaskContext => {
  const offset = facts.now - now();
  const clock = { now: () => now() + offset };
  const lines = new Allowance(LOG_LINES, now());
  let isCut = false;
  const checked = (key: string, result: unknown): Json => {
    const found = checkOutput(result, maxOutputBytes);
    if (found.is === 'json') return found.output;
    throw fatal(found.failure.code, `The result of "${key}": ${found.failure.message}`);
  };
  const { services, now: _now, ...plain } = facts;
  return {
    ...plain,
    config: facts.config,
    secrets: facts.secrets,
    get signal() {
      return line.signal;
    },
    http: httpOverTheLine(line),
    services: servicesOverTheLine(line, services),
    now: clock.now,
    sleepUntil: (until) => sleepUntil(until, clock, line.signal),
    once: async <T extends Json>(key: string, work: () => T | Promise<T>) =>
      (await line.ask({ what: 'once', key }, { work: async () => checked(key, await work()) })) as T,
    usage: (report) => usageOverTheLine(line, report),
    log: (level: LogLevel, message, details) => {
      if (!lines.take(1, now())) {
        if (!isCut) line.say({ is: 'log', level: 'warn', message: TOO_MANY_LINES });
        isCut = true;
        return;
      }
      const plainDetails = details === undefined ? undefined : checkOutput(details, MAX_LOG_DETAILS);
      const shown = plainDetails?.is === 'json' ? { details: plainDetails.output } : {};
      line.say({ is: 'log', level: LEVELS.includes(level) ? level : 'info', message: clipped(message), ...shown });
    },
    progress: (fraction, message) => {
      const said = message === undefined ? {} : { message: clipped(message) };
      line.say({ is: 'progress', fraction: Number(fraction) || 0, ...said });
    },
    heartbeat: () => line.say({ is: 'heartbeat' }),
  };
};
