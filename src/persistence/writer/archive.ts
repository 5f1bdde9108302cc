import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { Uuid } from '../../kernel/index.js';
import type { RecordedEvent } from '../../engine/core/index.js';
import { toEventRow } from './event-row.js';
import { headOf, type ChainedRow, type Link } from './hash-chain.js';

/** Bytes of one journal; what unpacks to more was not packed by us. */
const LARGEST = 2 ** 30;

const compress = promisify(gzip);

/** An event with its place in the order of all commits; 0 in archives of 0.1.0, which did not keep it. */
export interface ArchivedEvent extends RecordedEvent {
  readonly position: number;
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

/** The row that an archived event was, and would be again: the JSON of an event comes back to the byte. */
export const archivedRow = ({ seq, position, event }: ArchivedEvent): ChainedRow => ({
  seq,
  position,
  ...toEventRow(event),
});

/** What is known of an archived journal without unpacking it. */
export interface Seal {
  /** The link of its last event. */
  readonly head: Link;
  readonly lastSeq: number;
  /** Absent in archives of 0.1.0. */
  readonly positions: { readonly first: number; readonly last: number } | undefined;
}

/** `recorded`: the link that its last row has. It is taken as it is: a seal must not pardon what was altered before. */
export const sealOf = (execution: Uuid, events: readonly ArchivedEvent[], recorded: Link | undefined): Seal => {
  const [first, last] = [events[0]?.position ?? 0, events.at(-1)?.position ?? 0];
  return {
    head: recorded ?? headOf(execution, events.map(archivedRow)),
    lastSeq: events.at(-1)?.seq ?? 0,
    positions: first > 0 ? { first, last } : undefined,
  };
};
