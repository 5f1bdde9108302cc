import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { Awaited, RunEvent, StepStatus } from '../../engine/core/index.js';
import type {
  CheckpointRecord,
  ExecutionFilter,
  ExecutionReader,
  ExecutionRecord,
  ExecutionStatus,
  JournalCheck,
  LogRecord,
  OpenWait,
  PageOf,
  PositionedEvent,
  StatusCounts,
  TaskRunRecord,
  WorkflowStatistics,
} from '../../api/ports/index.js';
import {
  CheckpointEntity,
  ExecutionEntity,
  JournalEntity,
  LogEntryEntity,
  PayloadEntity,
  TaskRunEntity,
} from '../entities/tables.js';
import { fromEventRow } from '../writer/event-row.js';
import { RUNS_PER_EXECUTION } from '../writer/execution-rows.js';
import { ArchivedEvents } from './archived-events.js';
import { checkJournal } from './check-journal.js';
import { restrict, restrictTo } from './restrict.js';

/** Ended executions that statistics look at. */
const SAMPLE = 1000;

const RUNS_OF_EXECUTION = `run.id >= execution.ref * ${RUNS_PER_EXECUTION} AND run.id < (execution.ref + 1) * ${RUNS_PER_EXECUTION}`;

/** Of the workflow itself, not of what a construct holds or what undoes a step. */
const IS_TOP_LEVEL = "instr(substr(run.step, 2), '/') = 0 AND instr(run.step, '!') = 0";

const orUndefined = <T>(value: T | null): T | undefined => value ?? undefined;

/** Reads the projections through TypeORM, on a connection that cannot write. */
export class TypeormReader implements ExecutionReader {
  private readonly archived: ArchivedEvents;

  constructor(private readonly source: DataSource) {
    this.archived = new ArchivedEvents(source);
  }

  async find(id: Uuid): Promise<ExecutionRecord | undefined> {
    const row = await this.source.getRepository(ExecutionEntity).findOneBy({ id });
    return row ? toExecution(row) : undefined;
  }

  async findAll(ids: readonly Uuid[]): Promise<readonly ExecutionRecord[]> {
    if (ids.length === 0) return [];
    const rows = await this.source
      .getRepository(ExecutionEntity)
      .createQueryBuilder('execution')
      .where('execution.id IN (:...ids)', { ids: [...ids] })
      .getMany();
    return rows.map(toExecution);
  }

  async list(filter: ExecutionFilter): Promise<{ items: readonly ExecutionRecord[]; total: number }> {
    const query = this.source.getRepository(ExecutionEntity).createQueryBuilder('execution');
    restrict(query, filter);
    const direction = filter.descending ? 'DESC' : 'ASC';
    // Executions are numbered as they are created: that order needs no sorting.
    if (filter.sortBy !== 'created_at') query.orderBy(`execution.${filter.sortBy}`, direction);
    const [rows, total] = await query
      .addOrderBy('execution.ref', direction)
      .skip(filter.offset)
      .take(filter.limit)
      .getManyAndCount();
    return { items: rows.map(toExecution), total };
  }

  async taskRuns(id: Uuid): Promise<readonly TaskRunRecord[]> {
    const rows = await this.source
      .getRepository(TaskRunEntity)
      .createQueryBuilder('run')
      .innerJoin(ExecutionEntity, 'execution', RUNS_OF_EXECUTION)
      .where('execution.id = :id AND run.superseded IS NULL', { id })
      .orderBy('run.id', 'ASC')
      .getMany();
    return rows.map(toTaskRun);
  }

