import type { Instant, Json, JsonObject, Uuid } from '../../kernel/index.js';
import type { Awaited, RecordedEvent, RunEvent, StepStatus } from '../../engine/core/index.js';

export type ExecutionStatus = 'running' | 'paused' | 'completed' | 'failed' | 'canceled';

/** An execution as the list shows it. */
export interface ExecutionRecord {
  readonly id: Uuid;
  readonly workflowId: Uuid;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly definition: string;
  readonly status: ExecutionStatus;
  readonly totalTasks: number;
  readonly metadata: JsonObject;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** `archived`: compressed some time after its end; `gone`: deleted by retention. */
  readonly journal: 'live' | 'archived' | 'gone';
  readonly restoredFrom: Uuid | undefined;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly endedAt: Instant | undefined;
}

export interface ExecutionFilter {
  readonly workflowId?: Uuid;
  /** Only executions of these. */
  readonly workflows?: readonly Uuid[];
  readonly statuses?: readonly ExecutionStatus[];
  readonly from?: Instant;
  readonly to?: Instant;
  /** Top-level metadata that must have these texts. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly sortBy: 'created_at' | 'updated_at' | 'ended_at';
  readonly descending: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** A run of a task: one step in one generation. Steps that nobody touched yet have none. */
export interface TaskRunRecord {
  readonly step: string;
  readonly generation: number;
  readonly status: StepStatus;
  readonly attempt: number;
  readonly retries: number;
  readonly firstStartedAt: Instant | undefined;
  readonly startedAt: Instant | undefined;
  readonly endedAt: Instant | undefined;
  readonly wakeAt: Instant | undefined;
  /** Journal positions of its input and of its end. */
  readonly inputSeq: number | undefined;
  readonly endSeq: number | undefined;
  readonly cause: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
  /** What the step waits, or waited, for: time, event, approval, webhook, workflow. */
  readonly waitsFor: string | undefined;
  /** The execution that the step has started. */
  readonly child: Uuid | undefined;
}

/** A step that waits for the world. */
export interface OpenWait {
  readonly execution: Uuid;
  readonly workflowId: Uuid;
  readonly workflowName: string;
  readonly step: string;
  readonly since: Instant;
  readonly until: Instant | undefined;
  /** As its journal says it. */
  readonly awaits: Awaited | undefined;
}

/** How many runs have which status. */
export type StatusCounts = Readonly<Partial<Record<string, number>>>;

export interface LogRecord {
  readonly at: Instant;
  readonly level: string;
  readonly step: string;
  readonly attempt: number;
  readonly message: string;
  readonly details: Json | undefined;
}

export interface CheckpointRecord {
  readonly id: Uuid;
  readonly execution: Uuid;
  readonly seq: number;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly createdAt: Instant;
}

/** An event with its place in the order of all commits. */
export interface PositionedEvent {
  /** 0 in archives of 0.1.0, which did not keep it. */
  readonly position: number;
  readonly execution: Uuid;
  readonly recorded: RecordedEvent;
}

/**
 * Why a journal is not proven. `not_chained`: it was written by 0.1.0 and nothing has counted it in yet. `out_of_sequence`:
 * an event is missing there, or one stands there that does not belong. `link_missing`: the last events have no link.
 * `link_differs`: the event, or one up to the next link, is not what was written. `payload_differs`: a large value is not
 * what was written, or one lies there that no event refers to.
 */
export interface JournalFault {
  readonly is:
    'not_chained' | 'out_of_sequence' | 'link_missing' | 'link_differs' | 'payload_differs' | 'archive_unreadable';
  /** The first event that is not proven, where that can be told: those of one commit are proven together. */
  readonly seq?: number;
}

/** What came of computing the chain of a journal anew. */
export interface JournalCheck {
  /** Events that are as they were written, from the first on. */
  readonly events: number;
  /** The link of the event that was asked for; undefined when the journal is not proven, or has no such event. */
  readonly head: string | undefined;
  readonly fault: JournalFault | undefined;
}

export interface WorkflowStatistics {
  readonly byStatus: StatusCounts;
  /** ms of ended executions, the latest 1,000. */
  readonly durations: readonly number[];
  /** Failures by step. */
  readonly failures: Readonly<Record<string, number>>;
}

export interface PageOf {
  readonly offset: number;
  readonly limit: number;
  /** Only what belongs to executions of these. */
  readonly workflows?: readonly Uuid[];
}

/** What the API reads. Everything it gives is committed. */
export interface ExecutionReader {
  find(id: Uuid): Promise<ExecutionRecord | undefined>;
  /** Those of them that there are, in no order. A thousand at most. */
  findAll(ids: readonly Uuid[]): Promise<readonly ExecutionRecord[]>;
  list(filter: ExecutionFilter): Promise<{ readonly items: readonly ExecutionRecord[]; readonly total: number }>;
  taskRuns(id: Uuid): Promise<readonly TaskRunRecord[]>;
  /** For each execution, its runs by status. */
  runCounts(ids: readonly Uuid[]): Promise<ReadonlyMap<Uuid, StatusCounts>>;
  /** The whole journal, from after `seq`, at most `limit` events. */
  events(id: Uuid, seq: number, limit: number): Promise<readonly PositionedEvent[]>;
  /** Events of all executions after a global position, at most `limit`; archived ones, too. `types`: only those. */
  eventsAfter(
    position: number,
    limit: number,
    types?: readonly RunEvent['type'][],
  ): Promise<readonly PositionedEvent[]>;
  /** The highest global position of what retention has deleted; 0: nothing was. */
  erasedPosition(): Promise<number>;
  /** The highest global position that was given. */
  lastPosition(): Promise<number>;
  /** The highest sequence of an execution. */
  lastSequence(id: Uuid): Promise<number>;
  /**
   * Computes the chain of a journal anew, from what the database holds. `upTo`: the event whose link is wanted, the last
   * when absent. Undefined: there is no such execution.
   */
  checkJournal(id: Uuid, upTo?: number): Promise<JournalCheck | undefined>;
  logs(id: Uuid, limit: number): Promise<readonly LogRecord[]>;
  /** Newest first; of one execution, or of all. */
  checkpoints(
    id: Uuid | undefined,
    page: PageOf,
  ): Promise<{ readonly items: readonly CheckpointRecord[]; readonly total: number }>;
  checkpoint(id: Uuid): Promise<CheckpointRecord | undefined>;
  /** Steps that wait for an event, an approval, a webhook, oldest first. */
  openWaits(kind: string, page: PageOf): Promise<{ readonly items: readonly OpenWait[]; readonly total: number }>;
  openOf(workflowId: Uuid): Promise<number>;
  statistics(workflowId: Uuid): Promise<WorkflowStatistics>;
}
