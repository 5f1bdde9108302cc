import type { Instant } from '../../kernel/index.js';

/** One change, or one that was refused. Nothing of bodies, nothing secret. */
export interface AuditEntry {
  readonly at: Instant;
  /** As in `Caller`. */
  readonly actor: string;
  /** The address that the request came from. */
  readonly peer: string;
  readonly method: string;
  /** The route, with its parameters by name: `/api/v1/executions/:id/cancel`. */
  readonly route: string;
  /** What it was about and what came of it: `id=… execution_id=…`. */
  readonly target: string;
  readonly status: number;
  /** Why it was refused; undefined: it was done. */
  readonly refused: string | undefined;
  /** As the caller said it. */
  readonly requestId: string | undefined;
  /** How often, in the same words: refusals from one address are told together. */
  readonly times: number;
}

export interface RecordedEntry extends AuditEntry {
  readonly seq: number;
  /** What chains it to the one before. */
  readonly link: string;
}

export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly outcome?: 'done' | 'refused' | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** What came of computing the chain anew. */
export interface AuditProof {
  /** Records that are as they were written. */
  readonly records: number;
  /** The first and the last of them; 0: there is none. */
  readonly first: number;
  readonly last: number;
  /** The link of the last; undefined: the chain is broken. */
  readonly head: string | undefined;
  /** The first record that is missing, or not what was written. */
  readonly brokenAt: number | undefined;
}

/** Where changes are recorded. Nothing in it can be changed. */
export interface AuditTrail {
  /**
   * Takes a record that nobody waits for: it is written with the next commit, 250 ms later at most, and a process that is
   * killed loses what it was told in that time. Never throws.
   */
  append(entry: AuditEntry): void;
  /**
   * Takes a record of what is about to be acknowledged: it is durable when it fulfils. It shares the next commit, or the one
   * that all who wait have in common. Rejects with `storage_unavailable`; what was taken is written as soon as it can be.
   */
  keep(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  list(filter: AuditFilter): Promise<{ readonly items: readonly RecordedEntry[]; readonly total: number }>;
  /** Computes the chain anew. */
  verify(): Promise<AuditProof>;
}
