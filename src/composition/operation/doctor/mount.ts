import { readFileSync, realpathSync } from 'node:fs';

/** Where a directory lies. */
export interface Mount {
  /** `ext4`, `nfs4`, `tmpfs`. */
  readonly type: string;
  readonly options: readonly string[];
}

const NETWORK =
  /^(nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|gfs2|ocfs2|beegfs|fuse\.(sshfs|glusterfs|ceph\w*|s3fs|gcsfuse|rclone|davfs\w*)|davfs|vboxsf|prl_fs|virtiofs)$/;
const MEMORY = /^(tmpfs|ramfs)$/;
const LAYERED = /^(overlay|aufs)$/;

const unescaped = (path: string): string =>
  path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));

const isAbove = (mount: string, path: string): boolean =>
  mount === '/' || path === mount || path.startsWith(`${mount}/`);

/** The mount that a path lies on, in the words of Linux (proc(5), mountinfo); undefined when none is named. */
export const mountIn = (table: string, path: string): Mount | undefined => {
  let found: (Mount & { readonly at: string }) | undefined;
  for (const line of table.split('\n')) {
    const [about = '', device = ''] = line.split(' - ');
    const words = about.split(' ');
    const at = unescaped(words[4] ?? '');
    const [type, , superOptions = ''] = device.split(' ');
    if (type === undefined || type === '' || at === '' || !isAbove(at, path)) continue;
    // Of several on one place, the last counts.
    if (found && at.length < found.at.length) continue;
    found = { at, type, options: [...(words[5] ?? '').split(','), ...superOptions.split(',')] };
  }
  return found && { type: found.type, options: found.options };
};

export const mountOf = (directory: string): Mount | undefined => {
  try {
    return mountIn(readFileSync('/proc/self/mountinfo', 'utf8'), realpathSync(directory));
  } catch {
    return undefined;
  }
};

/** What of a mount is no home for a database, and why; undefined: nothing. */
export const ailmentOf = ({
  type,
  options,
}: Mount): { readonly isGrave: boolean; readonly reason: string } | undefined => {
  if (NETWORK.test(type))
    return {
      isGrave: true,
      reason: `it lies on a network file system (${type}), on which locks and the write-ahead log of SQLite are not safe`,
    };
  if (MEMORY.test(type))
    return { isGrave: true, reason: `it lies in memory (${type}): a restart of the machine loses all of it` };
  if (options.includes('nobarrier') || options.includes('barrier=0'))
    return {
      isGrave: true,
      reason: `its file system (${type}) is mounted without barriers: a power cut may lose what was written`,
    };
  if (LAYERED.test(type))
    return { isGrave: false, reason: `it lies in the layer of a container (${type}), and goes with the container` };
  return undefined;
};
