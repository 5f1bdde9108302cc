import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { download } from '../../../plugins/http/src/download.js';
import { upload } from '../../../plugins/http/src/upload.js';
import type { JsonObject, Task } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun, type TaskSurroundings } from '../../../src/plugin/testing/index.js';

let server: Server;
let base: string;
let answer: (response: ServerResponse) => void;
let asked = 0;
let last: { method: string; headers: IncomingHttpHeaders; body: Buffer };
beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1;
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      last = { method: request.method ?? '', headers: request.headers, body: Buffer.concat(pieces) };
      answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

let outside: string;
let root: string;
beforeEach(async () => {
  asked = 0;
  answer = (response) => response.end('hello');
  outside = await mkdtemp(join(tmpdir(), 'harmonia-files-'));
  root = join(outside, 'root');
  await mkdir(root);
  await writeFile(join(outside, 'secret'), 'secret');
});
afterEach(() => rm(outside, { recursive: true, force: true }));

const run = async (task: Task, input: JsonObject, more: TaskSurroundings = {}): Promise<TaskRun> =>
  runTask(task, { url: `${base}/file`, ...input }, { config: { roots: [root] }, ...more });
const get = async (input: JsonObject, more: TaskSurroundings = {}): Promise<TaskRun['outcome']> =>
  (await run(download, input, more)).outcome;
const put = async (input: JsonObject, more: TaskSurroundings = {}): Promise<TaskRun['outcome']> =>
  (await run(upload, input, more)).outcome;
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const text = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const refused = { is: 'failed', failure: { kind: 'fatal', code: 'file_refused' } };

