import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../../config/index.js';
import { givenKeyFile } from '../../../credential/index.js';
import {
  hasDatabase,
  isHalfRestored,
  lookAtDatabase,
  migrationState,
  tryStorage,
  type DatabaseLook,
} from '../../../persistence/index.js';
import { failed, messageOf, ok, skipped, warning, type Finding } from './finding.js';
import { ailmentOf, mountOf } from './mount.js';

const GIB = 2 ** 30;
const LITTLE = GIB;
const NONE = GIB / 8;
/** ms: no disk that was asked is so fast; a cache that forgets at a power cut is. */
const TOO_FAST = 0.015;
const SLOW = 50;
/** ms that clocks may differ. */
const LATE = 60_000;

/** The directory, or the nearest above it that there is. */
const nearest = (path: string): string => (existsSync(path) || dirname(path) === path ? path : nearest(dirname(path)));

export const checkDirectory = ({ dataDirectory }: Config): Finding => {
  const check = 'data directory';
  const place = nearest(dataDirectory);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EROFS')
      return failed(check, {
        reason: `the file system of ${place} is mounted read-only`,
        cure: `Look in the log of the kernel whether the disk fails; else mount -o remount,rw, or choose another with HARMONIA_DATA_DIR.`,
      });
    return failed(check, {
      reason: `${place} cannot be written by this user`,
      cure: `Give it to the user of the service: chown -R harmonia ${place}, or choose another with HARMONIA_DATA_DIR.`,
    });
  }
  if (place !== dataDirectory) return ok(check, `${dataDirectory} is not there yet; the first start makes it`);
  const status = statSync(place);
  if (!status.isDirectory())
    return failed(check, { reason: `${place} is no directory`, cure: 'Choose another with HARMONIA_DATA_DIR.' });
  const mode = status.mode & 0o777;
  if ((mode & 0o022) !== 0)
    return warning(check, {
      reason: `others may write to ${place} (mode ${mode.toString(8)})`,
      cure: `chmod 700 ${place}`,
    });
  return ok(check, place);
};

/** Writes as the service would, to a folder of its own that is removed. */
export const checkDurability = async ({ dataDirectory }: Config): Promise<Finding> => {
  const check = 'durability';
  if (!existsSync(dataDirectory)) return skipped(check, `${dataDirectory} is not there yet`);
  const mount = mountOf(dataDirectory);
  const ailment = mount && ailmentOf(mount);
  const cure = 'Give HARMONIA_DATA_DIR a directory on a local disk.';
  if (ailment?.isGrave) return failed(check, { reason: ailment.reason, cure });
  try {
    const { fsync, sqlite } = await tryStorage(dataDirectory);
    const said = `SQLite ${sqlite}, WAL, synchronous=FULL; fsync takes ${fsync.toFixed(2)} ms${mount ? ` on ${mount.type}` : ''}`;
    if (ailment) return warning(check, { reason: ailment.reason, cure: 'Mount a volume there.' });
    if (fsync < TOO_FAST)
      return warning(check, {
        reason: `${said}: so fast is no disk; is fsync switched off, or is it a cache without a battery?`,
        cure,
      });
    if (fsync > SLOW)
      return warning(check, {
        reason: `${said}: each commit waits for that`,
        cure: 'Use a faster disk, such as an SSD.',
      });
    return ok(check, said);
  } catch (error) {
    return failed(check, { reason: messageOf(error), cure });
  }
};

export const checkSpace = ({ dataDirectory }: Config): Finding => {
  const place = nearest(dataDirectory);
  const { blocks, bavail, bsize, ffree, files } = statfsSync(place);
  if (blocks === 0) return skipped('space', `${place} is on a file system that keeps nothing`);
  const free = bavail * bsize;
  const said = `${(free / GIB).toFixed(1)} GiB are free`;
  const cure = 'Free space, or keep less: HARMONIA_RETENTION_DAYS.';
  if (free < NONE) return failed('space', { reason: said, cure });
  if (files > 0 && ffree < 1000) return warning('space', { reason: `${ffree} files may still be made`, cure });
  return free < LITTLE ? warning('space', { reason: said, cure }) : ok('space', said);
};

