import { readFileSync } from 'node:fs';
import type { Environment } from '../../../config/index.js';
import { failed, ok, skipped, warning, type Finding } from './finding.js';

/** As `engines` of package.json says. */
const NODE = [20, 19] as const;
/** Sockets, connections out, files. */
const MOST_FILES = 4096;

export const checkNode = (version = process.versions.node): Finding => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isEnough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  if (isEnough) return ok('node', `Node.js ${version}`);
  return failed('node', {
    reason: `Node.js ${version} is too old`,
    cure: `Install Node.js ${NODE.join('.')} or later.`,
  });
};

/** Open files that the process may have. */
export const checkLimits = (read = (): string => readFileSync('/proc/self/limits', 'utf8')): Finding => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(read()) ?? [];
    if (soft === undefined) return skipped('limits', 'the machine does not say how many files may be open');
    if (Number(soft) >= MOST_FILES) return ok('limits', `${soft} files may be open`);
    return warning('limits', {
      reason: `${soft} files may be open: with many clients that is not enough`,
      cure: `Raise it: LimitNOFILE= of the unit, or ulimit -n ${MOST_FILES * 4}.`,
    });
  } catch {
    return skipped('limits', 'the machine does not say how many files may be open');
  }
};

export const checkPreload = ({ LD_PRELOAD: preloaded = '' }: Environment): Finding | undefined =>
  preloaded.includes('eatmydata')
    ? failed('durability', {
        reason: 'libeatmydata is loaded: nothing is written for good',
        cure: 'Start without it (LD_PRELOAD).',
      })
    : undefined;