describe('paths that lead out of the root', () => {
  const ways: [string, string][] = [
    ['up', '../secret'],
    ['down and up', 'a/../../secret'],
    ['up and back', 'a/../b'],
    ['up, as Windows has it', '..\\secret'],
    ['absolute', '/etc/passwd'],
    ['absolute, as Windows has it', 'C:\\secret'],
    ['a share', '\\\\host\\share'],
    ['with a zero byte', 'a\u0000b'],
    ['the root itself', '.'],
    ['the root itself, otherwise', './/'],
  ];

  test.each(ways)('%s', async (_name, path) => {
    expect(await get({ path })).toMatchObject(refused);
    expect(await put({ path })).toMatchObject(refused);
    expect(asked).toBe(0);
    expect([await readFile(join(outside, 'secret'), 'utf8'), await readdir(root)]).toEqual(['secret', []]);
  });

  test('by a link to a file, to a directory, to nowhere', async () => {
    await symlink(join(outside, 'secret'), join(root, 'link'));
    await symlink(outside, join(root, 'out'));
    await symlink(join(outside, 'new'), join(root, 'dangling'));
    for (const path of ['link', 'out/secret', 'out/new', 'out/deep/er/new', 'dangling']) {
      expect(await get({ path })).toMatchObject(refused);
      expect(await put({ path })).toMatchObject(refused);
    }
    expect((await readdir(outside)).sort()).toEqual(['root', 'secret']);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('a root beside it whose name begins alike', async () => {
    await mkdir(join(outside, 'root-of-another'));
    await symlink(join(outside, 'root-of-another'), join(root, 'beside'));
    expect(await get({ path: 'beside/x' })).toMatchObject(refused);
  });

  test('a link within the root is fine', async () => {
    await mkdir(join(root, 'real'));
    await symlink(join(root, 'real'), join(root, 'short'));
    expect(await get({ path: 'short/x' })).toMatchObject({ is: 'completed' });
    expect(await text('real/x')).toBe('hello');
    expect(await put({ path: 'short/x' })).toMatchObject({ is: 'completed' });
  });

  test('the root may be a link itself', async () => {
    const linked = join(outside, 'linked');
    await symlink(root, linked);
    expect(await get({ path: 'x' }, { config: { roots: [linked] } })).toMatchObject({ is: 'completed' });
    expect(await text('x')).toBe('hello');
  });

  test('a directory, a pipe', async () => {
    await mkdir(join(root, 'directory'));
    execFileSync('mkfifo', [join(root, 'pipe')]);
    for (const path of ['directory', 'pipe', 'directory/x/y', 'pipe/x']) {
      expect(await put({ path })).toMatchObject(refused);
      if (path !== 'directory/x/y') expect(await get({ path })).toMatchObject(refused);
    }
  });

  test('without roots there are no files; of several one is chosen by name', async () => {
    expect(await get({ path: 'x' }, { config: {} })).toMatchObject(refused);
    const second = join(outside, 'second');
    await mkdir(second);
    const config = { roots: [root, second] };
    expect(await get({ path: 'x', root: second }, { config })).toMatchObject({ is: 'completed' });
    expect(await readFile(join(second, 'x'), 'utf8')).toBe('hello');
    expect(await get({ path: 'x', root: outside }, { config })).toMatchObject(refused);
    expect(await get({ path: 'x' }, { config: { roots: [join(outside, 'gone')] } })).toMatchObject(refused);
  });
});

test('a directory that is exchanged for a link, again and again, leads nowhere', async () => {
  await mkdir(join(root, 'd/e'), { recursive: true });
  await mkdir(join(outside, 'e'));
  await writeFile(join(root, 'd/e/secret'), 'own');
  await writeFile(join(outside, 'e/secret'), 'secret');
  let isRunning = true;
  let changes = 0;
  const directory = join(root, 'd');
  /** A download may have made the directory while it was away, and write into it while it goes. */
  const free = async (work: () => Promise<void>): Promise<void> => {
    await rm(directory, { recursive: true, force: true })
      .then(work)
      .catch(() => free(work));
  };
  const exchanging = (async () => {
    while (isRunning) {
      await rename(directory, join(root, 'aside'));
      await free(() => symlink(outside, directory));
      await free(() => rename(join(root, 'aside'), directory));
      changes++;
      // Sometimes it is what it should be.
      for (let turn = 0; turn < changes % 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const sent = new Set<string>();
  for (let round = 0; round < 200; round++) {
    const outcomes = [await put({ path: 'd/e/secret' })];
    if (outcomes[0]?.is === 'completed') sent.add(last.body.toString());
    outcomes.push(...(await Promise.all([get({ path: 'd/e/new' }), get({ path: 'd/e/f/deep' })])));
    for (const outcome of outcomes)
      if (outcome.is === 'failed') expect(outcome.failure).toMatchObject({ code: 'file_refused' });
  }
  isRunning = false;
  await exchanging;
  expect(changes).toBeGreaterThan(10);
  expect([[...sent], await readdir(join(outside, 'e'))]).toEqual([['own'], ['secret']]);
}, 60_000);

describe('http/download', () => {
  test('writes the file, makes its directories, and says what it is', async () => {
    answer = (response) => response.setHeader('content-type', 'text/x').end('grüße');
    expect(await get({ path: 'a/b/c.txt', query: { token: 'x' } })).toEqual({
      is: 'completed',
      output: {
        ...{ path: 'a/b/c.txt', bytes: 7, sha256: sha256('grüße'), status: 200 },
        ...{ url: `${base}/file`, content_type: 'text/x' },
      },
    });
    expect([await text('a/b/c.txt'), await readdir(join(root, 'a/b'))]).toEqual(['grüße', ['c.txt']]);
    expect(last.headers['accept-encoding']).toBe('identity');
  });

  test('takes the place of a file that is there, whole; or refuses to', async () => {
    await writeFile(join(root, 'x'), 'old');
    expect(await get({ path: 'x', overwrite: false })).toMatchObject(refused);
    expect([await text('x'), await readdir(root)]).toEqual(['old', ['x']]);
    expect(await get({ path: 'x' })).toMatchObject({ is: 'completed' });
    expect(await get({ path: 'y', overwrite: false })).toMatchObject({ is: 'completed' });
    expect([await text('x'), await text('y'), (await readdir(root)).sort()]).toEqual(['hello', 'hello', ['x', 'y']]);
  });

  test('comes as it is read, with progress, and is bounded', async () => {
    const large = Buffer.alloc(20 * 2 ** 20, 'abc');
    answer = (response) => response.setHeader('content-length', large.length).end(large);
    const { outcome, progress } = await run(download, { path: 'large' });
    expect(outcome).toMatchObject({ output: { bytes: large.length, sha256: sha256(large) } });
    expect(progress.length).toBeGreaterThan(5);
    expect(await get({ path: 'small', max_bytes: 1000 })).toMatchObject({ failure: { code: 'response_too_large' } });
    expect(await readdir(root)).toEqual(['large']);
  });

  test('what came compressed is unpacked, and bounded unpacked', async () => {
    answer = (response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(5_000_000)));
    expect(await get({ path: 'x', max_bytes: 100_000 })).toMatchObject({ failure: { code: 'response_too_large' } });
    expect(await get({ path: 'x' })).toMatchObject({ output: { bytes: 5_000_000 } });
  });

  test('a checksum that is wrong, a body that breaks, a status: nothing is there, not even a piece', async () => {
    expect(await get({ path: 'x', sha256: sha256('hello').toUpperCase() })).toMatchObject({ is: 'completed' });
    await rm(join(root, 'x'));
    expect(await get({ path: 'x', sha256: sha256('other') })).toMatchObject({
      failure: { kind: 'transient', code: 'checksum_mismatch' },
    });
    answer = (response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => response.destroy());
    };
    expect(await get({ path: 'x' })).toMatchObject({ failure: { kind: 'transient', code: 'http_unreachable' } });
    answer = (response) => response.writeHead(404).end('no');
    expect(await get({ path: 'x' })).toMatchObject({ failure: { kind: 'fatal', code: 'http_error' } });
    answer = (response) => response.writeHead(200).write('x');
    expect(await get({ path: 'x', timeout: 0.05 })).toMatchObject({ failure: { code: 'timeout' } });
    expect(await readdir(root)).toEqual([]);
  });

  test('a name that is too long is refused', async () =>
    expect(await get({ path: 'x'.repeat(300) })).toMatchObject(refused));

  test('a long name has room for the piece', async () => {
    expect(await get({ path: 'x'.repeat(255) })).toMatchObject({ is: 'completed' });
    expect(await readdir(root)).toEqual(['x'.repeat(255)]);
  });
});

describe('http/download after a crash', () => {
  /** What an attempt has recorded that was lost before it could end. */
  const crashed = async (input: JsonObject): Promise<TaskRun['results']> => (await run(download, input)).results;
  const part = async (name: string): Promise<string> => {
    // The piece of a step has the same name in all its attempts: it is found when an attempt is stopped in the middle.
    answer = (response) => response.writeHead(200).write('x');
    const controller = new AbortController();
    const stopped = run(download, { path: name }, { signal: controller.signal });
    let found: string | undefined;
    while (found === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
      found = (await readdir(root)).find((entry) => entry.endsWith('.part'));
    }
    controller.abort();
    await stopped;
    answer = (response) => response.end('hello');
    return join(root, found);
  };

  test('in the middle: begins anew, whatever lies there', async () => {
    const piece = await part('x');
    await writeFile(piece, 'a longer piece of something else');
    expect(await get({ path: 'x' })).toMatchObject({ output: { sha256: sha256('hello') } });
    await symlink(join(outside, 'secret'), piece);
    expect(await get({ path: 'x' })).toMatchObject({ is: 'completed' });
    expect([await text('x'), await readdir(root), await readFile(join(outside, 'secret'), 'utf8')]).toEqual([
      ...['hello', ['x'], 'secret'],
    ]);
  });

  test.each([true, false])(
    'before it was put in its place: is not asked for again (overwrite: %s)',
    async (overwrite) => {
      const piece = await part('x');
      const results = await crashed({ path: 'x' });
      await rm(join(root, 'x'));
      await writeFile(piece, 'hello');
      asked = 0;
      expect(await get({ path: 'x', overwrite }, { results, attempt: 2 })).toMatchObject({ is: 'completed' });
      expect([asked, await text('x'), await readdir(root)]).toEqual([0, 'hello', ['x']]);
    },
  );

  test.each([true, false])('after it was put in its place: it is there (overwrite: %s)', async (overwrite) => {
    const results = await crashed({ path: 'x' });
    const before = await stat(join(root, 'x'));
    asked = 0;
    expect(await get({ path: 'x', overwrite }, { results, attempt: 2 })).toMatchObject({
      output: { bytes: 5, sha256: sha256('hello') },
    });
    expect([asked, (await stat(join(root, 'x'))).ino]).toEqual([0, before.ino]);
  });

  test('when somebody has taken both away: is asked for again', async () => {
    const results = await crashed({ path: 'x' });
    await rm(join(root, 'x'));
    answer = (response) => response.end('newer');
    expect(await get({ path: 'x' }, { results, attempt: 2 })).toMatchObject({ output: { sha256: sha256('newer') } });
    expect(await text('x')).toBe('newer');
  });
});

describe('http/upload', () => {
  test('sends a file with its length', async () => {
    const large = Buffer.alloc(3_000_001, 'abc');
    await writeFile(join(root, 'large'), large);
    expect(await put({ path: 'large' })).toMatchObject({ output: { status: 200, body: 'hello' } });
    expect(last).toMatchObject({
      method: 'PUT',
      headers: {
        'content-length': '3000001',
        'content-type': 'application/octet-stream',
        'idempotency-key': 'execution:/task:1',
      },
    });
    expect(sha256(last.body)).toBe(sha256(large));
  });

  test('sends a text, bytes, nothing', async () => {
    await put({ text: 'grüße', method: 'POST' });
    expect([last.method, last.headers['content-type'], last.body.toString()]).toEqual([
      ...['POST', 'text/plain; charset=utf-8', 'grüße'],
    ]);
    await put({ base64: '/wD+', content_type: 'image/png' });
    expect([last.headers['content-type'], [...last.body]]).toEqual(['image/png', [255, 0, 254]]);
    await put({ text: '' });
    expect([last.headers['content-length'], last.body.length]).toEqual(['0', 0]);
    await writeFile(join(root, 'empty'), '');
    await put({ path: 'empty', form: {} });
    expect(last.body.length).toBe(Number(last.headers['content-length']));
  });

  test('sends a form, as a server reads it', async () => {
    await writeFile(join(root, 'report "1".txt'), 'the file');
    await put({
      path: 'report "1".txt',
      content_type: 'text/plain',
      form: { field: 'doc', fields: { a: '1', 'b"\r\nX-Injected: 1': 'zwei\r\n--x' } },
    });
    expect(last.method).toBe('POST');
    expect(last.headers['content-length']).toBe(String(last.body.length));
    const form = await new Response(last.body, {
      headers: { 'content-type': last.headers['content-type'] ?? '' },
    }).formData();
    expect(form.get('a')).toBe('1');
    expect([...form.values()]).toHaveLength(3);
    const file = form.get('doc') as unknown as { name: string; type: string; text(): Promise<string> };
    expect([file.name, file.type, await file.text()]).toEqual(['report "1".txt', 'text/plain', 'the file']);
    expect(last.body.toString()).not.toContain('\r\nX-Injected');
  });

  test.each<JsonObject>([
    {},
    { text: 'a', base64: 'YQ==' },
    { path: 'x', text: 'a' },
    { text: 'a', method: 'GET' },
    { text: 'a', content_type: 'a\r\nb: c/d' },
    { text: 'a', headers: { 'content-length': '1' } },
    { base64: 'no base64!' },
  ])('%j is refused before anything leaves', async (input) => {
    expect(await put(input)).toMatchObject({ failure: { kind: 'fatal', code: 'schema_mismatch' } });
    expect(asked).toBe(0);
  });

  test('a file that is not there is refused; a refusal of the server is told as by http/request', async () => {
    expect(await put({ path: 'gone' })).toMatchObject(refused);
    answer = (response) => response.writeHead(503, { 'retry-after': '3' }).end('busy');
    expect(await put({ text: 'x' })).toMatchObject({
      failure: { kind: 'transient', code: 'http_error', retry_after: 3000 },
    });
  });

  test('a redirect after POST is followed without the file; one that repeats it is told', async () => {
    let moved = 303;
    answer = (response) => {
      if (moved === 0) response.end('done');
      else response.writeHead(moved, { location: '/there' }).end();
      if (moved === 303) moved = 0;
    };
    expect(await put({ text: 'x', method: 'POST' })).toMatchObject({ output: { body: 'done' } });
    expect([last.method, last.body.length]).toEqual(['GET', 0]);
    moved = 307;
    expect(await put({ text: 'x' })).toMatchObject({ failure: { kind: 'fatal', code: 'http_error' } });
  });
});
