import { isJsonObject, type Json } from '../../kernel/index.js';
import type { Contents, KeptFile, KeptLink } from './files.js';

export const MANIFEST = 'manifest.json';
/** Of the layout of the archive; raised when an older Harmonia could not read it. */
const FORMAT = 1;

/** What a backup says of itself. */
export interface Manifest extends Contents {
  readonly format: typeof FORMAT;
  /** Version that made it. */
  readonly harmonia: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** Names of the migrations that the database has, oldest first. */
  readonly migrations: readonly string[];
  readonly executions: number;
  readonly openExecutions: number;
  readonly credentials: number;
  /** The file with the key that credentials are encrypted with is in it. */
  readonly hasKey: boolean;
  /** Names in the data directory that are not in it. */
  readonly leftOut: readonly string[];
}

type Words = Omit<Manifest, 'format'>;

export const manifestText = (manifest: Words): string =>
  `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`;

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areTexts = (value: Json | undefined): value is string[] => Array.isArray(value) && value.every(isText);

/** A path below a folder that leads nowhere else. */
const isInside = (path: string): boolean =>
  path !== '' && !path.includes('\\') && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

const isFile = (value: Json): boolean => {
  if (!isJsonObject(value)) return false;
  const { path, bytes, sha256 } = value;
  return isText(path) && isInside(path) && isCount(bytes) && isText(sha256) && /^[0-9a-f]{64}$/.test(sha256);
};

/** Where a relative link leads, from the folder that it is in; undefined: out of the backup. */
const targetOf = ({ path, target }: KeptLink): string | undefined => {
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return target.startsWith('/') ? undefined : parts.join('/');
};

const isLink = (value: Json): boolean => {
  if (!isJsonObject(value)) return false;
  const { path, target } = value;
  if (!isText(path) || !isText(target) || !isInside(path)) return false;
  // Plugins link within their own folder.
  return targetOf({ path, target })?.startsWith('plugins/') === true;
};

/** What is wrong with the entries of a manifest; undefined: nothing. */
const faultIn = (files: readonly Json[], links: readonly Json[]): string | undefined => {
  if (files.length === 0 || !files.every(isFile)) return 'its manifest names files that cannot be there';
  return links.every(isLink) ? undefined : 'it has links that lead out of it';
};

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : []);

const parsed = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
};

/** Reads a manifest; a text says what is wrong with it. */
export const readManifest = (text: string): Manifest | string => {
  const value = parsed(text);
  if (!isJsonObject(value)) return 'its manifest is no JSON object';
  if (value.format !== FORMAT) return `it is of format ${JSON.stringify(value.format)}; this version reads ${FORMAT}`;
  const { harmonia, createdAt, executions, openExecutions, credentials, hasKey, migrations, leftOut } = value;
  if (!isText(harmonia) || !isText(createdAt) || !areTexts(migrations) || !areTexts(leftOut))
    return 'its manifest lacks words';
  if (!isCount(executions) || !isCount(openExecutions) || !isCount(credentials) || typeof hasKey !== 'boolean')
    return 'its manifest lacks numbers';
  const [files, links] = [listOf(value.files), listOf(value.links)];
  return (
    faultIn(files, links) ?? {
      format: FORMAT,
      ...{ harmonia, createdAt, executions, openExecutions, credentials, hasKey, migrations, leftOut },
      ...{ files: files as unknown as KeptFile[], links: links as unknown as KeptLink[] },
    }
  );
};
