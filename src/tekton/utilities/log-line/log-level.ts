/** The levels of the platform, the most talkative first. */
export const LOG_LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL', 'OFF'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** What Python calls them. */
const ALSO: Readonly<Record<string, LogLevel>> = { WARNING: 'WARN', CRITICAL: 'FATAL' };

/** A level as somebody has written it, in any case; undefined: it is none. */
export const parseLogLevel = (text: string): LogLevel | undefined => {
  const name = text.trim().toUpperCase();
  return LOG_LEVELS.find((level) => level === name) ?? (Object.hasOwn(ALSO, name) ? ALSO[name] : undefined);
};
