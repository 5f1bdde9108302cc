import { pino, type Logger } from 'pino';
import type { Instant, JsonObject } from '../../../kernel/index.js';
import { currentContext } from '../context/index.js';
import { logLine, type LogFormat, type LogLevel } from '../log-line/index.js';
import { standardOutput, type Sink } from '../streams/index.js';
import { maskedFields, maskOf, type Mask } from './mask.js';

/** What a line says beside its message: fields, or the error that it is about, whose stack is shown. */
export type LogDetails = Readonly<Record<string, unknown>> | Error;

type Say = (message: string, details?: LogDetails) => void;

/** Says things to the log, each at its level. */
export interface Log {
  readonly trace: Say;
  readonly debug: Say;
  readonly info: Say;
  readonly warn: Say;
  readonly error: Say;
  readonly fatal: Say;
  /** Whether what is said at a level is written. */
  isOn(level: Exclude<LogLevel, 'OFF'>): boolean;
  /** The same log for a part of the component. */
  of(module: string): Log;
}

export interface LogOptions {
  /** As the platform knows it: `harmonia`. */
  readonly component: string;
  /** Default INFO. */
  readonly level?: LogLevel;
  /** Default standard. */
  readonly format?: LogFormat;
  /** Default: standard output, for as long as somebody reads it. */
  readonly sink?: Sink;
  /** Takes out what is secret. Default: what is a proof by its looks. Fields with secret names are masked in any case. */
  readonly mask?: Mask;
}

/** What pino has made of one line. */
interface Written {
  readonly level: number;
  readonly time: Instant;
  readonly module?: string;
  readonly msg?: string;
  readonly place?: string;
  readonly ids?: Readonly<Record<string, string>>;
  readonly details?: JsonObject;
  readonly stack?: string;
}

const NAMES = { 10: 'TRACE', 20: 'DEBUG', 30: 'INFO', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' } as const;

const nameOf = (level: number): (typeof NAMES)[keyof typeof NAMES] =>
  level in NAMES ? NAMES[level as keyof typeof NAMES] : 'INFO';

/** Under the names that the platform's headers and the API have for them. */
const currentIds = (): Readonly<Record<string, string>> => {
  const context = currentContext();
  if (!context) return {};
  const { requestId, userId, conversationId, executionId, task, trace } = context;
  return {
    request_id: requestId,
    ...(userId !== undefined && { user_id: userId }),
    ...(conversationId !== undefined && { context_id: conversationId }),
    ...(executionId !== undefined && { execution_id: executionId }),
    ...(task !== undefined && { task }),
    ...(trace && { trace_id: trace.trace, span_id: trace.span }),
  };
};

const OURS = /\/tekton\/utilities\/logging\/|\/node_modules\/pino\//;

/** `file.ts:12` of who speaks. */
const currentPlace = (): string | undefined => {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const frame = frames.find((line) => !OURS.test(line));
  return /([^/\s(]+:\d+):\d+\)?$/.exec(frame ?? '')?.[1];
};

const detailsOf = (details: LogDetails | undefined): object => {
  if (details === undefined) return {};
  if (details instanceof Error) return { stack: details.stack ?? details.message };
  return { details };
};

const facade = (logger: Logger): Log => {
  const say =
    (level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'): Say =>
    (message, details) =>
      logger[level](detailsOf(details), '%s', message);
  return {
    ...{ trace: say('trace'), debug: say('debug'), info: say('info') },
    ...{ warn: say('warn'), error: say('error'), fatal: say('fatal') },
    isOn: (level) => logger.isLevelEnabled(level.toLowerCase()),
    of: (module) => facade(logger.child({ module })),
  };
};

/** The log of a component: pino, with the levels and formats of the platform, in every line the ids of who it is for. */
export const createLog = (options: LogOptions): Log => {
  const { component, level = 'INFO', format = 'standard', sink = standardOutput(), mask = maskOf([]) } = options;
  const write = (text: string): void => {
    const { level: number, time, module = component, msg = '', ...said } = JSON.parse(text) as Written;
    sink.write(
      logLine(format, {
        ...{ at: time, level: nameOf(number), component, module },
        message: mask(msg),
        ids: Object.fromEntries(Object.entries(said.ids ?? {}).map(([name, id]) => [name, mask(id)])),
        details: maskedFields(said.details ?? {}, mask),
        stack: said.stack === undefined ? undefined : mask(said.stack),
        place: said.place,
      }),
    );
  };
  const logger = pino(
    {
      level: level === 'OFF' ? 'silent' : level.toLowerCase(),
      base: undefined,
      mixin: () => ({ ids: currentIds(), ...(format === 'debug' && { place: currentPlace() }) }),
    },
    { write },
  );
  return facade(logger);
};
