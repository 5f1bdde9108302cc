import type { Instant, Uuid } from '../../kernel/index.js';
import type { TrialEnd } from '../../llm/ports/index.js';
import type { AppliedSuggestions, Canary, NewCandidate, StoredWorkflow } from '../../workflow/ports/index.js';
import type { SqliteDatabase } from '../database.js';

/* What the versions of a workflow make of trials. All of these are called inside the transaction of the workflow. */

/** Columns of the canary of a workflow; all null: it has none. */
export interface CanaryRow {
  readonly canary: string | null;
  readonly canary_version: string;
  readonly canary_definition: string;
  readonly canary_share: number;
  readonly canary_suggestion: string;
  readonly canary_since: number;
  readonly canary_outcome: string | null;
}

export const CANARY_COLUMNS = `trial.id AS canary, trial.version AS canary_version, trial.definition AS canary_definition,
  trial.share AS canary_share, trial.suggestion AS canary_suggestion, trial.began_at AS canary_since,
  trial.outcome AS canary_outcome`;
export const WITH_CANARY = `LEFT JOIN suggestion_trial AS trial
  ON trial.workflow = workflow.id AND trial.share IS NOT NULL AND trial.ended_at IS NULL`;

export const canaryOf = (row: CanaryRow): { readonly canary?: Canary } =>
  row.canary === null
    ? {}
    : {
        canary: {
          ...{ id: row.canary, version: row.canary_version, definition: row.canary_definition },
          ...{ share: row.canary_share, suggestion: row.canary_suggestion, since: row.canary_since },
          isPaused: row.canary_outcome === 'regressed',
        },
      };

type Version = Pick<StoredWorkflow, 'version' | 'definition'>;

interface Begin {
  readonly workflow: Uuid;
  readonly base: Version;
  readonly candidate: Version;
  readonly share: number | null;
}

interface CanaryEnd {
  readonly workflow: Uuid;
  readonly canary: Uuid;
  readonly because: TrialEnd['because'];
  readonly at: Instant;
}

/** The place of the newest execution. */
const NEWEST = '(SELECT coalesce(max(ref), 0) FROM execution)';

/** Writes trials for the store of workflows. */
export class TrialRows {
  constructor(private readonly database: SqliteDatabase) {}

  begin({ workflow, base, candidate, share }: Begin, { ids, at, trial }: AppliedSuggestions): void {
    const [suggestion] = ids;
    if (!trial || suggestion === undefined) return;
    this.database
      .prepare(
        `INSERT INTO suggestion_trial (id, suggestion, workflow, base_version, base_definition, version, definition, share,
           runs, predicted, began_at, began_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${NEWEST})`,
      )
      .run(
        ...[trial.id, suggestion, workflow, base.version, base.definition, candidate.version, candidate.definition],
        ...[share, trial.runs, trial.predicted === null ? null : JSON.stringify(trial.predicted), at],
      );
  }

  /** Another definition has become the current one: not that of a version that was applied, not the base of a canary. */
  replaced(workflow: Uuid, definition: string, at: Instant): void {
    this.database
      .prepare(
        `UPDATE suggestion_trial SET ended_at = @at, ended_after = ${NEWEST}, ended_because = CASE
           WHEN definition = @definition THEN 'promoted'
           WHEN base_definition = @definition THEN 'rolled_back' ELSE 'replaced' END
         WHERE workflow = @workflow AND ended_at IS NULL`,
      )
      .run({ workflow, definition, at });
    this.reopenTried(workflow);
  }

  /** New executions run the current version only. False: that is not the canary of the workflow, or it is over. */
  endCanary({ workflow, canary, because, at }: CanaryEnd): boolean {
    const { changes } = this.database
      .prepare(
        `UPDATE suggestion_trial SET ended_at = ?, ended_after = ${NEWEST}, ended_because = ?
         WHERE id = ? AND workflow = ? AND share IS NOT NULL AND ended_at IS NULL`,
      )
      .run(at, because, canary, workflow);
    if (changes > 0) this.reopenTried(workflow);
    return changes > 0;
  }

  tried({ suggestions: { ids, at, note } }: NewCandidate, version: string): void {
    const feedback = JSON.stringify({ at, version, ...(note !== undefined && { note }) });
    this.database.prepare("UPDATE suggestion SET status = 'canary', feedback = ? WHERE id = ?").run(feedback, ids[0]);
  }

  erase(workflow: Uuid): void {
    this.database.prepare('DELETE FROM suggestion_trial WHERE workflow = ?').run(workflow);
  }

  /** What is tried no more can be applied again. */
  private reopenTried(workflow: Uuid): void {
    this.database
      .prepare("UPDATE suggestion SET status = 'open', feedback = NULL WHERE workflow = ? AND status = 'canary'")
      .run(workflow);
  }
}
