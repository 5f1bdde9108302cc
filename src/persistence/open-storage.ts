import { join } from 'node:path';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { HarmoniaError } from '../kernel/index.js';
import type { ExecutionReader } from '../api/ports/index.js';
import type { AuditTrail, KeyStore } from '../access/ports/index.js';
import type { CredentialStore } from '../credential/ports/index.js';
import type { BreakerStore, ComponentBoardStore, ComponentStore } from '../integration/ports/index.js';
import type { Journal } from '../engine/ports/index.js';
import type { LlmCallStore, RunHistory, SuggestionStore, TrialRuns, TrialStore } from '../llm/ports/index.js';
import type { ScheduleStore } from '../integration/ports/index.js';
import type {
  Happenings,
  InboxStore,
  SubscriptionStore,
  TriggerStore,
  WebhookStore,
} from '../integration/ports/index.js';
import type { SavedStateStore } from '../tekton/ports/index.js';
import type { BacklogReader } from '../telemetry/ports/index.js';
import type { TemplateStore } from '../template/ports/index.js';
import type { WorkflowStore } from '../workflow/ports/index.js';
import { Alongside } from './access/alongside.js';
import { SqliteAudit } from './access/audit-store.js';
import { SqliteKeys } from './access/key-store.js';
import { SqliteCredentials } from './credential-store.js';
import { openWriter, type SqliteDatabase } from './database.js';
import { SqliteHappenings } from './happenings.js';
import { SqliteInbox } from './integration/inbox-store.js';
import { SqliteBreakers } from './integration/breaker-store.js';
import { SqliteJournal } from './journal-store.js';
import { ENTITIES } from './entities/tables.js';
import { upgrade, type UpgradePolicy } from './directory/upgrade.js';
import { finishRestore } from './directory/finish-restore.js';
import { lockDataDirectory } from './directory/process-lock.js';
import { SqliteSchedules } from './schedule-store.js';
import { SqliteBacklogs } from './reading/backlog-counts.js';
import { SqliteRunHistory } from './reading/run-history.js';
import { TypeormReader } from './reading/typeorm-reader.js';
import { SqliteWebhooks } from './webhook-store.js';
import { SqliteComponentBoard, SqliteComponents } from './platform/component-store.js';
import { SqliteSubscriptions } from './subscription-store.js';
import { SqliteSuggestions } from './llm/suggestion-store.js';
import { SqliteLlmCalls } from './llm/llm-call-store.js';
import { SqliteTrials } from './llm/trial-store.js';
import { SqliteSavedStates } from './platform/saved-state-store.js';
import { SqliteTrialRuns } from './reading/trial-runs.js';
import { SqliteTemplates } from './template-store.js';
import { SqliteTriggers } from './trigger-store.js';
import { SqliteWorkflows } from './workflow-store.js';

/** What a data directory holds, opened for this process alone. */
export interface Storage {
  readonly journal: Journal;
  readonly workflows: WorkflowStore;
  readonly credentials: CredentialStore;
  readonly keys: KeyStore;
  readonly audit: AuditTrail;
  readonly schedules: ScheduleStore;
  readonly inbox: InboxStore;
  readonly webhooks: WebhookStore;
  readonly subscriptions: SubscriptionStore;
  readonly breakers: BreakerStore;
  readonly suggestions: SuggestionStore;
  /** Versions that were made of suggestions, and what came of them. */
  readonly trials: TrialStore;
  readonly templates: TemplateStore;
  readonly triggers: TriggerStore;
  readonly happenings: Happenings;
  readonly components: ComponentStore;
  readonly componentBoard: ComponentBoardStore;
  readonly llmCalls: LlmCallStore;
  readonly savedStates: SavedStateStore;
  /** Reads what is committed, on a connection that cannot write. */
  readonly reader: ExecutionReader;
  /** What the optimiser learns from, read in the same way. */
  readonly runHistory: RunHistory;
  readonly trialRuns: TrialRuns;
  /** What waits, for those who watch the service. */
  readonly backlogs: BacklogReader;
  /** The writer's own connection, for the housekeeping of this folder. */
  readonly database: SqliteDatabase;
  /** The file of the database. */
  readonly file: string;
  close(): Promise<void>;
}

const readingOptions = (file: string) =>
  ({ type: 'better-sqlite3', database: file, entities: ENTITIES, readonly: true }) satisfies DataSourceOptions;

const unavailable = (error: unknown): HarmoniaError =>
  error instanceof HarmoniaError
    ? error
    : new HarmoniaError('storage_unavailable', { reason: (error as Error).message }, { cause: error });

/** Comes between the writer and its database: a test of faults does, nobody else. */
export type WrapDatabase = (database: SqliteDatabase) => SqliteDatabase;

export interface OpenOptions {
  /** Default: nothing comes between. */
  readonly wrap?: WrapDatabase;
  /** What precedes migrations. Default: no backup. */
  readonly upgrade?: UpgradePolicy;
}

/**
 * Lock, migrate, then the one writer. Throws `storage_locked` when another process has the directory,
 * `storage_unavailable` when it cannot be written, `storage_ahead` when a later release wrote it,
 * `migration_without_backup` when the backup before a migration cannot be made.
 */
export const openStorage = async (
  directory: string,
  { wrap = (database) => database, upgrade: policy }: OpenOptions = {},
): Promise<Storage> => {
  const lock = lockDataDirectory(directory);
  try {
    const file = join(directory, 'harmonia.db');
    await finishRestore(directory);
    await upgrade(directory, policy);
    const database = wrap(openWriter(file));
    const reading = await new DataSource(readingOptions(file)).initialize();
    const alongside = new Alongside(database);
    const close = async (): Promise<void> => {
      alongside.close();
      await reading.destroy();
      database.close();
      lock.release();
    };
    const happenings = new SqliteHappenings(database);
    return {
      journal: new SqliteJournal(database, (batch, at) => happenings.committed(batch, at), alongside),
      workflows: new SqliteWorkflows(database),
      credentials: new SqliteCredentials(database),
      keys: new SqliteKeys(database, alongside),
      audit: new SqliteAudit(database, alongside),
      schedules: new SqliteSchedules(database),
      inbox: new SqliteInbox(database),
      webhooks: new SqliteWebhooks(database),
      subscriptions: new SqliteSubscriptions(database),
      breakers: new SqliteBreakers(database),
      suggestions: new SqliteSuggestions(database),
      trials: new SqliteTrials(database),
      templates: new SqliteTemplates(database),
      triggers: new SqliteTriggers(database),
      happenings,
      components: new SqliteComponents(database),
      componentBoard: new SqliteComponentBoard(database),
      llmCalls: new SqliteLlmCalls(database),
      savedStates: new SqliteSavedStates(database),
      reader: new TypeormReader(reading),
      runHistory: new SqliteRunHistory(reading),
      trialRuns: new SqliteTrialRuns(reading),
      backlogs: new SqliteBacklogs(database, file),
      ...{ database, file, close },
    };
  } catch (error) {
    lock.release();
    throw unavailable(error);
  }
};