  async runCounts(ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, StatusCounts>> {
    if (ids.length === 0) return new Map();
    const rows = await this.source
      .createQueryBuilder()
      .select('execution.id', 'id')
      .addSelect('run.status', 'status')
      .addSelect('count(*)', 'count')
      .from(TaskRunEntity, 'run')
      .innerJoin(ExecutionEntity, 'execution', RUNS_OF_EXECUTION)
      .where('execution.id IN (:...ids) AND run.superseded IS NULL', { ids: [...ids] })
      .andWhere(IS_TOP_LEVEL)
      .groupBy('execution.id')
      .addGroupBy('run.status')
      .getRawMany<{ id: string; status: string; count: number | string }>();
    const counts = new Map<Uuid, Record<string, number>>();
    for (const { id, status, count } of rows) counts.set(id, { ...counts.get(id), [status]: Number(count) });
    return counts;
  }

  async events(id: Uuid, seq: number, limit: number): Promise<readonly PositionedEvent[]> {
    const live = await this.journal()
      .where('execution.id = :id AND journal.seq > :seq', { id, seq })
      .orderBy('journal.seq', 'ASC')
      .limit(limit)
      .getRawMany<RawEvent>();
    if (live.length > 0) return live.map(toPositioned);
    const archived = await this.archived.of(id);
    return archived.filter(({ recorded }) => recorded.seq > seq).slice(0, limit);
  }

  async eventsAfter(
    position: number,
    limit: number,
    types?: readonly RunEvent['type'][],
  ): Promise<readonly PositionedEvent[]> {
    const query = this.journal().where('journal.position > :position', { position });
    if (types) query.andWhere('journal.type IN (:...types)', { types: [...types] });
    const rows = await query.orderBy('journal.position', 'ASC').limit(limit).getRawMany<RawEvent>();
    return this.archived.mergeInto(rows.map(toPositioned), {
      position,
      limit,
      ...(types && { types: new Set(types) }),
    });
  }

  async erasedPosition(): Promise<number> {
    const found = await this.source
      .createQueryBuilder()
      .select('meta.value', 'value')
      .from('meta', 'meta')
      .where(`meta.key = 'erased_position'`)
      .getRawOne<{ value: string }>();
    return Number(found?.value ?? 0);
  }

  async lastPosition(): Promise<number> {
    const deleted = `SELECT max(CAST(meta.value AS bigint)) FROM meta WHERE meta.key = 'deleted_position'`;
    const found = await this.source
      .createQueryBuilder()
      .select('max(journal.position)', 'last')
      .addSelect(`(${deleted})`, 'deleted')
      .from(JournalEntity, 'journal')
      .getRawOne<Record<'last' | 'deleted', number | string | null>>();
    return Math.max(Number(found?.last ?? 0), Number(found?.deleted ?? 0));
  }

  async lastSequence(id: Uuid): Promise<number> {
    const found = await this.source
      .createQueryBuilder()
      .select('max(journal.seq)', 'last')
      .from(JournalEntity, 'journal')
      .innerJoin(ExecutionEntity, 'execution', 'execution.ref = journal.execution')
      .where('execution.id = :id', { id })
      .getRawOne<{ last: number | string | null }>();
    return Number(found?.last ?? (await this.archived.of(id)).at(-1)?.recorded.seq ?? 0);
  }

  checkJournal(id: Uuid, upTo?: number): Promise<JournalCheck | undefined> {
    return checkJournal(this.source, id, upTo);
  }

  async logs(id: Uuid, limit: number): Promise<readonly LogRecord[]> {
    const rows = await this.ofExecution(LogEntryEntity, 'log', id).orderBy('log.id', 'ASC').take(limit).getMany();
    return rows.map(({ at, level, step, attempt, message, details }) => ({
      at,
      level,
      step,
      attempt,
      message,
      details: details === null ? undefined : (JSON.parse(details) as Json),
    }));
  }

  async checkpoints(
    id: Uuid | undefined,
    { offset, limit, workflows }: PageOf,
  ): Promise<{ items: readonly CheckpointRecord[]; total: number }> {
    const query = this.checkpointQuery();
    if (id !== undefined) query.where('execution.id = :id', { id });
    restrictTo(query, workflows);
    const total = await query.getCount();
    const ordered = query.orderBy('checkpoint.created_at', 'DESC').addOrderBy('checkpoint.id', 'DESC');
    const rows = await ordered.offset(offset).limit(limit).getRawMany<RawCheckpoint>();
    return { items: rows.map(toCheckpoint), total };
  }

  async checkpoint(id: Uuid): Promise<CheckpointRecord | undefined> {
    const row = await this.checkpointQuery().where('checkpoint.id = :id', { id }).getRawOne<RawCheckpoint>();
    return row && toCheckpoint(row);
  }

  async openWaits(
    kind: string,
    { offset, limit, workflows }: PageOf,
  ): Promise<{ items: readonly OpenWait[]; total: number }> {
    const query = this.source
      .createQueryBuilder()
      .select('execution.id', 'execution')
      .addSelect('execution.workflow_id', 'workflow_id')
      .addSelect('execution.workflow_name', 'workflow_name')
      .addSelect('run.step', 'step')
      .addSelect('run.started_at', 'since')
      .addSelect('run.wake_at', 'until')
      .addSelect('journal.data', 'data')
      .addSelect('payload.data', 'payload_data')
      .from(TaskRunEntity, 'run')
      .innerJoin(ExecutionEntity, 'execution', 'execution.ref = run.execution')
      .leftJoin(JournalEntity, 'journal', 'journal.execution = run.execution AND journal.seq = run.input_seq')
      .leftJoin(PayloadEntity, 'payload', 'payload.execution = journal.execution AND payload.hash = journal.payload')
      .where('run.waits_for = :kind AND run.waits_for IS NOT NULL AND run.ended_at IS NULL', { kind });
    restrictTo(query, workflows);
    const total = await query.getCount();
    const rows = await query.orderBy('run.id', 'ASC').offset(offset).limit(limit).getRawMany<RawWait>();
    return { items: rows.map(toOpenWait), total };
  }

  openOf(workflowId: Uuid): Promise<number> {
    return this.source
      .getRepository(ExecutionEntity)
      .createQueryBuilder('execution')
      .where(`execution.workflow_id = :workflowId AND execution.status IN ('running', 'paused')`, { workflowId })
      .getCount();
  }

  async statistics(workflowId: Uuid): Promise<WorkflowStatistics> {
    const byStatus = await this.countBy('status', workflowId);
    const ended = await this.source
      .getRepository(ExecutionEntity)
      .createQueryBuilder('execution')
      .where('execution.workflow_id = :workflowId AND execution.ended_at IS NOT NULL', { workflowId })
      .orderBy('execution.ref', 'DESC')
      .take(SAMPLE)
      .getMany();
    const durations = ended.map((row) => (row.ended_at ?? row.created_at) - row.created_at);
    return { byStatus, durations, failures: await this.failuresByStep(workflowId) };
  }

  private async countBy(column: 'status', workflowId: Uuid): Promise<Record<string, number>> {
    const rows = await this.source
      .createQueryBuilder()
      .select(`execution.${column}`, 'value')
      .addSelect('count(*)', 'count')
      .from(ExecutionEntity, 'execution')
      .where('execution.workflow_id = :workflowId', { workflowId })
      .groupBy(`execution.${column}`)
      .getRawMany<{ value: string; count: number | string }>();
    return Object.fromEntries(rows.map(({ value, count }) => [value, Number(count)]));
  }

  private async failuresByStep(workflowId: Uuid): Promise<Record<string, number>> {
    const rows = await this.source
      .createQueryBuilder()
      .select('run.step', 'step')
      .addSelect('count(*)', 'count')
      .from(TaskRunEntity, 'run')
      .innerJoin(ExecutionEntity, 'execution', RUNS_OF_EXECUTION)
      .where(`execution.workflow_id = :workflowId AND run.status = 'failed'`, { workflowId })
      .groupBy('run.step')
      .getRawMany<{ step: string; count: number | string }>();
    return Object.fromEntries(rows.map(({ step, count }) => [step, Number(count)]));
  }

  private ofExecution<T extends object>(entity: new () => T, alias: string, id: Uuid): SelectQueryBuilder<T> {
    return this.source
      .getRepository(entity)
      .createQueryBuilder(alias)
      .innerJoin(ExecutionEntity, 'execution', `execution.ref = ${alias}.execution`)
      .where('execution.id = :id', { id });
  }

  private journal(): SelectQueryBuilder<JournalEntity> {
    return this.source
      .createQueryBuilder()
      .select('journal.position', 'position')
      .addSelect('execution.id', 'execution')
      .addSelect('journal.seq', 'seq')
      .addSelect('journal.type', 'type')
      .addSelect('journal.at', 'at')
      .addSelect('journal.data', 'data')
      .addSelect('payload.data', 'payload_data')
      .from(JournalEntity, 'journal')
      .innerJoin(ExecutionEntity, 'execution', 'execution.ref = journal.execution')
      .leftJoin(PayloadEntity, 'payload', 'payload.execution = journal.execution AND payload.hash = journal.payload');
  }

  private checkpointQuery(): SelectQueryBuilder<CheckpointEntity> {
    return this.source
      .createQueryBuilder()
      .select('checkpoint.id', 'id')
      .addSelect('execution.id', 'execution')
      .addSelect('checkpoint.seq', 'seq')
      .addSelect('checkpoint.name', 'name')
      .addSelect('checkpoint.description', 'description')
      .addSelect('checkpoint.created_at', 'created_at')
      .from(CheckpointEntity, 'checkpoint')
      .innerJoin(ExecutionEntity, 'execution', 'execution.ref = checkpoint.execution');
  }
}

interface RawEvent {
  readonly position: number | string;
  readonly execution: string;
  readonly seq: number | string;
  readonly type: string;
  readonly at: number | string;
  readonly data: string;
  readonly payload_data: string | null;
}

const toPositioned = (row: RawEvent): PositionedEvent => ({
  position: Number(row.position),
  execution: row.execution,
  recorded: fromEventRow({ ...row, seq: Number(row.seq), at: Number(row.at) }),
});

interface RawWait {
  readonly execution: string;
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly step: string;
  readonly since: number | string;
  readonly until: number | string | null;
  readonly data: string | null;
  readonly payload_data: string | null;
}

const toOpenWait = (row: RawWait): OpenWait => ({
  execution: row.execution,
  workflowId: row.workflow_id,
  workflowName: row.workflow_name,
  step: row.step,
  since: Number(row.since),
  until: row.until === null ? undefined : Number(row.until),
  awaits: row.data === null ? undefined : (JSON.parse(row.payload_data ?? row.data) as { awaits?: Awaited }).awaits,
});

interface RawCheckpoint {
  readonly id: string;
  readonly execution: string;
  readonly seq: number | string;
  readonly name: string | null;
  readonly description: string | null;
  readonly created_at: number | string;
}

const toCheckpoint = (row: RawCheckpoint): CheckpointRecord => ({
  id: row.id,
  execution: row.execution,
  seq: Number(row.seq),
  name: orUndefined(row.name),
  description: orUndefined(row.description),
  createdAt: Number(row.created_at),
});

const toExecution = (row: ExecutionEntity): ExecutionRecord => ({
  id: row.id,
  workflowId: row.workflow_id,
  workflowName: row.workflow_name,
  workflowVersion: row.workflow_version,
  definition: row.definition,
  status: row.status as ExecutionStatus,
  totalTasks: row.total_tasks,
  metadata: JSON.parse(row.metadata) as JsonObject,
  errorCode: orUndefined(row.error_code),
  errorMessage: orUndefined(row.error_message),
  restoredFrom: orUndefined(row.restored_from),
  journal: row.journal as ExecutionRecord['journal'],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  endedAt: orUndefined(row.ended_at),
});

const toTaskRun = (row: TaskRunEntity): TaskRunRecord => ({
  step: row.step,
  generation: row.generation,
  status: row.status as StepStatus,
  attempt: row.attempt,
  retries: row.retries,
  firstStartedAt: orUndefined(row.first_started_at),
  startedAt: orUndefined(row.started_at),
  endedAt: orUndefined(row.ended_at),
  wakeAt: orUndefined(row.wake_at),
  inputSeq: orUndefined(row.input_seq),
  endSeq: orUndefined(row.end_seq),
  cause: orUndefined(row.cause),
  errorCode: orUndefined(row.error_code),
  errorMessage: orUndefined(row.error_message),
  waitsFor: orUndefined(row.waits_for),
  child: orUndefined(row.child),
});
