import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import {
  AllowList,
  checkUrl,
  guardedLookup,
  isPublicAddress,
  type LookupAll,
} from '../../src/integration/outbound/address-guard.js';
import type { HttpRequest, HttpResponse } from '../../src/plugin/contract/index.js';
import { outboundClient, type OutboundUnderTest } from '../world/outbound.js';
import { RawServer } from '../world/raw-server.js';

const servers: RawServer[] = [];
const clients: OutboundUnderTest[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.stop();
  await Promise.all(clients.splice(0).map(({ outbound }) => outbound.close()));
});
const raw = async (answer: (socket: Socket) => void): Promise<RawServer> => {
  const server = await RawServer.start(answer);
  servers.push(server);
  return server;
};
const client = (words: Parameters<typeof outboundClient>[0] = {}): OutboundUnderTest => {
  const made = outboundClient(words);
  clients.push(made);
  return made;
};
const ask = (request: HttpRequest, words: Parameters<typeof outboundClient>[0] = {}): Promise<HttpResponse> =>
  client(words).request(request);
const codeOf = (asked: Promise<HttpResponse>): Promise<string> =>
  asked.then(
    ({ status }) => `status ${status}`,
    (error: { code: string }) => error.code,
  );
const loopback: LookupAll = (_host, _options, callback) => callback(null, [{ address: '127.0.0.1', family: 4 }]);

/** `/302?to=…` redirects; everything else is ok. */
let mirror: Server;
let mirrorUrl: string;
beforeAll(async () => {
  mirror = createServer(({ url = '' }, response) => {
    const [, to] = /^\/302\?to=(.*)$/.exec(url) ?? [];
    if (to) response.writeHead(302, { location: decodeURIComponent(to) }).end();
    else response.end('ok');
  });
  mirror.listen(0, '127.0.0.1');
  await once(mirror, 'listening');
  mirrorUrl = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
});
afterAll(() => {
  mirror.closeAllConnections();
  mirror.close();
});
const redirecting = (to: string): string => `${mirrorUrl}/302?to=${encodeURIComponent(to)}`;

describe('literal addresses', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.0.0.1./',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0X7F.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://0/',
    'http://%31%32%37.0.0.1/',
    'http://１２７.0.0.1/',
    'http://127。0。0。1/',
    'http://127.0.0.1:80@127.0.0.1/',
    'http://example.org@127.0.0.1/',
    'HTTP:\\\\127.0.0.1\\',
    'http:127.0.0.1',
    'http://[::1]/',
    'http://[0:0:0:0:0:0:0:1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[2002:7f00:1::]/',
    'http://[64:ff9b::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::a00:1]/',
    'http://[2001:0:7f00:1::]/',
    'http://[3fff::1]/',
    'http://[5f00::1]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://168.63.129.16/machine?comp=goalstate',
    'http://[::ffff:168.63.129.16]/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://localhost:1/',
    'file:///etc/passwd',
    'ftp://example.org/',
    'data:text/plain,hello',
    'javascript:1',
    'blob:http://example.org/1',
    'unix:/var/run/docker.sock',
    'gopher://127.0.0.1:25/',
  ])('%s is refused', async (url) => expect(await codeOf(ask({ url }, { allow: [] }))).toBe('address_blocked'));

  test.each([
    'file:///etc/passwd',
    'data:text/plain,x',
    'ftp://127.0.0.1/',
    'http://[::1]:1/',
    'http://0x7f000002/',
    'http://169.254.169.254/latest',
  ])('a redirect to %s is refused', async (to) =>
    expect(await codeOf(ask({ url: redirecting(to) }, { allow: ['127.0.0.1'] }))).toBe('address_blocked'),
  );

  test('a header cannot name another host, nor say where the message ends', async () => {
    for (const name of ['Host', 'transfer-encoding', 'Connection', 'UPGRADE', 'expect', 'te'])
      expect(await codeOf(ask({ url: mirrorUrl, headers: { [name]: 'x' } }))).toBe('schema_mismatch');
  });

  test('a length that is not that of the body is refused', async () => {
    const wrong = { url: mirrorUrl, method: 'POST', body: 'four', headers: { 'content-length': '3' } };
    expect(await codeOf(ask(wrong))).toBe('schema_mismatch');
    expect(await codeOf(ask({ ...wrong, headers: { 'content-length': '4' } }))).toBe('status 200');
  });
});

