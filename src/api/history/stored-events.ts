import { LRUCache } from 'lru-cache';
import type { Uuid } from '../../kernel/index.js';
import type { ExecutionOptions } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { publicEvents, type EventContext, type PublicEvent } from '../contract/index.js';
import type { ExecutionReader, ExecutionRecord, PositionedEvent } from '../ports/index.js';
import { taskWords } from './task-words.js';

/** Executions that are kept in mind. */
const EXECUTIONS_KEPT = 2000;

/** Makes public events of what is stored. */
export class StoredEvents {
  private readonly records = new LRUCache<Uuid, ExecutionRecord>({ max: EXECUTIONS_KEPT });
  private readonly options = new LRUCache<Uuid, ExecutionOptions>({ max: EXECUTIONS_KEPT });

  constructor(
    private readonly reader: Pick<ExecutionReader, 'find' | 'findAll' | 'events'>,
    private readonly catalog: Pick<WorkflowCatalog, 'compiled'>,
  ) {}

  /** Before many are asked for: reads what is not known of their executions at once. */
  async prepare(positioned: readonly PositionedEvent[]): Promise<void> {
    const ids = new Set(positioned.map(({ execution }) => execution));
    const unknown = [...ids].filter((id) => !this.records.has(id));
    for (const record of await this.reader.findAll(unknown)) this.records.set(record.id, record);
  }

  /** Give them in the order of their commits: a migration changes what is said of the tasks after it. */
  async toPublic({ execution, recorded, position }: PositionedEvent): Promise<readonly PublicEvent[]> {
    // From here on its tasks are others.
    if (recorded.event.type === 'execution_migrated') this.records.delete(execution);
    const record = await this.recordOf(execution);
    if (!record) return [];
    const task = 'step' in recorded.event ? await this.tasksOf(record) : NO_TASKS;
    return task ? publicEvents(recorded, contextOf(record, task), position) : [];
  }

  /** What is known of an execution of which events were asked for. */
  async workflowNameOf(execution: Uuid): Promise<string | undefined> {
    return (await this.recordOf(execution))?.workflowName;
  }

  private async recordOf(execution: Uuid): Promise<ExecutionRecord | undefined> {
    const found = this.records.get(execution) ?? (await this.reader.find(execution));
    if (found) this.records.set(execution, found);
    return found;
  }

  private async tasksOf({ id, definition }: ExecutionRecord): Promise<EventContext['task'] | undefined> {
    const options = this.options.get(id) ?? (await this.optionsOf(id));
    if (!options) return undefined;
    this.options.set(id, options);
    // Not kept here: the catalogue knows how many definitions it can keep.
    const { scope } = await this.catalog.compiled(definition);
    return taskWords(scope, options);
  }

  private async optionsOf(execution: Uuid): Promise<ExecutionOptions | undefined> {
    const [first] = await this.reader.events(execution, 0, 1);
    const started = first?.recorded.event;
    return started?.type === 'execution_started' ? started.options : undefined;
  }
}

/** Events that are about no step ask for none. */
const NO_TASKS: EventContext['task'] = () => undefined;

const contextOf = (record: ExecutionRecord, task: EventContext['task']): EventContext => ({
  execution: record.id,
  workflowId: record.workflowId,
  workflowName: record.workflowName,
  startedAt: record.createdAt,
  totalTasks: record.totalTasks,
  task,
});
