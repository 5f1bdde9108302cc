import { isoInstant, type Instant } from '../../../kernel/index.js';
import type { LogRecord } from './log-record.js';

/** The six formats of the platform. */
export const LOG_FORMATS = ['compact', 'standard', 'detailed', 'debug', 'minimal', 'json'] as const;

export type LogFormat = (typeof LOG_FORMATS)[number];

/** A format as somebody has written it, in any case; undefined: it is none. */
export const parseLogFormat = (text: string): LogFormat | undefined =>
  LOG_FORMATS.find((format) => format === text.trim().toLowerCase());

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-30 07:01:02`, in the zone of the machine: the launcher keeps lines that begin so, and stamps others. */
const stamp = (at: Instant): string => {
  const time = new Date(at);
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
};

const escaped = (character: string): string => {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
};

/** Controls, the separators of lines, and what turns the direction of writing. */
// eslint-disable-next-line no-control-regex -- they are what is looked for
const UNSPEAKABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Whoever's text it is: it can neither begin a line of the log nor steer a terminal. */
const oneLine = (text: string): string => text.replace(UNSPEAKABLE, escaped);

/** Below its line and indented, so that nothing in it looks like a line of the log. */
const below = (stack: string | undefined): string =>
  stack === undefined
    ? ''
    : stack
        .split(/\r?\n/)
        .map((line) => `\n    ${oneLine(line.trim())}`)
        .join('');

const value = (text: string): string => (/^[\w./:@+~#[\]-]+$/.test(text) ? text : JSON.stringify(text));

/** ` request_id=… execution_id=… {"detail":1}`, after the message. */
const tail = ({ ids, details }: LogRecord): string => {
  const known = Object.entries(ids).map(([name, id]) => ` ${name}=${oneLine(value(id))}`);
  const more = Object.keys(details).length > 0 ? ` ${oneLine(JSON.stringify(details))}` : '';
  return more + known.join('');
};

const LINES: Readonly<Record<Exclude<LogFormat, 'json'>, (record: LogRecord, said: string) => string>> = {
  compact: ({ at }, said) => `${stamp(at)} ${said}`,
  standard: ({ at, level, component }, said) => `${stamp(at)} - ${component} - ${level} - ${said}`,
  detailed: ({ at, level, component, module }, said) =>
    `${stamp(at)} [${component}] [${level}] ${oneLine(module)}: ${said}`,
  debug: ({ at, level, component, place }, said) =>
    `${stamp(at)} - ${component} - ${level} - ${said} [${place ?? 'unknown:0'}]`,
  minimal: ({ level }, said) => `${level}: ${said}`,
};

const jsonLine = ({ at, ids, details, stack, ...record }: LogRecord): string => {
  const { component, level, module, message } = record;
  const more = { ...(Object.keys(details).length > 0 && { details }), ...(stack !== undefined && { stack }) };
  return JSON.stringify({ timestamp: isoInstant(at), component, level, module, message, ...ids, ...more });
};

/** A record in the form of a format, with the end of its line. Only an error's stack takes more lines than one. */
export const logLine = (format: LogFormat, record: LogRecord): string => {
  if (format === 'json') return `${jsonLine(record)}\n`;
  return `${LINES[format](record, oneLine(record.message) + tail(record))}${below(record.stack)}\n`;
};
