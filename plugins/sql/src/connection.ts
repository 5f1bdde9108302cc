import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { fatal, type Credential, type Infer } from '@tekton/harmonia/plugin';

const POSTGRES = {
  type: 'object',
  required: ['engine', 'host', 'database'],
  additionalProperties: false,
  properties: {
    engine: { const: 'postgres' },
    host: { type: 'string', minLength: 1, description: 'A name, an address, or the directory of a local socket.' },
    port: { type: 'integer', minimum: 1, maximum: 65_535, description: 'Default 5432.' },
    database: { type: 'string', minLength: 1 },
    user: {
      type: 'string',
      minLength: 1,
      description: 'Of tasks that name no credential: a login without a password.',
    },
    tls: { enum: ['verify', 'none'], description: 'Default: verify. A local socket has none.' },
    ca: { type: 'string', description: 'Certificates (PEM) that are trusted in place of the public ones.' },
    pool: { type: 'integer', minimum: 1, maximum: 100, description: 'Connections of one login. Default 5.' },
  },
} as const;

const SQLITE = {
  type: 'object',
  required: ['engine', 'file'],
  additionalProperties: false,
  properties: {
    engine: { const: 'sqlite' },
    file: { type: 'string', minLength: 1, description: 'An absolute path below one of the `file_roots`.' },
    create: { type: 'boolean', description: 'Whether a missing file is made. Default false.' },
    pool: { type: 'integer', minimum: 1, maximum: 16, description: 'Processes that work on it. Default 2.' },
  },
} as const;

export const SETTINGS = {
  type: 'object',
  additionalProperties: false,
  properties: {
    connections: {
      type: 'object',
      additionalProperties: { oneOf: [POSTGRES, SQLITE] },
      description: 'The databases there are, by the names that tasks use. No secrets: a login is a credential.',
    },
    file_roots: {
      type: 'array',
      items: { type: 'string', minLength: 1 },
      description: 'Directories that SQLite files may lie in. Default: none.',
    },
  },
} as const;

export const LOGIN = {
  login: { types: ['basic'], optional: true, description: 'Name and password for a PostgreSQL server.' },
} as const;

export interface PostgresTarget {
  readonly engine: 'postgres';
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly tls: 'verify' | 'none';
  readonly ca: string | undefined;
  readonly pool: number;
}

export interface SqliteTarget {
  readonly engine: 'sqlite';
  /** As it is on the disk, symbolic links followed. */
  readonly file: string;
  readonly create: boolean;
  readonly pool: number;
}

export type Target = PostgresTarget | SqliteTarget;

interface Settings {
  readonly connections?: Readonly<Record<string, Infer<typeof POSTGRES> | Infer<typeof SQLITE>>>;
  readonly file_roots?: readonly string[];
}

const POSTGRES_PORT = 5432;

const invalid = (message: string): Error => fatal('connection_invalid', message);

const realOrUndefined = async (path: string): Promise<string | undefined> => {
  try {
    return await realpath(path);
  } catch {
    return undefined;
  }
};

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

const isBelow = (path: string, root: string): boolean => path.startsWith(root.endsWith(sep) ? root : root + sep);

/** The file itself, when it may be opened: neither `..` nor a symbolic link leads out of the roots. */
const allowedFile = async (file: string, roots: readonly string[]): Promise<string> => {
  if (!isAbsolute(file)) throw invalid(`The file "${file}" is no absolute path.`);
  const directory = await realOrUndefined(dirname(file));
  if (directory === undefined) throw invalid(`The directory of "${file}" is not there.`);
  const own = join(directory, basename(file));
  const real = await Promise.all(roots.map(realOrUndefined));
  // SQLite would make the file where a link leads, though nothing is there.
  const found = (await realOrUndefined(own)) ?? ((await isThere(own)) ? undefined : own);
  if (found !== undefined && real.some((root) => root !== undefined && isBelow(found, root))) return found;
  throw fatal('file_not_allowed', `The file "${file}" lies outside of the setting \`file_roots\` of the plugin sql.`);
};

const postgresOf = (settings: Infer<typeof POSTGRES>, login: Credential | undefined): PostgresTarget => {
  const basic = login?.type === 'basic' ? login : undefined;
  const user = basic?.username ?? settings.user;
  if (user === undefined)
    throw invalid('Nobody to log in as: name a credential in the slot `login`, or `user` in the settings.');
  return {
    engine: 'postgres',
    host: settings.host,
    port: settings.port ?? POSTGRES_PORT,
    database: settings.database,
    user,
    password: basic?.password ?? '',
    tls: settings.tls ?? 'verify',
    ca: settings.ca,
    pool: settings.pool ?? 5,
  };
};

/** The database that a task names. Only what the settings name can be reached. */
export const targetOf = async (name: string, given: object, login: Credential | undefined): Promise<Target> => {
  const { connections = {}, file_roots: roots = [] } = given as Settings;
  const settings = Object.hasOwn(connections, name) ? connections[name] : undefined;
  if (settings === undefined) {
    const known = Object.keys(connections).join(', ') || 'none';
    throw fatal(
      'connection_unknown',
      `No connection "${name}" in the settings of the plugin sql. There are: ${known}.`,
    );
  }
  if (settings.engine === 'postgres') return postgresOf(settings, login);
  if (login !== undefined) throw invalid(`"${name}" is an SQLite file: nobody logs in to it.`);
  const file = await allowedFile(settings.file, roots);
  return { engine: 'sqlite', file, create: settings.create ?? false, pool: settings.pool ?? 2 };
};
