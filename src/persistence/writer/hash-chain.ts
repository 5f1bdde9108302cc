import { hash } from 'node:crypto';
import type { Uuid } from '../../kernel/index.js';
import type { EventRow } from './event-row.js';

/**
 * What a journal row is chained with: `nextLink` of the link before it and of itself. A SHA-256 in base64url, whole: to cut
 * it down costs more time than it saves bytes, since SQLite cannot be handed a part of a string without a copy.
 */
export type Link = string;

const linkOf = (text: string): Link => hash('sha256', text, 'base64url');

/** Where a row stands: in the journal of its execution, and in the order of all commits. */
export interface RowPlace {
  readonly seq: number;
  readonly position: number;
}

/** A row without its link. */
export interface ChainedRow extends RowPlace, Omit<EventRow, 'large'> {}

/** What the first row follows: the journal of one execution cannot pass for that of another. */
export const chainOf = (execution: Uuid): Link => linkOf(`harmonia journal\n${execution}`);

/** Only the last part may hold a line break, and links have one length: no two rows give the same text. About 1 µs by itself. */
export const nextLink = (previous: Link, { seq, position }: RowPlace, row: Omit<EventRow, 'large'>): Link =>
  linkOf(`${previous}\n${seq}\n${position}\n${row.type}\n${row.at}\n${row.payload ?? ''}\n${row.data}`);

/** The link of the last of these rows, which are a whole journal. */
export const headOf = (execution: Uuid, rows: readonly ChainedRow[]): Link =>
  rows.reduce((link, row) => nextLink(link, row, row), chainOf(execution));