const lookSafely = async (directory: string): Promise<DatabaseLook | Error> => {
  try {
    return await lookAtDatabase(directory);
  } catch (error) {
    return error as Error;
  }
};

/** Reads the database; a service may be at work. */
export const checkDatabase = async ({ dataDirectory }: Config): Promise<Finding> => {
  const check = 'database';
  if (isHalfRestored(dataDirectory))
    return warning(check, {
      reason: 'a restore was interrupted',
      cure: 'Start the service, or `harmonia restore` once more: either finishes it.',
    });
  if (!hasDatabase(dataDirectory)) return ok(check, 'there is none yet; the first start makes one');
  const look = await lookSafely(dataDirectory);
  const cure = 'Stop the service, keep a copy of the directory, and restore a backup: `harmonia restore FILE`.';
  if (look instanceof Error) return failed(check, { reason: `it cannot be read: ${look.message}`, cure });
  if (look.check !== undefined && look.check !== 'ok') return failed(check, { reason: look.check, cure });
  const { unknown, pending } = await migrationState(dataDirectory);
  const [later] = unknown;
  if (later !== undefined)
    return failed(check, { reason: `a later version has written it (${later})`, cure: 'Start the later version.' });
  if (pending.length > 0)
    return warning(check, {
      reason: `${pending.length} migration(s) are to be made`,
      cure: '`harmonia migrate up` makes a backup first; the service migrates at its start without one.',
    });
  return ok(
    check,
    look.check === undefined ? 'up to date; too large to be read from end to end' : 'whole and up to date',
  );
};

export const checkKey = async ({ dataDirectory, credentials: { keys, keyFile } }: Config): Promise<Finding> => {
  const check = 'key file';
  if (keys.length > 0) return ok(check, 'the keys come from HARMONIA_CREDENTIALS_KEY');
  const path = keyFile ?? join(dataDirectory, 'credentials.key');
  if (existsSync(path)) {
    try {
      const count = givenKeyFile(path).load().length;
      return ok(check, `${path}, ${count} key(s)`);
    } catch (error) {
      return failed(check, { reason: messageOf(error), cure: `Only its owner may read it: chmod 600 ${path}` });
    }
  }
  if (keyFile !== undefined)
    return failed(check, {
      reason: `there is no file ${path}`,
      cure: 'Put it there, or correct HARMONIA_CREDENTIALS_KEY_FILE.',
    });
  const look = hasDatabase(dataDirectory) ? await lookSafely(dataDirectory) : undefined;
  if (look && !(look instanceof Error) && look.credentials > 0)
    return failed(check, {
      reason: `${look.credentials} credential(s) are kept, and the key that they are encrypted with is not there`,
      cure: `Put it back: ${path}, mode 600. A start without it makes another, which cannot read them.`,
    });
  return ok(check, 'there is none yet; the first start makes one');
};

/** `dates`: what other clocks said, ms. */
export const checkClock = async (
  { dataDirectory }: Config,
  dates: readonly number[],
  now = Date.now(),
): Promise<Finding> => {
  const check = 'clock';
  const cure = 'Set the clock, and keep it right: timedatectl set-ntp true.';
  const look = hasDatabase(dataDirectory) ? await lookSafely(dataDirectory) : undefined;
  const opened = look instanceof Error ? undefined : look?.openedAt;
  if (opened !== undefined && opened > now + LATE)
    return failed(check, {
      reason: `it says ${new Date(now).toISOString()}, and the database was opened at ${new Date(opened).toISOString()}: it went back`,
      cure,
    });
  const off = dates.find((date) => Math.abs(date - now) > LATE);
  if (off !== undefined)
    return warning(check, { reason: `it is ${Math.round((now - off) / 1000)} s from that of another machine`, cure });
  return ok(check, new Date(now).toISOString());
};
