import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { HarmoniaError } from '../../kernel/index.js';
import { Exchanges } from './exchanges.js';
import { MAX_HEAD_BYTES, MAX_HEADERS, MAX_REQUESTS_PER_CONNECTION, type HttpLimits } from './http-limits.js';
import { Peers } from './peers.js';
import { answerRaw } from './raw-answer.js';

/** Deadlines are looked at this often in the time of the shorter one. */
const LOOKS = 4;
const SELDOMEST = 5000;

/** What is wrong with bytes that are no request, or no whole one. */
const refusalOf = ({ code }: NodeJS.ErrnoException): HarmoniaError => {
  if (code === 'HPE_HEADER_OVERFLOW') return headersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new HarmoniaError('request_timeout');
  return new HarmoniaError('invalid_request', { reason: 'this is no well-formed HTTP request' });
};

export const headersTooLarge = (): HarmoniaError =>
  new HarmoniaError('headers_too_large', { lines: MAX_HEADERS, bytes: MAX_HEAD_BYTES });

/** Closes connections beyond the limit of their address at once. A trusted proxy has those of many clients. */
const limitConnections = (server: Server, { maxConnectionsPerPeer }: HttpLimits, peers: Peers): void => {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    if (peers.isProxy(socket.remoteAddress)) return;
    const peer = peers.addressOf({ socket, headers: {} });
    const count = open.get(peer) ?? 0;
    if (count >= maxConnectionsPerPeer) return void socket.destroy();
    open.set(peer, count + 1);
    socket.once('close', () => {
      const left = (open.get(peer) ?? 1) - 1;
      if (left === 0) open.delete(peer);
      else open.set(peer, left);
    });
  });
};

/**
 * Makes the HTTP server that waits for nobody longer than its limits say. Requests that it can not read are answered
 * in the one shape of errors: 400, 408, 431.
 */
export const guardedServer =
  (limits: HttpLimits) =>
  (listener: (request: IncomingMessage, response: ServerResponse) => void): Server => {
    const { headersDeadline, requestDeadline, maxConnections } = limits;
    const server = createServer(
      {
        maxHeaderSize: MAX_HEAD_BYTES,
        headersTimeout: Math.min(headersDeadline, requestDeadline),
        requestTimeout: requestDeadline,
        connectionsCheckingInterval: Math.min(SELDOMEST, Math.ceil(headersDeadline / LOOKS)),
        keepAliveTimeout: limits.keepAlive,
        // Whatever NODE_OPTIONS say: a message with two lengths is two messages to somebody.
        insecureHTTPParser: false,
        // It is asked for in `checkHead`, which answers in our words.
        requireHostHeader: false,
      },
      listener,
    );
    server.maxConnections = maxConnections;
    server.maxRequestsPerSocket = MAX_REQUESTS_PER_CONNECTION;
    const exchanges = new Exchanges(limits.answerPatience);
    exchanges.watch(server);
    limitConnections(server, limits, new Peers(limits.trustedProxies));
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      if (error.code === 'ECONNRESET' || socket.destroyed || exchanges.isAnswering(socket)) socket.destroy();
      else answerRaw(socket, refusalOf(error));
    });
    return server;
  };
