import { statSync } from 'node:fs';
import type { BacklogReader, Backlogs } from '../../telemetry/ports/index.js';
import { guarded, type SqliteDatabase } from '../database.js';

const MOST = 10_000;

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** Counts along partial indexes that hold nothing but what waits, no further than `MOST` entries each. */
export class SqliteBacklogs implements BacklogReader {
  readonly most = MOST;
  private readonly statements;

  constructor(
    database: SqliteDatabase,
    private readonly file: string,
  ) {
    const count = (rows: string) =>
      database.prepare<[], number>(`SELECT count(*) FROM (SELECT 1 FROM ${rows} LIMIT ${MOST})`).pluck();
    this.statements = {
      inbox: count('delivery WHERE due_at IS NOT NULL'),
      dispatches: count('dispatch WHERE due_at IS NOT NULL'),
      ticks: count("schedule_tick WHERE status IN ('pending', 'queued')"),
      firstDue: database.prepare<[], number | null>('SELECT min(due) FROM schedule WHERE due IS NOT NULL').pluck(),
    };
  }

  read(now: number): Backlogs {
    const { inbox, dispatches, ticks, firstDue } = this.statements;
    return guarded(() => ({
      inbox: inbox.get() ?? 0,
      dispatches: dispatches.get() ?? 0,
      ticks: ticks.get() ?? 0,
      late: Math.max(0, now - (firstDue.get() ?? now)),
      databaseBytes: bytesOf(this.file),
      walBytes: bytesOf(`${this.file}-wal`),
    }));
  }
}
