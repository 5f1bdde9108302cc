import { pipeline, Readable } from 'node:stream';
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
async function* bounded(body: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    yield chunk;
  }
}

/** Nothing at all is no compressed stream, but what an answer to HEAD has, whatever its headers say. */
async function* unlessEmpty(
  body: AsyncIterable<Buffer>,
  unpack: (body: AsyncIterable<Buffer>) => AsyncIterable<Buffer>,
) {
  const chunks = body[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const whole = async function* (): AsyncGenerator<Buffer> {
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => chunks };
  };
  yield* unpack(whole());
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
export const readBody = async (
  body: AsyncIterable<Buffer>,
  encoding: string | undefined,
  limit: number,
): Promise<Buffer> => {
  let stream = bounded(body, limit);
  for (const decoder of decodersOf(encoding)) {
    // The failure of either side reaches the reader, and closes both.
    const unpack = (packed: AsyncIterable<Buffer>): AsyncIterable<Buffer> =>
      pipeline(Readable.from(packed), decoder(), () => undefined);
    stream = bounded(unlessEmpty(stream, unpack), limit);
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};
