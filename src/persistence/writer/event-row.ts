import { hash } from 'node:crypto';
import type { RecordedEvent, RunEvent } from '../../engine/core/index.js';

/** An event as the journal table keeps it. */
export interface EventRow {
  readonly type: string;
  readonly at: number;
  /** JSON of the event without type and time; empty when it lies in the payload table. */
  readonly data: string;
  /** Content hash of `data` when it is too large to stand inline. */
  readonly payload: string | null;
  readonly large: string | undefined;
}

/** Characters of JSON that stand inline; what is larger goes by content hash (semantics 4). */
const INLINE = 2 ** 20;

/** The content hash of a large value, as `contentHash` of the kernel gives it, in a fiftieth of its time. */
export const payloadHash = (data: string): string => hash('sha256', data, 'hex');

export const toEventRow = (event: RunEvent): EventRow => {
  const { type, at, ...rest } = event;
  const data = JSON.stringify(rest);
  if (data.length <= INLINE) return { type, at, data, payload: null, large: undefined };
  return { type, at, data: '', payload: payloadHash(data), large: data };
};

/** What an event is made of again. */
export interface StoredEvent {
  readonly seq: number;
  readonly type: string;
  readonly at: number;
  readonly data: string;
  readonly payload_data: string | null;
}

/** A whole row of the journal table, with its payload. */
export interface StoredEventRow extends StoredEvent {
  readonly position: number;
  readonly payload: string | null;
  /** Null: written by 0.1.0, which chained nothing. */
  readonly link: string | null;
}

/** Selects the rows of one execution, unordered. */
export const EVENTS_OF_EXECUTION = `SELECT position, seq, type, at, journal.data AS data, journal.payload AS payload, link,
    payload.data AS payload_data FROM journal
  LEFT JOIN payload ON payload.execution = journal.execution AND payload.hash = journal.payload
  WHERE journal.execution = ?`;

/** Inverse of `toEventRow`. The journal is ours: what stands there was written by `decide`. */
export const fromEventRow = (row: StoredEvent): RecordedEvent => {
  const rest = JSON.parse(row.payload_data ?? row.data) as object;
  return { seq: row.seq, event: { type: row.type, at: row.at, ...rest } as RunEvent };
};
