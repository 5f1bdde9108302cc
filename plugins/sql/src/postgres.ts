import type { Client, ClientConfig, Pool, PoolClient, QueryResult } from 'pg';
import type Cursor from 'pg-cursor';
import { fatal, type Json } from '@tekton/harmonia/plugin';
import type { PostgresTarget } from './connection.js';
import { isServerError, postgresFailure } from './postgres-failure.js';
import { typeReaders } from './postgres-types.js';
import type { Bound } from './statement.js';
import { tooSlow } from './time-out.js';
import { postgresValue } from './values.js';
import { Budget, checkColumns, rowOf, type Result, type Work } from './work.js';

/** The library, loaded by the first statement. */
interface Driver {
  readonly Pool: new (config: object) => Pool;
  readonly Client: new (config: ClientConfig) => Client;
  readonly Cursor: typeof Cursor;
  readonly types: { getTypeParser: (oid: number) => (text: string) => Json };
}

let driver: Promise<Driver> | undefined;

const load = async (): Promise<Driver> => {
  const [{ default: pg }, { default: cursor }] = await Promise.all([import('pg'), import('pg-cursor')]);
  return { Pool: pg.Pool, Client: pg.Client, Cursor: cursor, types: typeReaders(pg.types.arrayParser as never) };
};

/** ms */
const CONNECT = 10_000;
const IDLE = 30_000;
const LIFETIME_SECONDS = 3600;
/** ms that the server has, after its own limit, to say so. */
const GRACE = 1000;
const BATCH = 200;

/** Everything is said, so that the library asks neither the environment nor a file of passwords. */
const configOf = ({ host, port, database, user, password, tls, ca }: PostgresTarget): ClientConfig => ({
  host,
  port,
  database,
  user,
  password: () => password,
  ssl: tls === 'none' || host.startsWith('/') ? false : { rejectUnauthorized: true, ...(ca !== undefined && { ca }) },
  application_name: 'harmonia',
  client_encoding: 'utf8',
  options:
    '-c datestyle=ISO -c intervalstyle=iso_8601 -c timezone=UTC -c bytea_output=hex -c standard_conforming_strings=on',
  connectionTimeoutMillis: CONNECT,
});

const pools = new Map<string, Pool>();

/** One pool for each login to each database. It goes when its last connection has been idle for a while. */
const poolOf = ({ Pool }: Driver, target: PostgresTarget): Pool => {
  const key = JSON.stringify(target);
  const known = pools.get(key);
  if (known) return known;
  const pool = new Pool({
    ...configOf(target),
    max: target.pool,
    idleTimeoutMillis: IDLE,
    maxLifetimeSeconds: LIFETIME_SECONDS,
    allowExitOnIdle: true,
  });
  // An idle connection that breaks is replaced by the next one who asks.
  pool.on('error', () => undefined);
  // One that breaks while it is used fails what it was used for; an error that nobody listens to would end the process.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  pool.on('remove', () => {
    if (pool.totalCount > 0 || pool.waitingCount > 0 || pools.get(key) !== pool) return;
    pools.delete(key);
    void pool.end();
  });
  pools.set(key, pool);
  return pool;
};

/** Rejects when the signal aborts, whatever the promise does. */
const unless = async <T>(signal: AbortSignal, promise: Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  let refuse: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    refuse = () => reject(signal.reason as Error);
    signal.addEventListener('abort', refuse, { once: true });
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', refuse);
  }
};

/** Ends what the server still does for a connection that we let go. */
const cancel = async ({ Client }: Driver, target: PostgresTarget, processId: unknown): Promise<void> => {
  if (typeof processId !== 'number') return;
  const client = new Client(configOf(target));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT pg_cancel_backend($1)', [processId]);
  } finally {
    await client.end();
  }
};

interface Batch {
  readonly rows: readonly Json[][];
  readonly result: QueryResult;
}

const read = (cursor: Cursor<Json[]>, count: number): Promise<Batch> =>
  new Promise((resolve, reject) => {
    cursor.read(count, (error, rows, result) => {
      if (error) reject(error);
      else resolve({ rows, result });
    });
  });

interface Session {
  readonly client: PoolClient;
  readonly driver: Driver;
  readonly work: Work;
  readonly budget: Budget;
}

