import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HarmoniaError } from '../../kernel/index.js';
import { errorBody } from '../rest/error/error-body.js';

/** ms in which a peer must have read a refusal; then its connection is cut. */
const LAST_WORDS = 1000;

/** Answers a request that no framework has seen, in the one shape of errors, and closes its connection. */
export const answerRaw = (
  socket: Duplex,
  error: HarmoniaError,
  headers: Readonly<Record<string, string>> = {},
): void => {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(errorBody(error));
  const head = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-content-type-options': 'nosniff',
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  const patience = setTimeout(() => socket.destroy(), LAST_WORDS).unref();
  socket.once('close', () => clearTimeout(patience));
  socket.end(`HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? 'Error'}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
};
