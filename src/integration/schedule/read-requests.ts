import type { Instant } from '../../kernel/index.js';
import { bodyOf, BodyReader } from '../body/index.js';
import type { Overlap } from '../ports/index.js';
import { OVERLAPS } from './read-schedule.js';

const readerOf = (source: unknown): BodyReader => new BodyReader(bodyOf(source, 'The request'));

/** Throws `validation_error` with every fault. */
export const readTrigger = (source: unknown): { readonly overlap: Overlap | undefined } => {
  const reader = readerOf(source ?? {});
  const overlap = reader.oneOf('overlap', OVERLAPS);
  reader.finish('The request');
  return { overlap };
};

export interface Backfill {
  readonly from: Instant;
  readonly to: Instant;
  readonly overlap: Overlap;
}

/** Throws `validation_error` with every fault. */
export const readBackfill = (source: unknown, now: Instant): Backfill => {
  const reader = readerOf(source);
  const from = reader.must('from', reader.instant('from')) ?? 0;
  const to = reader.must('to', reader.instant('to')) ?? 0;
  const overlap = reader.oneOf('overlap', OVERLAPS) ?? 'allow';
  if (to > now) reader.wrong('to', 'a time that is past');
  if (reader.faults.length === 0 && from > to) reader.wrong('from', 'a time that is not after `to`');
  reader.finish('The backfill');
  return { from, to, overlap };
};
