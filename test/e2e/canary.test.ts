import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/kernel/index.js';
import { CANARIES, CANARY_KEY, canariesIn, canary, filesBelow, HOW, PARROT } from '../world/canary.js';
import { KEYS } from '../world/credentials.js';
import { harmoniaHere } from '../world/command-line.js';
import { ServiceProcess } from '../world/service-process.js';
import { EventClient, SocketClient } from '../world/stream-clients.js';

let directory: string;
let data: string;
let service: ServiceProcess;
let echo: Server;
/** Everything that the service told anybody, by where. */
const told = new Map<string, string>();
const V = '/api/v1';

/** A plugin, a service that echoes what it gets, and a credential of each type. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-canary-'));
  data = join(directory, 'data');
  const plugin = join(directory, 'parrot');
  await mkdir(plugin);
  await writeFile(join(plugin, 'index.js'), PARROT);
  const manifest = { apiVersion: '^1.0', id: 'parrot', tasks: ['say'] };
  const packageJson = { name: 'parrot', version: '1.0.0', type: 'module', exports: './index.js', harmonia: manifest };
  await writeFile(join(plugin, 'package.json'), JSON.stringify(packageJson));
  echo = createServer((request, response) => {
    const status = request.url?.startsWith('/fail') ? 500 : 200;
    const body = { marker: 'echo', url: request.url, headers: request.rawHeaders };
    response.writeHead(status, { 'content-type': 'application/json', 'x-echo': String(request.headers['x-secret']) });
    response.end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  service = await ServiceProcess.start(data, {
    HARMONIA_PLUGINS: plugin,
    HARMONIA_LOG_LEVEL: 'debug',
    HARMONIA_SECRET_set: canary('environment'),
    HARMONIA_CREDENTIALS_KEY: `${CANARY_KEY},${KEYS[0]}`,
    HARMONIA_HTTP_ALLOW: '127.0.0.1',
    HARMONIA_SCRIPT_ALLOW: '/bin/cat,/bin/ls',
    HARMONIA_COMPACT_AFTER_HOURS: '0',
  });
  // The same once more, not trusted: what it says comes over the line of a worker.
  const mimic = join(directory, 'mimic');
  await mkdir(mimic);
  await writeFile(join(mimic, 'index.js'), PARROT.replaceAll("'parrot'", "'mimic'"));
  const isolated = { ...packageJson, name: 'mimic', harmonia: { ...manifest, id: 'mimic' } };
  await writeFile(join(mimic, 'package.json'), JSON.stringify(isolated));
  expect((await ask('POST', '/plugins', { source: mimic })).status).toBe(201);
  for (const [name, credential] of Object.entries(CANARIES)) {
    const answer = await ask('PUT', `/credentials/${name}`, { ...credential, description: `marker ${name}` });
    expect(answer.status).toBe(201);
  }
}, 60_000);
afterAll(async () => {
  await service.kill();
  echo.close();
  await rm(directory, { recursive: true, force: true });
});

/** Asks the service, and keeps what it answers. */
const ask = async (method: string, path: string, body?: unknown) => {
  const answer = await service.send(method, V + path, body);
  told.set(`${method} ${path}`, JSON.stringify(answer.body));
  return answer;
};

const SLOTS = {
  ...{ secret: 'a_secret', basic: 'a_basic', bearer: 'a_bearer' },
  ...{ api_key: 'an_api_key', hmac: 'an_hmac', custom: 'a_custom' },
};
const quietly = { on_error: 'continue', retry_policy: { max_retries: 0 } };
const SECRET = '${secrets.a_secret}';

const document = (port: number): JsonObject => ({
  name: 'canary',
  tasks: {
    ...Object.fromEntries(
      ['parrot', 'mimic'].flatMap((plugin) =>
        HOW.map((how) => [
          `${plugin === 'parrot' ? 'say' : plugin}_${how.replace(' ', '_')}`,
          {
            ...{ type: `${plugin}/say`, credentials: SLOTS, ...quietly },
            input: { how, bare: SECRET, inside: 'inside ${secrets.set} of a text' },
          },
        ]),
      ),
    ),
    fetched: {
      ...{ type: 'http/request', ...quietly },
      input: {
        url: `http://127.0.0.1:${port}/`,
        query: { q: '${secrets.set}' },
        headers: { authorization: 'Bearer x' },
      },
    },
    refused: {
      ...{ type: 'http/request', ...quietly },
      input: { url: `http://127.0.0.1:${port}/fail?q=1`, method: 'POST', body: { text: SECRET }, query: { q: SECRET } },
    },
    lost: { type: 'http/request', ...quietly, input: { url: `http://127.0.0.1:1/${SECRET}` } },
    cat: { type: 'script/command', ...quietly, input: { program: '/bin/cat', stdin: `marker ${SECRET}` } },
    ls: { type: 'script/command', ...quietly, input: { program: '/bin/ls', args: [`marker ${SECRET}`] } },
    unknown: { type: 'script/command', ...quietly, input: { program: SECRET } },
    mismatch: { type: 'core/delay', ...quietly, input: { seconds: SECRET } },
    kept: {
      type: 'core/value',
      depends_on: ['say_output'],
      input: { again: '${tasks.say_output.output}', more: SECRET },
    },
    failing: {
      type: 'core/fail',
      depends_on: ['kept'],
      input: { message: `marker ${SECRET}`, code: SECRET },
      ...quietly,
    },
  },
  output: { all: '${tasks.say_output.output}', error: '${tasks.failing.error}', kept: '${tasks.kept.output}' },
});

