import { createMcpHandler, type Server } from '@modelcontextprotocol/server';
import { toWebRequest } from '@modelcontextprotocol/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { askerOf, untilGone, type Asker } from '../asker.js';
import type { ToolDesk } from '../tool-desk.js';
import { harmoniaServer } from './harmonia-server.js';
import { ResourceChanges } from './resource-changes.js';

export interface HttpServer {
  /** Answers a request of the Streamable HTTP transport. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

/**
 * Each request stands for itself, of clients of today as of yesterday: there are no sessions that could be lost, be
 * guessed, or fill the memory, and another process can answer the next one.
 */
export const createHttpServer = (desk: ToolDesk, onTrouble: (error: Error) => void): HttpServer => {
  // Who may see only some workflows is not told when others change.
  const serve = (era: 'modern' | 'legacy', asker: Asker): Server =>
    harmoniaServer(desk, { asker, subscribes: era === 'modern' && !asker.sight });
  const handler = createMcpHandler(({ era, authInfo }) => serve(era, authInfo?.extra?.asker as Asker), {
    bus: new ResourceChanges(desk.feed),
    onerror: onTrouble,
  });
  return {
    answer: async (request, reply) => {
      const { body } = request;
      const asker = askerOf(request);
      const asked = await toWebRequest(request.raw, body, { signal: untilGone(reply, asker, desk.access) });
      const authInfo = { token: '', clientId: asker.caller.actor, scopes: [], extra: { asker } };
      const response = await handler.fetch(asked, { parsedBody: body, authInfo });
      void reply.send(response);
    },
    close: () => handler.close(),
  };
};
