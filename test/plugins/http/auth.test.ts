import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from '../../../plugins/http/src/request.js';
import { upload } from '../../../plugins/http/src/upload.js';
import type { Credential, Json, JsonObject } from '../../../src/plugin/contract/index.js';
import { runTask, type TaskRun } from '../../../src/plugin/testing/index.js';

interface Seen {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
const servers: Server[] = [];
const seen: Seen[] = [];
let redirectTo: string | undefined;
const serve = async (): Promise<string> => {
  const server = createServer((incoming, response) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    incoming.on('end', () => {
      seen.push({ url: incoming.url ?? '', headers: incoming.headers, body });
      if (incoming.url?.startsWith('/moved') && redirectTo) response.writeHead(307, { location: redirectTo }).end();
      // Says back what it heard, as careless services do.
      else response.end(JSON.stringify({ url: incoming.url, headers: incoming.headers }));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};
let url: string;
let other: string;
beforeAll(async () => {
  url = await serve();
  other = await serve();
});
beforeEach(() => {
  seen.length = 0;
  redirectTo = undefined;
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const send = async (auth: Credential | undefined, input: JsonObject = {}): Promise<TaskRun> =>
  runTask(request, { url, ...input }, { ...(auth && { credentials: { auth } }) });
const heard = (): Seen => seen.at(-1) as Seen;

const BASIC: Credential = { type: 'basic', username: 'ada', password: 'pässword:1' };
const BEARER: Credential = { type: 'bearer', token: 'tok-31415926' };
const KEY: Credential = { type: 'api_key', key: 'key-27182818' };
const HMAC: Credential = { type: 'hmac', secret: 'shh-16180339' };
const CUSTOM: Credential = { type: 'custom', fields: { 'X-One': 'one-14142135', 'X-Two': 'two-17320508' } };

describe('a credential signs the request in', () => {
  test('none: nothing is added', async () => {
    await send(undefined);
    expect(Object.keys(heard().headers).sort()).toEqual(['accept-encoding', 'connection', 'host']);
  });

  test('basic, bearer', async () => {
    await send(BASIC);
    expect(heard().headers.authorization).toBe(`Basic ${Buffer.from('ada:pässword:1').toString('base64')}`);
    await send(BEARER);
    expect(heard().headers.authorization).toBe('Bearer tok-31415926');
  });

  test('it wins over a header and over the URL', async () => {
    await send(BEARER, { headers: { AUTHORIZATION: 'mine' }, url: url.replace('//', '//me:pass@') });
    expect(heard().headers.authorization).toBe('Bearer tok-31415926');
  });

  test('api_key: in its header, in another one, in the query', async () => {
    await send(KEY);
    expect(heard().headers['x-api-key']).toBe('key-27182818');
    await send({ ...KEY, header: 'X-Mine' });
    expect(heard().headers['x-mine']).toBe('key-27182818');
    await send({ ...KEY, query: 'k' }, { url: `${url}/?k=other&a=1` });
    expect(heard().url).toBe('/?k=key-27182818&a=1');
    expect(heard().headers).not.toHaveProperty('x-api-key');
  });

  test.each<[string, Json | undefined, string]>([
    ['nothing', undefined, ''],
    ['a text', 'grüße', 'grüße'],
    ['JSON', { a: [1, 'é'] }, '{"a":[1,"é"]}'],
  ])('hmac: over the very bytes that are sent: %s', async (_name, body, sent) => {
    await send(HMAC, { method: 'POST', ...(body !== undefined && { body }) });
    const signature = `sha256=${createHmac('sha256', 'shh-16180339').update(sent).digest('hex')}`;
    expect([heard().body, heard().headers['x-signature']]).toEqual([sent, signature]);
  });

  test('hmac: in a header of another name, and over an upload', async () => {
    const signature = (text: string): string =>
      `sha256=${createHmac('sha256', 'shh-16180339').update(text).digest('hex')}`;
    await send(HMAC, { method: 'POST', body: 'x', signature_header: 'X-Hub-Signature-256' });
    expect(heard().headers['x-hub-signature-256']).toBe(signature('x'));
    await runTask(upload, { url, text: 'a file', form: {} }, { credentials: { auth: HMAC } });
    expect(heard().body).toContain('a file');
    expect(heard().headers['x-signature']).toBe(signature(heard().body));
  });

  test('custom: each field is a header', async () => {
    await send(CUSTOM);
    expect(heard().headers).toMatchObject({ 'x-one': 'one-14142135', 'x-two': 'two-17320508' });
    const run = await send({ type: 'custom', fields: { 'x-a\r\nx-b': 'value' } });
    expect(run.outcome).toMatchObject({ failure: { kind: 'fatal', code: 'schema_mismatch' } });
  });
});

describe('a credential', () => {
  const all: [string, Credential][] = [
    ['basic', BASIC],
    ['bearer', BEARER],
    ['api_key in a header of any name', { ...KEY, header: 'X-Plain' }],
    ['api_key in the query', { ...KEY, query: 'k' }],
    ['hmac', HMAC],
    ['custom', CUSTOM],
  ];

  test.each(all)('%s: does not go to another origin', async (_name, auth) => {
    redirectTo = `${other}/end`;
    await send(auth, { url: `${url}/moved`, method: 'POST', body: 'x' });
    const { headers, url: path } = heard();
    expect(path).toBe('/end');
    expect(JSON.stringify(headers)).not.toMatch(/Basic|Bearer|27182818|sha256|14142135|17320508/);
  });

  test.each(all)('%s: is masked in what is said back', async (_name, auth) => {
    const { outcome } = await send(auth);
    expect(outcome).toMatchObject({ is: 'completed' });
    expect(JSON.stringify(outcome)).not.toMatch(/31415926|27182818|16180339|14142135|17320508|ssword/);
    expect(JSON.stringify(outcome)).not.toContain(Buffer.from('ada:pässword:1').toString('base64'));
  });
});
