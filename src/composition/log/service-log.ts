import type { Config } from '../../config/index.js';
import {
  createLog,
  logFile,
  maskOf,
  secretSettings,
  type Log,
  type Mask,
} from '../../tekton/utilities/logging/index.js';
import { standardOutput } from '../../tekton/utilities/streams/index.js';

/** The log of the service, and what it must not say. */
export interface ServiceLog {
  readonly log: Log;
  /** Masks, from now on, what another knows to be secret, too. */
  readonly maskAlso: (mask: Mask) => void;
}

const secretsIn = ({ secrets, credentials, environment }: Config): string[] => [
  ...Object.values(secrets),
  ...credentials.keys,
  ...secretSettings(environment),
];

/** Says what `config.log` lets through, to standard output; to a file when that is not read any more. */
export const createServiceLog = (config: Config): ServiceLog => {
  const { level, format, file } = config.log;
  const known = maskOf(secretsIn(config));
  let other: Mask = (text) => text;
  const sink = standardOutput(file === undefined ? undefined : logFile(file));
  const mask: Mask = (text) => known(other(text));
  return {
    log: createLog({ component: 'harmonia', level, format, sink, mask }),
    maskAlso: (more) => void (other = more),
  };
};
