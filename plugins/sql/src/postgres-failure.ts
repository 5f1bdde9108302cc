import { fatal, isTaskFailure, transient, type Json, type TaskFailure } from '@tekton/harmonia/plugin';
import { Refusal } from './refusal.js';

interface DatabaseError {
  readonly message?: string;
  /** SQLSTATE, or the code of a system call. */
  readonly code?: string;
  readonly severity?: string;
  readonly position?: string;
  readonly hint?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/**
 * SQLSTATEs that may go away by themselves: serialization failure, deadlock, lock not available, connection exceptions
 * (but 08P01: values that are no match for the statement), insufficient resources, shutdown and start of the server.
 */
const PASSING = /^(40001|40P01|40003|55P03|08(?!P01)...|53...|57P0[1235])$/;
const BAD_TLS = /certificate|self.signed|does not support SSL|altname|wrong version number|unsupported protocol/i;

const DETAILS = ['position', 'hint', 'schema', 'table', 'column', 'constraint'] as const;

/** No `detail`: it quotes rows. */
const detailsOf = (error: DatabaseError): Json =>
  Object.fromEntries([
    ['sqlstate', error.code ?? ''],
    ...DETAILS.flatMap((name) => (error[name] === undefined ? [] : [[name, error[name]]])),
  ]) as Json;

/** Whether the server said it, so that the connection is still good. */
export const isServerError = (error: unknown): boolean =>
  typeof (error as DatabaseError | undefined)?.severity === 'string' &&
  (error as DatabaseError).severity !== 'FATAL' &&
  (error as DatabaseError).severity !== 'PANIC';

const serverFailure = (error: DatabaseError): TaskFailure => {
  const { code = '', message = '' } = error;
  const options = { details: detailsOf(error), cause: error };
  if (PASSING.test(code)) return transient('sql_busy', `The database cannot do it now: ${message} (${code})`, options);
  if (code.startsWith('28') || code === '3D000')
    return fatal('sql_login_failed', `The database refused the login: ${message} (${code})`, options);
  if (code === '25006')
    return fatal('sql_read_only', `sql/query only reads: ${message}. Use sql/execute or sql/transaction.`, options);
  return fatal('sql_failed', `The database refused the statement: ${message} (${code})`, options);
};

export const postgresFailure = (thrown: unknown): Error => {
  if (isTaskFailure(thrown) || thrown instanceof Refusal) return thrown;
  const error = thrown as DatabaseError;
  if (typeof error.severity === 'string') return serverFailure(error);
  const message = error.message || error.code || 'no reason given';
  if (BAD_TLS.test(message))
    return fatal(
      'sql_tls_failed',
      `No protected connection to the database: ${message}. Trust its certificate by \`ca\`, or say \`tls: none\` in the settings.`,
      { cause: thrown },
    );
  return transient('sql_unreachable', `The database was not reached, or broke off: ${message}`, { cause: thrown });
};
