// What idle WebSockets cost: node bench/idle-sockets.mjs [sockets]   (after npm run build)
// Needs some more open files than sockets, for the service and for this process each: ulimit -n 16384.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

const WANTED = Number(process.argv[2] ?? 10_000);
/** One address has some 28,000 ports, and a peer at most HARMONIA_MAX_STREAMS_PER_PEER streams. */
const PER_ADDRESS = 500;
const AT_ONCE = 100;
/** ms; longer than two heartbeats, after which a socket that answers none is gone. */
const IDLE = Number(process.env.HARMONIA_BENCH_IDLE_MS ?? 60_000);
const PATHS = ['/ws/events', '/ws/workflows'];
const MIB = 2 ** 20;

const program = new URL('../bin/harmonia.js', import.meta.url).pathname;
const directory = await mkdtemp(join(tmpdir(), 'harmonia-idle-'));
const service = spawn(process.execPath, [program, 'serve'], {
  env: {
    ...process.env,
    HARMONIA_DATA_DIR: directory,
    HARMONIA_PORT: '0',
    HARMONIA_SHUTDOWN_SECONDS: '0',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});

const listening = async () => {
  let said = '';
  for await (const chunk of service.stdout) {
    said += chunk;
    const found = /listens on (http:\S+?),/.exec(said);
    if (found) return new URL(found[1]);
  }
  throw new Error(`the service did not start:\n${said}`);
};

/** MiB of the service that are in memory, and the most that ever were. */
const memory = async () => {
  const status = await readFile(`/proc/${service.pid}/status`, 'utf8');
  const kib = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { now: kib('VmRSS') / 1024, most: kib('VmHWM') / 1024 };
};

const connect = async (url, index) => {
  const localAddress = `127.0.1.${1 + Math.floor(index / PER_ADDRESS)}`;
  const socket = new WebSocket(`ws://${url.host}${PATHS[index % PATHS.length]}`, {
    localAddress,
    perMessageDeflate: true,
  });
  socket.on('error', (error) => console.error(error.message));
  await once(socket, 'message');
  return socket;
};

const answerTime = async (url) => {
  const begin = performance.now();
  const answer = await fetch(new URL('/api/v1/workflows', url));
  await answer.text();
  return { status: answer.status, ms: performance.now() - begin };
};

const url = await listening();
try {
  for (let warm = 0; warm < 20; warm++) await answerTime(url);
  const before = await memory();
  const begin = performance.now();
  const sockets = [];
  while (sockets.length < WANTED) {
    const next = Array.from({ length: Math.min(AT_ONCE, WANTED - sockets.length) }, (_, n) => sockets.length + n);
    sockets.push(...(await Promise.all(next.map((index) => connect(url, index)))));
  }
  const connected = performance.now() - begin;
  const after = await memory();
  await new Promise((resolve) => setTimeout(resolve, IDLE));
  const idle = await memory();
  const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  const answer = await answerTime(url);
  const row = (name, value) => console.log(`${name.padEnd(44)} ${value}`);
  row('idle WebSockets', `${open} of ${WANTED}, in ${(connected / 1000).toFixed(1)} s`);
  row('memory of the service before', `${before.now.toFixed(0)} MiB`);
  row('with all of them', `${after.now.toFixed(0)} MiB`);
  row(`after ${(IDLE / 1000).toFixed(0)} s of silence`, `${idle.now.toFixed(0)} MiB (at most ${idle.most.toFixed(0)})`);
  row('bytes a socket', `${(((idle.now - before.now) * MIB) / WANTED).toFixed(0)}`);
  row('GET /api/v1/workflows meanwhile', `${answer.status} in ${answer.ms.toFixed(1)} ms`);
  if (open < WANTED || idle.most * MIB > 300e6) process.exitCode = 1;
  for (const socket of sockets) socket.terminate();
} finally {
  service.kill('SIGKILL');
  await once(service, 'close');
  await rm(directory, { recursive: true, force: true });
}
