import { Inject, Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Uuid } from '../../kernel/index.js';
import type { ExecutionOptions } from '../../engine/core/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { publicEvents, type EventContext, type PublicEvent } from '../contract/index.js';
import type { ExecutionReader, ExecutionRecord, PositionedEvent } from '../ports/index.js';
import { CATALOG, READER } from '../tokens.js';
import { BEGINNING, compare, placeOf, type Place } from './place.js';
import { taskWords } from './task-words.js';

/** Executions that are kept in mind. */
const EXECUTIONS_KEPT = 2000;

/** Public events that are stored, in order. */
export interface HistoryPage {
  readonly events: readonly PublicEvent[];
  /** After everything that was looked at. */
  readonly end: Place;
  /** There may be more behind it. */
  readonly isFull: boolean;
}

/** What an execution began as. */
interface Begun {
  readonly record: ExecutionRecord;
  readonly options: ExecutionOptions;
}

/** The public events that are stored. */
@Injectable()
export class ExecutionHistory {
  private readonly begun = new LRUCache<Uuid, Begun>({ max: EXECUTIONS_KEPT });

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
    // From here on its tasks are others.
    if (recorded.event.type === 'execution_migrated') this.begun.delete(execution);
    const context = await this.context(execution);
    return context ? publicEvents(recorded, context, position) : [];
  }

  private async context(execution: Uuid): Promise<EventContext | undefined> {
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
