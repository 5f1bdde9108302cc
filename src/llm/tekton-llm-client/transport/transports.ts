import type { Timers } from '../../../engine/ports/index.js';
import { outgoingHeaders } from '../../../tekton/utilities/context/index.js';
import type { TektonLLMClientOptions } from '../options.js';
import { Endpoint } from './endpoint.js';
import { openAiCompatible } from './openai.js';
import { rhetorChat } from './rhetor-chat.js';
import { rhetorGenerate } from './rhetor-generate.js';
import { RhetorServer } from './rhetor-server.js';
import type { LlmTransport } from './transport.js';
import { v0Http } from './v0-http.js';
import { V0Line } from './v0-socket.js';
import { v0WebSocket } from './v0-websocket.js';

/** The ways to a model, in their order, and what they hold. */
export interface Transports {
  readonly list: readonly LlmTransport[];
  close(): Promise<void>;
}

export interface TransportParts {
  readonly options: TektonLLMClientOptions;
  readonly timers: Timers;
  readonly newId: () => string;
}

/** As `HARMONIA_SECRET_*`: with fewer characters, half of what is said would be masked. */
const SHORTEST = 4;

/** What must not come back in anything that a service says. */
export const secretsOf = ({ authToken, openai }: TektonLLMClientOptions): readonly string[] =>
  [authToken, openai?.apiKey].filter((secret) => secret !== undefined && secret.length >= SHORTEST) as string[];

const bare = (url: string): string => url.replace(/\/+$/, '');

/** `http://host:8003/base` → `ws://host:8003/base/ws` */
const socketUrl = (base: string): string => `${base.replace(/^http/, 'ws')}/ws`;

interface Rhetor {
  readonly server: RhetorServer;
  readonly list: readonly LlmTransport[];
  readonly endpoints: readonly Endpoint[];
}

const rhetorTransports = (url: string, { options, timers, newId }: TransportParts): Rhetor => {
  const base = bare(url);
  const { authToken: token, componentId = 'harmonia', providerId = 'anthropic', webSocket = false } = options;
  const endpoint = (dialect: string): Endpoint =>
    new Endpoint({
      ...{ transport: `rhetor/${dialect}`, base, token, secrets: secretsOf(options) },
      context: () => outgoingHeaders(),
    });
  const endpoints = ['generate-v1', 'chat-v1', 'client-v0', 'client-v0-ws'].map(endpoint) as [
    Endpoint,
    Endpoint,
    Endpoint,
    Endpoint,
  ];
  const [generate, chat, http, socket] = endpoints;
  const server = new RhetorServer(generate, timers);
  const party = { componentId, providerId };
  const line = new V0Line({
    ...{ endpoint: socket, componentId, timers },
    url: options.rhetorWsUrl ?? socketUrl(base),
  });
  const list = [
    rhetorGenerate(server, generate),
    rhetorChat({ server, endpoint: chat, newNonce: newId }),
    v0Http({ server, endpoint: http, party }),
    ...(webSocket ? [v0WebSocket({ endpoint: socket, party, line, newId })] : []),
  ];
  return { server, list, endpoints };
};

/** Makes the transports that the options name. Nothing is sent, and no library is loaded. */
export const createTransports = (parts: TransportParts): Transports => {
  const { mode = 'auto', rhetorUrl, openai } = parts.options;
  const mayRhetor = mode === 'auto' || mode === 'rhetor';
  const mayOpenAi = mode === 'auto' || mode === 'openai';
  const rhetor = mayRhetor && rhetorUrl !== undefined ? rhetorTransports(rhetorUrl, parts) : undefined;
  const endpoints: Endpoint[] = [...(rhetor?.endpoints ?? [])];
  const list: LlmTransport[] = [...(rhetor?.list ?? [])];
  if (mayOpenAi && openai) {
    const base = bare(openai.baseUrl);
    const endpoint = new Endpoint({
      ...{ transport: 'openai-compatible', base, token: openai.apiKey },
      secrets: secretsOf(parts.options),
    });
    const assigned = (): Promise<string | undefined> =>
      rhetor?.server.assignedModel('planning') ?? Promise.resolve(undefined);
    endpoints.push(endpoint);
    list.push(openAiCompatible({ endpoint, base, apiKey: openai.apiKey, assigned }));
  }
  const close = async (): Promise<void> => {
    for (const transport of list) await transport.close?.();
    await Promise.all(endpoints.map((endpoint) => endpoint.close()));
  };
  return { list, close };
};
