import type { Line } from '../call/line.js';
import { chunksOf, CUT, parseFrame, type Frame } from './frame.js';

/** What is used of a WebSocket: the same in a browser and of the library `ws`. */
interface Socket {
  readonly readyState: number;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  send(text: string): void;
  close(code?: number): void;
  /** Without a farewell; a browser has no such thing. */
  terminate?(): void;
}

const OPEN = 1;
const DONE = 1000;
/** ms between two pings; they are frames, since a browser can not send others. */
const PING = 20_000;
/** Characters that may wait to be read, and what a frame takes beside its own. */
const ROOM = { usual: 8 * 2 ** 20, frame: 512 };
const OPTIONS = {
  ...{ handshakeTimeout: 10_000, maxPayload: 64 * 2 ** 20, perMessageDeflate: false, followRedirects: false },
  // Who does not say farewell keeps no process alive.
  closeTimeout: 2000,
};

/** In a browser a credential can only stand in the address. */
const withKey = (url: string, credential: string | undefined): string => {
  const full = new URL(url);
  if (credential !== undefined) full.searchParams.set('api_key', credential);
  return full.href;
};

const connect = async (line: Line, url: string): Promise<Socket> => {
  const { WebSocket: Native } = globalThis as { WebSocket?: new (url: string) => Socket };
  const isNode = typeof process === 'object' && typeof process.versions?.node === 'string';
  if (!isNode && Native) return new Native(withKey(url, line.target.credential));
  const { WebSocket } = await import('ws');
  return new WebSocket(url, { ...OPTIONS, headers: line.headers() }) as Socket;
};

/** What a socket tells, as a queue with a bound: beyond it the socket is closed and the last chunk is null. */
const queueOf = (socket: Socket, signal: AbortSignal, room: number): ReadableStream<string | null> => {
  let end = (): void => undefined;
  return new ReadableStream<string | null>(
    {
      start: (queue) => {
        const beat = setInterval(() => {
          if (socket.readyState === OPEN) socket.send('{"type":"ping"}');
        }, PING);
        const give = (): void => (socket.terminate ? socket.terminate() : socket.close());
        let isOver = false;
        end = (): void => {
          isOver = true;
          clearInterval(beat);
          signal.removeEventListener('abort', give);
        };
        socket.onmessage = ({ data }) => {
          if (isOver || typeof data !== 'string') return;
          queue.enqueue(data);
          if ((queue.desiredSize ?? 0) > 0) return;
          queue.enqueue(null);
          socket.close(DONE);
          end();
          queue.close();
        };
        socket.onclose = () => {
          if (isOver) return;
          end();
          queue.close();
        };
        // `close` follows.
        socket.onerror = () => undefined;
        signal.addEventListener('abort', give, { once: true });
        if (signal.aborted) give();
      },
      cancel: () => {
        end();
        socket.close(DONE);
      },
    },
    { highWaterMark: room, size: (text) => (text === null ? 0 : text.length + ROOM.frame) },
  );
};

/**
 * The frames of a WebSocket until it is closed, by whomever. Who reads too slowly for what comes loses the socket, not
 * what came: `CUT` says so after the last frame.
 */
export async function* socketFrames(
  line: Line,
  path: string,
  { signal, room = ROOM.usual }: { readonly signal: AbortSignal; readonly room?: number },
): AsyncGenerator<Frame, void> {
  const socket = await connect(line, line.target.base.replace(/^http/, 'ws') + path);
  for await (const text of chunksOf(queueOf(socket, signal, room))) {
    const frame = text === null ? CUT : parseFrame(text);
    if (frame) yield frame;
  }
}
