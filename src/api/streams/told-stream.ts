import type { FastifyReply } from 'fastify';
import type { PlacedEvent } from '../../llm/ports/index.js';
import type { Clients } from './clients.js';
import { EventStream } from './event-stream.js';
import type { StreamLimits } from './stream-limits.js';

export interface ToldStream<E extends { readonly event: string; readonly data: object }> {
  readonly events: AsyncIterable<PlacedEvent<E>>;
  /** What an event carries, as the API shows it. Default: its data. */
  readonly shown?: (event: E) => object;
  readonly limits: StreamLimits;
  readonly clients: Clients;
}

/** Sends what is told to one client as server-sent events, to the end; or until the client has gone, or reads no more. */
export const sendTold = async <E extends { readonly event: string; readonly data: object }>(
  reply: FastifyReply,
  { events, shown = ({ data }) => data, limits, clients }: ToldStream<E>,
): Promise<void> => {
  await reply.request.beforeAnswer?.(reply);
  const leave = clients.enter(reply.request.raw);
  const stream = new EventStream(reply, limits);
  stream.onEnd(leave);
  for await (const { id, event } of events) {
    if (!(await stream.outbox.room())) break;
    stream.send(event.event, shown(event), id);
  }
  stream.end();
};
