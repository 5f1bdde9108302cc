import type { Client } from '@modelcontextprotocol/client';
import { guardedFetch } from './guarded-fetch.js';
import type { LocalServer, RemoteServer, Server } from './server.js';

/** ms without a call after which a session is closed. */
const IDLE = 60_000;
/** ms that a server has to say hello. */
const CONNECT = 30_000;

/** Rejects when the signal aborts, whatever the promise does. */
const unless = async <T>(signal: AbortSignal, promise: Promise<T>): Promise<T> => {
  signal.throwIfAborted();
  let refuse: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    refuse = () => reject(signal.reason as Error);
    signal.addEventListener('abort', refuse, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', refuse);
  }
};

interface Handle {
  ref?(): void;
  unref?(): void;
}

/** The process of a server and the pipes to it. The library keeps them to itself. */
interface WithProcess {
  readonly _process?: Handle & { readonly stdin?: Handle | null; readonly stdout?: Handle | null };
}

export interface Session {
  readonly client: Client;
  close(): void;
}

const CLIENT = { name: 'harmonia', version: '0.1.0' };

const connectRemote = async ({ url, headers }: RemoteServer, signal: AbortSignal): Promise<[Client, object]> => {
  const { Client, StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client');
  const client = new Client(CLIENT, { versionNegotiation: { mode: 'auto' } });
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: guardedFetch,
    requestInit: { headers: { ...headers } },
    reconnectionOptions: {
      maxRetries: 0,
      initialReconnectionDelay: 1000,
      maxReconnectionDelay: 1000,
      reconnectionDelayGrowFactor: 1,
    },
  });
  await client.connect(transport, { signal });
  return [client, transport];
};

const connectLocal = async (
  { command, args, env, cwd }: LocalServer,
  signal: AbortSignal,
): Promise<[Client, object]> => {
  const [{ Client }, { getDefaultEnvironment, StdioClientTransport }] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('@modelcontextprotocol/client/stdio'),
  ]);
  const client = new Client(CLIENT);
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    ...(cwd !== undefined && { cwd }),
    stderr: 'ignore',
  });
  await client.connect(transport, { signal });
  return [client, transport];
};

/** One that nobody uses keeps the service from nothing, its end least of all. */
const hold = (transport: object, isUsed: boolean): void => {
  const process = (transport as WithProcess)._process;
  for (const handle of [process, process?.stdin, process?.stdout]) {
    if (isUsed) handle?.ref?.();
    else handle?.unref?.();
  }
};

interface Kept {
  readonly opened: Promise<[Client, object]>;
  users: number;
  timer: NodeJS.Timeout | undefined;
}

/** Sessions by server and credential: kept between tasks, shared, closed when nobody needs them, dropped when broken. */
const kept = new Map<string, Kept>();

const close = (session: Kept): void => {
  clearTimeout(session.timer);
  void session.opened.then(([client]) => client.close()).catch(() => undefined);
};

/** Nobody gets it any more. Those who have it go on. */
const drop = (key: string, session: Kept): void => {
  if (kept.get(key) === session) kept.delete(key);
  if (session.users === 0) close(session);
};

const open = (server: Server, key: string): Kept => {
  // Not the signal of the one who opens it: others may be waiting for it, too.
  const patience = AbortSignal.timeout(CONNECT);
  const opened = server.is === 'remote' ? connectRemote(server, patience) : connectLocal(server, patience);
  const session: Kept = { opened, users: 0, timer: undefined };
  kept.set(key, session);
  opened.then(
    ([client]) => {
      client.onclose = () => drop(key, session);
    },
    () => drop(key, session),
  );
  return session;
};

const release = (key: string, session: Kept): void => {
  if (--session.users > 0) return;
  if (kept.get(key) !== session) return close(session);
  session.timer = setTimeout(() => drop(key, session), IDLE).unref();
  void session.opened.then(([, transport]) => hold(transport, false)).catch(() => undefined);
};

/** Works with a session to the server. When `isSound` says no to a failure, the next task gets a new one. */
export const withSession = async <T>(
  server: Server,
  { signal, isSound }: { readonly signal: AbortSignal; readonly isSound: (error: unknown) => boolean },
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const key = JSON.stringify(server);
  const session = kept.get(key) ?? open(server, key);
  session.users++;
  clearTimeout(session.timer);
  try {
    const [client, transport] = await unless(signal, session.opened);
    hold(transport, true);
    return await work(client);
  } catch (error) {
    if (!isSound(error)) drop(key, session);
    throw error;
  } finally {
    release(key, session);
  }
};
