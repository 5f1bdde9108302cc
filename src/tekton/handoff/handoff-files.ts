import { HarmoniaError, isJsonObject, Turns, type Json, type JsonObject } from '../../kernel/index.js';
import { objectIn, type ContainedFiles } from '../files/index.js';
import { isComponentName } from './component-name.js';

const DATA = ['.tekton', 'workflows', 'data'] as const;
const MOST_BYTES = 4 * 2 ** 20;
/** Files that are looked at for work, the last by name. */
const MOST_FILES = 1000;
/** Characters of all files together. */
const MOST_READ = 64 * 2 ** 20;
/** Bytes of JSON that are handed over in the message itself. */
const EMBEDDED = 10 * 1024;

const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,150}$/;
/** What belongs to the file itself, and to no component. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  ...['workflow_id', 'sprint_name', 'current_stage', 'next_stage', 'metadata', 'status', 'tasks'],
]);

/** Whether a text may be an id, which is a name of a file. */
export const isHandoffId = (text: string): boolean => ID.test(text);

/** What a component hands on. */
export interface HandedOn {
  readonly id: string;
  readonly sprint: string;
  /** The component whose data it is. */
  readonly component: string;
  readonly data: Json;
  /** Undefined: nobody in particular goes on with it. */
  readonly next: string | undefined;
  /** ISO 8601. */
  readonly now: string;
}

export interface HandedFile {
  readonly id: string;
  readonly path: string;
  readonly content: JsonObject;
}

/** Work as components hand it on: a file for each, with a part for each component. */
export class HandoffFiles {
  private readonly turns = new Turns();

  constructor(private readonly files: ContainedFiles) {}

  /** Throws `handoff_not_found`, `planning_file_unusable`. */
  async find(id: string): Promise<HandedFile> {
    const content = isHandoffId(id) ? await this.content(id) : undefined;
    if (!content) throw new HarmoniaError('handoff_not_found', { id: id.slice(0, 200) });
    return { id, path: pathOf(id), content };
  }

  /** What there is, the last by name, as much as may be read at once; those that can not be used are left out. */
  async all(): Promise<readonly HandedFile[]> {
    const names = (await this.files.files(...DATA)).filter((name) => name.endsWith('.json')).slice(-MOST_FILES);
    const found: HandedFile[] = [];
    let read = 0;
    for (const name of names.reverse()) {
      const id = name.slice(0, -'.json'.length);
      if (!isHandoffId(id)) continue;
      const path = [...DATA, name] as const;
      const text = await this.files.text(path, MOST_BYTES).catch(unusable);
      read += text?.length ?? 0;
      if (read > MOST_READ) break;
      const content = text === undefined ? undefined : usable(() => objectIn(path, text));
      if (content) found.push({ id, path: pathOf(id), content });
    }
    return found.reverse();
  }

  /** Writes the part of a component; those of the others stay. Answers where. */
  keep({ id, sprint, component, data, next, now }: HandedOn): Promise<HandedFile> {
    return this.turns.take(async () => {
      const before = (await this.content(id)) ?? {};
      const said = isJsonObject(before.metadata) ? before.metadata : {};
      if (before.sprint_name !== undefined && before.sprint_name !== sprint)
        throw new HarmoniaError('conflict', { reason: `${id} belongs to another sprint` });
      const content: JsonObject = {
        ...before,
        workflow_id: id,
        sprint_name: sprint,
        current_stage: component,
        ...(next !== undefined && { next_stage: next }),
        [component]: data,
        metadata: { created_at: now, ...said, last_updated: now, updated_by: component },
      };
      const text = `${JSON.stringify(content, null, 2)}\n`;
      if (Buffer.byteLength(text) > MOST_BYTES)
        throw new HarmoniaError('conflict', { reason: `${id} would have more than ${MOST_BYTES} bytes` });
      await this.files.write([...DATA, `${id}.json`], text);
      return { id, path: pathOf(id), content };
    });
  }

  private content(id: string): Promise<JsonObject | undefined> {
    return this.files.json([...DATA, `${id}.json`], MOST_BYTES);
  }
}

const pathOf = (id: string): string => [...DATA, `${id}.json`].join('/');

const unusable = (error: unknown): undefined => {
  if (!(error instanceof HarmoniaError) || error.code !== 'planning_file_unusable') throw error;
};

const usable = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    return unusable(error);
  }
};

/** The name of a component that may have a part in a file. */
export const isPartName = (name: string): boolean => isComponentName(name) && !OWN_KEYS.has(name);

/** Data for a message: itself, or where it is. */
export const dataFor = (data: Json, { id, path }: Pick<HandedFile, 'id' | 'path'>): JsonObject =>
  Buffer.byteLength(JSON.stringify(data)) < EMBEDDED
    ? { type: 'embedded', content: data }
    : { type: 'reference', workflow_id: id, path };
