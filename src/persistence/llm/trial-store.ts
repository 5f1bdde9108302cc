import type { Instant, Uuid } from '../../kernel/index.js';
import type {
  Impact,
  Observed,
  Outcome,
  Settlement,
  StoredSuggestion,
  Trial,
  TrialEnd,
  TrialStore,
} from '../../llm/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';
import { TrialRows } from './trial-rows.js';

interface TrialRow {
  readonly id: string;
  readonly suggestion: string;
  readonly workflow: string;
  readonly base_version: string;
  readonly base_definition: string;
  readonly version: string;
  readonly definition: string;
  readonly share: number | null;
  readonly runs: number;
  readonly predicted: string | null;
  readonly began_at: number;
  readonly began_after: number;
  readonly ended_at: number | null;
  readonly ended_after: number;
  readonly ended_because: TrialEnd['because'];
  readonly settled_at: number | null;
  readonly outcome: Outcome;
  readonly observed: string;
  readonly offered: string | null;
}

const fromRow = (row: TrialRow): Trial => ({
  ...{ id: row.id, suggestion: row.suggestion, workflow: row.workflow },
  base: { version: row.base_version, definition: row.base_definition },
  candidate: { version: row.version, definition: row.definition },
  ...{ share: row.share, runs: row.runs, since: row.began_at, place: row.began_after },
  predicted: row.predicted === null ? null : (JSON.parse(row.predicted) as Impact),
  end: row.ended_at === null ? null : { at: row.ended_at, because: row.ended_because, place: row.ended_after },
  settled:
    row.settled_at === null
      ? null
      : {
          outcome: row.outcome,
          // Until 0.2 nothing that runs use was looked at.
          observed: { tokens: null, cost: null, currency: null, ...(JSON.parse(row.observed) as object) } as Observed,
          at: row.settled_at,
          offered: row.offered,
        },
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Trials in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteTrials implements TrialStore {
  private readonly statements;
  private readonly rows: TrialRows;
  private readonly settleAll;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
    this.rows = new TrialRows(database);
    this.settleAll = database.transaction((settlement: Settlement) => this.write(settlement));
  }

  async newest(suggestions: readonly string[]): Promise<ReadonlyMap<string, Trial>> {
    const rows = guarded(() => this.statements.newest.all(JSON.stringify(suggestions)));
    // The newest comes last, and takes the place of those before it.
    return new Map(rows.map((row) => [row.suggestion, fromRow(row)]));
  }

  async open(workflow?: Uuid): Promise<readonly Trial[]> {
    const { open, openOf } = this.statements;
    return guarded(() => (workflow === undefined ? open.all() : openOf.all(workflow))).map(fromRow);
  }

  async settle(settlement: Settlement): Promise<boolean> {
    return guarded(() => this.settleAll.immediate(settlement));
  }

  async settledSince(at: Instant, most: number): Promise<readonly Trial[]> {
    return guarded(() => this.statements.settledSince.all(at, most)).map(fromRow);
  }

  private write({ trial, settled, offer }: Settlement): boolean {
    const { outcome, observed, at, offered } = settled;
    const { changes } = this.statements.settle.run(at, outcome, JSON.stringify(observed), offered, trial);
    if (changes === 0) return false;
    if (offer) this.offer(offer);
    if (outcome === 'no_difference') {
      const workflow = this.statements.workflowOf.get(trial) as Uuid;
      this.rows.endCanary({ workflow, canary: trial, because: outcome, at });
    }
    return true;
  }

  /** Open only if its version is still the current one. */
  private offer({ suggestion, certificate, createdAt, expiresAt }: StoredSuggestion): void {
    const { id, workflowId, baseVersion, baseHash, score } = suggestion;
    this.statements.offer.run({
      ...{
        id,
        workflow: workflowId,
        version: baseVersion,
        base: baseHash,
        score,
        created: createdAt,
        expires: expiresAt,
      },
      ...{ body: JSON.stringify(suggestion), certificate: JSON.stringify(certificate) },
    });
  }
}

const prepare = (database: SqliteDatabase) => ({
  newest: database.prepare<[string], TrialRow>(
    `SELECT * FROM suggestion_trial WHERE suggestion IN (SELECT value FROM json_each(?)) ORDER BY began_at, rowid`,
  ),
  open: database.prepare<[], TrialRow>(
    'SELECT * FROM suggestion_trial WHERE settled_at IS NULL AND ended_at IS NULL ORDER BY began_at, rowid',
  ),
  openOf: database.prepare<[string], TrialRow>(
    `SELECT * FROM suggestion_trial WHERE workflow = ? AND settled_at IS NULL AND ended_at IS NULL
     ORDER BY began_at, rowid`,
  ),
  settle: database.prepare(
    `UPDATE suggestion_trial SET settled_at = ?, outcome = ?, observed = ?, offered = ?
     WHERE id = ? AND settled_at IS NULL`,
  ),
  workflowOf: database.prepare<[string], string>('SELECT workflow FROM suggestion_trial WHERE id = ?').pluck(),
  settledSince: database.prepare<[number, number], TrialRow>(
    `SELECT * FROM (SELECT *, rowid AS row FROM suggestion_trial WHERE settled_at IS NOT NULL AND settled_at >= ?
       ORDER BY settled_at DESC, rowid DESC LIMIT ?) ORDER BY settled_at, row`,
  ),
  // It rests on no facts: other facts do not supersede it.
  offer: database.prepare<Record<string, string | number>>(
    `INSERT INTO suggestion (id, workflow, base_version, base_hash, facts_hash, score, body, certificate, created_at,
       expires_at, status)
     SELECT @id, @workflow, @version, @base, '', @score, @body, @certificate, @created, @expires,
       iif(definition = @base, 'open', 'stale') FROM workflow WHERE id = @workflow
     ON CONFLICT (id) DO NOTHING`,
  ),
});
