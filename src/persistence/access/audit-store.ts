import { setImmediate as nextTurn } from 'node:timers/promises';
import { HarmoniaError } from '../../kernel/index.js';
import type { AuditEntry, AuditFilter, AuditProof, AuditTrail, RecordedEntry } from '../../access/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';
import type { Alongside, Rider } from './alongside.js';
import { BEGINNING, linkAfter } from './audit-chain.js';

/** Records that are looked at before everybody else gets the event loop. */
const SLICE = 1000;
/** Records that wait to be written; more are dropped while the store takes none. */
const MOST_WAITING = 20_000;

interface AuditRow extends Omit<RecordedEntry, 'refused' | 'requestId'> {
  readonly refused: string | null;
  readonly request_id: string | null;
}

/** A record that is not written yet. */
interface Waiting {
  readonly entry: AuditEntry;
  /** Who waits until it is. */
  readonly sender?: { readonly kept: () => void; readonly lost: (error: HarmoniaError) => void };
}

const unavailable = (reason: string): HarmoniaError => new HarmoniaError('storage_unavailable', { reason });

interface Place {
  readonly seq: number;
  readonly link: string;
}

const entryOf = ({ refused, request_id, ...row }: AuditRow): RecordedEntry => ({
  ...row,
  refused: refused ?? undefined,
  requestId: request_id ?? undefined,
});

/**
 * Records of what was done, in the SQLite file. They are chained, and triggers refuse to change or delete them; only the
 * oldest go when they are to be kept no longer, and then the place of the last of those is where the chain begins.
 */
export class SqliteAudit implements AuditTrail, Rider {
  private waiting: Waiting[] = [];
  private last: Place;
  /** What the transaction wrote that is not yet known to be durable. */
  private riding: { readonly last: Place; readonly count: number } | undefined;
  private readonly statements;

  constructor(
    database: SqliteDatabase,
    private readonly alongside: Alongside,
  ) {
    this.statements = prepare(database);
    this.last = this.statements.last.get() ?? this.start();
    alongside.join(this);
  }

  append(entry: AuditEntry): void {
    if (this.waiting.length >= MOST_WAITING) return;
    this.waiting.push({ entry });
    this.alongside.wake();
  }

  keep(entry: AuditEntry): Promise<void> {
    if (this.waiting.length >= MOST_WAITING) return Promise.reject(unavailable('it takes no records any more'));
    return new Promise((kept, lost) => {
      this.waiting.push({ entry, sender: { kept, lost } });
      this.alongside.hurry();
    });
  }

  write(): void {
    let { seq, link } = this.last;
    for (const { entry } of this.waiting) {
      seq += 1;
      link = linkAfter(link, seq, entry);
      const { at, actor, peer, method, route, target, status, refused, requestId, times } = entry;
      this.statements.insert.run(
        ...[seq, at, actor, peer, method, route, target, status],
        ...[refused ?? null, requestId ?? null, times, link],
      );
    }
    this.riding = { last: { seq, link }, count: this.waiting.length };
  }

  written(): void {
    if (!this.riding) return;
    const { last, count } = this.riding;
    const written = this.waiting.slice(0, count);
    this.last = last;
    this.waiting = this.waiting.slice(count);
    this.riding = undefined;
    for (const { sender } of written) sender?.kept();
  }

  /** Who waits is told, and the records stay. */
  refused(error: unknown): void {
    const refusal = error instanceof HarmoniaError ? error : unavailable((error as Error).message);
    const told = this.waiting;
    this.waiting = told.map(({ entry }) => ({ entry }));
    for (const { sender } of told) sender?.lost(refusal);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- the port is for databases that answer later, too
  async list(filter: AuditFilter): Promise<{ items: readonly RecordedEntry[]; total: number }> {
    this.alongside.flush();
    const { actor = null, outcome = null, from = null, to = null, offset, limit } = filter;
    const wanted = { actor, outcome, from, to };
    return guarded(() => ({
      items: this.statements.list.all({ ...wanted, offset, limit }).map(entryOf),
      total: this.statements.count.get(wanted) ?? 0,
    }));
  }

  async verify(): Promise<AuditProof> {
    this.alongside.flush();
    const begin = this.start();
    // What is written meanwhile is for the next time.
    const { seq: end } = this.last;
    let { seq, link } = begin;
    const proof = (brokenAt?: number): AuditProof => ({
      records: seq - begin.seq,
      first: seq === begin.seq ? 0 : begin.seq + 1,
      last: seq === begin.seq ? 0 : seq,
      head: brokenAt === undefined ? link : undefined,
      brokenAt,
    });
    while (seq < end) {
      const rows = guarded(() => this.statements.after.all(seq, Math.min(SLICE, end - seq)));
      for (const row of rows) {
        const entry = entryOf(row);
        if (row.seq !== seq + 1 || row.link !== linkAfter(link, row.seq, entry)) return proof(seq + 1);
        ({ seq, link } = row);
      }
      if (rows.length === 0) return proof(seq + 1);
      await nextTurn();
    }
    return proof();
  }

  /** Where the chain begins: behind what is not kept any more. */
  private start(): Place {
    const kept = this.statements.start.get();
    return kept === undefined ? { seq: 0, link: BEGINNING } : (JSON.parse(kept) as Place);
  }
}

const WANTED = `(@actor IS NULL OR actor = @actor) AND (@from IS NULL OR at >= @from) AND (@to IS NULL OR at <= @to)
  AND (@outcome IS NULL OR (refused IS NULL) = (@outcome = 'done'))`;

interface Wanted {
  readonly actor: string | null;
  readonly outcome: string | null;
  readonly from: number | null;
  readonly to: number | null;
}

const prepare = (database: SqliteDatabase) => ({
  last: database.prepare<[], Place>('SELECT seq, link FROM audit ORDER BY seq DESC LIMIT 1'),
  insert: database.prepare(
    `INSERT INTO audit (seq, at, actor, peer, method, route, target, status, refused, request_id, times, link)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  list: database.prepare<[Wanted & { readonly offset: number; readonly limit: number }], AuditRow>(
    `SELECT * FROM audit WHERE ${WANTED} ORDER BY seq DESC LIMIT @limit OFFSET @offset`,
  ),
  count: database.prepare<[Wanted], number>(`SELECT count(*) FROM audit WHERE ${WANTED}`).pluck(),
  after: database.prepare<[number, number], AuditRow>('SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?'),
  start: database.prepare<[], string>("SELECT value FROM meta WHERE key = 'audit_start'").pluck(),
});

/** Forgets the records of before a time. The chain then begins behind the last of them. */
export const forgetAudit = (database: SqliteDatabase, before: number): void => {
  const forget = database.transaction(() => {
    // Times may go back: what lies behind one that is to be kept is kept, too.
    const last = database
      .prepare<[number], Place>(
        `SELECT seq, link FROM audit
         WHERE seq < coalesce((SELECT min(seq) FROM audit WHERE at >= ?), 9223372036854775807) ORDER BY seq DESC LIMIT 1`,
      )
      .get(before);
    if (!last) return;
    database
      .prepare(
        `INSERT INTO meta (key, value) VALUES ('audit_start', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
      )
      .run(JSON.stringify(last));
    database.prepare('DELETE FROM audit WHERE seq <= ?').run(last.seq);
  });
  guarded(() => forget.immediate());
};
