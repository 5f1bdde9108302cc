import { Transform, Writable, type Readable, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate, type Gunzip } from 'node:zlib';
import { fatal, type TaskFailure } from '@tekton/harmonia/plugin';

/** What is asked for unless the request says otherwise, and can be read. */
export const ACCEPTED_ENCODINGS = 'gzip, br';
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
 * Reads a body, decompressed. The limit holds for the bytes that travel and again after each decompression, while they
 * come: a small body that unpacks to gigabytes is never held. Rejects with a `TaskFailure` or with what the stream said.
 */
export const readBody = async (body: Readable, encoding: string | undefined, limit: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  const collected = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  const travelled = new Limit(limit);
  const unpacking = decodersOf(encoding).flatMap((decoder) => [decoder(), new Limit(limit)]);
  try {
    // A failure anywhere closes everything at once, the connection included, also when the server has fallen silent.
    await pipeline([body, travelled, ...unpacking, collected]);
  } catch (error) {
    // Nothing at all is no compressed stream, but what an answer to HEAD has, whatever its headers say.
    if (!(travelled.isWhole && travelled.size === 0)) throw error;
  }
  return Buffer.concat(chunks);
};
