import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';

/** A program that serves the same tools on its standard input and output. */
export const STDIO_SERVER = fileURLToPath(new URL('mcp-tools.mjs', import.meta.url));

const tools = (await import(new URL('mcp-tools.mjs', import.meta.url).href)) as {
  createTools: (told?: (name: string) => void) => McpServer;
};

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/** One session for each `initialize`, as servers of the first generation keep them. */
const sessionful = (told: (name: string) => void): Handle => {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  return async (request, response) => {
    const id = request.headers['mcp-session-id'];
    let transport = typeof id === 'string' ? sessions.get(id) : undefined;
    if (typeof id === 'string' && !transport) return response.writeHead(404).end();
    if (!transport) {
      const fresh = new NodeStreamableHTTPServerTransport({
        sessionIdGenerator: () => randomUUID(),
        onsessioninitialized: (session) => void sessions.set(session, fresh),
      });
      await tools.createTools(told).connect(fresh);
      transport = fresh;
    }
    await transport.handleRequest(request, response);
  };
};

/** A real MCP server over HTTP on loopback: of today, without sessions, or of yesterday, with them. */
export class McpHttpServer {
  readonly called: string[] = [];
  readonly requests: IncomingMessage[] = [];
  /** Answers requests in the place of the server. */
  instead: Handle | undefined;
  private handle: Handle;

  private constructor(
    private readonly server: Server,
    private readonly kind: 'today' | 'yesterday',
  ) {
    this.handle = this.fresh();
  }

  static async start(kind: 'today' | 'yesterday'): Promise<McpHttpServer> {
    const server = createServer();
    const mcp = new McpHttpServer(server, kind);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      mcp.requests.push(request);
      void (mcp.instead ?? mcp.handle)(request, response);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return mcp;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/mcp`;
  }

  /** As if it had been started anew: it knows no session of before. */
  forget(): void {
    this.handle = this.fresh();
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private fresh(): Handle {
    const told = (name: string): void => void this.called.push(name);
    if (this.kind === 'yesterday') return sessionful(told);
    return toNodeHandler(createMcpHandler(() => tools.createTools(told)));
  }
}
