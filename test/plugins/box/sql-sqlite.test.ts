import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Database from 'better-sqlite3';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import plugin from '../../../plugins/sql/src/index.js';
import type { Json, JsonObject, Task } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';
import { TestService } from '../../world/service.js';

let root: string;
let file: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'harmonia-sqlite-')));
  await mkdir(join(root, 'data'));
  file = join(root, 'data', 'a.db');
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, data BLOB)`);
  database.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    INSERT INTO item SELECT i, 'n' || i, NULL FROM n`);
  database.close();
});
afterAll(() => rm(root, { recursive: true }));

const taskOf = (id: string): Task => plugin.tasks.find((task) => task.id === id) as Task;
const failureOf = ({ outcome }: TaskRun): object =>
  outcome.is === 'failed' ? outcome.failure : { output: outcome.output };
const outputOf = ({ outcome }: TaskRun): { rows: JsonObject[] } & JsonObject => {
  if (outcome.is === 'failed') throw new Error(JSON.stringify(outcome.failure));
  return outcome.output as never;
};
const settings = (more: JsonObject = {}): JsonObject => ({
  file_roots: [join(root, 'data')],
  connections: { main: { engine: 'sqlite', file, ...more } },
});
const ask = (id: string, input: JsonObject, more: TaskSurroundings = {}): Promise<TaskRun> =>
  runTask(taskOf(id), { connection: 'main', ...input }, { config: settings(), ...more });
const query = (statement: string, params: Json = [], more: JsonObject = {}): Promise<TaskRun> =>
  ask('query', { statement, params, ...more });
const count = async (): Promise<Json | undefined> => outputOf(await query('SELECT count(*) AS n FROM item')).rows[0]?.n;

/** Ends when somebody stops it. */
const ENDLESS = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS n FROM n';

