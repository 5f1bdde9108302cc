import type { AbortSignalLike, Json, JsonObject } from '@tekton/harmonia/plugin';
import { Refusal } from './refusal.js';
import type { Bound } from './statement.js';

export type Isolation = 'read committed' | 'repeatable read' | 'serializable';

/** What a database does in one go: all of it, or nothing. */
export interface Work {
  readonly mode: 'read' | 'write';
  readonly isolation: Isolation | undefined;
  readonly statements: readonly Bound[];
  /** Rows of all statements together. What is beyond is left out. */
  readonly maxRows: number;
  /** Bytes of the JSON of these rows. More is a failure. */
  readonly maxBytes: number;
  /** ms */
  readonly timeout: number;
  readonly signal: AbortSignalLike;
}

export type Result = {
  readonly columns: readonly string[];
  readonly rows: readonly JsonObject[];
  /** Of what reads: the rows that are here. Of what writes: the rows that it changed, or answered. */
  readonly row_count: number;
  /** Whether there were more rows than `max_rows`. */
  readonly truncated: boolean;
};

/** Counts rows and bytes of all results of one work. */
export class Budget {
  private rows = 0;
  private bytes = 0;

  constructor(private readonly limits: Pick<Work, 'maxRows' | 'maxBytes'>) {}

  /** Rows that still fit. */
  get left(): number {
    return this.limits.maxRows - this.rows;
  }

  /** Throws `result_too_large`. */
  take(row: JsonObject): void {
    this.rows++;
    this.bytes += Buffer.byteLength(JSON.stringify(row));
    if (this.bytes <= this.limits.maxBytes) return;
    throw new Refusal(
      'result_too_large',
      `The rows have more than ${this.limits.maxBytes} bytes. Ask for fewer rows or columns, or raise \`max_bytes\`.`,
    );
  }
}

/** Two columns of one name would be one field. */
export const checkColumns = (columns: readonly string[]): void => {
  const twin = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twin === undefined) return;
  throw new Refusal('duplicate_column', `Two columns of the result are called "${twin}": name them apart with AS.`);
};

export const rowOf = (columns: readonly string[], values: readonly Json[]): JsonObject =>
  Object.fromEntries(columns.map((name, index) => [name, values[index] ?? null]));
