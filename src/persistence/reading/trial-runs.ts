import { setImmediate as nextTurn } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { DataSource } from 'typeorm';
import { addUsage, NOTHING_USED, usageOf, type Usage } from '../../engine/core/index.js';
import type { Millis } from '../../kernel/index.js';
import type { ObservedRun, RunsQuery, TrialRuns } from '../../llm/ports/index.js';
import { unpackJournal } from '../writer/archive.js';
import { RUNS_PER_EXECUTION } from '../writer/execution-rows.js';

/** After one of these the length of an execution is not that of its work, or not of one version. */
const TURNS = ['execution_paused', 'execution_reopened', 'execution_migrated'];

/** No column that holds an input or an output is read but in archives, of which the types of events are looked at. */
const SQL = {
  executions: (order: 'ASC' | 'DESC') => `SELECT * FROM (
      SELECT ref, id, definition, status, created_at, ended_at, journal, restored_from FROM execution
      WHERE workflow_id = ? AND ref > ? AND ref <= ? ORDER BY ref ${order} LIMIT ?)
    WHERE definition = ? AND status NOT IN ('canceled', 'paused') AND restored_from IS NULL AND journal <> 'gone'
    ORDER BY ref ${order}`,
  steps: `SELECT max(generation) AS generation,
      sum(CASE WHEN attempt > 0 THEN ended_at - started_at ELSE 0 END) AS busy
    FROM task_run WHERE id >= ? AND id < ?`,
  turned: `SELECT 1 AS turned FROM journal WHERE execution = ? AND type IN (${TURNS.map((type) => `'${type}'`).join(', ')}) LIMIT 1`,
  used: `SELECT json_extract(data, '$.usage') AS used FROM journal
    WHERE execution = ? AND type = 'usage_recorded' AND payload IS NULL LIMIT ?`,
  archive: 'SELECT events FROM journal_archive WHERE execution = ?',
} as const;

interface ExecutionRow {
  readonly ref: number;
  readonly id: string;
  readonly status: string;
  readonly created_at: number;
  readonly ended_at: number | null;
  readonly journal: string;
}

/** Of an execution that has ended; it stays so, as long as that is not taken up again. */
interface Facts {
  readonly isStraight: boolean;
  readonly busy: Millis;
  readonly usage: Usage | undefined;
}

/** Reports of usage that are read of one execution; of one that has more, nothing is known. */
const MOST_REPORTS = 20_000;

const FACTS_KEPT = 10_000;

interface Told {
  readonly isTurned: boolean;
  readonly usage: Usage | undefined;
}

const sumOf = (reports: readonly Usage[]): Usage | undefined =>
  reports.length > MOST_REPORTS ? undefined : (usageOf(reports.reduce(addUsage, NOTHING_USED)) ?? {});

/** Reads what versions are judged by, on a connection that cannot write, one execution in a turn of the event loop. */
export class SqliteTrialRuns implements TrialRuns {
  private readonly known = new LRUCache<string, Facts>({ max: FACTS_KEPT });

  constructor(private readonly source: DataSource) {}

  async runs(query: RunsQuery): Promise<readonly ObservedRun[]> {
    const { workflow, definition, after, upTo = Number.MAX_SAFE_INTEGER, order, mostSeen, most } = query;
    const sql = SQL.executions(order === 'oldest' ? 'ASC' : 'DESC');
    const rows = await this.all<ExecutionRow>(sql, workflow, after, upTo, mostSeen, definition);
    const runs: ObservedRun[] = [];
    for (const row of rows) {
      if (runs.length === most) break;
      const { isStraight, busy, usage } = await this.factsOf(row);
      if (!isStraight) continue;
      const { ref: place, id: execution, created_at: startedAt, ended_at: at, status } = row;
      const ended = at === null ? undefined : { at, busy, usage, isCompleted: status === 'completed' };
      runs.push({ place, execution, startedAt, ended });
    }
    return runs;
  }

  private async factsOf(row: ExecutionRow): Promise<Facts> {
    const { ref, ended_at: endedAt } = row;
    const key = `${ref} ${endedAt}`;
    const known = endedAt === null ? undefined : this.known.get(key);
    if (known) return known;
    await nextTurn();
    const [from, to] = [ref * RUNS_PER_EXECUTION, (ref + 1) * RUNS_PER_EXECUTION];
    const [steps] = await this.all<{ generation: number | null; busy: number | null }>(SQL.steps, from, to);
    const { isTurned, usage } =
      row.journal === 'archived' ? await this.toldByArchive(row) : await this.toldByJournal(row);
    const isStraight = (steps?.generation ?? 1) <= 1 && !isTurned;
    const facts: Facts = { isStraight, busy: steps?.busy ?? 0, usage };
    if (endedAt !== null) this.known.set(key, facts);
    return facts;
  }

  private async toldByJournal({ ref }: ExecutionRow): Promise<Told> {
    const isTurned = (await this.all(SQL.turned, ref)).length > 0;
    const rows = await this.all<{ readonly used: string }>(SQL.used, ref, MOST_REPORTS + 1);
    return { isTurned, usage: sumOf(rows.map(({ used }) => JSON.parse(used) as Usage)) };
  }

  private async toldByArchive({ ref }: ExecutionRow): Promise<Told> {
    const [archive] = await this.all<{ readonly events: Buffer }>(SQL.archive, ref);
    const events = archive ? unpackJournal(archive.events).map(({ event }) => event) : [];
    return {
      isTurned: events.some(({ type }) => TURNS.includes(type)),
      usage: sumOf(events.flatMap((event) => (event.type === 'usage_recorded' ? [event.usage] : []))),
    };
  }

  private all<T>(sql: string, ...values: (string | number)[]): Promise<T[]> {
    return this.source.query(sql, values);
  }
}