describe('sql/query', () => {
  test('takes values by name and in order, and never as text', async () => {
    const evil = `'; DROP TABLE item; --`;
    const run = await query(
      `SELECT :who AS who, :n + :n AS twice, ':who' AS quoted, 1 AS ":who", 2 AS [:n], 3 AS \`:x\` -- :comment\n/* :comment */`,
      { who: evil, n: 4 },
    );
    expect(outputOf(run).rows).toEqual([{ who: evil, twice: 8, quoted: ':who', ':who': 1, ':n': 2, ':x': 3 }]);
    expect(outputOf(await query('SELECT ? AS a, ? AS b', ['x', 2])).rows).toEqual([{ a: 'x', b: 2 }]);
  });

  test.each<[string, Json, Json]>([
    ['integer', 5, 5],
    ['integer', 9007199254740991, 9007199254740991],
    ['real', 0.5, 0.5],
    ['real', 1e300, 1e300],
    ['integer', true, 1],
    ['text', 'ä\u0000b', 'ä\u0000b'],
    ['text', [1, 'x'], '[1,"x"]'],
    ['text', { a: 1 }, '{"a":1}'],
    ['text', { $json: null }, 'null'],
    ['blob', { $bytes: '3q0=' }, '3q0='],
    ['null', null, null],
  ])('a value is %s: %j', async (type, given, value) => {
    expect(outputOf(await query('SELECT :v AS v, typeof(:v) AS t', { v: given })).rows).toEqual([
      { v: value, t: type },
    ]);
  });

  test.each<[string, Json]>([
    ['9007199254740993', '9007199254740993'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['1e999', 'Infinity'],
    ["x'dead'", '3q0='],
    ['1.5', 1.5],
  ])('%s is %j', async (expression, value) => {
    expect(outputOf(await query(`SELECT ${expression} AS v`)).rows).toEqual([{ v: value }]);
  });

  test.each([
    'DELETE FROM item',
    'DELETE FROM item RETURNING id',
    'WITH x AS (SELECT 1) DELETE FROM item',
    'CREATE TABLE x (a)',
    'DROP TABLE item',
  ])('writes nothing: %s', async (statement) => {
    expect(failureOf(await query(statement))).toMatchObject({ kind: 'fatal', code: 'sql_read_only' });
    expect(await count()).toBe(2500);
  });

  test('leaves out rows beyond the limit and says so; bytes beyond theirs are a failure', async () => {
    const all = 'SELECT id FROM item ORDER BY id';
    expect(outputOf(await query(all))).toMatchObject({ row_count: 1000, truncated: true });
    expect(outputOf(await query(all, [], { max_rows: 2500 }))).toMatchObject({ row_count: 2500, truncated: false });
    expect(outputOf(await query(all, [], { max_rows: 0 }))).toEqual({
      columns: ['id'],
      rows: [],
      row_count: 0,
      truncated: true,
    });
    expect(failureOf(await query(all, [], { max_bytes: 100 }))).toMatchObject({
      kind: 'fatal',
      code: 'result_too_large',
    });
  });

  test('that takes too much memory ends, and nothing else does', async () => {
    const large = (index: number): string => `hex(zeroblob(${80_000_000 + index}))`;
    const run = await query(
      `SELECT length(max(${Array.from({ length: 6 }, (_, index) => large(index)).join(', ')})) AS n`,
    );
    expect(failureOf(run)).toMatchObject({ kind: 'fatal', code: 'sql_memory_exceeded' });
    expect(await count()).toBe(2500);
  });

  test('without end costs its timeout only: others go on meanwhile', async () => {
    const endless = query(ENDLESS, [], { timeout: 0.5 });
    expect(await count()).toBe(2500);
    expect(failureOf(await endless)).toMatchObject({ kind: 'transient', code: 'timeout' });
    const controller = new AbortController();
    const aborted = ask('query', { statement: ENDLESS }, { signal: controller.signal });
    expect(await count()).toBe(2500);
    controller.abort();
    expect((await aborted).outcome).toMatchObject({ is: 'failed' });
    expect(await count()).toBe(2500);
  });

  test.each<[string, string, Json, string]>([
    ['two statements', 'SELECT 1; DELETE FROM item', [], 'sql_failed'],
    ['no SQL', 'hello', [], 'statement_refused'],
    ['nothing', ' -- nothing', [], 'statement_refused'],
    ['another file', `ATTACH '/etc/passwd' AS x`, [], 'statement_refused'],
    ['another file, hidden', `/* SELECT */ -- x\u2028 SELECT\n ATTACH '/etc/passwd' AS x`, [], 'statement_refused'],
    ['another file, after nothing', `; ATTACH '/etc/passwd' AS x`, [], 'statement_refused'],
    ['a copy elsewhere', `VACUUM INTO '/tmp/stolen.db'`, [], 'statement_refused'],
    ['a setting', 'PRAGMA writable_schema = 1', [], 'statement_refused'],
    ['code', `SELECT load_extension('/tmp/x.so')`, [], 'sql_failed'],
    ['the end of the transaction', 'COMMIT', [], 'statement_refused'],
    ['a value too few', 'SELECT ? AS a, ? AS b', [1], 'sql_failed'],
    ['a name that is not there', 'SELECT :a, :b', { a: 1 }, 'schema_mismatch'],
    ['a name too many', 'SELECT :a', { a: 1, b: 2 }, 'schema_mismatch'],
    ['two columns of one name', 'SELECT 1 AS a, 2 AS a', [], 'duplicate_column'],
  ])('refuses %s', async (_what, statement, params, code) => {
    for (const id of ['query', 'execute'])
      expect(failureOf(await ask(id, { statement, params }))).toMatchObject({ kind: 'fatal', code });
    expect(await count()).toBe(2500);
  });
});

describe('sql/execute and sql/transaction', () => {
  test('count what they change, and answer what is returned', async () => {
    const insert = `INSERT INTO item (id, name) VALUES (9001, :a), (9002, :b) RETURNING id, name`;
    expect(outputOf(await ask('execute', { statement: insert, params: { a: 'x', b: 'y' }, max_rows: 1 }))).toEqual({
      columns: ['id', 'name'],
      rows: [{ id: 9001, name: 'x' }],
      row_count: 2,
      truncated: true,
    });
    expect(outputOf(await ask('execute', { statement: 'DELETE FROM item WHERE id > ?', params: [9000] }))).toEqual({
      columns: [],
      rows: [],
      row_count: 2,
      truncated: false,
    });
  });

  test('do all or nothing', async () => {
    const run = await ask('transaction', {
      statements: [
        { statement: 'DELETE FROM item WHERE id = 1' },
        { statement: `INSERT INTO item (name) VALUES ('n2')` },
      ],
    });
    expect(failureOf(run)).toMatchObject({
      kind: 'fatal',
      code: 'sql_failed',
      details: { sqlite: 'SQLITE_CONSTRAINT_UNIQUE' },
    });
    expect(await count()).toBe(2500);
  });

  test('one that is ended in its middle leaves nothing behind', async () => {
    const run = await ask('transaction', {
      timeout: 0.5,
      statements: [{ statement: 'DELETE FROM item' }, { statement: ENDLESS }],
    });
    expect(failureOf(run)).toMatchObject({ kind: 'transient', code: 'timeout' });
    expect(await count()).toBe(2500);
  });

  test('a lock of somebody else is waited for, then the attempt fails for now', async () => {
    const other = new Database(file);
    other.exec('BEGIN IMMEDIATE');
    try {
      const run = await ask('execute', { statement: 'DELETE FROM item WHERE id = 1', timeout: 0.3 });
      expect(failureOf(run)).toMatchObject({ kind: 'transient' });
    } finally {
      other.exec('ROLLBACK');
      other.close();
    }
    expect(await count()).toBe(2500);
  });

  test('what was recorded is not done again', async () => {
    const insert = { statement: `INSERT INTO item (id, name) VALUES (9100, 'once')` };
    const first = await ask('execute', insert);
    expect((await ask('execute', insert, { attempt: 2, results: first.results })).outcome).toEqual(first.outcome);
    expect(failureOf(await ask('execute', insert))).toMatchObject({ code: 'sql_failed' });
    outputOf(await ask('execute', { statement: 'DELETE FROM item WHERE id = 9100' }));
  });
});

describe('the file', () => {
  const at = (path: string, more: JsonObject = {}, id = 'query'): Promise<TaskRun> =>
    ask(
      id,
      { statement: id === 'query' ? 'SELECT 1 AS one' : 'CREATE TABLE t (a)' },
      { config: settings({ file: path, ...more }) },
    );

  test('must lie below the roots: no way around', async () => {
    await symlink('/etc/passwd', join(root, 'data', 'link.db'));
    await symlink('/etc', join(root, 'data', 'etc'));
    new Database(join(root, 'outside.db')).close();
    await symlink(join(root, 'outside.db'), join(root, 'data', 'outside.db'));
    const paths = ['/etc/passwd', join(root, 'data/link.db'), join(root, 'data/etc/passwd'), join(root, 'outside.db')];
    for (const path of [...paths, `${root}/data/../outside.db`, join(root, 'data/outside.db'), `${root}/data`])
      expect([path, failureOf(await at(path))]).toMatchObject([path, { kind: 'fatal', code: 'file_not_allowed' }]);
    for (const path of ['a.db', ':memory:', 'file:/etc/passwd', '', join(root, 'nowhere/a.db')])
      expect(failureOf(await at(path))).toMatchObject({ kind: 'fatal' });
  });

  test('is not made where a link leads that leads to nothing', async () => {
    await symlink(join(root, 'made.db'), join(root, 'data', 'dangling.db'));
    expect(failureOf(await at(join(root, 'data', 'dangling.db'), { create: true }, 'execute'))).toMatchObject({
      kind: 'fatal',
      code: 'file_not_allowed',
    });
    expect(existsSync(join(root, 'made.db'))).toBe(false);
  });

  test('is made only when the settings say so, and only by what writes', async () => {
    const path = join(root, 'data', 'new.db');
    expect(failureOf(await at(path, {}, 'execute'))).toMatchObject({ kind: 'fatal', code: 'sql_failed' });
    expect(failureOf(await at(path, { create: true }))).toMatchObject({ kind: 'fatal', code: 'sql_failed' });
    expect(existsSync(path)).toBe(false);
    expect((await at(path, { create: true }, 'execute')).outcome).toMatchObject({ is: 'completed' });
    expect(existsSync(path)).toBe(true);
  });

  test('is none of anybody who is no operator: names of connections only', async () => {
    for (const connection of ['other', '__proto__', 'constructor'])
      expect(failureOf(await ask('query', { connection, statement: 'SELECT 1' }))).toMatchObject({
        kind: 'fatal',
        code: 'connection_unknown',
        message: expect.stringContaining('main') as unknown,
      });
    const login = { type: 'basic' as const, username: 'a', password: 'b' };
    expect(failureOf(await ask('query', { statement: 'SELECT 1' }, { credentials: { login } }))).toMatchObject({
      code: 'connection_invalid',
    });
  });

  test('that is no database is said so', async () => {
    const path = join(root, 'data', 'text.db');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(
      path,
      'this is no database, but a text that is long enough to be taken for one by its size'.repeat(20),
    );
    expect(failureOf(await at(path))).toMatchObject({
      kind: 'fatal',
      code: 'sql_failed',
      details: { sqlite: 'SQLITE_NOTADB' },
    });
  });
});

/** Processes of this machine that work on SQLite for that parent. */
const workersOf = async (parent: number): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [line, status] = await Promise.all(
        ['cmdline', 'status'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')),
      );
      return line?.includes('sqlite-process.js') && status?.includes(`PPid:\t${parent}\n`) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
};
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);

