import { PUBLIC_TYPES, type PublicEvent } from '../../api/contract/index.js';
import { StoredEvents } from '../../api/history/index.js';
import type { ExecutionReader } from '../../api/ports/index.js';
import type { RunEvent, TraceOrigin } from '../../engine/core/index.js';
import type { CommittedEvent, EventLog } from '../../integration/ports/index.js';
import { isoInstant, type JsonObject, type TraceContext } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';

type Recorded = RunEvent['type'];

/** The trace that an execution belongs to, and is seen in from outside; undefined: nobody traces it. */
export type TraceOfExecution = (execution: string, origin: TraceOrigin | undefined) => TraceContext | undefined;

interface EventLogParts {
  readonly reader: ExecutionReader;
  readonly catalog: WorkflowCatalog;
  readonly traceOf: TraceOfExecution;
}

/** The public events of all executions, for those who tell others of them. */
export const eventLogOf = ({ reader, catalog, traceOf }: EventLogParts): EventLog => {
  const stored = new StoredEvents(reader, catalog);
  const committed = async (event: PublicEvent): Promise<CommittedEvent> => ({
    event: { ...event } as unknown as CommittedEvent['event'],
    position: event.position ?? 0,
    execution: event.execution_id,
    workflowId: event.workflow_id,
    workflowName: (await stored.workflowNameOf(event.execution_id)) ?? '',
  });
  return {
    types: PUBLIC_TYPES,
    end: () => reader.lastPosition(),
    erased: () => reader.erasedPosition(),
    page: async (after, size, recorded) => {
      const positioned = await reader.eventsAfter(after, size, [...recorded] as Recorded[]);
      await stored.prepare(positioned);
      const events: CommittedEvent[] = [];
      for (const one of positioned) for (const event of await stored.toPublic(one)) events.push(await committed(event));
      return { events, end: positioned.at(-1)?.position ?? after, isFull: positioned.length === size };
    },
    execution: async (id) => {
      const record = await reader.find(id);
      return record && executionWords(record);
    },
    trace: async (id) => {
      const [first] = await reader.events(id, 0, 1);
      const begun = first?.recorded.event;
      return begun?.type === 'execution_started' ? traceOf(id, begun.trace) : undefined;
    },
  };
};

/** What templates see of an execution. */
const executionWords = (record: NonNullable<Awaited<ReturnType<ExecutionReader['find']>>>): JsonObject => ({
  id: record.id,
  workflow_id: record.workflowId,
  workflow_name: record.workflowName,
  workflow_version: record.workflowVersion,
  status: record.status,
  metadata: record.metadata,
  total_tasks: record.totalTasks,
  error: record.errorCode === undefined ? null : { code: record.errorCode, message: record.errorMessage ?? '' },
  created_at: isoInstant(record.createdAt),
  ended_at: record.endedAt === undefined ? null : isoInstant(record.endedAt),
});
