import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { Uuid } from '../../kernel/index.js';
import type { RecordedEvent } from '../../engine/core/index.js';
import { toEventRow, type EventRow } from './event-row.js';
import { Chain, type Link, type LinkedRow } from './hash-chain.js';

/** Bytes of one journal; what unpacks to more was not packed by us. */
const LARGEST = 2 ** 30;

const compress = promisify(gzip);

/** An event with its place in the order of all commits; 0 in archives of 0.1.0, which did not keep it. */
export interface ArchivedEvent extends RecordedEvent {
  readonly position: number;
  /** That its row had; absent when it had none. */
  readonly link?: Link;
}

/** A whole journal in one value: gzip of its JSON. */
export const packJournal = (events: readonly ArchivedEvent[]): Promise<Buffer> => compress(JSON.stringify(events));

/** Inverse of `packJournal`. Throws when it is none. */
export const unpackJournal = (archive: Buffer): readonly ArchivedEvent[] => {
  const events = JSON.parse(gunzipSync(archive, { maxOutputLength: LARGEST }).toString('utf8')) as readonly Partial<
    Pick<ArchivedEvent, 'position'>
  >[];
  return events.map((event) => ({ position: 0, ...event }) as ArchivedEvent);
};

interface ArchivedRow extends LinkedRow, EventRow {}

/**
 * The rows that archived events were, and would be again: the JSON of an event comes back to the byte. Archives of before
 * 0.2.0 kept no links: there each row has one.
 */
export const archivedRows = (execution: Uuid, events: readonly ArchivedEvent[]): readonly ArchivedRow[] => {
  const isLinked = events.some(({ link }) => link !== undefined);
  const chain = Chain.of(execution);
  return events.map(({ seq, position, event, link }) => {
    const row = { seq, position, ...toEventRow(event) };
    if (isLinked) return { ...row, link: link ?? null };
    chain.add(row, row);
    return { ...row, link: chain.close() };
  });
};

/** What is known of an archived journal without unpacking it. */
export interface Seal {
  /** The link of its last event; empty when that has none, though others have. */
  readonly head: Link;
  readonly lastSeq: number;
  /** Absent in archives of 0.1.0. */
  readonly positions: { readonly first: number; readonly last: number } | undefined;
}

/** The head is what the last row has, never computed anew: a seal must not pardon what was altered before. */
export const sealOf = (execution: Uuid, events: readonly ArchivedEvent[]): Seal => {
  const [first, last] = [events[0]?.position ?? 0, events.at(-1)?.position ?? 0];
  return {
    head: events.at(-1)?.link ?? archivedRows(execution, events).at(-1)?.link ?? '',
    lastSeq: events.at(-1)?.seq ?? 0,
    positions: first > 0 ? { first, last } : undefined,
  };
};
