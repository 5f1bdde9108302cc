import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ask, codeOf } from '../../world/callers.js';
import { TestService } from '../../world/service.js';

const OF = { issuer: 'https://id.example', audience: 'harmonia' };
const KEY = 'a-key-of-the-configuration';

let issuer: Server;
let service: TestService;
/** Requests for the keys, which wait for their answer. */
const waiting: ServerResponse[] = [];
beforeAll(async () => {
  issuer = createServer((_request, response) => {
    waiting.push(response);
    issuer.emit('asked');
  }).listen(0, '127.0.0.1');
  await once(issuer, 'listening');
  const { port } = issuer.address() as AddressInfo;
  const asked = once(issuer, 'asked');
  service = await TestService.start({
    HARMONIA_JWKS_URL: `http://127.0.0.1:${port}/keys`,
    HARMONIA_JWT_ISSUER: OF.issuer,
    HARMONIA_JWT_AUDIENCE: OF.audience,
    HARMONIA_API_KEYS: KEY,
  });
  await asked;
});
afterAll(async () => {
  await service.stop();
  issuer.closeAllConnections();
  issuer.close();
});

test('the issuer of tokens is asked beside the requests, which it can not hold up', async () => {
  const pair = await generateKeyPair('ES256', { extractable: true });
  const token = await new SignJWT({ sub: 'ada', permissions: ['read'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setIssuer(OF.issuer)
    .setAudience(OF.audience)
    .setExpirationTime('10m')
    .sign(pair.privateKey);
  const show = (shown: string): ReturnType<typeof ask> =>
    ask(`${service.url}/api/v1/workflows`, { headers: { authorization: `Bearer ${shown}` } });

  // It has been asked, and says nothing.
  expect(waiting.length).toBe(1);
  const early = await show(token);
  expect([early.status, codeOf(early), early.headers['retry-after']]).toEqual([503, 'token_keys_missing', '1']);
  expect((await show(KEY)).status).toBe(200);

  waiting[0]?.end(JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'one' }] }));
  let answer = await show(token);
  for (let tries = 0; answer.status === 503 && tries < 1000; tries++) answer = await show(token);
  expect(answer.status).toBe(200);
  expect(waiting.length).toBe(1);
});
