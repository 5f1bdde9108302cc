import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';
import type { RecordedEvent } from '../../engine/core/index.js';

/** Bytes of one journal; what unpacks to more was not packed by us. */
const LARGEST = 2 ** 30;

const compress = promisify(gzip);

/** A whole journal in one value: gzip of its JSON. */
export const packJournal = (events: readonly RecordedEvent[]): Promise<Buffer> => compress(JSON.stringify(events));

/** Inverse of `packJournal`. */
export const unpackJournal = (archive: Buffer): readonly RecordedEvent[] =>
  JSON.parse(gunzipSync(archive, { maxOutputLength: LARGEST }).toString('utf8')) as RecordedEvent[];
