import { hash } from 'node:crypto';
import type { Uuid } from '../../kernel/index.js';
import type { EventRow } from './event-row.js';

/**
 * What the journal rows of an execution are chained with: the SHA-256, in base64url, of the link before and of the rows
 * since. The last row that a commit writes of an execution has one, which counts all that the commit wrote of it.
 */
export type Link = string;

/** Where a row stands: in the journal of its execution, and in the order of all commits. */
export interface RowPlace {
  readonly seq: number;
  readonly position: number;
}

/** A row without its link. */
export interface ChainedRow extends RowPlace, Omit<EventRow, 'large'> {}

/** A row, with its link if it has one. */
export interface LinkedRow extends ChainedRow {
  readonly link: Link | null;
}

const PARTS = 6;
/** Rows that wait for their link, and characters that one of them may have; their hash takes the place of more. */
const ROWS = 32;
const LONGEST = 2 ** 16;

/** What was written has no line breaks: JSON escapes them. */
export const isOneLine = ({ type, payload, data }: ChainedRow): boolean =>
  !type.includes('\n') && !data.includes('\n') && !payload?.includes('\n');

/**
 * A link, and the rows since. They are put together with line breaks, which no part of a row has (`isOneLine`), so that no
 * two sequences of rows give the same text.
 */
export class Chain {
  /** The link and the rows; absent while there are none. */
  private parts: (string | number)[] | undefined;

  constructor(private last: Link) {}

  /** What the first row of an execution follows: the journal of one cannot pass for that of another. */
  static of(execution: Uuid): Chain {
    return new Chain(linkOf(`harmonia journal\n${execution}`));
  }

  /** What follows these rows, the first of an execution: a journal of before the chain is counted in by its next link. */
  static after(execution: Uuid, rows: readonly LinkedRow[]): Chain {
    const linked = rows.findLastIndex(({ link }) => link !== null);
    const link = rows[linked]?.link;
    const chain = link ? new Chain(link) : Chain.of(execution);
    for (const row of rows.slice(linked + 1)) chain.add(row, row);
    return chain;
  }

  add({ seq, position }: RowPlace, { type, at, payload, data }: Omit<EventRow, 'large'>): void {
    const parts = (this.parts ??= [this.last]);
    parts.push(seq, position, type, at, payload ?? '', data);
    if (data.length > LONGEST || parts.length > ROWS * PARTS) this.close();
  }

  /** The link that a row has now. */
  get link(): Link {
    return this.parts ? linkOf(this.parts.join('\n')) : this.last;
  }

  /** The last row gets its link. */
  close(): Link {
    this.last = this.link;
    this.parts = undefined;
    return this.last;
  }
}

const linkOf = (text: string): Link => hash('sha256', text, 'base64url');
