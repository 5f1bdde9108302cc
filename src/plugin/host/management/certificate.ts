import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, type Json } from '../../../kernel/index.js';
import type { CertificateState, CertifiedTask } from '../../ports/index.js';
import { integrityOf } from './tree-integrity.js';

/** Where a package keeps what its author has certified. */
export const CERTIFICATE_FILE = 'harmonia-certificate.json';
/** Bytes; one for the most tasks is far smaller. */
const LARGEST = 2 ** 20;
const EFFECTS = ['pure', 'read', 'idempotent', 'write'];
const SEEN = ['none', 'exactly-once', 'at-least-once'];

/** The word of an author: these files were killed at every boundary, and this was seen. */
export interface Certificate {
  readonly certificateVersion: 1;
  readonly plugin: string;
  readonly version: string | null;
  /** Version of the contract. */
  readonly apiVersion: string;
  /** Version of Harmonia that certified. */
  readonly harmonia: string;
  /** ISO 8601. */
  readonly date: string;
  readonly tasks: readonly CertifiedTask[];
  /** SHA-512 of the files of the package as it is packed, this one left out, as npm writes it. */
  readonly integrity: string;
}

const isCount = (value: Json | undefined): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isText = (value: Json | undefined): value is string => typeof value === 'string' && value.length <= 200;

const isCertifiedTask = (task: Json): boolean =>
  isJsonObject(task) &&
  isText(task.task) &&
  EFFECTS.some((known) => known === task.declared) &&
  SEEN.some((known) => known === task.seen) &&
  isCount(task.boundaries) &&
  isCount(task.kills) &&
  isCount(task.repeated);

const isCertificate = (value: Json): value is Json & object =>
  isJsonObject(value) &&
  value.certificateVersion === 1 &&
  isText(value.plugin) &&
  (value.version === null || isText(value.version)) &&
  [value.apiVersion, value.harmonia, value.date, value.integrity].every(isText) &&
  Array.isArray(value.tasks) &&
  (value.tasks as Json[]).every(isCertifiedTask);

const read = async (file: string): Promise<Certificate | 'none' | 'unreadable'> => {
  const found = await stat(file).catch(() => undefined);
  if (!found) return 'none';
  if (!found.isFile() || found.size > LARGEST) return 'unreadable';
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Json;
    return isCertificate(value) ? (value as unknown as Certificate) : 'unreadable';
  } catch {
    return 'unreadable';
  }
};

/**
 * What the certificate of an unpacked package is worth, before anything is installed beside it. Undefined: it has none. It is the
 * author's own word, so a wrong one keeps nothing from being installed.
 */
export const checkCertificate = async (directory: string, id: string): Promise<CertificateState | undefined> => {
  const certificate = await read(join(directory, CERTIFICATE_FILE));
  if (certificate === 'none') return undefined;
  if (certificate === 'unreadable') return { state: 'stale', reason: 'it cannot be read' };
  if (certificate.plugin !== id) return { state: 'stale', reason: `it is of the plugin ${certificate.plugin}` };
  if (certificate.integrity !== (await integrityOf(directory, CERTIFICATE_FILE)))
    return { state: 'stale', reason: 'the files are not those that were certified' };
  const { harmonia, date, tasks } = certificate;
  return { state: 'certified', harmonia, date, tasks: tasks.map(plainTask) };
};

/** Nothing else of what somebody wrote is kept. */
export const plainTask = ({ task, declared, seen, boundaries, kills, repeated }: CertifiedTask): CertifiedTask => ({
  task,
  declared,
  seen,
  boundaries,
  kills,
  repeated,
});
