import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canariesIn, canary, filesBelow } from '../../world/canary.js';
import { Receiver } from '../../world/receiver.js';
import { ServiceProcess } from '../../world/service-process.js';

const KINDS = {
  basic: { type: 'basic', username: 'ada', password: canary('password') },
  bearer: { type: 'bearer', token: canary('token') },
  header: { type: 'api_key', key: canary('key'), header: 'X-Mine' },
  query: { type: 'api_key', key: canary('query'), query: 'k' },
  hmac: { type: 'hmac', secret: canary('hmac') },
  two: { type: 'hmac', secrets: [canary('first'), canary('second')], scheme: 'stripe' },
  standard: { type: 'standard_webhooks', secret: `whsec_${Buffer.from(canary('standard')).toString('base64')}` },
};
const basic = `Basic ${Buffer.from(`ada:${canary('password')}`).toString('base64')}`;
/** How a sender proves who it is, for the kinds that send the secret itself. */
const PROOFS: Readonly<Record<string, { readonly headers?: Record<string, string>; readonly query?: string }>> = {
  basic: { headers: { authorization: basic } },
  bearer: { headers: { authorization: `Bearer ${canary('token')}` } },
  header: { headers: { 'x-mine': canary('key') } },
  query: { query: `?k=${encodeURIComponent(canary('query'))}` },
};

test('a secret of a webhook stands in no answer, log, table or file, whichever way it goes and whatever is said back (E7)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'harmonia-webhook-canary-'));
  const receiver = await Receiver.start();
  const service = await ServiceProcess.start(directory, {
    HARMONIA_HTTP_ALLOW: '127.0.0.1',
    HARMONIA_LOG_LEVEL: 'debug',
  });
  const told: string[] = [];
  const ask = async (method: string, path: string, body?: unknown) => {
    const answer = await service.send(method, `/api/v1${path}`, body);
    told.push(JSON.stringify(answer.body));
    return answer;
  };
  let current: object = {};
  // It says back all that it was told, and the secret that it was not.
  receiver.answer = (response, { headers, path }) => {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ marker: path, headers, current }));
  };
  const { body: kept } = await ask('POST', '/workflows', { name: 'w', tasks: { a: { type: 'core/noop' } } });
  const call = async (endpoint: string, { headers = {}, query = '' } = PROOFS.none ?? {}): Promise<number> => {
    const words = { 'content-type': 'application/json', ...headers };
    const answer = await fetch(`${service.url}/hooks/${endpoint}${query}`, {
      method: 'POST',
      headers: words,
      body: '{}',
    });
    told.push(await answer.text());
    return answer.status;
  };
  try {
    for (const [name, auth] of Object.entries(KINDS)) {
      current = auth;
      for (const fields of [
        { url: receiver.url, trigger_type: 'manual' },
        { endpoint: name, workflow_id: kept.workflow_id },
      ]) {
        const { status, body } = await ask('POST', '/webhooks', { name, ...fields, auth });
        expect([name, status]).toEqual([name, 201]);
        const { id } = body.data as { id: string };
        // A new secret takes the place of the old one; a fault says none.
        expect((await ask('PUT', `/webhooks/${id}`, { auth, description: 'marker' })).status).toBe(200);
        expect((await ask('PUT', `/webhooks/${id}`, { auth: { ...auth, more: canary('fault') } })).status).toBe(422);
        await ask('POST', `/webhooks/${id}/deliver`, { n: 1 });
        if ('endpoint' in fields && PROOFS[name]) {
          expect([name, await call(name, PROOFS[name])]).toEqual([name, 202]);
          await ask('PUT', `/webhooks/${id}`, { enabled: false });
          expect([name, await call(name, PROOFS[name])]).toEqual([name, 410]);
          expect(await call('nowhere', PROOFS[name])).toBe(404);
        }
        for (const path of ['', '/events', '/deliveries']) await ask('GET', `/webhooks/${id}${path}`);
      }
    }
    for (const path of ['/webhooks', '/credentials?managed=true', '/executions', '/destinations'])
      await ask('GET', path);
    expect(receiver.letters).toHaveLength(Object.keys(KINDS).length);
    expect(canariesIn(JSON.stringify(receiver.letters)).length).toBeGreaterThan(0);
    expect(told.join('\n')).toContain('***');
    expect(told.filter((text) => canariesIn(text).length > 0)).toEqual([]);
  } finally {
    await service.kill();
    await receiver.stop();
  }
  expect(canariesIn(service.said)).toEqual([]);
  const files = filesBelow(directory);
  expect(files.some(([, bytes]) => bytes.includes('marker'))).toBe(true);
  for (const [path, bytes] of files) expect([path, canariesIn(bytes)]).toEqual([path, []]);
  await rm(directory, { recursive: true, force: true });
}, 60_000);
