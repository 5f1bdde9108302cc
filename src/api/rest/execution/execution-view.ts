import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { fault, HarmoniaError, isJsonObject, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type { FastifyReply } from 'fastify';
import type { Engine } from '../../../engine/index.js';
import {
  definitionsOf,
  replay,
  variablesOf,
  type CompiledWorkflow,
  type RecordedEvent,
  type RunEvent,
  type Variables,
} from '../../../engine/core/index.js';
import type { WorkflowCatalog } from '../../../workflow/index.js';
import type { ExecutionReader, ExecutionRecord, TaskRunRecord } from '../../ports/index.js';
import { CATALOG, ENGINE, READER } from '../../tokens.js';
import type { ExecutionOptionsDto } from '../dto/bodies.js';
import { executionDetails, executionState } from '../present/execution.js';
import { runDetails, type RunDetails } from '../present/run-details.js';
import { stateAt } from '../present/state-at.js';
import { requestFault } from '../validation.js';

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
/** How often the tables and the journal of an execution that goes on are read to catch them at one moment. */
const TRIES = 5;
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

  /** The same as it was right after an event of its journal. */
  async wholeAt(id: Uuid, seq: number): Promise<Record<string, Json>> {
    return executionDetails(await this.storedAt(id, seq));
  }

  /** What the journal and the tables say now. */
  async stored(id: Uuid): Promise<StoredExecution> {
    const record = await this.mustFind(id);
    const document = await this.mustHaveDocument(record);
    const events = record.journal === 'gone' ? [] : await this.journalOf(id);
    return { record, document, runs: await this.reader.taskRuns(id), details: runDetails(events.map(eventOf)) };
  }

  /** The same as it was right after an event of the journal. Throws `validation_error` when it has no such event. */
  async storedAt(id: Uuid, seq: number): Promise<StoredExecution> {
    const record = await this.mustHaveJournal(id);
    const events = await this.journalOf(id);
    mustBeWithin(events, seq);
    const past = events.filter((recorded) => recorded.seq <= seq);
    const tables = stateAt(record, past);
    const document = await this.mustHaveDocument(tables.record);
    // The record counts the tasks of the version that it is pinned to now.
    const totalTasks = Object.keys(isJsonObject(document.tasks) ? document.tasks : {}).length;
    return {
      document,
      record: { ...tables.record, totalTasks },
      runs: tables.runs,
      details: runDetails(past.map(eventOf)),
    };
  }

  /** Whether the tables say what follows from the journal; undefined: it goes on too fast to tell. */
  async tablesAgree(id: Uuid): Promise<boolean | undefined> {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = await this.reader.lastSequence(id);
      const record = await this.mustFind(id);
      const runs = await this.reader.taskRuns(id);
      const events = await this.journalOf(id);
      // Journals only grow: as long after as before, nothing happened while the tables were read.
      if ((events.at(-1)?.seq ?? 0) === before) return isDeepStrictEqual(stateAt(record, events), { record, runs });
    }
    return undefined;
  }

  /** Its variables now, or right after an event of the journal. */
  async variables(id: Uuid, at?: number): Promise<Variables> {
    await this.mustHaveJournal(id);
    const events = await this.journalOf(id);
    if (at !== undefined) mustBeWithin(events, at);
    const past = events.filter(({ seq }) => at === undefined || seq <= at).map(eventOf);
    const hashes = [...definitionsOf(past).keys()];
    const compiled = await Promise.all(hashes.map((hash) => this.catalog.compiled(hash)));
    return variablesOf(replay(new Map(hashes.map((hash, index) => [hash, compiled[index] as CompiledWorkflow])), past));
  }

  private async journalOf(id: Uuid): Promise<readonly RecordedEvent[]> {
    return (await this.reader.events(id, 0, WHOLE_JOURNAL)).map(({ recorded }) => recorded);
  }

  private async mustHaveDocument({ id, definition }: ExecutionRecord): Promise<JsonObject> {
    const document = await this.catalog.definition(definition);
    if (!document) throw new HarmoniaError('journal_gone', { id });
    return document;
  }
}

const mustBeWithin = (events: readonly RecordedEvent[], seq: number): void => {
  const last = events.at(-1)?.seq ?? 0;
  if (seq >= 1 && seq <= last) return;
  throw requestFault(fault('out_of_range', '/at', { expected: `a whole number from 1 to ${last}` }));
};

const eventOf = ({ event }: RecordedEvent): RunEvent => event;
