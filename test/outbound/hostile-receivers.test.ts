import { afterEach, describe, expect, test } from '@jest/globals';
import type { LookupAddress } from 'node:dns';
import { systemTimers } from '../../src/engine/embedded/index.js';
import { GuardedHttp } from '../../src/integration/index.js';
import type { LookupAll } from '../../src/integration/outbound/address-guard.js';
import type { Letter } from '../../src/integration/subscription/letter.js';
import { sendLetter, type Sent } from '../../src/integration/subscription/send-letter.js';
import { RawServer } from '../world/raw-server.js';
import { Receiver } from '../world/receiver.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Words {
  readonly allow?: readonly string[];
  readonly lookup?: LookupAll;
  readonly timeout?: number;
}

const send = async (url: string, { allow = ['127.0.0.1'], lookup, timeout = 5000 }: Words = {}): Promise<Sent> => {
  const outbound = new GuardedHttp({ allow, ...(lookup && { lookup }) });
  closing.push(() => outbound.close());
  const stopped = new AbortController().signal;
  const letter: Letter = {
    url: new URL(url),
    headers: { 'content-type': 'application/json', 'webhook-id': 'm', authorization: 'Bearer t', 'x-sign': 's' },
    body: Buffer.from('{"n":1}'),
    secretHeaders: ['authorization', 'x-sign'],
  };
  const http = outbound.client({ hosts: ['*'], signal: stopped });
  const mask = (text: string): string => text.replaceAll('hush', '***');
  return sendLetter(http, letter, { timeout, timers: systemTimers, mask });
};
const raw = async (answer: Parameters<typeof RawServer.start>[0]): Promise<RawServer> => {
  const server = await RawServer.start(answer);
  closing.push(() => server.stop());
  return server;
};
const receiver = async (): Promise<Receiver> => {
  const server = await Receiver.start();
  closing.push(() => server.stop());
  return server;
};

describe('a receiver that means harm costs one attempt and no more', () => {
  test('an endless body is cut off: what counts is the status', async () => {
    const { url } = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const more = (): void => void (socket.writable && socket.write(`400\r\n${'x'.repeat(1024)}\r\n`, more));
      more();
    });
    const { statusCode, failure, response } = await send(url);
    expect([statusCode, failure, response?.length]).toEqual([200, null, 1024]);
  });

  test('a body that drips, after a status that is good', async () => {
    const { url } = await raw((socket) => {
      socket.write('HTTP/1.1 202 OK\r\ncontent-length: 100000\r\n\r\nbegin');
      const timer = setInterval(() => socket.write('.'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const { statusCode, failure, response } = await send(url);
    expect([statusCode, failure]).toEqual([202, null]);
    expect(response).toMatch(/^begin\.*$/);
  });

  test('headers that drip, or never end, end with the timeout', async () => {
    const { url } = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await send(url, { timeout: 300 })).toMatchObject({ statusCode: null, failure: { code: 'timeout' } });
  });

  test('headers without end in size', async () => {
    const { url } = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const more = (): void => void (socket.writable && socket.write(`x: ${'y'.repeat(8000)}\r\n`, more));
      more();
    });
    expect(await send(url)).toMatchObject({ statusCode: null, failure: { code: 'http_error' } });
  });

  test.each([
    ['before a word', ''],
    ['amid the headers', 'HTTP/1.1 200 OK\r\nx: '],
    ['without HTTP', 'what?\r\n\r\n'],
  ])('it hangs up %s', async (_, said) => {
    const { url } = await raw((socket) => socket.end(said));
    expect(await send(url)).toMatchObject({ statusCode: null, failure: { code: 'http_unreachable' } });
  });

  test('it hangs up amid the body: it has said its status', async () => {
    const { url } = await raw((socket) => socket.end('HTTP/1.1 500 No\r\ncontent-length: 99\r\n\r\nhalf'));
    expect(await send(url)).toMatchObject({ statusCode: 500, response: 'half', failure: { code: 'delivery_refused' } });
  });

  test('a compressed bomb is cut off', async () => {
    const { gzipSync } = await import('node:zlib');
    const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20));
    const server = await receiver();
    server.answer = (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
    expect(await send(server.url)).toMatchObject({ statusCode: 200, failure: null });
  });

  test('what it says is masked, 1 KiB of it kept, and never the half of a secret at the end', async () => {
    const server = await receiver();
    server.answer = (response) => void response.end('hush '.repeat(5000));
    const { response } = await send(server.url);
    expect(response).toMatch(/^(?:\*\*\* )+\**$/);
    expect(response?.length).toBeLessThanOrEqual(1024);
  });
});

