import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Client, StreamableHTTPClientTransport, type RequestOptions } from '@modelcontextprotocol/client';
import { Server, type ServerContext } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';

export interface Bridged {
  /** Address of the service. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
  readonly input: Readable;
  /** Nothing else may be written there. */
  readonly output: Writable;
  /** Is told what goes wrong and can be answered to nobody. */
  readonly onTrouble: (error: Error) => void;
}

/** ms that one request may take: longer than any wait that a tool allows. */
const PATIENCE = 2 * 3600 * 1000;
/** Bytes of one message. */
const MOST_BYTES = 64 * 2 ** 20;

const FORWARDED = [
  ...(['tools/list', 'tools/call'] as const),
  ...(['resources/list', 'resources/templates/list', 'resources/read'] as const),
  ...(['prompts/list', 'prompts/get'] as const),
];

/** What of `_meta` is for whoever does the work; the rest is between the client and this process. */
const handedOn = (meta: unknown): object => {
  const { traceparent, tracestate } = (meta ?? {}) as Readonly<Record<string, unknown>>;
  if (traceparent === undefined) return {};
  return { _meta: { traceparent, ...(tracestate !== undefined && { tracestate }) } };
};

/** Hands progress back, and a cancellation on. */
const optionsOf = ({ mcpReq }: ServerContext): RequestOptions => {
  const token = mcpReq._meta?.progressToken;
  return {
    ...{ signal: mcpReq.signal, timeout: PATIENCE },
    ...(token !== undefined && {
      onprogress: (progress) => {
        const params = { ...progress, progressToken: token };
        void mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
      },
    }),
  };
};

const connect = async ({ url, headers, version }: Bridged): Promise<Client> => {
  const client = new Client({ name: 'harmonia mcp', version }, { versionNegotiation: { mode: 'auto' } });
  const address = new URL('mcp', url.endsWith('/') ? url : `${url}/`);
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers: { ...headers } } }));
  return client;
};

const forwarding = (client: Client, version: string): Server => {
  const instructions = client.getInstructions();
  const server = new Server(
    { name: 'harmonia', title: 'Harmonia', version },
    { capabilities: { tools: {}, resources: {}, prompts: {} }, ...(instructions !== undefined && { instructions }) },
  );
  for (const method of FORWARDED) {
    server.setRequestHandler(method, ({ params }: { params?: Record<string, unknown> }, context) => {
      const { _meta: meta, ...given } = params ?? {};
      return client.request({ method, params: { ...given, ...handedOn(meta) } }, optionsOf(context));
    });
  }
  return server;
};

/** Answers the client at the pipes with what the service answers, until he hangs up. Throws when nobody is there. */
export const bridge = async (about: Bridged): Promise<void> => {
  const client = await connect(about);
  const transport = new StdioServerTransport(about.input, about.output, { maxBufferSize: MOST_BYTES });
  const handle = serveStdio(() => forwarding(client, about.version), { transport, onerror: about.onTrouble });
  await finished(about.input, { writable: false }).catch(() => undefined);
  await handle.close();
  await client.close();
};