test('no canary of any type stands in a table, a log line, an event, an answer or what a command says (E7)', async () => {
  const { port } = echo.address() as AddressInfo;
  const { body: made } = await ask('POST', '/workflows', document(port));
  const workflow = made.workflow_id as string;
  expect(made.error).toBeUndefined();
  const socket = new SocketClient(`${service.url}/ws/events`);
  const events = await EventClient.open(`${service.url}/events`);
  await socket.type('connected');
  const { body: started } = await ask('POST', '/executions', { workflow_id: workflow, input: {} });
  const execution = started.execution_id as string;
  const own = new SocketClient(`${service.url}/ws/executions/${execution}`);
  const stream = await EventClient.readAll(`${service.url}/events/executions/${execution}?since=0`);
  expect(await service.statusOf(execution)).toBe('completed');

  const e = `/executions/${execution}`;
  for (const page of [
    '',
    '?at=20',
    '/tasks',
    '/logs',
    '/events',
    '/history',
    '/timeline',
    '/metrics',
    '/state',
    '/verify',
  ])
    await ask('GET', e + page);
  for (const path of ['/executions', '/workflows', `/workflows/${workflow}`, `/workflows/${workflow}/export`])
    await ask('GET', path);
  for (const path of [
    '/credentials',
    '/credentials?managed=true',
    ...Object.keys(CANARIES).map((n) => `/credentials/${n}`),
  ])
    await ask('GET', path);
  const { body: forked } = await ask('POST', `${e}/reexecute`, { operation: 'rerun_from', step: '/failing' });
  expect(forked.error).toBeUndefined();
  await EventClient.readAll(`${service.url}/events/executions/${execution}?since=0`);
  await ask('POST', '/credentials/rotate');
  await ask('PUT', '/credentials/a_basic', CANARIES.a_secret);
  await ask('DELETE', '/credentials/a_secret');
  await ask('POST', '/executions', { workflow_id: workflow, input: {} });
  for (const line of [
    ['execution', 'get', execution],
    ['execution', 'events', execution],
    ['execution', 'watch', execution],
    ['credential', 'list'],
    ['credential', 'get', 'an_hmac'],
  ]) {
    const ran = await harmoniaHere([...line, '--url', service.url]);
    expect(ran.code).toBe(0);
    told.set(`harmonia ${line.join(' ')}`, ran.out + ran.err);
  }
  told.set('events of the execution', JSON.stringify(stream));
  told.set('events of all', JSON.stringify(events.all));
  told.set('socket of all', JSON.stringify(socket.frames));
  told.set('socket of the execution', JSON.stringify(own.frames));
  events.leave();
  await Promise.all([socket.leave(), own.leave()]);
  service.signal('SIGTERM');
  await service.ended();
  told.set('log of the service', service.said);

  // It was all there, and each place would have shown it.
  const marked = [...told].filter(([, text]) => text.includes('marker')).map(([place]) => place);
  for (const place of ['GET /executions/', '/logs', 'harmonia execution events', 'events of the', 'socket of all'])
    expect(marked.some((known) => known.includes(place))).toBe(true);
  const { body } = { body: JSON.parse(told.get(`GET ${e}/tasks`) ?? '{}') as JsonObject };
  const errors = JSON.stringify(body).match(/marker \*\*\*/g) ?? [];
  expect(errors.length).toBeGreaterThan(2 * HOW.length);
  const leaks = [...told].flatMap(([place, text]) => (canariesIn(text).length > 0 ? [place] : []));
  expect(leaks).toEqual([]);

  const files = filesBelow(data);
  expect(files.map(([path]) => path.slice(data.length + 1))).toEqual(expect.arrayContaining(['harmonia.db']));
  expect(files.some(([, bytes]) => bytes.includes('marker ***'))).toBe(true);
  expect(files.filter(([, bytes]) => canariesIn(bytes).length > 0).map(([path]) => path)).toEqual([]);
}, 120_000);