describe('redirects', () => {
  test.each([301, 302, 303])('%i would lose the body: it is a failure', async (status) => {
    const server = await receiver();
    server.answer = (response) => void response.writeHead(status, { location: '/elsewhere' }).end();
    expect(await send(server.url)).toMatchObject({ statusCode: status, failure: { code: 'delivery_redirected' } });
    expect(server.letters).toHaveLength(1);
  });

  test.each([307, 308])('%i is followed with the body; what is secret stays with its origin', async (status) => {
    const [here, there] = [await receiver(), await receiver()];
    here.answer = (response, { path }) => {
      const location = path === '/in' ? '/next' : there.url;
      response.writeHead(status, { location }).end();
    };
    expect(await send(here.url)).toMatchObject({ statusCode: 204, failure: null });
    expect(here.letters.map(({ headers }) => headers.authorization)).toEqual(['Bearer t', 'Bearer t']);
    const [letter] = there.letters;
    expect(letter).toMatchObject({ body: '{"n":1}', headers: { 'webhook-id': 'm' } });
    expect([letter?.headers.authorization, letter?.headers['x-sign']]).toEqual([undefined, undefined]);
  });

  test('in a circle', async () => {
    const server = await receiver();
    server.answer = (response) => void response.writeHead(307, { location: '/in' }).end();
    expect(await send(server.url)).toMatchObject({ statusCode: null, failure: { code: 'redirect_limit' } });
    expect(server.letters).toHaveLength(6);
  });

  test('without a place to go, or to one that is none', async () => {
    const server = await receiver();
    server.answer = (response) => void response.writeHead(307).end();
    expect(await send(server.url)).toMatchObject({ failure: { code: 'delivery_redirected' } });
    server.answer = (response) => void response.writeHead(307, { location: 'http://[' }).end();
    expect(await send(server.url)).toMatchObject({ failure: { code: 'delivery_redirected' } });
  });

  test.each([
    'http://127.0.0.2/',
    'http://169.254.169.254/latest',
    'http://[::1]/',
    'http://0x7f.2/',
    'file:///etc/passwd',
  ])('to %s is refused', async (location) => {
    const server = await receiver();
    server.answer = (response) => void response.writeHead(307, { location }).end();
    const allow = [`127.0.0.1:${server.port}`];
    expect(await send(server.url, { allow })).toMatchObject({ statusCode: null, failure: { code: 'address_blocked' } });
  });
});

describe('names', () => {
  const answering = (...answers: string[]): LookupAll => {
    let asked = 0;
    return (_host, _options, callback) => {
      const address = answers[Math.min(asked++, answers.length - 1)] ?? '';
      const found: LookupAddress[] = [{ address, family: address.includes(':') ? 6 : 4 }];
      callback(null, found);
    };
  };

  test.each(['10.0.0.1', '127.0.0.1', '169.254.169.254', 'fd00::1', '::ffff:192.168.0.1'])(
    'one that leads to %s is refused',
    async (address) => {
      const sent = await send('http://rebind.example/', { allow: [], lookup: answering(address) });
      expect(sent).toMatchObject({ statusCode: null, failure: { code: 'address_blocked' } });
    },
  );

  test('one that was allowed and changes its answer is refused at the connection', async () => {
    const server = await receiver();
    server.answer = (response) => void response.writeHead(204, { connection: 'close' }).end();
    const lookup = answering('127.0.0.1', '127.0.0.2');
    const url = `http://rebind.example:${server.port}/`;
    const outbound = new GuardedHttp({ allow: ['127.0.0.1/32'], lookup });
    closing.push(() => outbound.close());
    const stopped = new AbortController().signal;
    const http = outbound.client({ hosts: ['*'], signal: stopped });
    const letter: Letter = { url: new URL(url), headers: {}, body: Buffer.from('1'), secretHeaders: [] };
    const words = { timeout: 5000, timers: systemTimers, mask: String };
    expect(await sendLetter(http, letter, words)).toMatchObject({ statusCode: 204 });
    expect(await sendLetter(http, letter, words)).toMatchObject({ failure: { code: 'address_blocked' } });
    expect(server.letters).toHaveLength(1);
  });
});
