import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promptSecret } from '../../src/cli/credential/secret-input.js';
import type { Credential } from '../../src/plugin/contract/index.js';
import { harmoniaHere, harmoniaReading, type Ran } from '../world/command-line.js';
import { TestService } from '../world/service.js';

const CANARY = 'canary-c11e';
let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

/** What tasks get of a credential of the service. */
const credential = (name: string): Credential | undefined => service.credentials().credential(name);
const set = (input: string, args: readonly string[], environment = {}): Promise<Ran> =>
  harmoniaReading(input, ['credential', 'set', ...args, '--url', service.url], environment);
const here = (...args: string[]): Promise<Ran> => harmoniaHere(['credential', ...args, '--url', service.url]);

test('a secret comes from standard input, without the end of its line', async () => {
  const ran = await set(`${CANARY}\n`, ['plain', '--description', 'what for']);
  expect(ran).toEqual({ code: 0, out: 'plain: Credential made\n', err: '' });
  expect(credential('plain')).toEqual({ type: 'secret', value: CANARY });
  const key = `-----BEGIN KEY-----\n${CANARY}\n-----END KEY-----\n`;
  await set(`${key}\n`, ['pem', '--type', 'hmac']);
  expect(credential('pem')).toEqual({ type: 'hmac', secret: key });
}, 20_000);

test('or from a variable of the environment', async () => {
  const ran = await set('', ['basic', '--type', 'basic', '--username', 'ada', '--from-env', 'THE_SECRET', '--json'], {
    THE_SECRET: CANARY,
  });
  expect(ran.code).toBe(0);
  expect(JSON.parse(ran.out)).toMatchObject({ name: 'basic', public_fields: { username: 'ada' } });
  expect(ran.out + ran.err).not.toContain(CANARY);
  expect(credential('basic')).toEqual({ type: 'basic', username: 'ada', password: CANARY });
  expect(await set('', ['b', '--from-env', 'NOT_SET'])).toMatchObject({
    code: 2,
    err: expect.stringMatching(/NOT_SET is not set/),
  });
}, 20_000);

test('or is typed, and not shown', async () => {
  const input = new PassThrough();
  const asked: string[] = [];
  const typed = promptSecret('value: ', { input, ask: (text) => asked.push(text) });
  input.write(`${CANARY}\r`);
  expect(await typed).toBe(CANARY);
  expect(asked).toEqual(['value: ', '\n']);
  const interrupted = promptSecret('value: ', { input: new PassThrough().end('\u0003'), ask: () => undefined });
  await expect(interrupted).rejects.toThrow('interrupted');
});

test('custom fields are an object', async () => {
  const fields = { user: CANARY, password: `${CANARY}-2` };
  expect((await set(JSON.stringify(fields), ['mail', '--type', 'custom'])).code).toBe(0);
  expect(credential('mail')).toEqual({ type: 'custom', fields });
  const wrong = await set(`{"user": "${CANARY}`, ['mail', '--type', 'custom']);
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('the fields are no JSON')]);
  expect(wrong.err).not.toContain(CANARY);
}, 20_000);

test('a secret on the command line is refused, and nothing is kept', async () => {
  expect((await set(CANARY, ['argv', `${CANARY}-2`])).code).toBe(2);
  expect((await set(CANARY, ['argv', '--value', CANARY])).code).toBe(2);
  expect((await set('', ['argv'])).code).toBe(2);
  expect((await set('abc', ['argv'])).err).toContain('/value');
  expect(credential('argv')).toBeUndefined();
}, 30_000);

test('they are listed and shown without what is secret, and removed', async () => {
  await service.send('PUT', '/api/v1/credentials/listed', { type: 'api_key', key: CANARY, header: 'X-Key' });
  const list = await here('list');
  expect(list.out).toMatch(/^name +type +usable +updated_at +description\n/);
  expect(list.out).toMatch(/listed +api_key +true/);
  const shown = await here('get', 'listed');
  expect(JSON.parse(shown.out)).toMatchObject({ name: 'listed', public_fields: { header: 'X-Key' } });
  expect(list.out + shown.out).not.toContain(CANARY);

  const tasks = { a: { type: 'core/log', input: { message: '${secrets.listed}' } } };
  await service.workflow({ name: 'user', tasks });
  expect(await here('remove', 'listed')).toMatchObject({ code: 2, err: expect.stringMatching(/is used by user/) });
  expect(await here('remove', 'listed', '--force')).toMatchObject({ code: 0, out: 'listed deleted\n' });
  expect(await here('get', 'listed')).toMatchObject({ code: 2, err: expect.stringMatching(/No credential listed/) });
});

test('they are rotated with the service and without it, but not beside it', async () => {
  const file = join(service.directory, 'credentials.key');
  const keys = [await readFile(file, 'utf8')];
  await service.send('PUT', '/api/v1/credentials/kept', { type: 'secret', value: CANARY });
  expect(await here('rotate')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+ credential\(s\) are under/) });
  keys.push(await readFile(file, 'utf8'));
  const rotate = ['credential', 'rotate', '--data-dir'];
  expect(await harmoniaHere([...rotate, service.directory])).toMatchObject({
    code: 70,
    err: expect.stringMatching(/storage_locked/),
  });
  await service.stop(true);
  expect(await harmoniaHere([...rotate, service.directory, '--json'])).toMatchObject({ code: 0 });
  keys.push(await readFile(file, 'utf8'));
  expect(new Set(keys).size).toBe(3);
  const workflow = join(service.directory, 'run.yaml');
  await writeFile(workflow, 'name: run\ntasks: { a: { type: core/value, input: { is: "${secrets.kept}" } } }\n');
  const ran = await harmoniaHere(['run', workflow, '--data-dir', service.directory]);
  expect(JSON.parse(ran.out)).toEqual({ a: { is: '***' } });
  expect(await harmoniaHere([...rotate, join(service.directory, 'nowhere')])).toMatchObject({
    ...{ code: 2, err: expect.stringMatching(/is no data directory/) },
  });
  service = await TestService.start({}, { directory: service.directory });
  expect(credential('kept')).toEqual({ type: 'secret', value: CANARY });
});
