import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What the shim writes down, in the order in which it happened to any of the files. */
type Happened =
  | { readonly is: 'open' | 'unlink' | 'sync'; readonly path: string }
  | { readonly is: 'write'; readonly path: string; readonly offset: number; readonly data: Buffer }
  | { readonly is: 'truncate'; readonly path: string; readonly length: number };

type Change = Extract<Happened, { is: 'write' | 'truncate' }>;

/** Type, file, offset, length; then so many bytes. */
const HEADER = 17;
const KINDS = { O: 'open', U: 'unlink', S: 'sync', W: 'write', A: 'write', T: 'truncate' } as const;

/** Reads the log of the shim. */
export const readHappened = (file: string): Happened[] => {
  const log = readFileSync(file);
  const paths = new Map<number, string>();
  const happened: Happened[] = [];
  for (let at = 0; at + HEADER <= log.length;) {
    const letter = String.fromCharCode(log.readUInt8(at)) as keyof typeof KINDS;
    const id = log.readUInt32LE(at + 1);
    const offset = Number(log.readBigUInt64LE(at + 5));
    const length = log.readUInt32LE(at + 13);
    const hasData = letter !== 'S' && letter !== 'T';
    const data = hasData ? log.subarray(at + HEADER, at + HEADER + length) : Buffer.alloc(0);
    at += HEADER + data.length;
    if (letter === 'O') paths.set(id, data.toString('utf8'));
    const path = letter === 'U' ? data.toString('utf8') : (paths.get(id) as string);
    const is = KINDS[letter];
    if (is === 'write') happened.push({ is, path, offset, data });
    else if (is === 'truncate') happened.push({ is, path, length: offset });
    else happened.push({ is, path });
  }
  return happened;
};

/** What becomes of writes that were not synced: none survives, some do, some do in part. */
export const VARIANTS = ['lose', 'subset', 'torn'] as const;
export type Variant = (typeof VARIANTS)[number];

const SECTOR = 512;

const changed = (before: Buffer | undefined, change: Change): Buffer => {
  const content = before ?? Buffer.alloc(0);
  if (change.is === 'truncate') {
    if (change.length <= content.length) return content.subarray(0, change.length);
    return Buffer.concat([content, Buffer.alloc(change.length - content.length)]);
  }
  const end = change.offset + change.data.length;
  const longer =
    end > content.length ? Buffer.concat([content, Buffer.alloc(end - content.length)]) : Buffer.from(content);
  change.data.copy(longer, change.offset);
  return longer;
};

const torn = (change: Change, chance: () => number): Change => {
  if (change.is !== 'write' || chance() > 0.3) return change;
  const sectors = Math.floor(chance() * (change.data.length / SECTOR + 1));
  return { ...change, data: change.data.subarray(0, sectors * SECTOR) };
};

/**
 * The disk of a machine whose power fails: what was synced is there, what was not may be. Moved forward through what
 * happened; `imageAt` is asked for rising points.
 */
export class Disk {
  /** Lines of the book of what was told, up to now. */
  readonly told: string[] = [];
  private readonly durable = new Map<string, Buffer>();
  private readonly pending = new Map<string, Change[]>();
  private at = 0;

  constructor(
    private readonly happened: readonly Happened[],
    private readonly book: string,
  ) {}

  forwardTo(point: number): void {
    for (; this.at < point; this.at++) this.step(this.happened[this.at] as Happened);
  }

  /** Writes the files into a directory, as they are found when the power is back. */
  restoreInto(directory: string, variant: Variant, chance: () => number): void {
    mkdirSync(directory, { recursive: true });
    const files = new Map(this.durable);
    for (const [path, changes] of variant === 'lose' ? [] : this.pending) {
      for (const change of changes) {
        if (chance() < 0.5) continue;
        files.set(path, changed(files.get(path), variant === 'torn' ? torn(change, chance) : change));
      }
    }
    for (const [path, content] of files) writeFileSync(join(directory, basename(path)), content);
  }

  private step(event: Happened): void {
    if (event.path === this.book) {
      // What somebody was told is known outside: it needs no disk.
      if (event.is === 'write') this.told.push(...event.data.toString('utf8').trim().split('\n'));
      return;
    }
    const changes = this.pending.get(event.path) ?? [];
    this.pending.set(event.path, changes);
    switch (event.is) {
      case 'write':
      case 'truncate':
        changes.push(event);
        return;
      case 'sync':
        for (const change of changes.splice(0))
          this.durable.set(event.path, changed(this.durable.get(event.path), change));
        return;
      case 'unlink':
        changes.length = 0;
        this.durable.delete(event.path);
        return;
      case 'open':
    }
  }
}
