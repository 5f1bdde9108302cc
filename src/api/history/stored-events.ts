import { LRUCache } from 'lru-cache';
import type { Uuid } from '../../kernel/index.js';
import type { ExecutionOptions } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { publicEvents, type EventContext, type PublicEvent } from '../contract/index.js';
import type { ExecutionReader, ExecutionRecord, PositionedEvent } from '../ports/index.js';
import { taskWords } from './task-words.js';

/** Executions that are kept in mind. */
const EXECUTIONS_KEPT = 2000;

/** What an execution began as. */
interface Begun {
  readonly record: ExecutionRecord;
  readonly options: ExecutionOptions;
}

/** Makes public events of what is stored. */
export class StoredEvents {
  private readonly begun = new LRUCache<Uuid, Begun>({ max: EXECUTIONS_KEPT });

  constructor(
    private readonly reader: Pick<ExecutionReader, 'find' | 'events'>,
    private readonly catalog: Pick<WorkflowCatalog, 'compiled'>,
  ) {}

  /** Give them in the order of their commits: a migration changes what is said of the tasks after it. */
  async toPublic({ execution, recorded, position }: PositionedEvent): Promise<readonly PublicEvent[]> {
    // From here on its tasks are others.
    if (recorded.event.type === 'execution_migrated') this.begun.delete(execution);
    const context = await this.contextOf(execution);
    return context ? publicEvents(recorded, context, position) : [];
  }

  async contextOf(execution: Uuid): Promise<EventContext | undefined> {
    const known = this.begun.get(execution) ?? (await this.find(execution));
    if (!known) return undefined;
    this.begun.set(execution, known);
    const { record, options } = known;
    // Not kept here: the catalogue knows how many definitions it can keep.
    const { scope } = await this.catalog.compiled(record.definition);
    return {
      execution,
      workflowId: record.workflowId,
      workflowName: record.workflowName,
      startedAt: record.createdAt,
      totalTasks: record.totalTasks,
      task: taskWords(scope, options),
    };
  }

  private async find(execution: Uuid): Promise<Begun | undefined> {
    const record = await this.reader.find(execution);
    const [first] = await this.reader.events(execution, 0, 1);
    const started = first?.recorded.event;
    return record && started?.type === 'execution_started' ? { record, options: started.options } : undefined;
  }
}
