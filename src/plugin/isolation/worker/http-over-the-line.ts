import { fatal, type HttpClient, type HttpRequest, type HttpResponse, type Json } from '../../contract/index.js';
import type { WireRequest, WireResponse } from '../wire.js';
import { inPieces, type HostLine } from './host-line.js';

const { parse } = JSON;

/** `context.http` of an isolated task: the host sends what it is asked to, within the limits of the service. */
export const httpOverTheLine = (line: HostLine): HttpClient => ({ request: (request) => send(line, request) });

const send = async (line: HostLine, given: HttpRequest): Promise<HttpResponse> => {
  const { url, method, headers, maxRedirects, maxBytes, timeout, body, signal } = given;
  const plain: WireRequest = { url, method, headers, maxRedirects, maxBytes, timeout };
  let id = 0;
  const cancel = (): void => line.say({ is: 'cancel', id });
  const asked = line.ask(
    { what: 'http', request: { ...plain, ...wireBody(body) } },
    {
      ...(body !== undefined && typeof body !== 'string' && { pieces: piecesOf(body) }),
      onId: (given) => (id = given),
    },
  );
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  const head = (await asked) as WireResponse;
  return responseOf(line, id, head);
};

const wireBody = (body: HttpRequest['body']): Pick<WireRequest, 'body' | 'upload'> => {
  if (body === undefined) return {};
  if (typeof body === 'string') return { body };
  return { upload: body instanceof Uint8Array ? 'bytes' : 'stream' };
};

const piecesOf = (body: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterator<Uint8Array> =>
  inPieces(body instanceof Uint8Array ? [body] : body);

const responseOf = (line: HostLine, id: number, head: WireResponse): HttpResponse => {
  const body = bodyOf(line, id);
  const bytes = async (): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks);
  };
  const text = async (): Promise<string> => new TextDecoder().decode(await bytes());
  const json = async (): Promise<Json> => {
    const read = await text();
    try {
      return parse(read) as Json;
    } catch (error) {
      throw fatal('http_error', `The body is no JSON: ${(error as Error).message}.`);
    }
  };
  return { ...head, body, bytes, text, json };
};

async function* bodyOf(line: HostLine, id: number): AsyncGenerator<Uint8Array> {
  let isOver = false;
  try {
    for (;;) {
      const piece = await line.read(id);
      isOver = piece === undefined;
      if (piece === undefined) return;
      yield piece;
    }
  } finally {
    // A reader that stops early lets go of the connection.
    if (!isOver) line.say({ is: 'cancel', id });
  }
}
