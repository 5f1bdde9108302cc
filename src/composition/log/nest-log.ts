import { HarmoniaError } from '../../kernel/index.js';
import type { Log } from '../../tekton/utilities/logging/index.js';

/** Where Nest says what it does by itself at each start, a line for every route. */
const OF_NEST = /^(Nest|InstanceLoader|Route|WebSockets)/;

/** Whoever refuses to start is told so by `main`, with the cure: said here as well, with a stack, it would look like a bug. */
const isRefusedStart = (message: unknown, module: string | undefined): boolean =>
  module === 'ExceptionHandler' && message instanceof HarmoniaError;

type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'trace';

/** Nest's `LoggerService`, in its own words: the last of what is said may be the name of who speaks. */
export interface NestLogger {
  log(message: unknown, ...rest: unknown[]): void;
  error(message: unknown, ...rest: unknown[]): void;
  warn(message: unknown, ...rest: unknown[]): void;
  debug(message: unknown, ...rest: unknown[]): void;
  verbose(message: unknown, ...rest: unknown[]): void;
  fatal(message: unknown, ...rest: unknown[]): void;
}

const isStack = (text: unknown): text is string => typeof text === 'string' && /\n\s+at /.test(text);

const errorIn = (message: unknown, rest: readonly unknown[]): Error | undefined => {
  if (message instanceof Error) return message;
  const stack = rest.find(isStack);
  if (stack === undefined) return undefined;
  return Object.assign(new Error(String(message)), { stack });
};

const textOf = (message: unknown): string => {
  if (typeof message === 'string') return message;
  if (message instanceof Error) return message.message;
  return JSON.stringify(message) ?? String(message);
};

/** What Nest and those who use its `Logger` say, in the log of the service. */
export const nestLogger = (log: Log): NestLogger => {
  const parts = new Map<string, Log>();
  const of = (module: string): Log => {
    const known = parts.get(module) ?? log.of(module);
    parts.set(module, known);
    return known;
  };
  const say =
    (level: Level) =>
    (message: unknown, ...rest: unknown[]): void => {
      const last = rest.at(-1);
      const module = typeof last === 'string' && !isStack(last) ? last : undefined;
      const isChatter = level === 'info' && module !== undefined && OF_NEST.test(module);
      const worth = isChatter || isRefusedStart(message, module) ? 'debug' : level;
      of(module ?? 'nest')[worth](textOf(message), errorIn(message, rest));
    };
  return {
    ...{ log: say('info'), error: say('error'), warn: say('warn') },
    ...{ debug: say('debug'), verbose: say('trace'), fatal: say('fatal') },
  };
};
