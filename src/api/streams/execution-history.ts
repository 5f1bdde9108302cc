import { Inject, Injectable } from '@nestjs/common';
import type { Uuid } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import type { PublicEvent } from '../contract/index.js';
import { StoredEvents } from '../history/index.js';
import type { ExecutionReader } from '../ports/index.js';
import { CATALOG, READER } from '../tokens.js';
import { BEGINNING, compare, placeOf, type Place } from './place.js';

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
  private readonly stored: StoredEvents;

  constructor(
    @Inject(READER) private readonly reader: ExecutionReader,
    @Inject(CATALOG) catalog: WorkflowCatalog,
  ) {
    this.stored = new StoredEvents(reader, catalog);
  }

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
      for (const event of await this.stored.toPublic(positioned)) {
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
}
