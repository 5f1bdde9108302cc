import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import type { ExecutionReader, ExecutionRecord, TaskRunRecord } from '../ports/index.js';
import { CATALOG, READER } from '../tokens.js';
import { executionDetails, executionState } from './present/execution.js';
import { runDetails, type RunDetails } from './present/run-details.js';

/** Everything about one execution that pages are made of. */
export interface ExecutionSources {
  readonly record: ExecutionRecord;
  readonly document: JsonObject;
  readonly compiled: CompiledWorkflow;
  readonly runs: readonly TaskRunRecord[];
  readonly details: RunDetails;
}

const WHOLE_JOURNAL = 10_000_000;

/** Reads executions for the controllers. */
@Injectable()
export class ExecutionView {
  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
  ) {}

  async mustFind(id: Uuid): Promise<ExecutionRecord> {
    const record = await this.reader.find(id);
    if (!record) throw new HarmoniaError('execution_not_found', { id });
    return record;
  }

  async mustFindWorkflow(id: Uuid): Promise<void> {
    await this.catalog.find(id);
  }

  async sources(id: Uuid): Promise<ExecutionSources> {
    const record = await this.mustFind(id);
    const document = await this.catalog.definition(record.definition);
    if (!document) throw new HarmoniaError('journal_gone', { id });
    const events = await this.reader.events(id, 0, WHOLE_JOURNAL);
    const details = runDetails(events.map(({ recorded }) => recorded.event));
    return {
      record,
      document,
      compiled: this.catalog.compile(document),
      runs: await this.reader.taskRuns(id),
      details,
    };
  }

  /** How it stands, without inputs and outputs. What comes after its `sequence` is told by the events. */
  async snapshot(
    id: Uuid,
  ): Promise<{ readonly state: Record<string, Json>; readonly sequence: number; ended: boolean }> {
    // First: what happens while the rest is read is then told twice rather than not at all.
    const sequence = await this.reader.lastSequence(id);
    const record = await this.mustFind(id);
    const document = await this.catalog.definition(record.definition);
    const state = executionState(record, document, await this.reader.taskRuns(id));
    return { state: { ...state, sequence }, sequence, ended: record.endedAt !== undefined };
  }

  async whole(id: Uuid): Promise<Record<string, Json>> {
    return executionDetails(await this.sources(id));
  }
}
