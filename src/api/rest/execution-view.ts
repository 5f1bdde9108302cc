import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError, type Json, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import type { ExecutionReader, ExecutionRecord, TaskRunRecord } from '../ports/index.js';
import { CATALOG, READER } from '../tokens.js';
import { executionDetails } from './present/execution.js';
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

  /** Like `mustFind`, for what is read from the journal: that may have been deleted by retention. */
  async mustHaveJournal(id: Uuid): Promise<ExecutionRecord> {
    const record = await this.mustFind(id);
    if (record.journal === 'gone') throw new HarmoniaError('journal_gone', { id });
    return record;
  }

  async sources(id: Uuid): Promise<ExecutionSources> {
    const record = await this.mustFind(id);
    const compiled = await this.catalog.compiled(record.definition);
    const events = await this.reader.events(id, 0, WHOLE_JOURNAL);
    const details = runDetails(events.map(({ recorded }) => recorded.event));
    return {
      record,
      document: compiled.document,
      compiled,
      runs: await this.reader.taskRuns(id),
      details,
    };
  }

  async whole(id: Uuid): Promise<Record<string, Json>> {
    return executionDetails(await this.sources(id));
  }
}
