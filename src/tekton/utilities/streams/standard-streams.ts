/** Where lines go. */
export interface Sink {
  write(line: string): void;
}

/** What a sink needs of a stream. */
type Writable = Pick<NodeJS.WriteStream, 'write' | 'writableLength' | 'on'>;

/** A stream that may lose its reader: `| head` has seen enough, the launcher has ended. */
export interface WatchedStream {
  /** Nobody reads it any more. */
  readonly isClosed: boolean;
}

/** Streams that are listened to, once each. */
const watched = new WeakMap<Writable, WatchedStream>();

const isGone = ({ code }: NodeJS.ErrnoException): boolean => code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';

/** From now on the process outlives the reader of a stream. What else goes wrong with it is thrown. */
export const watchStream = (stream: Writable): WatchedStream => {
  const known = watched.get(stream);
  if (known) return known;
  const state = { isClosed: false };
  watched.set(stream, state);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!isGone(error)) throw error;
    state.isClosed = true;
  });
  return state;
};

/**
 * Lets the process outlive the readers of its standard streams. The launcher reads them through pipes and ends; a Node
 * process that then writes without a listener dies of EPIPE.
 */
export const surviveClosedStreams = (): void => {
  for (const stream of [process.stdout, process.stderr]) watchStream(stream);
};

/** Bytes that wait for a reader who does not read; the lines that come then are lost, and the service goes on. */
const MOST_WAITING = 4 * 2 ** 20;

/**
 * A sink over standard output. When its reader is gone, lines go to `otherwise`, the one that found it out included;
 * without it they go nowhere. A reader that has merely stopped reading holds nobody up: of pipes Node waits for no one.
 */
export const standardOutput = (otherwise?: Sink, stream: Writable = process.stdout): Sink => {
  surviveClosedStreams();
  const state = watchStream(stream);
  return {
    write: (line) => {
      if (state.isClosed) return otherwise?.write(line);
      if (stream.writableLength > MOST_WAITING) return;
      stream.write(line, (error) => {
        if (error && isGone(error)) otherwise?.write(line);
      });
    },
  };
};
