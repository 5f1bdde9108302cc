import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { McpRequestContext, Server } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { OPERATOR } from '../asker.js';
import type { ToolDesk } from '../tool-desk.js';
import { harmoniaServer } from './harmonia-server.js';
import { ResourceChanges } from './resource-changes.js';

export interface Pipes {
  readonly input: Readable;
  /** Nothing else may be written there. */
  readonly output: Writable;
}

/** Clients of the first generation subscribe with a request of their own. */
const takeSubscriptions = (server: Server): ReadonlySet<string> => {
  const wanted = new Set<string>();
  server.setRequestHandler('resources/subscribe', ({ params: { uri } }) => {
    if (wanted.size < MOST_SUBSCRIPTIONS) wanted.add(uri);
    return {};
  });
  server.setRequestHandler('resources/unsubscribe', ({ params: { uri } }) => {
    wanted.delete(uri);
    return {};
  });
  return wanted;
};

/** Resources of one connection. */
const MOST_SUBSCRIPTIONS = 1000;

/** Tells the client what changes, for as long as he is there. */
const tellChanges = (server: Server, changes: ResourceChanges, wants: (uri: string) => boolean): void => {
  const stop = changes.subscribe((event) => {
    if (event.kind === 'resources_list_changed') void server.sendResourceListChanged().catch(() => undefined);
    if (event.kind !== 'resource_updated' || !wants(event.uri)) return;
    void server.sendResourceUpdated({ uri: event.uri }).catch(() => undefined);
  });
  server.onclose = stop;
};

/** Speaks with the client at the other end of the pipes until he hangs up. */
export const serveOverStdio = async (
  desk: ToolDesk,
  { input, output }: Pipes,
  onTrouble: (error: Error) => void,
): Promise<void> => {
  const changes = new ResourceChanges(desk.feed);
  const create = (context: McpRequestContext): Server => {
    const server = harmoniaServer(desk, { asker: OPERATOR, subscribes: true });
    const wanted = context.era === 'legacy' ? takeSubscriptions(server) : undefined;
    tellChanges(server, changes, (uri) => wanted?.has(uri) ?? true);
    return server;
  };
  const transport = new StdioServerTransport(input, output, { maxBufferSize: desk.settings.maxBodyBytes });
  const handle = serveStdio(create, { transport, onerror: onTrouble });
  await finished(input, { writable: false }).catch(() => undefined);
  await handle.close();
};
