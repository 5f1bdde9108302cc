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
import { Initial1700000000001 } from './migrations/0001-initial.js';
import { JournalChain1700000000002 } from './migrations/0002-journal-chain.js';
import { Waits1700000000003 } from './migrations/0003-waits.js';
import { KeptEvents1700000000004 } from './migrations/0004-kept-events.js';
import { Credentials1700000000005 } from './migrations/0005-credentials.js';
import { Schedules1700000000006 } from './migrations/0006-schedules.js';
import { Inbox1700000000007 } from './migrations/0007-inbox.js';
import { OpenCircuits1700000000008 } from './migrations/0008-open-circuits.js';
import { ENTITIES } from './entities/tables.js';
import { finishRestore } from './directory/finish-restore.js';
import { makeOwnFile } from './directory/owner-only.js';
import { lockDataDirectory } from './directory/process-lock.js';
import { SqliteSchedules } from './schedule-store.js';
import { SqliteBacklogs } from './reading/backlog-counts.js';
import { SqliteRunHistory } from './reading/run-history.js';
import { TypeormReader } from './reading/typeorm-reader.js';
import { SqliteWebhooks } from './webhook-store.js';
import { Components1700000000012 } from './migrations/0012-components.js';
import { SqliteComponentBoard, SqliteComponents } from './platform/component-store.js';
import { Subscriptions1700000000009 } from './migrations/0009-subscriptions.js';
import { Templates1700000000010 } from './migrations/0010-templates.js';
import { SqliteSubscriptions } from './subscription-store.js';
import { Triggers1700000000011 } from './migrations/0011-triggers.js';
import { SqliteSuggestions } from './llm/suggestion-store.js';
import { Suggestions1700000000013 } from './migrations/0013-suggestions.js';
import { LlmCalls1700000000014 } from './migrations/0014-llm-calls.js';
import { Spending1700000000015 } from './migrations/0015-spending.js';
import { SqliteLlmCalls } from './llm/llm-call-store.js';
import { SqliteTrials } from './llm/trial-store.js';
import { Trials1700000000016 } from './migrations/0016-trials.js';
import { Access1700000000017 } from './migrations/0017-access.js';
import { SavedStates1700000000018 } from './migrations/0018-saved-states.js';
import { SqliteSavedStates } from './platform/saved-state-store.js';
import { SqliteTrialRuns } from './reading/trial-runs.js';
import { SqliteTemplates } from './template-store.js';
import { SqliteTriggers } from './trigger-store.js';
import { SqliteWorkflows } from './workflow-store.js';

/** The migrations, oldest first. A later one may be added; none is ever changed. */
export const MIGRATIONS = [
  Initial1700000000001,
  JournalChain1700000000002,
  Waits1700000000003,
  KeptEvents1700000000004,
  Credentials1700000000005,
  Schedules1700000000006,
  Inbox1700000000007,
  OpenCircuits1700000000008,
  Subscriptions1700000000009,
  Templates1700000000010,
  Triggers1700000000011,
  Components1700000000012,
  Suggestions1700000000013,
  LlmCalls1700000000014,
  Spending1700000000015,
  Trials1700000000016,
  Access1700000000017,
  SavedStates1700000000018,
];

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

const migrationOptions = (file: string) =>
  ({
    type: 'better-sqlite3',
    database: file,
    entities: [],
    migrations: MIGRATIONS,
    // One wait for the disk instead of one for each; a release of which one fails changes nothing.
    migrationsTransactionMode: 'all',
    enableWAL: true,
    prepareDatabase: (database: SqliteDatabase) => {
      database.pragma('synchronous = FULL');
    },
  }) satisfies DataSourceOptions;

const readingOptions = (file: string) =>
  ({ type: 'better-sqlite3', database: file, entities: ENTITIES, readonly: true }) satisfies DataSourceOptions;

/** A database of a later release is refused: this one would not know what it may not touch. */
const refuseLater = async (source: DataSource): Promise<void> => {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return;
    const rows = (await runner.query('SELECT name FROM migrations ORDER BY id')) as { name: string }[];
    const known = MIGRATIONS.map((migration) => migration.name);
    const found = rows.map(({ name }) => name).find((name) => !known.includes(name));
    if (found !== undefined) throw new HarmoniaError('storage_ahead', { found, known: known.at(-1) ?? '' });
  } finally {
    await runner.release();
  }
};

/** Brings a database up to date; makes one where there is none. Throws `storage_ahead`. */
export const migrate = async (file: string): Promise<void> => {
  makeOwnFile(file);
  const source = new DataSource(migrationOptions(file));
  await source.initialize();
  try {
    await refuseLater(source);
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
};

/** Comes between the writer and its database: a test of faults does, nobody else. */
export type WrapDatabase = (database: SqliteDatabase) => SqliteDatabase;

/**
 * Lock, migrate, then the one writer. Throws `storage_locked` when another process has the directory,
 * `storage_unavailable` when it cannot be written, `storage_ahead` when a later release wrote it.
 */
export const openStorage = async (directory: string, wrap: WrapDatabase = (database) => database): Promise<Storage> => {
  const lock = lockDataDirectory(directory);
  try {
    const file = join(directory, 'harmonia.db');
    await finishRestore(directory);
    await migrate(file);
    const database = wrap(openWriter(file));
    const reading = await new DataSource(readingOptions(file)).initialize();
    const alongside = new Alongside(database);
    const close = async (): Promise<void> => {
      alongside.close();
      await reading.destroy();
      database.close();
      lock.release();
    };
    const reader = new TypeormReader(reading);
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
      reader,
      runHistory: new SqliteRunHistory(reading),
      trialRuns: new SqliteTrialRuns(reading),
      backlogs: new SqliteBacklogs(database, file),
      ...{ database, file, close },
    };
  } catch (error) {
    lock.release();
    if (error instanceof HarmoniaError) throw error;
    throw new HarmoniaError('storage_unavailable', { reason: (error as Error).message }, { cause: error });
  }
};