describe('names are judged by the address that they resolve to, at the connection', () => {
  test('loopback is refused', async () => {
    const url = `http://innocent.example:${new URL(mirrorUrl).port}/`;
    expect(await codeOf(ask({ url }, { allow: [], lookup: loopback }))).toBe('address_blocked');
  });

  test('of several addresses only public ones are used', () => {
    const addresses = ['10.0.0.1', '93.184.216.34'].map((address) => ({ address, family: 4 }));
    const lookup = guardedLookup({
      allow: new AllowList([]),
      port: '80',
      lookup: (_host, _options, callback) => callback(null, addresses),
    });
    let used: unknown;
    lookup('mixed.example', { all: true }, (_error, found) => (used = found));
    expect(used).toEqual([{ address: '93.184.216.34', family: 4 }]);
  });

  test('a name that answers otherwise the second time is judged each time it is connected to', async () => {
    const server = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nok'));
    let address = '127.0.0.1';
    const lookup: LookupAll = (_host, _options, callback) => callback(null, [{ address, family: 4 }]);
    const { request } = client({ allow: ['127.0.0.0/30'], lookup });
    const url = `http://moving.example:${server.port}/`;
    expect(await codeOf(request({ url }))).toBe('status 200');
    address = '10.0.0.1';
    expect(await codeOf(request({ url }))).toBe('address_blocked');
  });

  test('one that is public when it is asked and private behind a redirect to itself is refused', async () => {
    let looked = 0;
    const lookup: LookupAll = (_host, _options, callback) =>
      callback(null, [{ address: looked++ === 0 ? '127.0.0.1' : '127.0.0.9', family: 4 }]);
    const server = await raw((socket) =>
      socket.end('HTTP/1.1 302 Found\r\nlocation: /again\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
    );
    const url = `http://rebinding.example:${server.port}/`;
    expect(await codeOf(ask({ url }, { allow: ['127.0.0.1/32'], lookup }))).toBe('address_blocked');
    expect(looked).toBe(2);
  });

  test('a port that is allowed opens no other port of the same host, whatever goes on at the same time', async () => {
    const other = await raw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
    const { port } = new URL(mirrorUrl);
    const { request } = client({ allow: [`box.example:${port}`], lookup: loopback });
    const ports = [port, other.port, port, other.port];
    expect(await Promise.all(ports.map((to) => codeOf(request({ url: `http://box.example:${to}/` }))))).toEqual([
      ...['status 200', 'address_blocked', 'status 200', 'address_blocked'],
    ]);
    expect(other.heard).toBe('');
  });
});

describe('hosts of a grant', () => {
  const { hosts } = { hosts: ['api.example', '*.tools.example'] };
  const at = (host: string): string => `http://${host}:${new URL(mirrorUrl).port}/`;
  const allow = ['127.0.0.0/8'];

  test.each([
    ['api.example', 'status 200'],
    ['API.example.', 'status 200'],
    ['a.tools.example', 'status 200'],
    ['a.b.tools.example', 'status 200'],
    ['tools.example', 'host_not_granted'],
    ['eviltools.example', 'host_not_granted'],
    ['api.example.evil', 'host_not_granted'],
    ['other.example', 'host_not_granted'],
    ['127.0.0.1', 'host_not_granted'],
  ])('%s: %s', async (host, code) =>
    expect(await codeOf(ask({ url: at(host) }, { hosts, allow, lookup: loopback }))).toBe(code),
  );

  test('hold for every redirect', async () => {
    const url = (to: string): string => `${at('api.example')}302?to=${encodeURIComponent(to)}`;
    const words = { hosts, allow, lookup: loopback };
    expect(await codeOf(ask({ url: url(at('a.tools.example')) }, words))).toBe('status 200');
    expect(await codeOf(ask({ url: url(at('other.example')) }, words))).toBe('host_not_granted');
    expect(await codeOf(ask({ url: url(url(at('other.example'))) }, words))).toBe('host_not_granted');
  });

  test('none: nothing is reached', async () =>
    expect(await codeOf(ask({ url: at('api.example') }, { hosts: [], allow, lookup: loopback }))).toBe(
      'host_not_granted',
    ));
});

describe('an allow list', () => {
  const allows = (entry: string, url: string): boolean => {
    try {
      checkUrl(new URL(url), new AllowList([entry]));
      return true;
    } catch {
      return false;
    }
  };

  test('has hosts, ports, suffixes and ranges', () => {
    const list = new AllowList(['10.1.0.0/16', 'box:8080', '*.internal']);
    expect([list.allowsAddress('10.1.2.3'), list.allowsAddress('10.2.2.3')]).toEqual([true, false]);
    expect([list.allowsHost('box', '8080'), list.allowsHost('box', '80')]).toEqual([true, false]);
    expect(['a.internal', 'A.B.INTERNAL.'].map((host) => list.allowsHost(host, '80'))).toEqual([true, true]);
    const strangers = ['internal', 'evilinternal', 'a.internal.evil'];
    expect(strangers.map((host) => list.allowsHost(host, '80'))).toEqual([false, false, false]);
  });

  test.each<[string, string, boolean]>([
    ['[0::1]:80', 'http://[::1]/', true],
    ['[0::1]:80', 'http://[::1]:81/', false],
    ['::1', 'http://[::1]:81/', true],
    ['::1', 'http://[::2]/', false],
    ['127.0.0.1', 'http://[::ffff:127.0.0.1]/', true],
    ['127.0.0.1', 'http://127.0.0.10/', false],
    ['0x7f.1', 'http://127.0.0.1/', true],
    ['10.0.0.0/8', 'http://[::ffff:10.1.2.3]/', true],
    ['10.0.0.0/8', 'http://10.1.2.3/', true],
    ['10.0.0.0/8', 'http://192.168.0.1/', false],
    ['fd00::/8', 'http://[fd12::1]/', true],
  ])('%s opens %s: %s', (entry, url, open) => expect(allows(entry, url)).toBe(open));

  test('takes names that are not ASCII, as URLs do', () =>
    expect(new AllowList(['bücher.example']).allowsHost(new URL('http://BÜCHER.example').hostname, '80')).toBe(true));

  test.each([
    '10.0.0.0/99',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    'http://box/',
    'box:0',
    'box:99999',
    'box:http',
    'box:80:80',
    'me@box',
    'a b',
    '*',
    '*.',
    '*.10.0.0.1',
    'a.*.b',
    '[::1',
    '[nonsense]',
    ':80',
    '/etc',
  ])('"%s" is none, and said at the start', (entry) => {
    expect(() => new AllowList([entry])).toThrow(
      expect.objectContaining({
        code: 'invalid_configuration',
        params: expect.objectContaining({ name: 'HARMONIA_HTTP_ALLOW' }),
      }),
    );
  });
});

describe('public addresses', () => {
  test.each([
    '::',
    '::1',
    '::7f00:1',
    '::ffff:10.0.0.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::1',
    '2001::1',
    '2001:db8::1',
    'fc00::1',
    'fd00::1',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.255.255.254',
    '169.254.169.254',
    '172.31.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    'nonsense',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each([
    '93.184.216.34',
    '172.32.0.1',
    '100.128.0.1',
    '192.169.0.1',
    '::ffff:8.8.8.8',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));
});
