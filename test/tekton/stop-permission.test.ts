import { describe, expect, test } from '@jest/globals';
import { stopRefusal } from '../../src/tekton/lifecycle/stop-permission.js';
import { ShutdownDesk } from '../../src/tekton/lifecycle/index.js';

const TOKEN = 'a-token-of-some-length';
const host = 'localhost:8007';
const refusal = (address: string | undefined, headers: Record<string, string | string[]> = {}, token?: string) =>
  stopRefusal({ address, headers: { host, ...headers }, way: 'POST /shutdown' }, token);

describe('who may stop the service', () => {
  test.each(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('a program on this machine, %s', (address) => {
    expect(refusal(address)).toBeUndefined();
  });

  test.each([
    '10.0.0.7',
    '192.168.1.2',
    '::ffff:10.0.0.7',
    'fe80::1',
    '2001:db8::1',
    '128.0.0.1',
    'nonsense',
    undefined,
  ])('not another machine, %s', (address) => {
    expect(refusal(address)).toMatch('another machine');
  });

  test.each(['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'x-forwarded-host'])(
    'not through a proxy: %s',
    (name) => {
      expect(refusal('127.0.0.1', { [name]: '127.0.0.1' })).toMatch('proxy');
    },
  );

  test.each([
    [{ origin: 'http://evil.example' }],
    // Another service on this machine.
    [{ origin: 'http://localhost:8080' }],
    [{ origin: 'null' }],
    [{ origin: 'not an address' }],
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    // A name that its owner points at loopback.
    [{ origin: 'http://evil.example:8007', host: 'evil.example:8007', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'http://localhost.evil.example:8007', host: 'localhost.evil.example:8007' }],
  ])('not a page of another origin: %j', (headers) => {
    expect(refusal('127.0.0.1', headers)).toMatch('another origin');
  });

  test.each([
    [{ origin: 'http://localhost:8007', 'sec-fetch-site': 'same-origin' }],
    [{ origin: 'http://127.0.0.1:8007', host: '127.0.0.1:8007' }],
    [{ origin: 'http://[::1]:8007', host: '[::1]:8007' }],
    [{ 'sec-fetch-site': 'none' }],
  ])('a page of the service itself: %j', (headers) => {
    expect(refusal('127.0.0.1', headers)).toBeUndefined();
  });

  test('whoever has the token, from anywhere; nobody has one when there is none', () => {
    const authorization = `Bearer ${TOKEN}`;
    expect(refusal('10.0.0.7', { authorization }, TOKEN)).toBeUndefined();
    expect(refusal('10.0.0.7', { authorization: `bearer ${TOKEN}`, via: 'a proxy' }, TOKEN)).toBeUndefined();
    for (const wrong of [`Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`, TOKEN, 'Bearer ', `Basic ${TOKEN}`])
      expect(refusal('10.0.0.7', { authorization: wrong }, TOKEN)).toMatch('another machine');
    expect(refusal('10.0.0.7', { authorization: 'Bearer undefined' })).toMatch('another machine');
    // The platform's stop command knows no token.
    expect(refusal('127.0.0.1', {}, TOKEN)).toBeUndefined();
  });
});

test('the first request counts; a refused one is none', async () => {
  const desk = new ShutdownDesk(undefined);
  expect(() => desk.ask({ address: '10.0.0.7', headers: {}, way: 'POST /shutdown' })).toThrow(
    expect.objectContaining({ code: 'shutdown_refused', status: 403 }),
  );
  expect(desk.isRequested).toBe(false);
  desk.ask({ address: '127.0.0.1', headers: {}, way: 'POST /shutdown' });
  desk.signal('SIGTERM');
  expect(desk.isRequested).toBe(true);
  expect(await desk.requested).toEqual({ is: 'asked', by: 'POST /shutdown from 127.0.0.1' });
});
