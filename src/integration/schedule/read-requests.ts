import type { Instant } from '../../kernel/index.js';
import type { Overlap } from '../ports/index.js';
import { Fields, refuse } from './fields.js';
import { OVERLAPS } from './read-schedule.js';

/** Throws `validation_error` with every fault. */
export const readTrigger = (source: unknown): { readonly overlap: Overlap | undefined } => {
  const fields = new Fields(source ?? {});
  fields.only(['overlap']);
  const overlap = fields.choice('overlap', OVERLAPS);
  refuse('The request', fields.faults);
  return { overlap };
};

export interface Backfill {
  readonly from: Instant;
  readonly to: Instant;
  readonly overlap: Overlap;
}

/** Throws `validation_error` with every fault. */
export const readBackfill = (source: unknown, now: Instant): Backfill => {
  const fields = new Fields(source);
  fields.only(['from', 'to', 'overlap']);
  fields.required('from');
  fields.required('to');
  const [from = 0, to = 0] = [fields.instant('from'), fields.instant('to')];
  const overlap = fields.choice('overlap', OVERLAPS) ?? 'allow';
  if (to > now) fields.wrong('/to', 'a time that is past');
  if (fields.faults.length === 0 && from > to) fields.wrong('/from', 'a time that is not after `to`');
  refuse('The backfill', fields.faults);
  return { from, to, overlap };
};
