import type { Uuid } from '../../kernel/index.js';
import type {
  Certificate,
  FoundSuggestions,
  StatedFacts,
  StoredConfirmation,
  StoredSuggestion,
  Suggestion,
  SuggestionFeedback,
  SuggestionFilter,
  SuggestionStatus,
  SuggestionStore,
} from '../../llm/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

interface SuggestionRow {
  readonly id: string;
  readonly status: SuggestionStatus;
  readonly body: string;
  readonly certificate: string;
  readonly feedback: string | null;
  readonly created_at: number;
  readonly expires_at: number;
}

interface ConfirmationRow {
  readonly scope: string;
  readonly one: string;
  readonly other: string;
  readonly words: string;
}

const fromRow = (row: SuggestionRow): StoredSuggestion => ({
  suggestion: JSON.parse(row.body) as Suggestion,
  certificate: JSON.parse(row.certificate) as Certificate,
  status: row.status,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  ...(row.feedback !== null && { feedback: JSON.parse(row.feedback) as SuggestionFeedback }),
});

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** Suggestions in the SQLite file, through the one writer's connection (semantics 28). */
export class SqliteSuggestions implements SuggestionStore {
  private readonly statements;
  private readonly keepAll;
  private readonly confirmAll;

  constructor(private readonly database: SqliteDatabase) {
    this.statements = prepare(database);
    this.keepAll = database.transaction((found: FoundSuggestions) => this.write(found));
    this.confirmAll = database.transaction((workflow: Uuid, pairs: readonly StoredConfirmation[]) => {
      this.statements.unconfirm.run(workflow);
      for (const { scope, tasks, words } of pairs) this.statements.confirm.run(workflow, scope, ...tasks, words);
    });
  }

  async keep(found: FoundSuggestions): Promise<readonly StoredSuggestion[]> {
    return guarded(() => this.keepAll.immediate(found));
  }

  async find(id: string): Promise<StoredSuggestion | undefined> {
    const row = guarded(() => this.statements.find.get(id));
    return row && fromRow(row);
  }

  async list({ workflow, status, version, offset, limit }: SuggestionFilter): Promise<{
    readonly items: readonly StoredSuggestion[];
    readonly total: number;
  }> {
    const about = { workflow, status: status ?? null, version: version ?? null };
    return guarded(() => ({
      items: this.statements.list.all({ ...about, offset, limit }).map(fromRow),
      total: this.statements.count.get(about) ?? 0,
    }));
  }

  async experience(workflow: Uuid, most: number): Promise<readonly StoredSuggestion[]> {
    return guarded(() => this.statements.experience.all(workflow, most).map(fromRow));
  }

  async dismiss(id: string, feedback: SuggestionFeedback): Promise<boolean> {
    return guarded(() => this.statements.dismiss.run(JSON.stringify(feedback), id).changes > 0);
  }

  async statedFacts(): Promise<StatedFacts | undefined> {
    const facts = guarded(() => this.statements.facts.get());
    return facts === undefined ? undefined : (JSON.parse(facts) as StatedFacts);
  }

  async stateFacts(facts: StatedFacts): Promise<void> {
    guarded(() => this.statements.stateFacts.run(JSON.stringify(facts)));
  }

  async confirmations(workflow: Uuid): Promise<readonly StoredConfirmation[]> {
    const rows = guarded(() => this.statements.confirmations.all(workflow));
    return rows.map(({ scope, one, other, words }) => ({ scope, tasks: [one, other], words }));
  }

  async confirm(workflow: Uuid, pairs: readonly StoredConfirmation[]): Promise<void> {
    guarded(() => this.confirmAll.immediate(workflow, pairs));
  }

  private write({ workflow, baseHash, factsHash, found }: FoundSuggestions): StoredSuggestion[] {
    const { statements } = this;
    statements.supersede.run(workflow, baseHash, factsHash);
    return found.map(({ suggestion, certificate, createdAt, expiresAt }) => {
      const { id, baseVersion, score } = suggestion;
      statements.keep.run(
        ...[id, workflow, baseVersion, baseHash, factsHash, score],
        ...[JSON.stringify(suggestion), JSON.stringify(certificate), createdAt, expiresAt],
      );
      return fromRow(statements.find.get(id) as SuggestionRow);
    });
  }
}

const COLUMNS = 'id, status, body, certificate, feedback, created_at, expires_at';
const WANTED = `workflow = @workflow AND (@status IS NULL OR status = @status)
  AND (@version IS NULL OR base_version = @version)`;

type Wanted = Record<'workflow' | 'status' | 'version', string | null>;

const prepare = (database: SqliteDatabase) => ({
  supersede: database.prepare(
    `UPDATE suggestion SET status = 'superseded'
     WHERE workflow = ? AND status = 'open' AND base_hash = ? AND facts_hash NOT IN (?, '')`,
  ),
  // One that was dismissed is not offered again, one that is tried is not before that is over. Any other that is found
  // again can be applied (again).
  keep: database.prepare(
    `INSERT INTO suggestion (id, workflow, base_version, base_hash, facts_hash, score, body, certificate, created_at,
       expires_at, status) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
     ON CONFLICT (id) DO UPDATE SET score = excluded.score, body = excluded.body, certificate = excluded.certificate,
       expires_at = excluded.expires_at, status = iif(status IN ('dismissed', 'canary'), status, 'open'),
       feedback = iif(status IN ('dismissed', 'canary'), feedback, NULL)`,
  ),
  find: database.prepare<[string], SuggestionRow>(`SELECT ${COLUMNS} FROM suggestion WHERE id = ?`),
  list: database.prepare<[Wanted & { offset: number; limit: number }], SuggestionRow>(
    `SELECT ${COLUMNS} FROM suggestion WHERE ${WANTED} ORDER BY score DESC, id LIMIT @limit OFFSET @offset`,
  ),
  count: database.prepare<[Wanted], number>(`SELECT count(*) FROM suggestion WHERE ${WANTED}`).pluck(),
  // Not of roll-backs, which rest on no facts.
  experience: database.prepare<[string, number], SuggestionRow>(
    `SELECT ${COLUMNS} FROM suggestion WHERE workflow = ? AND status IN ('applied', 'dismissed') AND facts_hash <> ''
     ORDER BY created_at DESC, id LIMIT ?`,
  ),
  dismiss: database.prepare(
    `UPDATE suggestion SET status = 'dismissed', feedback = ? WHERE id = ? AND status IN ('open', 'stale')`,
  ),
  facts: database.prepare<[], string>('SELECT facts FROM stated_facts WHERE id = 1').pluck(),
  stateFacts: database.prepare(
    'INSERT INTO stated_facts (id, facts) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET facts = excluded.facts',
  ),
  confirmations: database.prepare<[string], ConfirmationRow>(
    'SELECT scope, one, other, words FROM suggestion_confirmation WHERE workflow = ? ORDER BY scope, one, other',
  ),
  unconfirm: database.prepare('DELETE FROM suggestion_confirmation WHERE workflow = ?'),
  confirm: database.prepare(
    'INSERT INTO suggestion_confirmation (workflow, scope, one, other, words) VALUES (?, ?, ?, ?, ?)',
  ),
});