/** By a cursor: a result of any size takes the memory of one batch. */
const runOne = async ({ client, driver, work, budget }: Session, { text, values }: Bound): Promise<Result> => {
  const cursor = client.query(
    new driver.Cursor<Json[]>(text, values.map(postgresValue), { rowMode: 'array', types: driver.types }),
  );
  const rows: Result['rows'][number][] = [];
  let columns: string[] | undefined;
  let seen = 0;
  for (;;) {
    const batch = await read(cursor, BATCH);
    columns ??= ((batch.result?.fields ?? []) as { name: string }[]).map(({ name }) => name);
    checkColumns(columns);
    seen += batch.rows.length;
    for (const row of batch.rows.slice(0, Math.max(0, budget.left))) {
      rows.push(rowOf(columns, row));
      budget.take(rows.at(-1) as Result['rows'][number]);
    }
    const isEnd = batch.rows.length < BATCH;
    // What is only read need not be read on; what writes is counted to its end.
    if (isEnd || (work.mode === 'read' && seen > rows.length)) {
      if (!isEnd) await cursor.close();
      const changed = isEnd ? batch.result?.rowCount : undefined;
      const count = work.mode === 'read' ? rows.length : Math.max(seen, changed ?? 0);
      return { columns, rows, row_count: count, truncated: seen > rows.length };
    }
  }
};

const opening = ({ mode, isolation, timeout }: Work): string => {
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  const limits = `SET LOCAL statement_timeout = ${timeout}; SET LOCAL idle_in_transaction_session_timeout = ${timeout + GRACE}`;
  return `BEGIN${level} READ ${mode === 'read' ? 'ONLY' : 'WRITE'}; ${limits}`;
};

const transact = async (session: Session): Promise<readonly Result[]> => {
  const { client, work } = session;
  await client.query(opening(work));
  const results: Result[] = [];
  for (const statement of work.statements) results.push(await runOne(session, statement));
  const { command } = await client.query(work.mode === 'read' ? 'ROLLBACK' : 'COMMIT');
  if (work.mode === 'write' && command !== 'COMMIT')
    throw fatal('sql_failed', 'The database rolled the transaction back instead of committing it.');
  return results;
};

/** The next one finds no settings, locks or temporary tables of this one. */
const cleaned = async (client: PoolClient, isOpen: boolean): Promise<void> => {
  if (isOpen) await client.query('ROLLBACK');
  await client.query('DISCARD ALL');
};

const onConnection = async (session: Session, signal: AbortSignal): Promise<readonly Result[]> => {
  const { client } = session;
  let isGood = false;
  const clean = (isOpen: boolean): Promise<boolean> =>
    unless(signal, cleaned(client, isOpen)).then(
      () => true,
      () => false,
    );
  try {
    const results = await unless(signal, transact(session));
    // It is committed: what happens to the connection now changes nothing for the one who asked.
    isGood = await clean(false);
    return results;
  } catch (error) {
    if (isServerError(error)) isGood = await clean(true);
    throw error;
  } finally {
    client.release(!isGood);
  }
};

/** Does the work in one transaction. What fails, is aborted or takes too long leaves nothing behind. */
export const runOnPostgres = async (target: PostgresTarget, work: Work): Promise<readonly Result[]> => {
  driver ??= load();
  const loaded = await driver;
  const late = AbortSignal.timeout(work.timeout + GRACE);
  const signal = AbortSignal.any([work.signal as AbortSignal, late]);
  let client: PoolClient | undefined;
  try {
    const connecting = poolOf(loaded, target).connect();
    client = await unless(signal, connecting).catch((error: unknown) => {
      // One that comes too late goes back.
      void connecting.then((one) => one.release()).catch(() => undefined);
      throw error;
    });
    return await onConnection({ client, driver: loaded, work, budget: new Budget(work) }, signal);
  } catch (error) {
    if (signal.aborted && client)
      void cancel(loaded, target, (client as { processID?: unknown }).processID).catch(() => undefined);
    const isLate = late.aborted || (error as { code?: unknown }).code === '57014';
    if (isLate && !work.signal.aborted) throw tooSlow(work.timeout);
    throw postgresFailure(error);
  }
};
