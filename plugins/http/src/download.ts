import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, rename, rm, type FileHandle } from 'node:fs/promises';
import { defineTask, fatal, transient, type HttpResponse, type TaskContext } from '@tekton/harmonia/plugin';
import { expected, isExpected } from './answer.js';
import {
  CREDENTIALS,
  EXPECT_FIELD,
  HEADERS_FIELD,
  MIB,
  QUERY_FIELD,
  REDIRECTS_FIELD,
  ROOT_FIELD,
  ROOTS_CONFIG,
  timeoutField,
  URL_FIELD,
} from './fields.js';
import { parseUrl, requestOf, shown, type Headers } from './outgoing.js';
import { within } from './patience.js';
import { explained, inPlace } from './roots.js';

const GIB = 1024 * MIB;
/** Bytes between two signs of life. */
const STEP = MIB;

/** What is known of a file that came. */
interface Fetched {
  readonly bytes: number;
  readonly sha256: string;
  readonly status: number;
  readonly url: string;
  readonly content_type: string | null;
}

type Context = Pick<TaskContext, 'progress' | 'heartbeat'>;

/** Writes a body to an open file as it comes: of the network no more is taken than the disk holds. */
const pour = async (response: HttpResponse, file: FileHandle, context: Context): Promise<Fetched> => {
  const hash = createHash('sha256');
  const length = Number(response.headers['content-length']) || undefined;
  let [bytes, told] = [0, 0];
  for await (const piece of response.body) {
    hash.update(piece);
    for (let at = 0; at < piece.length;) at += (await file.write(piece, at)).bytesWritten;
    bytes += piece.length;
    if (bytes - told < STEP) continue;
    told = bytes;
    if (length === undefined) context.heartbeat();
    else context.progress(bytes / length);
  }
  await file.sync();
  const { status, url, headers } = response;
  const type = headers['content-type'] ?? null;
  return { bytes, sha256: hash.digest('hex'), status, url: shown(url), content_type: type };
};

const hashOf = async (path: string): Promise<string | undefined> => {
  try {
    const hash = createHash('sha256');
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    for await (const piece of file.createReadStream() as AsyncIterable<Uint8Array>) hash.update(piece);
    return hash.digest('hex');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

interface Target {
  /** As the workflow names it. */
  readonly path: string;
  readonly target: string;
  /** The same for all attempts, so none leaves one behind. */
  readonly part: string;
  readonly overwrite: boolean;
  readonly sync: () => Promise<void>;
}

/** Puts the whole file under its name. False: it is not there any more. */
const putInPlace = async ({ path, target, part, overwrite, sync }: Target, sha256: string): Promise<boolean> => {
  try {
    if (overwrite) await rename(part, target);
    else {
      await link(part, target);
      await rm(part, { force: true });
    }
    await sync();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw explained(path, error);
    // An attempt before this one may have done it, and been lost before it could say so.
    if ((await hashOf(target)) === sha256) {
      await rm(part, { force: true });
      return true;
    }
    if (code === 'ENOENT') return false;
    await rm(part, { force: true });
    throw explained(path, error);
  }
};

const mismatch = (found: string, wanted: string): Error =>
  transient('checksum_mismatch', `The file has the SHA-256 ${found}, not ${wanted}.`);

export const download = defineTask({
  id: 'download',
  title: 'HTTP download',
  icon: '📥',
  description:
    'Downloads a file into one of the directories that are open to workflows. It appears there whole or not at all.',
  effects: 'idempotent',
  credentials: CREDENTIALS,
  config: ROOTS_CONFIG,
  input: {
    type: 'object',
    required: ['url', 'path'],
    additionalProperties: false,
    properties: {
      url: URL_FIELD,
      headers: HEADERS_FIELD,
      query: QUERY_FIELD,
      path: {
        type: 'string',
        minLength: 1,
        maxLength: 4096,
        'x-resource': { kind: 'file', access: 'write', within: ['root'] },
        description: 'Relative to the root. Directories are made.',
      },
      root: ROOT_FIELD,
      overwrite: { type: 'boolean', default: true, description: 'false: a file that is there already is a failure.' },
      sha256: { type: 'string', pattern: '^[0-9a-fA-F]{64}$', description: 'What the file must have.' },
      timeout: timeoutField('the whole download'),
      max_bytes: { type: 'integer', minimum: 1, maximum: 1024 * GIB, default: GIB },
      max_redirects: REDIRECTS_FIELD,
      expect: EXPECT_FIELD,
    },
  },
  output: {
    type: 'object',
    required: ['path', 'bytes', 'sha256', 'status', 'url', 'content_type'],
    properties: {
      path: { type: 'string' },
      bytes: { type: 'integer' },
      sha256: { type: 'string' },
      status: { type: 'integer' },
      url: { type: 'string', description: 'After redirects, without its query.' },
      content_type: { type: ['string', 'null'] },
    },
  },
  run: (input, context) => {
    const { path, root, overwrite = true } = input;
    const key = createHash('sha256').update(context.idempotencyKey).digest('hex').slice(0, 16);
    return inPlace({ path, root }, context.config.roots ?? [], async ({ entry, name, sync }) => {
      const part = entry(`.${name.slice(0, 200)}.${key}.part`);
      const target = { path, target: entry(name), part, overwrite, sync };
      const fetched = (): Promise<Fetched> =>
        within(input.timeout, context, async (more) => {
          const sent = await requestOf({
            url: parseUrl(input.url, input.query),
            method: 'GET',
            headers: (input.headers ?? {}) as Headers,
            // Compressed on the way or not: what is kept is the file.
            defaults: { 'accept-encoding': 'identity' },
            auth: context.secrets.auth,
            idempotencyKey: context.idempotencyKey,
          });
          const { max_bytes: maxBytes = GIB, max_redirects: maxRedirects = 5 } = input;
          const response = await context.http.request({ ...sent, maxBytes, maxRedirects, ...more });
          if (!isExpected(response.status, input.expect)) await expected(response, input.expect);
          return store(response, target, { context, sha256: input.sha256?.toLowerCase() });
        });
      const file = await context.once('file', async () => ({ ...(await fetched()) }));
      if (await putInPlace(target, file.sha256)) return { path, ...file };
      // Somebody took it away between two attempts.
      const again = await fetched();
      if (await putInPlace(target, again.sha256)) return { path, ...again };
      throw fatal('file_refused', `The file ${JSON.stringify(path)} may not be used: somebody else removes it.`);
    });
  },
});

interface Wanted {
  readonly context: Context;
  readonly sha256: string | undefined;
}

const store = async (response: HttpResponse, { path, part }: Target, wanted: Wanted): Promise<Fetched> => {
  try {
    // An attempt that was lost may have left a piece of it; a link that lies there is not followed.
    await rm(part, { force: true });
    const file = await open(part, 'wx', 0o666);
    try {
      const fetched = await pour(response, file, wanted.context);
      if (wanted.sha256 !== undefined && fetched.sha256 !== wanted.sha256)
        throw mismatch(fetched.sha256, wanted.sha256);
      return fetched;
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(part, { force: true });
    throw explained(path, error);
  }
};
