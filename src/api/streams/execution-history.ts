import { Inject, Injectable } from '@nestjs/common';
import { isJsonObject, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { publicEvents, type EventContext, type PublicEvent } from '../contract/index.js';
import type { ExecutionReader, ExecutionRecord, PositionedEvent } from '../ports/index.js';
import { CATALOG, READER } from '../tokens.js';
import { BEGINNING, compare, placeOf, type Place } from './place.js';

/** Executions, and definitions, that are kept in mind. */
const EXECUTIONS_KEPT = 2000;
const DEFINITIONS_KEPT = 20;

type Tasks = ReadonlyMap<string, { readonly name: string; readonly index: number }>;

/** Public events that are stored, in order. */
export interface HistoryPage {
  readonly events: readonly PublicEvent[];
  /** After everything that was looked at. */
  readonly end: Place;
  /** There may be more behind it. */
  readonly isFull: boolean;
}

/** The public events that are stored. */
@Injectable()
export class ExecutionHistory {
  private readonly records = new Map<Uuid, ExecutionRecord>();
  private readonly tasks = new Map<string, Tasks>();

  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(CATALOG) private readonly catalog: WorkflowCatalog,
  ) {}

  /** What comes after a place: of one execution, or of all by global position. `size` counts journal events. */
  async page(execution: Uuid | undefined, after: Place, size: number): Promise<HistoryPage> {
    const scope = execution === undefined ? 'everything' : 'execution';
    const from = after.part === undefined ? after.at : after.at - 1;
    const stored =
      execution === undefined
        ? await this.reader.eventsAfter(from, size)
        : await this.reader.events(execution, from, size);
    const events: PublicEvent[] = [];
    for (const positioned of stored) {
      for (const event of await this.toPublic(positioned)) {
        if (compare(placeOf(event, scope), after) > 0) events.push(event);
      }
    }
    const last = stored.at(-1);
    const end = last && { at: execution === undefined ? last.position : last.recorded.seq };
    return { events, end: end ?? after, isFull: stored.length === size };
  }

  /** The first `limit` events after a place, and the place after the last of them. */
  async first(execution: Uuid, after: Place, limit: number): Promise<{ events: PublicEvent[]; isLast: boolean }> {
    const events: PublicEvent[] = [];
    for (let page: HistoryPage = { events, end: after, isFull: true }; page.isFull && events.length <= limit;) {
      page = await this.page(execution, page.end, limit + 1);
      events.push(...page.events);
    }
    return { events: events.slice(0, limit), isLast: events.length <= limit };
  }

  /** The end of what is stored. */
  async end(execution: Uuid | undefined): Promise<Place> {
    const at = execution === undefined ? await this.reader.lastPosition() : await this.reader.lastSequence(execution);
    return at === 0 ? BEGINNING : { at };
  }

  private async toPublic({ execution, recorded, position }: PositionedEvent): Promise<PublicEvent[]> {
    const context = await this.context(execution);
    return context ? publicEvents(recorded, context, position) : [];
  }

  private async context(execution: Uuid): Promise<EventContext | undefined> {
    const record = this.records.get(execution) ?? (await this.reader.find(execution));
    if (!record) return undefined;
    remember(this.records, execution, record, EXECUTIONS_KEPT);
    const { definition } = record;
    const tasks = this.tasks.get(definition) ?? taskNames(await this.catalog.definition(definition));
    remember(this.tasks, definition, tasks, DEFINITIONS_KEPT);
    return {
      execution,
      workflowId: record.workflowId,
      workflowName: record.workflowName,
      startedAt: record.createdAt,
      totalTasks: record.totalTasks,
      task: (id) => tasks.get(id),
    };
  }
}

/** A Map keeps the order of insertion: the first is the one that was not used for longest. */
const remember = <K, V>(known: Map<K, V>, key: K, value: V, most: number): void => {
  known.delete(key);
  known.set(key, value);
  const [oldest] = known.keys();
  if (known.size > most && oldest !== undefined) known.delete(oldest);
};

const taskNames = (document: JsonObject | undefined): Tasks => {
  const tasks = isJsonObject(document?.tasks) ? document.tasks : {};
  return new Map(
    Object.entries(tasks).map(([id, task], index) => {
      const name = isJsonObject(task) && typeof task.name === 'string' ? task.name : id;
      return [id, { name, index }] as const;
    }),
  );
};
