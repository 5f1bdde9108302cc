import { PassThrough, pipeline, Transform, type Readable, type TransformCallback } from 'node:stream';
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
 * A body as it comes, decompressed. The limit holds for the bytes that travel and again after each decompression, while
 * they come: a small body that unpacks to gigabytes is never held. Fails with a `TaskFailure` or with what the stream said.
 */
export const unpackedBody = (body: Readable, encoding: string | undefined, limit: number): Readable => {
  const travelled = new Limit(limit);
  const decoders = decodersOf(encoding);
  // Whoever reads hears of a failure; nobody need read.
  if (decoders.length === 0) return pipeline(body, travelled, () => undefined).on('error', () => undefined);
  const unpacking = decoders.flatMap((decoder) => [decoder(), new Limit(limit)]);
  const whole = new PassThrough().on('error', () => undefined);
  // A failure anywhere closes everything at once, the connection included, also when the server has fallen silent.
  const last = pipeline([body, travelled, ...unpacking] as [Readable, ...Transform[]], (error) => {
    // Nothing at all is no compressed stream, but what an answer to HEAD has, whatever its headers say.
    if (error && travelled.isWhole && travelled.size === 0) whole.end();
    else if (error) whole.destroy(error);
  }) as Transform;
  last.pipe(whole);
  // A reader that stops early.
  whole.once('close', () => last.destroy());
  return whole;
};
