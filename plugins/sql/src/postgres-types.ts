import type { Json } from '@tekton/harmonia/plugin';
import { realNumber, wholeNumber } from './values.js';

type Reader = (text: string) => Json;

const text: Reader = (value) => value;
const date: Reader = text;
/** `2026-11-29 10:00:00+00` → `2026-11-29T10:00:00Z`; `infinity` stays. */
const timestamp: Reader = (value) => value.replace(/^(\d{4,}-\d\d-\d\d) (\d\d:)/, '$1T$2').replace(/\+00$/, 'Z');
const bytes: Reader = (value) => Buffer.from(value.slice(2), 'hex').toString('base64');
const json: Reader = (value) => JSON.parse(value) as Json;

/** Oid of a type, oid of its array, and how its text is read. Others stay text. */
const TYPES: readonly (readonly [number, number, Reader])[] = [
  [16, 1000, (value) => value === 't'],
  [17, 1001, bytes],
  [20, 1016, wholeNumber],
  [21, 1005, Number],
  [23, 1007, Number],
  [26, 1028, Number],
  [700, 1021, realNumber],
  [701, 1022, realNumber],
  [114, 199, json],
  [3802, 3807, json],
  [1082, 1182, date],
  [1114, 1115, timestamp],
  [1184, 1185, timestamp],
  // Exact: a double would round them.
  [1700, 1231, text],
  ...([18, 19, 25, 1042, 1043, 1083, 1186, 1266, 2950] as const).map(
    (oid, index) => [oid, [1002, 1003, 1009, 1014, 1015, 1183, 1187, 1270, 2951][index] ?? 0, text] as const,
  ),
];

/** Of the library: takes an array's text apart. */
export interface ArrayReader {
  create(text: string, read: (entry: string | null) => Json): { parse(): Json };
}

/** What reads the values of each type, by its oid. */
export const typeReaders = (arrays: ArrayReader): { getTypeParser: (oid: number) => Reader } => {
  const readers = new Map<number, Reader>();
  for (const [oid, array, read] of TYPES) {
    readers.set(oid, read);
    readers.set(array, (value) => arrays.create(value, (entry) => (entry === null ? null : read(entry))).parse());
  }
  return { getTypeParser: (oid) => readers.get(oid) ?? text };
};
