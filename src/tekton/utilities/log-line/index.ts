/** How lines of a log look: levels and formats. Loads nothing. */
export { LOG_FORMATS, logLine, parseLogFormat, type LogFormat } from './log-format.js';
export { LOG_LEVELS, parseLogLevel, type LogLevel } from './log-level.js';
export type { LogRecord } from './log-record.js';
