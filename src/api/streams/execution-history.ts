import { Inject, Injectable } from '@nestjs/common';
import type { Uuid } from '../../kernel/index.js';
import type { CompiledWorkflow } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { publicEvents, type EventContext, type PublicEvent } from '../contract/index.js';
import type { ExecutionReader, ExecutionRecord, PositionedEvent } from '../ports/index.js';
import { CATALOG, READER } from '../tokens.js';

/** Events read at once. */
const PAGE = 500;

/** The public events that are stored. */
@Injectable()
export class ExecutionHistory {
  private readonly contexts = new Map<Uuid, EventContext>();

  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
  ) {}

  /** Events after a place: a sequence of one execution, or a global position. */
  async *after(execution: Uuid | undefined, place: number): AsyncGenerator<PublicEvent> {
    for (let from = place; ;) {
      const page =
        execution === undefined
          ? await this.reader.eventsAfter(from, PAGE)
          : await this.reader.events(execution, from, PAGE);
      for (const positioned of page) {
        yield* await this.toPublic(positioned);
        from = execution === undefined ? positioned.position : positioned.recorded.seq;
      }
      if (page.length < PAGE) return;
    }
  }

  async toPublic({ execution, recorded, position }: PositionedEvent): Promise<PublicEvent[]> {
    const context = await this.context(execution);
    return context ? publicEvents(recorded, context, position) : [];
  }

  private async context(execution: Uuid): Promise<EventContext | undefined> {
    const known = this.contexts.get(execution);
    if (known) return known;
    const record = await this.reader.find(execution);
    const context = record && contextFrom(record, await this.catalog.compiled(record.definition));
    if (!context) return undefined;
    if (this.contexts.size > 1000) this.contexts.clear();
    this.contexts.set(execution, context);
    return context;
  }
}

const contextFrom = (record: ExecutionRecord, { scope }: CompiledWorkflow): EventContext => ({
  execution: record.id,
  workflowId: record.workflowId,
  workflowName: record.workflowName,
  startedAt: record.createdAt,
  totalTasks: record.totalTasks,
  task: (id) => scope.byId.get(id),
});
