import { PassThrough, Transform, type Readable, type TransformCallback } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from 'node:zlib';
import { fatal, type TaskFailure } from '../../plugin/contract/index.js';

/** Encodings one upon the other. */
const MOST_ENCODINGS = 5;

const DECODERS: ReadonlyMap<string, () => Gunzip> = new Map<string, () => Gunzip>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

const tooLarge = (limit: number): TaskFailure =>
  fatal('response_too_large', `The response has more than ${limit} bytes.`);

/** Lets `limit` bytes through, then fails. */
class Limit extends Transform {
  size = 0;
  /** Whether everything came, to the end. */
  isWhole = false;

  constructor(private readonly most: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.size += chunk.length;
    if (this.size > this.most) done(tooLarge(this.most));
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    this.isWhole = true;
    done();
  }
}

/** The decoders of a `Content-Encoding`, in the order of their use. None when one of them is unknown: the body stays as it is. */
const decodersOf = (encoding: string | undefined): (() => Gunzip)[] => {
  const names = (encoding ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  if (names.length > MOST_ENCODINGS) throw fatal('http_error', `The body is encoded ${names.length} times.`);
  const decoders = names.map((name) => DECODERS.get(name));
  return decoders.every((decoder) => decoder !== undefined) ? decoders.reverse() : [];
};

/**
 * Pipes one into the next, and answers the last, which fails with the first failure; `failed` is told of it before. A failure
 * anywhere closes everything at once, the connection included, also when the server has fallen silent; so does whoever
 * closes the last. Node's `pipeline` costs more than a whole exchange.
 */
const joined = (streams: readonly [Readable, ...Transform[]], failed: (error: Error) => void): Transform => {
  const last = streams.at(-1) as Transform;
  let isOver = false;
  const end = (error?: Error): void => {
    if (isOver) return;
    isOver = true;
    if (error) failed(error);
    last.destroy(error);
    for (const stream of streams) stream.destroy();
  };
  for (const [index, stream] of streams.entries()) {
    stream.on('error', end);
    const next = streams[index + 1] as Transform | undefined;
    if (next) stream.pipe(next);
  }
  return last.once('close', () => end());
};

/**
 * A body as it comes, decompressed. The limit holds for the bytes that travel and again after each decompression, while
 * they come: a small body that unpacks to gigabytes is never held. Fails with a `TaskFailure` or with what the stream said.
 * Nobody need read it: a short one passes, a long one waits.
 */
export const unpackedBody = (body: Readable, encoding: string | undefined, limit: number): Readable => {
  const travelled = new Limit(limit);
  const unpacking = decodersOf(encoding).flatMap((decoder) => [decoder(), new Limit(limit)]);
  if (unpacking.length === 0) return joined([body, travelled], () => undefined);
  const whole = new PassThrough().on('error', () => undefined);
  const last = joined([body, travelled, ...unpacking], (error) => {
    // Nothing at all is no compressed stream, but what an answer to HEAD has, whatever its headers say.
    if (travelled.isWhole && travelled.size === 0) whole.end();
    else whole.destroy(error);
  });
  whole.once('close', () => last.destroy());
  return last.pipe(whole);
};
