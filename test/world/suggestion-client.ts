import type { JsonObject } from '../../src/kernel/index.js';
import type { TestService, Answer } from './service.js';

const V = '/api/v1';

/** A suggestion as the API shows it. */
export interface ShownSuggestion extends JsonObject {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly equivalence: string;
  readonly baseVersion: string;
  readonly baseHash: string;
}

export interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: JsonObject;
}

/** Someone who improves workflows over HTTP. `service` is asked each time: a test may start it anew. */
export class SuggestionClient {
  constructor(private readonly service: () => TestService) {}

  async suggest(workflow: string, body: object = {}): Promise<ShownSuggestion[]> {
    return (await this.answer(workflow, body)).suggestions as ShownSuggestion[];
  }

  /** All that was answered. */
  async answer(workflow: string, body: object = {}): Promise<JsonObject> {
    const { status, body: answer } = await this.service().post(`${V}/workflows/${workflow}/suggestions`, body);
    if (status !== 200) throw new Error(`${status} ${JSON.stringify(answer)}`);
    return answer.data as unknown as JsonObject;
  }

  /** The only one. */
  async one(workflow: string, body: object = {}): Promise<ShownSuggestion> {
    const found = await this.suggest(workflow, body);
    const [only] = found;
    if (!only || found.length > 1) throw new Error(`${found.length} suggestions`);
    return only;
  }

  async get(id: string): Promise<ShownSuggestion> {
    return (await this.service().get(`${V}/suggestions/${id}`)).body.data as unknown as ShownSuggestion;
  }

  post(id: string, action: string, body: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.service().post(`${V}/suggestions/${id}/${action}`, body, headers);
  }

  /** The document of a version. */
  async document(workflow: string, version?: string): Promise<JsonObject> {
    const query = version === undefined ? '' : `?version=${version}`;
    const { body } = await this.service().get(`${V}/workflows/${workflow}/export${query}`);
    return body.data as unknown as JsonObject;
  }

  async version(workflow: string): Promise<{ readonly version: string; readonly hash: string }> {
    const { body } = await this.service().get(`${V}/workflows/${workflow}`);
    const { version, definition_hash: hash } = body.data as unknown as { version: string; definition_hash: string };
    return { version, hash };
  }

  /** A stream to its end, or to so many events. */
  async stream(
    workflow: string,
    { after, most = Infinity }: { after?: string; most?: number } = {},
  ): Promise<ServerEvent[]> {
    return serverEvents(`${this.service().url}${V}/workflows/${workflow}/suggestions/stream`, {
      ...{ body: {}, most },
      ...(after !== undefined && { after }),
    });
  }
}

/** What a POST is answered with as server-sent events: to the end, or so many. */
export const serverEvents = async (
  url: string,
  { body, after, most = Infinity }: { readonly body: object; readonly after?: string; readonly most?: number },
): Promise<ServerEvent[]> => {
  const leave = new AbortController();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(after !== undefined && { 'last-event-id': after }) },
    body: JSON.stringify(body),
    signal: leave.signal,
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const events: ServerEvent[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    events.push(...blocks.flatMap(eventOf));
    if (events.length >= most) break;
  }
  leave.abort();
  return events.slice(0, most);
};

const eventOf = (block: string): ServerEvent[] => {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
  const [event, data] = [field('event'), field('data')];
  return event === undefined || data === undefined
    ? []
    : [{ id: field('id'), event, data: JSON.parse(data) as JsonObject }];
};

/** Without what depends on when it was. */
export const withoutTimes = (suggestions: readonly JsonObject[]): string =>
  JSON.stringify(suggestions.map(({ createdAt: _, expiresAt: __, ...rest }) => rest));
