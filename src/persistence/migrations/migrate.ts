import { DataSource, type DataSourceOptions } from 'typeorm';
import type { SqliteDatabase } from '../database.js';
import { makeOwnFile } from '../directory/owner-only.js';
import { Initial1700000000001 } from './0001-initial.js';
import { JournalChain1700000000002 } from './0002-journal-chain.js';
import { Waits1700000000003 } from './0003-waits.js';
import { KeptEvents1700000000004 } from './0004-kept-events.js';
import { Credentials1700000000005 } from './0005-credentials.js';
import { Schedules1700000000006 } from './0006-schedules.js';
import { Inbox1700000000007 } from './0007-inbox.js';
import { OpenCircuits1700000000008 } from './0008-open-circuits.js';
import { Subscriptions1700000000009 } from './0009-subscriptions.js';
import { Templates1700000000010 } from './0010-templates.js';
import { Triggers1700000000011 } from './0011-triggers.js';
import { Components1700000000012 } from './0012-components.js';
import { Suggestions1700000000013 } from './0013-suggestions.js';
import { LlmCalls1700000000014 } from './0014-llm-calls.js';
import { Spending1700000000015 } from './0015-spending.js';
import { Trials1700000000016 } from './0016-trials.js';
import { Access1700000000017 } from './0017-access.js';
import { SavedStates1700000000018 } from './0018-saved-states.js';

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

const migrationOptions = (file: string) =>
  ({
    type: 'better-sqlite3',
    database: file,
    entities: [],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
    enableWAL: true,
    prepareDatabase: (database: SqliteDatabase) => {
      database.pragma('synchronous = FULL');
    },
  }) satisfies DataSourceOptions;

/** Brings a database up to date; makes one where there is none. Whoever calls has looked that no later release wrote it. */
export const migrate = async (file: string): Promise<void> => {
  makeOwnFile(file);
  const source = new DataSource(migrationOptions(file));
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
};
