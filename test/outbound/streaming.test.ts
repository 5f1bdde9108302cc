import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { definePlugin, defineTask, fatal, type HttpRequest } from '../../src/plugin/contract/index.js';
import { outboundClient, type OutboundUnderTest } from '../world/outbound.js';
import { RawServer } from '../world/raw-server.js';
import { runAttempt } from '../world/runner.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
const raw = async (answer: (socket: Socket) => void): Promise<RawServer> => {
  const server = await RawServer.start(answer);
  closing.push(() => server.stop());
  return server;
};
const client = (words: Parameters<typeof outboundClient>[0] = {}): OutboundUnderTest => {
  const made = outboundClient(words);
  closing.push(() => made.outbound.close());
  return made;
};

const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const PIECE = 10_000;
/** Sends a body without end, as fast as the other side takes it; counts what it has written. */
const endless = async (): Promise<RawServer & { written: () => number }> => {
  let written = 0;
  const server = await raw((socket) => {
    socket.write(HEAD);
    const more = (): void => {
      while (!socket.destroyed) {
        written += PIECE;
        if (!socket.write(`${PIECE.toString(16)}\r\n${'x'.repeat(PIECE)}\r\n`)) return;
      }
    };
    socket.on('drain', more);
    more();
  });
  return Object.assign(server, { written: () => written });
};
/** Lets everything that is on its way arrive. */
const settled = async (value: () => number): Promise<number> => {
  for (let [before, same] = [-1, 0]; ;) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    const now = value();
    same = now === before ? same + 1 : 0;
    before = now;
    if (same === 10) return now;
  }
};

