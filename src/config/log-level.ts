import { wrong, type Settings } from './settings.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The levels of the platform, and of Python's logging, as those that there are here. */
const LEVELS: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  info: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  fatal: 'error',
  critical: 'error',
};

const DEBUG = ['HARMONIA_DEBUG', 'TEKTON_DEBUG', 'DEBUG'];
/** As the platform reads a yes; `DEBUG` often says something else, to another library. */
const YES = /^(true|yes|1|y|t|on)$/i;

/** What is logged at least. Throws `invalid_configuration`. */
export const logLevel = (settings: Settings): LogLevel => {
  const name = settings.first('HARMONIA_LOG_LEVEL', 'TEKTON_LOG_LEVEL', 'LOG_LEVEL');
  const text = settings.text(name)?.toLowerCase();
  if (text === undefined) return DEBUG.some((flag) => YES.test(settings.text(flag) ?? '')) ? 'debug' : 'info';
  const level = Object.hasOwn(LEVELS, text) ? LEVELS[text] : undefined;
  if (level === undefined) throw wrong(name, `"${text}" is none of ${Object.keys(LEVELS).join(', ')}`);
  return level;
};
