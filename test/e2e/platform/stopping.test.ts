import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RawServer } from '../../world/raw-server.js';
import { ServiceProcess } from '../../world/service-process.js';
import { EventClient, SocketClient } from '../../world/stream-clients.js';
import { keptBack } from '../../world/time-wait.js';

/** ms; a loaded machine starts slowly. */
const LONG = 120_000;
/** Longer than any test waits. */
const PATIENT = { HARMONIA_SHUTDOWN_SECONDS: '600' };
const WORKFLOW = { name: 'long', tasks: { nap: { type: 'core/delay', input: { seconds: 3600 } } } };

let directory: string;
const running: ServiceProcess[] = [];
const start = async (settings: Record<string, string> = {}): Promise<ServiceProcess> => {
  const service = await ServiceProcess.start(directory, settings);
  running.push(service);
  return service;
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'harmonia-stop-'));
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill();
  await rm(directory, { recursive: true, force: true });
});

/** Asks as `method`, and reads the answer, on a connection that is kept or closed as `connection` says. */
const ask = async (url: string, method: string, connection: 'keep-alive' | 'close', agent?: Agent): Promise<number> => {
  const sent = request(url, { method, headers: { connection }, ...(agent ? { agent } : {}) }).end();
  const [answer] = (await once(sent, 'response')) as [{ statusCode: number; resume(): void }];
  const ended = once(answer as never, 'end');
  answer.resume();
  await ended;
  return answer.statusCode;
};

test(
  'asked to, it is gone in order with clients of every kind, and starts again at once on the same port',
  async () => {
    // It takes connections and never answers.
    const hermes = await RawServer.start(() => undefined);
    const service = await start({ ...PATIENT, HERMES_HOST: '127.0.0.1', HERMES_PORT: String(hermes.port) });
    const port = Number(new URL(service.url).port);
    // The system may have given a port that somebody else has just used.
    const before = await keptBack(port);
    const execution = await service.startExecution(await service.workflow(WORKFLOW));
    const socket = new SocketClient(`${service.url}/ws/executions/${execution}`);
    await socket.type('state');
    const events = await EventClient.open(`${service.url}/events`);
    const pool = new Agent({ keepAlive: true });
    expect(await ask(`${service.url}/health`, 'GET', 'keep-alive', pool)).toBe(200);
    // It has said nothing yet.
    const silent = connect(port, '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    // Python's urllib asks for the connection to be closed, and leaves it to the server.
    expect(await ask(`${service.url}/health`, 'GET', 'close')).toBe(200);
    expect(await ask(`${service.url}/shutdown`, 'POST', 'close')).toBe(202);
    expect(await service.ended()).toEqual({ code: 0, signal: null });
    expect(await socket.gone()).toEqual({ code: 1001, reason: 'shutting_down' });
    expect(await keptBack(port)).toBeLessThanOrEqual(before);
    hermes.stop();
    pool.destroy();
    events.leave();

    const again = await start({ HARMONIA_PORT: String(port) });
    expect(await again.statusOf(execution)).toBe('running');
    expect((await again.get(`/api/v1/executions/${execution}/verify`)).body).toMatchObject({
      data: { verified: true },
    });
  },
  LONG,
);

test(
  'the frame that the stop command falls back on stops it too',
  async () => {
    const service = await start(PATIENT);
    await service.startExecution(await service.workflow(WORKFLOW));
    const socket = new SocketClient(`${service.url}/ws`);
    await socket.type('connected');
    socket.say({ type: 'shutdown', reason: 'tekton stop', timestamp: '2026-11-30T00:00:00Z' });
    expect(await socket.type('shutdown')).toMatchObject({ status: 'accepted' });
    expect(await service.ended()).toEqual({ code: 0, signal: null });
    expect(service.said).toContain('Harmonia stops: WebSocket /ws from 127.0.0.1');
  },
  LONG,
);

test(
  'a signal ends it with 0, whatever runs',
  async () => {
    const service = await start({ HARMONIA_SHUTDOWN_SECONDS: '0.1' });
    await service.startExecution(await service.workflow(WORKFLOW));
    service.signal('SIGTERM');
    expect(await service.ended()).toEqual({ code: 0, signal: null });
  },
  LONG,
);

test(
  'one that could not start has ended, whatever a plugin has left running',
  async () => {
    const plugin = join(directory, 'plugins', 'stuck');
    await mkdir(plugin, { recursive: true });
    const manifest = { apiVersion: '^1.0', id: 'stuck', tasks: ['one'] };
    const about = { name: 'stuck', type: 'module', exports: './index.js', harmonia: manifest };
    await writeFile(join(plugin, 'package.json'), JSON.stringify(about));
    await writeFile(join(plugin, 'index.js'), 'setInterval(() => {}, 1000); throw new Error("broken");');
    const service = ServiceProcess.spawn(directory);
    running.push(service);
    expect(await service.ended()).toEqual({ code: 70, signal: null });
    expect(service.said).toContain('plugin_invalid');
  },
  LONG,
);
