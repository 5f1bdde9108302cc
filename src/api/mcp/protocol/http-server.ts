import { createMcpHandler } from '@modelcontextprotocol/server';
import { toWebRequest } from '@modelcontextprotocol/node';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { departure } from '../departure.js';
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
  const handler = createMcpHandler((context) => harmoniaServer(desk, context), {
    bus: new ResourceChanges(desk.feed),
    onerror: onTrouble,
  });
  return {
    answer: async (request, reply) => {
      const { body } = request;
      const asked = await toWebRequest(request.raw, body, { signal: departure(reply) });
      const response = await handler.fetch(asked, { parsedBody: body });
      void reply.send(response);
    },
    close: () => handler.close(),
  };
};