describe('a body that comes', () => {
  test('is not taken faster than it is read', async () => {
    const server = await endless();
    const { body } = await client().request({ url: server.url, maxBytes: 2 ** 40 });
    const unread = await settled(server.written);
    // What fits into the buffers of two kernels and of ours; the server would send for ever.
    expect(unread).toBeLessThan(64 * 2 ** 20);
    let read = 0;
    for await (const piece of body) {
      read += piece.length;
      if (read > unread + 20 * 2 ** 20) break;
    }
    expect(server.written()).toBeGreaterThan(unread);
    await server.closed();
  });

  test('is cut off at the limit while it comes, compressed or not', async () => {
    const server = await endless();
    const response = await client().request({ url: server.url, maxBytes: 100_000 });
    await expect(response.bytes()).rejects.toMatchObject({ kind: 'fatal', code: 'response_too_large' });
    await server.closed();
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const packed = await raw((socket) =>
      socket.write(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n'), bomb])),
    );
    const unpacking = await client().request({ url: packed.url, maxBytes: 1_000_000 });
    let read = 0;
    const reading = (async () => {
      for await (const piece of unpacking.body) read += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'response_too_large' });
    expect(read).toBeLessThanOrEqual(1_000_000);
    await packed.closed();
  });

  test('of exactly the limit is whole', async () => {
    const server = await raw((socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello`));
    expect(await (await client().request({ url: server.url, maxBytes: 5 })).text()).toBe('hello');
  });

  test('is let go of by a reader that stops, compressed or not', async () => {
    const plain = await endless();
    for await (const piece of (await client().request({ url: plain.url })).body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await plain.closed();
    const packed = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n');
      socket.write(gzipSync(Buffer.alloc(100_000, 'x')).subarray(0, 150));
    });
    for await (const piece of (await client().request({ url: packed.url })).body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    await packed.closed();
  });

  test('that nobody reads is let go of by an abort', async () => {
    for (const more of ['', 'content-encoding: gzip\r\n']) {
      const server = await raw((socket) => socket.write(`HTTP/1.1 200 OK\r\n${more}\r\n${'x'.repeat(200_000)}`));
      const controller = new AbortController();
      const response = await client({ signal: controller.signal }).request({ url: server.url });
      controller.abort();
      await server.closed();
      await expect(response.bytes()).rejects.toMatchObject({ brand: 'tekton.harmonia.failure' });
    }
  });

  test('is let go of by an abort while it is read', async () => {
    const server = await endless();
    const controller = new AbortController();
    const { body } = await client().request({ url: server.url, maxBytes: 2 ** 40, signal: controller.signal });
    const reading = (async () => {
      for await (const piece of body) if (piece.length > 0) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ kind: 'transient' });
    await server.closed();
  });

  test('that a task does not read is let go of when its attempt ends', async () => {
    const server = await endless();
    const careless = defineTask({
      id: 'careless',
      description: 'Looks at the status only.',
      run: async ({ url }, { http }) => (await http.request({ url: url as string })).status,
    });
    const plugin = definePlugin({ id: 'test', tasks: [careless] });
    const outcome = await runAttempt({ plugin, type: 'test/careless', input: { url: server.url } });
    expect(outcome).toEqual({ is: 'completed', output: 200 });
    await server.closed();
  });
});

describe('a body that goes', () => {
  const listening = async (answer: Parameters<typeof createServer>[1]): Promise<string> => {
    const server = createServer(answer);
    closing.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  async function* pieces(count: number, given: () => void = () => undefined): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; at < count; at++) {
      given();
      yield await Promise.resolve(Buffer.alloc(PIECE, 'x'));
    }
  }
  const post = (url: string, body: HttpRequest['body'], more: Partial<HttpRequest> = {}): HttpRequest => ({
    ...{ url, method: 'POST', ...more },
    ...(body !== undefined && { body }),
  });

  test('arrives whole, chunked or with its length', async () => {
    const url = await listening((request, response) => {
      let size = 0;
      request.on('data', (piece: Buffer) => (size += piece.length));
      request.on('end', () => response.end(`${size} ${request.headers['content-length'] ?? 'chunked'}`));
    });
    const { request } = client();
    expect(await (await request(post(url, pieces(30)))).text()).toBe('300000 chunked');
    const told = { headers: { 'content-length': '300000' } };
    expect(await (await request(post(url, pieces(30), told))).text()).toBe('300000 300000');
    const wrong = { headers: { 'content-length': '299999' } };
    await expect(request(post(url, pieces(30), wrong))).rejects.toMatchObject({ code: 'schema_mismatch' });
  });

  test('is not asked for faster than it can be sent', async () => {
    let given = 0;
    const stuck = await raw((socket) => socket.pause());
    const controller = new AbortController();
    const sent = client({ signal: controller.signal }).request(
      post(
        stuck.url,
        pieces(1e9, () => given++),
      ),
    );
    const result = sent.catch((error: unknown) => error);
    expect((await settled(() => given)) * PIECE).toBeLessThan(64 * 2 ** 20);
    controller.abort();
    expect(await result).toMatchObject({ kind: 'transient' });
    stuck.sockets.forEach((socket) => socket.resume());
    await stuck.closed();
  });

  test('that fails says its own failure, and the connection is closed', async () => {
    const partial = await raw(() => undefined);
    async function* broken(): AsyncGenerator<Uint8Array, void, void> {
      yield await Promise.resolve(Buffer.from('half'));
      throw fatal('disk_gone', 'The disk is gone.');
    }
    await expect(client().request(post(partial.url, broken()))).rejects.toMatchObject({ code: 'disk_gone' });
    await partial.closed();
  });

  test('may be answered before it is whole', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n'));
    let finished = false;
    async function* slow(): AsyncGenerator<Uint8Array, void, void> {
      try {
        for (;;) {
          yield Buffer.alloc(PIECE);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        finished = true;
      }
    }
    const outcome = await client()
      .request(post(server.url, slow()))
      .then(
        ({ status }) => status,
        ({ code }: { code: string }) => code,
      );
    expect([413, 'http_unreachable']).toContain(outcome);
    await settled(() => Number(finished));
    expect(finished).toBe(true);
  });

  test('cannot be sent again to where a redirect leads', async () => {
    const url = await listening((request, response) => {
      request.resume().on('end', () => response.writeHead(307, { location: '/again' }).end());
    });
    await expect(client().request(post(url, pieces(1)))).rejects.toMatchObject({ kind: 'fatal', code: 'http_error' });
  });

  test('headers that are said to be secret stay with the first origin', async () => {
    const seen: (string | undefined)[] = [];
    const see = (request: { headers: NodeJS.Dict<string | string[]> }): void =>
      void seen.push(request.headers['x-plain'] as string | undefined);
    const other = await listening((request, response) => (see(request), response.end()));
    const url = await listening((request, response) => {
      see(request);
      response.writeHead(302, { location: request.url === '/' ? '/near' : other }).end();
    });
    await client().request({ url, headers: { 'X-Plain': 'v' }, secretHeaders: ['X-PLAIN'] });
    expect(seen).toEqual(['v', 'v', undefined]);
  });
});

describe('time', () => {
  test('the timeout ends a request that is not answered, and not one whose body takes longer', async () => {
    const silent = await raw(() => undefined);
    await expect(client().request({ url: silent.url, timeout: 50 })).rejects.toMatchObject({
      kind: 'transient',
      code: 'timeout',
    });
    await silent.closed();
    let finish: () => void = () => undefined;
    const slow = await raw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na');
      finish = () => socket.end('b');
    });
    const response = await client().request({ url: slow.url, timeout: 5000 });
    finish();
    expect(await response.text()).toBe('ab');
  });

  test('the timeout is heard while a name is looked up', async () => {
    const { request } = client({ lookup: () => undefined });
    await expect(request({ url: 'http://slow.example/', timeout: 20 })).rejects.toMatchObject({ code: 'timeout' });
  });

  test('nothing stays on a signal that outlives its requests', async () => {
    const server = await raw((socket) => {
      const answer = (): void => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      answer();
      socket.on('data', answer);
    });
    let listening = 0;
    const { signal } = new AbortController();
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    Object.assign(signal, {
      addEventListener: (...all: Parameters<typeof add>) => (listening++, add(...all)),
      removeEventListener: (...all: Parameters<typeof remove>) => (listening--, remove(...all)),
    });
    const { request } = client({ signal });
    for (let count = 0; count < 20; count++) await (await request({ url: server.url })).text();
    await expect(request({ url: 'http://10.0.0.1/' })).rejects.toMatchObject({ code: 'address_blocked' });
    expect(listening).toBe(0);
  });

  test('close() closes every socket, and nothing is sent after it', async () => {
    const server = await endless();
    const idle = await raw((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    const { request, outbound } = client();
    await (await request({ url: idle.url })).bytes();
    const response = await request({ url: server.url, maxBytes: 2 ** 40 });
    expect([...idle.sockets, ...server.sockets].map(({ closed }) => closed)).toEqual([false, false]);
    await outbound.close();
    await Promise.all([idle.closed(), server.closed()]);
    await expect(response.bytes()).rejects.toMatchObject({ code: 'http_unreachable' });
    await expect(request({ url: idle.url })).rejects.toMatchObject({ code: 'http_unreachable' });
  });
});
