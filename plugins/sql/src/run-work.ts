import { fatal, type Credential, type Json, type JsonObject, type TaskContext } from '@tekton/harmonia/plugin';
import { targetOf } from './connection.js';
import { Refusal } from './refusal.js';
import { bind, type Given } from './statement.js';
import type { Result, Work } from './work.js';

const MIB = 2 ** 20;

/** What all tasks of the plugin take beside their statements. */
export const COMMON = {
  connection: { type: 'string', minLength: 1, description: 'A name in the setting `connections`.' },
  timeout: { type: 'number', exclusiveMinimum: 0, maximum: 86_400, description: 'Seconds. Default 30.' },
  max_rows: {
    type: 'integer',
    minimum: 0,
    maximum: 1_000_000,
    description: 'What is beyond is left out. Default 1,000.',
  },
  max_bytes: {
    type: 'integer',
    minimum: 1,
    maximum: 64 * MIB,
    description: 'Of the rows as JSON; more is a failure. Default 8 MiB.',
  },
} as const;

export const STATEMENT = {
  type: 'string',
  minLength: 1,
  maxLength: MIB,
  description: 'One statement. Write values as parameters, never as expressions in this text.',
} as const;

export const PARAMS = {
  anyOf: [{ type: 'object' }, { type: 'array', maxItems: 10_000 }],
  description: 'By name, for `:name`; or a list, for `$1` (PostgreSQL) and `?` (SQLite).',
} as const;

export const RESULT = {
  type: 'object',
  required: ['columns', 'rows', 'row_count', 'truncated'],
  properties: {
    columns: { type: 'array', items: { type: 'string' } },
    rows: { type: 'array', items: { type: 'object' } },
    row_count: { type: 'integer' },
    truncated: { type: 'boolean', description: 'Whether there were more rows than `max_rows`.' },
  },
} as const;

export interface Asked {
  readonly connection: string;
  readonly timeout?: number;
  readonly max_rows?: number;
  readonly max_bytes?: number;
}

/** The part of a context that statements need. */
interface Surroundings extends Pick<TaskContext, 'signal'> {
  readonly config: object;
  readonly secrets: { readonly login: Credential | undefined };
}

export interface Wanted extends Pick<Work, 'mode' | 'isolation'> {
  readonly asked: Asked;
  readonly statements: readonly Given[];
}

/** Does it, on the database that the task names. */
export const runWork = async (
  { asked, statements, mode, isolation }: Wanted,
  { config, secrets, signal }: Surroundings,
): Promise<readonly Result[]> => {
  const target = await targetOf(asked.connection, config, secrets.login);
  const { timeout = 30, max_rows: maxRows = 1000, max_bytes: maxBytes = 8 * MIB } = asked;
  const work: Work = {
    mode,
    isolation,
    statements: statements.map((given) => bind(given, target.engine)),
    maxRows,
    maxBytes,
    timeout: Math.ceil(timeout * 1000),
    signal,
  };
  try {
    // Loaded by the first statement: the start of the service should not wait for drivers that nobody uses.
    if (target.engine === 'sqlite') return await (await import('./sqlite.js')).runOnSqlite(target, work);
    return await (await import('./postgres.js')).runOnPostgres(target, work);
  } catch (error) {
    if (error instanceof Refusal) throw fatal(error.code, error.message);
    throw error;
  }
};

export const givenOf = ({ statement, params }: { statement: string; params?: Json }): Given => ({
  statement,
  ...(params !== undefined && { params: params as JsonObject | readonly Json[] }),
});

/** The result of the only statement. */
export const onlyResult = ([result]: readonly Result[]): Result => {
  if (result) return result;
  throw fatal('sql_failed', 'The database answered nothing.');
};
