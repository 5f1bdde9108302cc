import { join } from 'node:path';
import {
  LOG_FORMATS,
  LOG_LEVELS,
  parseLogFormat,
  parseLogLevel,
  type LogFormat,
  type LogLevel,
} from '../tekton/utilities/log-line/index.js';
import { gather, wrong, yesOrNo, type Settings } from '../tekton/utilities/settings/index.js';

/** What the service says of itself, and how. */
export interface LogConfig {
  readonly level: LogLevel;
  readonly format: LogFormat;
  /** Where lines go when nobody reads standard output any more. Undefined: nowhere. */
  readonly file: string | undefined;
}

interface Wanted<T extends string> {
  /** The part of the name after `HARMONIA_` and `TEKTON_`. */
  readonly name: string;
  readonly known: readonly T[];
  readonly parse: (text: string) => T | undefined;
  readonly otherwise: T;
}

/** Harmonia's own setting must be right; the platform's is meant for other components too, and counts as far as it is known. */
const ownOrPlatform = <T extends string>(settings: Settings, { name, known, parse, otherwise }: Wanted<T>): T => {
  const own = settings.text(`HARMONIA_${name}`);
  if (own === undefined)
    return parse(settings.text(`TEKTON_${name}`) ?? '') ?? parse(settings.text(name) ?? '') ?? otherwise;
  const found = parse(own);
  if (found === undefined) throw wrong(`HARMONIA_${name}`, `"${own}" is none of ${known.join(', ')}`);
  return found;
};

const DEBUG = ['HARMONIA_DEBUG', 'TEKTON_DEBUG', 'DEBUG'];

export const logConfig = (settings: Settings): LogConfig => {
  // `DEBUG` often says something else, to another library.
  const isDebugging = DEBUG.some((flag) => yesOrNo(settings.text(flag) ?? '') === true);
  const directory = settings.text('TEKTON_LOG_DIR');
  const level = {
    name: 'LOG_LEVEL',
    known: LOG_LEVELS,
    parse: parseLogLevel,
    otherwise: isDebugging ? 'DEBUG' : 'INFO',
  } as const;
  const format = { name: 'LOG_FORMAT', known: LOG_FORMATS, parse: parseLogFormat, otherwise: 'standard' } as const;
  return gather<LogConfig>({
    level: () => ownOrPlatform<LogLevel>(settings, level),
    format: () => ownOrPlatform<LogFormat>(settings, format),
    file: () => (directory === undefined ? undefined : join(directory, 'harmonia.log')),
  });
};