const onLinux = process.platform === 'linux' ? test : test.skip;

onLinux('a process that ended while nobody used it is replaced, and costs no attempt', async () => {
  await count();
  const workers = await workersOf(process.pid);
  expect(workers.length).toBeGreaterThan(0);
  for (const pid of workers) process.kill(pid, 'SIGKILL');
  while ((await workersOf(process.pid)).some((pid) => workers.includes(pid)))
    await new Promise((resolve) => setImmediate(resolve));
  const counts = await Promise.all(Array.from({ length: 8 }, count));
  expect(counts).toEqual(Array.from({ length: 8 }, () => 2500));
});

onLinux('a service that is killed takes its endless statement with it', async () => {
  const dist = fileURLToPath(new URL('../../../plugins/sql/dist/index.js', import.meta.url));
  const testing = fileURLToPath(new URL('../../../dist/plugin/testing/index.js', import.meta.url));
  const program = `
    const [{ default: plugin }, { runTask }] = await Promise.all([import(${JSON.stringify(dist)}), import(${JSON.stringify(testing)})]);
    const config = ${JSON.stringify(settings())};
    await runTask(plugin.tasks[0], { connection: 'main', statement: ${JSON.stringify(ENDLESS)}, timeout: 600 }, { config });`;
  const service = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  let workers: number[] = [];
  while (workers.length === 0) workers = await workersOf(service.pid ?? 0);
  // In the middle of the statement: it uses its processor.
  const busy = async (): Promise<number> => Number((await readFile(`/proc/${workers[0]}/stat`, 'utf8')).split(' ')[13]);
  while ((await busy()) < 30);
  service.kill('SIGKILL');
  await once(service, 'exit');
  while (workers.some(isAlive)) await new Promise((resolve) => setImmediate(resolve));
  expect(await count()).toBe(2500);
});

