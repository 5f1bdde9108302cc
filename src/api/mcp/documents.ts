import { readdir, readFile } from 'node:fs/promises';

/** The documentation that comes with Harmonia. */
const FOLDER = new URL('../../../docs/', import.meta.url);

export interface Documented {
  /** Path below `docs/` without its ending: `semantics`, `guides/api`. */
  readonly name: string;
  readonly title: string;
}

const titleOf = (markdown: string, name: string): string => /^# +(.+)$/m.exec(markdown)?.[1]?.trim() ?? name;

const namesIn = async (folder: string): Promise<string[]> => {
  const files = await readdir(new URL(folder, FOLDER)).catch(() => []);
  return files.filter((file) => file.endsWith('.md')).map((file) => `${folder}${file.slice(0, -'.md'.length)}`);
};

let found: Promise<readonly Documented[]> | undefined;

const look = async (): Promise<readonly Documented[]> => {
  const names = [...(await namesIn('')), ...(await namesIn('guides/'))].sort();
  return Promise.all(names.map(async (name) => ({ name, title: titleOf(await textOf(name), name) })));
};

const textOf = (name: string): Promise<string> => readFile(new URL(`${name}.md`, FOLDER), 'utf8');

/** By name. They are read once. */
export const documents = (): Promise<readonly Documented[]> => (found ??= look());

/** The Markdown of one of them; undefined: there is none of that name. */
export const document = async (name: string): Promise<string | undefined> =>
  (await documents()).some((one) => one.name === name) ? textOf(name) : undefined;
