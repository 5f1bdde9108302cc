import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { FastifyReply } from 'fastify';
import type { Engine } from '../../engine/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import type { ExecutionReader, ExecutionRecord, TaskRunRecord } from '../ports/index.js';
import { CATALOG, ENGINE, READER } from '../tokens.js';
import type { ExecutionOptionsDto } from './dto/bodies.js';
import { executionDetails, executionState } from './present/execution.js';
import { runDetails, type RunDetails } from './present/run-details.js';

/** Everything about one execution that pages are made of. */
export interface StoredExecution {
  readonly record: ExecutionRecord;
  readonly document: JsonObject;
  readonly runs: readonly TaskRunRecord[];
  readonly details: RunDetails;
}

export interface ExecutionSources extends StoredExecution {
  readonly compiled: CompiledWorkflow;
}

const WHOLE_JOURNAL = 10_000_000;
const LONGEST_TIMER = 2 ** 31 - 1;
/** How long `async: false` waits when no timeout is given, ms. */
const PATIENCE = 60_000;

/** Reads executions for the controllers. */
@Injectable()
export class ExecutionView {
  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
    @Inject(ENGINE) private readonly engine: Engine,
  ) {}

  async mustFind(id: Uuid): Promise<ExecutionRecord> {
    const record = await this.reader.find(id);
    if (!record) throw new HarmoniaError('execution_not_found', { id });
    return record;
  }

  /** Like `mustFind`, for what is read from the journal: that may have been deleted by retention. */
  async mustHaveJournal(id: Uuid): Promise<ExecutionRecord> {
    const record = await this.mustFind(id);
    if (record.journal === 'gone') throw new HarmoniaError('journal_gone', { id });
    return record;
  }

  async mustFindWorkflow(id: Uuid): Promise<void> {
    await this.catalog.find(id);
  }

  /** How it stands, without inputs and outputs. What comes after its `sequence` is told by the events. */
  async snapshot(
    id: Uuid,
  ): Promise<{ readonly state: Record<string, Json>; readonly sequence: number; readonly ended: boolean }> {
    // First: what happens while the rest is read is then told twice rather than not at all.
    const sequence = await this.reader.lastSequence(id);
    const record = await this.mustFind(id);
    const document = await this.catalog.definition(record.definition);
    const state = executionState(record, document, await this.reader.taskRuns(id));
    return { state: { ...state, sequence }, sequence, ended: record.endedAt !== undefined };
  }

  /** What an execution is that was just started: with `async: false` at its end. Sets 201, or 202 when that did not come. */
  async afterStart(
    id: Uuid,
    { async = true, timeout }: ExecutionOptionsDto = {},
    reply: FastifyReply,
  ): Promise<{ readonly ended: string | undefined; readonly whole: Record<string, Json> }> {
    const patience = timeout === undefined ? PATIENCE : timeout * 1000 + 1000;
    const ended = async
      ? undefined
      : await this.engine.ended(id, AbortSignal.timeout(Math.min(patience, LONGEST_TIMER)));
    void reply.status(async || ended ? 201 : 202);
    return { ended: ended?.is, whole: await this.whole(id) };
  }

  /** With the compiled definition: for what asks about the graph. */
  async sources(id: Uuid): Promise<ExecutionSources> {
    const stored = await this.stored(id);
    return { ...stored, compiled: await this.catalog.compiled(stored.record.definition) };
  }

  async whole(id: Uuid): Promise<Record<string, Json>> {
    return executionDetails(await this.stored(id));
  }

  /** What the journal and the projections say; `upTo` a place of the journal. */
  async stored(id: Uuid, upTo = Infinity): Promise<StoredExecution> {
    const record = await this.mustFind(id);
    const document = await this.catalog.definition(record.definition);
    if (!document) throw new HarmoniaError('journal_gone', { id });
    const events = record.journal === 'gone' ? [] : await this.reader.events(id, 0, WHOLE_JOURNAL);
    const details = runDetails(events.flatMap(({ recorded }) => (recorded.seq <= upTo ? [recorded.event] : [])));
    return { record, document, runs: await this.reader.taskRuns(id), details };
  }
}