test('the process sees neither the environment of the service nor its flags', async () => {
  await count();
  const workers = process.platform === 'linux' ? await workersOf(process.pid) : [];
  for (const pid of workers) {
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain('PATH=');
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('experimental-vm-modules');
  }
});

test('in a workflow of the real service, a transaction writes and a query reads', async () => {
  const service = await TestService.start({}, { plugins: { sql: settings() } });
  try {
    const workflow = await service.workflow({
      name: 'book',
      tasks: {
        write: {
          type: 'sql/transaction',
          input: {
            connection: 'main',
            statements: [
              { statement: 'UPDATE item SET name = :name WHERE id = :id', params: { name: '${input.name}', id: 5 } },
              { statement: 'DELETE FROM item WHERE id = 6' },
            ],
          },
        },
        read: {
          type: 'sql/query',
          depends_on: ['write'],
          input: { connection: 'main', statement: 'SELECT id, name FROM item WHERE id IN (5, 6)' },
        },
      },
    });
    expect(await service.complete(workflow, { name: `O'Hara` })).toMatchObject({
      status: 'completed',
      task_status: {
        write: { output: { results: [{ row_count: 1 }, { row_count: 1 }] } },
        read: { output: { rows: [{ id: 5, name: `O'Hara` }] } },
      },
    });
  } finally {
    await service.stop();
  }
});
