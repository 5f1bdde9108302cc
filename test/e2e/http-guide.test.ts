import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { download } from '../../plugins/http/src/download.js';
import { paginate } from '../../plugins/http/src/paginate.js';
import { request } from '../../plugins/http/src/request.js';
import { upload } from '../../plugins/http/src/upload.js';
import { harmoniaHere } from '../world/command-line.js';
import { TestService } from '../world/service.js';

const read = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

let server: Server;
let base: string;
let root: string;
let service: TestService;
let guide: string;
let archived = '';
let authorization: string | undefined;
beforeAll(async () => {
  guide = await read('docs/guides/http.md');
  server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://x');
    incoming.setEncoding('utf8').on('data', (piece: string) => (archived += piece));
    incoming.on('end', () => {
      ({ authorization } = incoming.headers);
      if (url.pathname === '/issues') {
        const page = Number(url.searchParams.get('page') ?? '1');
        if (page < 3) response.setHeader('link', `<?state=open&page=${page + 1}>; rel="next"`);
        response.setHeader('content-type', 'application/json').end('[1,2]');
      } else if (url.pathname === '/who') response.end(authorization);
      else response.end(url.pathname === '/report.pdf' ? 'a report' : 'archived');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}`;
  root = await mkdtemp(join(tmpdir(), 'harmonia-root-'));
  service = await TestService.start({ HARMONIA_HTTP_ALLOW: `127.0.0.1:${port}`, HARMONIA_FILE_ROOTS: root });
});
afterAll(async () => {
  await service.stop();
  await rm(root, { recursive: true });
  server.closeAllConnections();
  server.close();
});

describe('docs/guides/http.md', () => {
  const blocks = (language: string): string[] =>
    [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, 'g'))].map((found) => found[1] ?? '');

  test('its workflows run', async () => {
    const documents = blocks('yaml').map((block) => parse(block.replaceAll('https://api.example', base)) as object);
    const outputs: unknown[] = [];
    for (const document of documents) {
      const execution = await service.complete(await service.workflow(document));
      outputs.push(execution.output);
    }
    expect(outputs).toEqual([{ open: 6 }, { bytes: 8, status: 200 }]);
    expect(await readFile(join(root, 'reports/today.pdf'), 'utf8')).toBe('a report');
    expect(archived).toMatch(/name="document"; filename="today.pdf"[^]*a report/);
  });

  test('its commands work', async () => {
    const lines = blocks('sh').flatMap((block) => block.trim().split('\n'));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const args = line.replace('https://api.example', base).split(' ').slice(1);
      expect(await harmoniaHere([...args, '--url', service.url])).toMatchObject({ code: 0 });
    }
  });

  test('its settings are those of docs/configuration.md', async () => {
    const settings = await read('docs/configuration.md');
    const named = [...guide.matchAll(/HARMONIA_[A-Z_]+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(6);
    for (const name of named) expect(settings).toContain(`\`${name}\``);
  });
});

test('a credential of the service fills the slot `auth`', async () => {
  await service.send('PUT', '/api/v1/credentials/my-account', { type: 'bearer', token: 'tok-31415926' });
  const execution = await service.complete(
    await service.workflow({
      name: 'signed-in',
      tasks: { a: { type: 'http/request', input: { url: `${base}/who` }, credentials: { auth: 'my-account' } } },
      output: '${tasks.a.output.body}',
    }),
  );
  expect([authorization, execution.output]).toEqual(['Bearer tok-31415926', 'Bearer ***']);
});

test('the README of the plugin names every input of every task', async () => {
  const sections = (await read('plugins/http/README.md')).split(/^## /m);
  const general = sections[1] ?? '';
  for (const task of [request, paginate, download, upload]) {
    const section = sections.find((one) => one.startsWith(`\`http/${task.id}\``)) ?? '';
    const inputs = Object.keys((task.input?.properties ?? {}) as object);
    const missing = inputs.filter((name) => !section.includes(`\`${name}`) && !general.includes(`\`${name}`));
    expect([task.id, missing]).toEqual([task.id, []]);
    expect([typeof task.icon, task.title, typeof task.output]).toEqual(['string', expect.any(String), 'object']);
  }
});
