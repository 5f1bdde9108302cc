import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { HookReceiver } from '../integration/ports/index.js';
import { HarmoniaError } from '../kernel/index.js';

const HOOK = '/hooks/:endpoint';
/** What bodies of hooks are called inside, so that nobody parses them: signatures are over the bytes. */
const RAW = 'application/x-harmonia-hook';

/** Whether a request says that a body follows. */
export const hasBody = ({ headers }: Pick<FastifyRequest, 'headers'>): boolean =>
  (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;

/** Whether a request goes to a webhook, however its address is written. */
export const isHook = ({ routeOptions }: Pick<FastifyRequest, 'routeOptions'>): boolean => routeOptions.url === HOOK;

/** The whole body, or undefined as soon as it is longer than `most`; the rest is not read. */
const read = (stream: IncomingMessage, most: number): Promise<Buffer | undefined> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (): void => {
      stream.off('data', take).off('end', end).off('error', gone).off('close', gone);
      stream.pause();
    };
    const take = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= most) return;
      stop();
      resolve(undefined);
    };
    const end = (): void => {
      stop();
      resolve(Buffer.concat(chunks));
    };
    const gone = (): void => reject(new HarmoniaError('invalid_request', { reason: 'the sender went away' }));
    stream.on('data', take).on('end', end).on('error', gone).on('close', gone);
  });

/** Bodies of hooks are read as bytes, up to what their webhook allows, and not at all when nobody is there to take them. */
export const readHookBodies = (fastify: FastifyInstance, hooks: () => HookReceiver): void => {
  fastify.addHook('onRequest', async (request) => {
    if (isHook(request) && hasBody(request)) request.headers['content-type'] = RAW;
    return Promise.resolve();
  });
  fastify.addContentTypeParser(RAW, async (request: FastifyRequest, stream: IncomingMessage) => {
    const { endpoint } = request.params as { endpoint: string };
    const { maxBytes } = await hooks().admit({ endpoint, method: request.method });
    const said = Number(request.headers['content-length'] ?? 0);
    const body = said > maxBytes ? undefined : await read(stream, maxBytes);
    if (body) return body;
    throw await hooks().tooLong(endpoint);
  });
};
