import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';
import plugin from '../../../plugins/sql/src/index.js';
import type { Json, JsonObject, Task } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';
import { postgresMissing, TestPostgres } from '../../world/postgres.js';
import { TestService } from '../../world/service.js';

const missing = postgresMissing();
if (missing !== undefined) console.warn(`PostgreSQL is not tested here: ${missing}.`);
const describeIf = missing === undefined ? describe : describe.skip;

const taskOf = (id: string): Task => plugin.tasks.find((task) => task.id === id) as Task;
const failureOf = ({ outcome }: TaskRun): object =>
  outcome.is === 'failed' ? outcome.failure : { output: outcome.output };
const outputOf = ({ outcome }: TaskRun): { rows: JsonObject[] } & JsonObject => {
  if (outcome.is === 'failed') throw new Error(JSON.stringify(outcome.failure));
  return outcome.output as never;
};

describeIf('on a real PostgreSQL', () => {
  let server: TestPostgres;
  let admin: pg.Client;
  beforeAll(async () => {
    server = await TestPostgres.start({ max_connections: '20', deadlock_timeout: '50ms' });
    const { username: user, password } = server.login;
    admin = new pg.Client({ host: '127.0.0.1', port: server.port, database: 'postgres', user, password });
    await admin.connect();
    await admin.query('CREATE TABLE account (id int PRIMARY KEY, name text NOT NULL, balance numeric(20,2))');
    await admin.query(`INSERT INTO account SELECT n, 'n' || n, n FROM generate_series(1, 2500) n`);
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  const settings = (more: object = {}): JsonObject => ({ connections: { main: server.connection(more) as Json } });
  const ask = (
    id: string,
    input: JsonObject,
    { connection = {}, ...more }: TaskSurroundings & { connection?: object } = {},
  ): Promise<TaskRun> =>
    runTask(
      taskOf(id),
      { connection: 'main', ...input },
      { config: settings(connection), credentials: { login: { type: 'basic', ...server.login } }, ...more },
    );
  const query = (statement: string, params: Json = [], more: JsonObject = {}): Promise<TaskRun> =>
    ask('query', { statement, params, ...more });

  describe('sql/query', () => {
    test('takes values by name and in order, and never as text', async () => {
      const evil = `'; DROP TABLE account; --`;
      const named = await query(
        `SELECT :who::text AS who, :n::int + :n::int AS twice, ':who' AS quoted, $$:who$$ AS dollars, E'\\':who' AS escaped
         /* :who /* :nested */ */ -- :comment`,
        { who: evil, n: 4 },
      );
      expect(outputOf(named).rows).toEqual([
        { who: evil, twice: 8, quoted: ':who', dollars: ':who', escaped: "':who" },
      ]);
      expect(outputOf(await query('SELECT $2::text AS b, $1::text AS a', ['x', 'y'])).rows).toEqual([
        { a: 'x', b: 'y' },
      ]);
      expect(outputOf(await query('SELECT count(*) FROM account')).rows).toEqual([{ count: 2500 }]);
    });

    test.each<[string, Json]>([
      ['true', true],
      ['12::int2', 12],
      ['9007199254740991', 9007199254740991],
      ['9007199254740993', '9007199254740993'],
      ['-9223372036854775808', '-9223372036854775808'],
      ['1.10::numeric', '1.10'],
      ["'NaN'::numeric", 'NaN'],
      ['0.1::float8', 0.1],
      ["'NaN'::float8", 'NaN'],
      ["'-Infinity'::float4", '-Infinity'],
      ["'ä\u0001'::text", 'ä\u0001'],
      ["'ab'::char(4)", 'ab  '],
      ["'2026-02-28'::date", '2026-02-28'],
      ["'0044-03-15 BC'::date", '0044-03-15 BC'],
      ["'2026-02-28 10:00:00.5'::timestamp", '2026-02-28T10:00:00.5'],
      ["'2026-02-28 10:00:00+02'::timestamptz", '2026-02-28T08:00:00Z'],
      ["'infinity'::timestamptz", 'infinity'],
      ["'10:00:00+02'::timetz", '10:00:00+02'],
      ["'1 day 2 hours'::interval", 'P1DT2H'],
      [`'{"a":[1,null]}'::jsonb`, { a: [1, null] }],
      [`'{"__proto__":{"a":1}}'::json`, JSON.parse('{"__proto__":{"a":1}}') as Json],
      ["'\\xdead'::bytea", '3q0='],
      ["'0b7d8f5e-8b73-4c54-9e5e-0e8c1a2b3c4d'::uuid", '0b7d8f5e-8b73-4c54-9e5e-0e8c1a2b3c4d'],
      ['ARRAY[1,NULL,3]', [1, null, 3]],
      [
        "ARRAY[ARRAY['a,b','NULL'],ARRAY['\"',NULL]]",
        [
          ['a,b', 'NULL'],
          ['"', null],
        ],
      ],
      ["ARRAY['\\xff'::bytea]", ['/w==']],
      ['int4range(1, 5)', '[1,5)'],
      ["'192.168.0.1/24'::inet", '192.168.0.1/24'],
      ['ROW(1, 2)', '(1,2)'],
      ['NULL::int', null],
    ])('%s is %j', async (expression, value) => {
      expect(outputOf(await query(`SELECT ${expression} AS v`)).rows).toEqual([{ v: value }]);
    });

    test.each<[string, Json, Json]>([
      ['int[]', [1, 2], [1, 2]],
      ['text[]', ['a"b', null, 'c,d'], ['a"b', null, 'c,d']],
      ['jsonb', { a: 1 }, { a: 1 }],
      ['jsonb', { $json: [1, 'x'] }, [1, 'x']],
      ['jsonb', { $json: null }, null],
      ['bytea', { $bytes: '3q0=' }, '3q0='],
      ['numeric', '0.10', '0.10'],
      ['bool', false, false],
      ['text', null, null],
    ])('a value for %s: %j', async (type, given, value) => {
      expect(outputOf(await query(`SELECT :v::${type} AS v`, { v: given })).rows).toEqual([{ v: value }]);
    });

    test('writes nothing, however it is asked', async () => {
      const writing = [
        'DELETE FROM account',
        'WITH gone AS (DELETE FROM account RETURNING 1) SELECT * FROM gone',
        'SELECT * FROM account FOR UPDATE',
        "DO $$ BEGIN EXECUTE 'DELETE FROM account'; END $$",
        'CREATE TABLE x (a int)',
        'TRUNCATE account',
      ];
      for (const statement of writing)
        expect(failureOf(await query(statement))).toMatchObject({ kind: 'fatal', code: 'sql_read_only' });
      expect(failureOf(await query(`SELECT set_config('transaction_read_only', 'off', true)`))).toMatchObject({
        kind: 'fatal',
      });
      expect(outputOf(await query('SELECT count(*) AS n FROM account')).rows).toEqual([{ n: 2500 }]);
    });

    test('leaves out rows beyond the limit and says so', async () => {
      const all = 'SELECT id FROM account ORDER BY id';
      expect(outputOf(await query(all))).toMatchObject({ row_count: 1000, truncated: true });
      expect(outputOf(await query(all, [], { max_rows: 2500 }))).toMatchObject({ row_count: 2500, truncated: false });
      expect(outputOf(await query(all, [], { max_rows: 2 }))).toEqual({
        columns: ['id'],
        rows: [{ id: 1 }, { id: 2 }],
        row_count: 2,
        truncated: true,
      });
      expect(outputOf(await query(`${all} LIMIT 200`, [], { max_rows: 200 }))).toMatchObject({ truncated: false });
      expect(outputOf(await query(`${all} LIMIT 0`))).toEqual({
        columns: ['id'],
        rows: [],
        row_count: 0,
        truncated: false,
      });
    });

    test('stops at its limit of bytes, with results of any size', async () => {
      const huge = `SELECT repeat('x', 1000) || generate_series(1, 100000000)::text AS x`;
      expect(failureOf(await query(huge, [], { max_rows: 1_000_000, max_bytes: 1_000_000 }))).toMatchObject({
        kind: 'fatal',
        code: 'result_too_large',
      });
      expect(outputOf(await query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    test('is stopped by the server at its timeout, and by an abort', async () => {
      expect(failureOf(await query('SELECT pg_sleep(600)', [], { timeout: 0.1 }))).toMatchObject({
        kind: 'transient',
        code: 'timeout',
      });
      const controller = new AbortController();
      const mark = '/* aborted */';
      const run = ask('query', { statement: `SELECT pg_sleep(600) ${mark}` }, { signal: controller.signal });
      const running = async (): Promise<number> => {
        const sql = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()`;
        return ((await admin.query<{ n: number }>(sql, [mark])).rows[0] as { n: number }).n;
      };
      while ((await running()) === 0);
      controller.abort();
      expect((await run).outcome).toMatchObject({ is: 'failed' });
      while ((await running()) > 0);
    });

    test('leaves nothing of one task to the next on the same connection', async () => {
      const connection = { pool: 1 };
      const set = `SELECT set_config('search_path', 'pg_catalog', false), pg_advisory_lock(42)`;
      outputOf(await ask('execute', { statement: set }, { connection }));
      outputOf(await ask('execute', { statement: 'CREATE TEMPORARY TABLE left_over (a int)' }, { connection }));
      const seen = `SELECT current_setting('search_path') AS path, pg_try_advisory_lock(42) AS free, to_regclass('left_over')::text AS temporary`;
      expect((await admin.query('SELECT pg_try_advisory_lock(42) AS free')).rows).toEqual([{ free: true }]);
      await admin.query('SELECT pg_advisory_unlock(42)');
      expect(outputOf(await ask('query', { statement: seen }, { connection })).rows).toEqual([
        { path: '"$user", public', free: true, temporary: null },
      ]);
    });

    test.each<[string, string, Json, string]>([
      ['two statements', 'SELECT 1; DELETE FROM account', [], 'sql_failed'],
      ['no SQL', 'hello', [], 'sql_failed'],
      ['nothing', ' -- nothing', [], ''],
      ['a value too few', 'SELECT $1::int, $2::int', [1], 'sql_failed'],
      ['a name that is not there', 'SELECT :a::int, :b::int', { a: 1 }, 'schema_mismatch'],
      ['a name too many', 'SELECT :a::int', { a: 1, b: 2 }, 'schema_mismatch'],
      ['a name of a prototype', 'SELECT :constructor::text', { a: 1 }, 'schema_mismatch'],
      ['a value of the wrong type', 'SELECT :a::int', { a: 'x' }, 'sql_failed'],
      ['no base64', 'SELECT :a::bytea', { a: { $bytes: '?' } }, 'schema_mismatch'],
      ['a NUL', 'SELECT :a::text', { a: 'a\u0000b' }, 'sql_failed'],
      ['two columns of one name', 'SELECT 1 AS a, 2 AS a', [], 'duplicate_column'],
      ['an end of the transaction', 'COMMIT', [], 'statement_refused'],
      ['a hidden end of the transaction', '/* /* */ SELECT */ -- x\r ROLLBACK', [], 'statement_refused'],
      ['COPY', `COPY account TO PROGRAM 'cat'`, [], 'statement_refused'],
      ['another role', 'SET ROLE postgres', [], 'statement_refused'],
    ])('refuses %s', async (_what, statement, params, code) => {
      const run = await query(statement, params);
      if (code === '') expect(outputOf(run).rows).toEqual([]);
      else expect(failureOf(run)).toMatchObject({ kind: 'fatal', code });
      expect(outputOf(await query('SELECT count(*) AS n FROM account')).rows).toEqual([{ n: 2500 }]);
    });
  });

  describe('sql/execute and sql/transaction', () => {
    beforeAll(() => admin.query('CREATE TABLE log (id int PRIMARY KEY, what text)'));

    test('count what they change, and answer what is returned', async () => {
      const many = 'INSERT INTO log SELECT n, :what FROM generate_series(1, 700) n RETURNING id';
      expect(outputOf(await ask('execute', { statement: many, params: { what: 'a' }, max_rows: 1 }))).toEqual({
        columns: ['id'],
        rows: [{ id: 1 }],
        row_count: 700,
        truncated: true,
      });
      expect(outputOf(await ask('execute', { statement: 'DELETE FROM log WHERE id > $1', params: [5] }))).toEqual({
        columns: [],
        rows: [],
        row_count: 695,
        truncated: false,
      });
    });

    test('do all or nothing', async () => {
      const failed = await ask('transaction', {
        statements: [
          { statement: `INSERT INTO log VALUES (:id, 'x')`, params: { id: 100 } },
          { statement: 'SELECT what FROM log WHERE id = 100' },
          { statement: `INSERT INTO log VALUES (1, 'twice')` },
        ],
      });
      expect(failureOf(failed)).toMatchObject({
        kind: 'fatal',
        code: 'sql_failed',
        details: { sqlstate: '23505', constraint: 'log_pkey', table: 'log' },
      });
      expect(JSON.stringify(failureOf(failed))).not.toContain('(id)=');
      expect(outputOf(await query('SELECT count(*) AS n FROM log')).rows).toEqual([{ n: 5 }]);
      const done = await ask('transaction', {
        isolation: 'serializable',
        statements: [
          { statement: `INSERT INTO log VALUES (100, 'x')` },
          { statement: `SELECT current_setting('transaction_isolation') AS level, what FROM log WHERE id = 100` },
        ],
      });
      expect(outputOf(done)).toMatchObject({
        results: [{ row_count: 1 }, { rows: [{ level: 'serializable', what: 'x' }] }],
      });
    });

    test('a commit in the middle is refused before anything is done', async () => {
      const run = await ask('transaction', {
        statements: [{ statement: `INSERT INTO log VALUES (200, 'x')` }, { statement: '/**/commit' }],
      });
      expect(failureOf(run)).toMatchObject({ code: 'statement_refused' });
      expect(outputOf(await query('SELECT count(*) AS n FROM log WHERE id = 200')).rows).toEqual([{ n: 0 }]);
    });

    test('what was recorded is not done again', async () => {
      const insert = { statement: `INSERT INTO log VALUES (300, 'once') RETURNING id` };
      const first = await ask('execute', insert);
      const again = await ask('execute', insert, { attempt: 2, results: first.results });
      expect(again.outcome).toEqual(first.outcome);
      expect(failureOf(await ask('execute', insert, { attempt: 2 }))).toMatchObject({ code: 'sql_failed' });
    });

    test('of two that wait for each other, one fails for now, and the other is done', async () => {
      const swap = (a: number, b: number): Promise<TaskRun> =>
        ask('transaction', {
          timeout: 20,
          statements: [
            { statement: 'UPDATE account SET name = name WHERE id = $1', params: [a] },
            // Until the other one waits for this row.
            { statement: 'SELECT pg_sleep(0.3)' },
            { statement: 'UPDATE account SET name = name WHERE id = $1', params: [b] },
          ],
        });
      const runs = await Promise.all([swap(1, 2), swap(2, 1)]);
      expect(runs.map(({ outcome }) => outcome.is).sort()).toEqual(['completed', 'failed']);
      const failed = runs.find(({ outcome }) => outcome.is === 'failed') as TaskRun;
      expect(failureOf(failed)).toMatchObject({ kind: 'transient', code: 'sql_busy', details: { sqlstate: '40P01' } });
    });
  });

  describe('the connection', () => {
    test('is bounded: many tasks share few connections', async () => {
      const connection = { pool: 3, database: 'postgres' };
      const count = `SELECT count(*)::int AS n, pg_sleep(0.01)::text AS slept FROM pg_stat_activity WHERE application_name = 'harmonia' AND pid <> pg_backend_pid()`;
      const runs = await Promise.all(
        Array.from({ length: 30 }, () =>
          ask('query', { statement: count }, { connection: { ...connection, pool: 3 } }),
        ),
      );
      expect(Math.max(...runs.map((run) => Number(outputOf(run).rows[0]?.n)))).toBeLessThan(12);
    });

    test.each<[string, object, string, string]>([
      ['a wrong password', { username: 'owner', password: 'wr0ng-pass' }, 'fatal', 'sql_login_failed'],
      ['nobody of that name', { username: 'nobody', password: 'x' }, 'fatal', 'sql_login_failed'],
    ])('%s', async (_what, login, kind, code) => {
      const run = await ask(
        'query',
        { statement: 'SELECT 1' },
        { credentials: { login: { type: 'basic', ...login } as never } },
      );
      expect(failureOf(run)).toMatchObject({ kind, code });
      expect(JSON.stringify(run)).not.toContain('wr0ng-pass');
    });

    test('without TLS is refused unless that is said', async () => {
      expect(failureOf(await ask('query', { statement: 'SELECT 1' }, { connection: { tls: 'verify' } }))).toMatchObject(
        {
          kind: 'fatal',
          code: 'sql_tls_failed',
          message: expect.stringContaining('tls: none') as unknown,
        },
      );
    });

    test('that breaks fails for now, and the next one works', async () => {
      const mark = '/* killed */';
      const run = query(`SELECT pg_sleep(600) ${mark}`);
      const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()`;
      while ((await admin.query(kill, [mark])).rowCount === 0);
      expect(failureOf(await run)).toMatchObject({ kind: 'transient' });
      expect(outputOf(await query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });

    test('to a database that is not there', async () => {
      expect(
        failureOf(await ask('query', { statement: 'SELECT 1' }, { connection: { database: 'nowhere' } })),
      ).toMatchObject({ kind: 'fatal', code: 'sql_login_failed' });
    });
  });

  test('in a workflow of the real service, rows flow on', async () => {
    const connections = { main: server.connection() };
    const service = await TestService.start({}, { plugins: { sql: { connections } as never } });
    try {
      await service.send('PUT', '/api/v1/credentials/shop', { type: 'basic', ...server.login });
      const workflow = await service.workflow({
        name: 'rows',
        tasks: {
          read: {
            type: 'sql/query',
            credentials: { login: 'shop' },
            input: {
              connection: 'main',
              statement: 'SELECT name FROM account WHERE id = :id',
              params: { id: '${input.id}' },
            },
          },
          then: {
            type: 'core/value',
            input: { name: '${tasks.read.output.rows[0].name}', count: '${tasks.read.output.row_count}' },
          },
        },
      });
      const execution = await service.complete(workflow, { id: 7 });
      expect(execution).toMatchObject({
        status: 'completed',
        task_status: { then: { output: { name: 'n7', count: 1 } } },
      });
    } finally {
      await service.stop();
    }
  });
});

describe('a server that is no PostgreSQL', () => {
  const serve = async (answer: (socket: Socket) => void): Promise<{ port: number; stop: () => void }> => {
    const sockets = new Set<Socket>();
    const listener = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    return {
      port,
      stop: () => {
        for (const socket of sockets) socket.destroy();
        listener.close();
      },
    };
  };
  const ask = (port: number, more: JsonObject = {}): Promise<TaskRun> =>
    runTask(
      taskOf('query'),
      { connection: 'main', statement: 'SELECT 1', ...more },
      {
        config: {
          connections: {
            main: { engine: 'postgres', host: '127.0.0.1', port, database: 'd', user: 'u', tls: 'none' },
          },
        },
      },
    );

  test.each<[string, (socket: Socket) => void]>([
    ['closes', (socket) => socket.destroy()],
    ['answers something else and closes', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('that %s was not reached', async (_what, answer) => {
    const { port, stop } = await serve(answer);
    expect(failureOf(await ask(port))).toMatchObject({ kind: 'transient', code: 'sql_unreachable' });
    stop();
    expect(failureOf(await ask(port))).toMatchObject({ kind: 'transient', code: 'sql_unreachable' });
  });

  test('that is silent costs the timeout and no more', async () => {
    const { port, stop } = await serve(() => undefined);
    expect(failureOf(await ask(port, { timeout: 0.1 }))).toMatchObject({ kind: 'transient', code: 'timeout' });
    stop();
  });
});
