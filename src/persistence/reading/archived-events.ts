import { LRUCache } from 'lru-cache';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { Uuid } from '../../kernel/index.js';
import type { PositionedEvent } from '../../api/ports/index.js';
import { ExecutionEntity, JournalArchiveEntity, JournalSealEntity } from '../entities/tables.js';
import { unpackJournal } from '../writer/archive.js';

/** Bytes of archives that are kept in mind, as they are packed; what they unpack to is about ten times as much. */
const KEPT = 4 * 2 ** 20;
/** Seals that are read at once. */
const SEALS = 32;

type Events = readonly PositionedEvent[];

/** What is wanted of the order of all commits. */
interface Page {
  readonly position: number;
  readonly limit: number;
  /** Absent: all. */
  readonly types?: ReadonlySet<string>;
}

interface Archive {
  readonly ref: number;
  readonly execution: Uuid;
  readonly lastSeq: number;
}

interface Span extends Archive {
  readonly first: number;
}

/** The events of archived journals. A journal is unpacked whole, so those that were read last are kept. */
export class ArchivedEvents {
  private readonly unpacked = new LRUCache<string, { readonly packed: number; readonly events: Events }>({
    maxSize: KEPT,
    sizeCalculation: ({ packed }) => Math.max(1, packed),
  });

  constructor(private readonly source: DataSource) {}

  /** All of them; none when the journal of the execution is not archived. */
  async of(execution: Uuid): Promise<Events> {
    const row = await this.source
      .createQueryBuilder()
      .select('archive.execution', 'ref')
      .addSelect('seal.last_seq', 'last_seq')
      .from(JournalArchiveEntity, 'archive')
      .innerJoin(ExecutionEntity, 'execution', 'execution.ref = archive.execution')
      .leftJoin(JournalSealEntity, 'seal', 'seal.execution = archive.execution')
      .where('execution.id = :execution', { execution })
      .getRawOne<{ ref: number | string; last_seq: number | string | null }>();
    return row ? this.unpack({ ref: Number(row.ref), execution, lastSeq: Number(row.last_seq) }) : [];
  }

  /**
   * Adds archived events to a page of the order of all commits. `live` are the first `limit` events after `position` that
   * are not archived, read *before*: what is archived meanwhile is then found twice rather than not at all.
   */
  async mergeInto(live: Events, { position, limit, types }: Page): Promise<Events> {
    let page = live;
    const isWanted = ({ recorded: { event } }: PositionedEvent): boolean => types?.has(event.type) ?? true;
    const horizon = (): number => (page.length === limit ? (page.at(-1)?.position ?? position) : Infinity);
    const add = async (span: Span): Promise<void> => {
      const events = await this.unpack(span);
      page = mergeFirst(
        page,
        events.filter((event) => event.position > position && event.position <= horizon() && isWanted(event)),
        limit,
      );
    };
    const begun = this.spans().where('seal.last_position > :position AND seal.first_position <= :position', {
      position,
    });
    for (const span of toSpans(await begun.getRawMany<RawSpan>())) await add(span);
    for (let from = position, isMore = true; isMore;) {
      const next = this.spans().where('seal.first_position > :from', { from }).orderBy('seal.first_position', 'ASC');
      const spans = toSpans(await next.limit(SEALS).getRawMany<RawSpan>());
      for (const span of spans) {
        if (span.first > horizon()) return page;
        await add(span);
        from = span.first;
      }
      isMore = spans.length === SEALS;
    }
    return page;
  }

  private spans(): SelectQueryBuilder<JournalSealEntity> {
    return this.source
      .createQueryBuilder()
      .select('seal.execution', 'ref')
      .addSelect('execution.id', 'execution')
      .addSelect('seal.first_position', 'first')
      .addSelect('seal.last_seq', 'last_seq')
      .from(JournalSealEntity, 'seal')
      .innerJoin(ExecutionEntity, 'execution', 'execution.ref = seal.execution');
  }

  private async unpack({ ref, execution, lastSeq }: Archive): Promise<Events> {
    // A journal that is taken up again and archived once more is longer.
    const key = `${ref} ${lastSeq}`;
    const known = this.unpacked.get(key);
    if (known) return known.events;
    const row = await this.source.getRepository(JournalArchiveEntity).findOneBy({ execution: ref });
    if (!row) return [];
    const events = unpackJournal(row.events).map(({ position, seq, event }) => ({
      position,
      execution,
      recorded: { seq, event },
    }));
    this.unpacked.set(key, { packed: row.events.length, events });
    return events;
  }
}

type RawSpan = { readonly execution: string } & Readonly<Record<'ref' | 'first' | 'last_seq', number | string>>;

const toSpans = (rows: readonly RawSpan[]): Span[] =>
  rows.map(({ execution, ...row }) => ({
    ref: Number(row.ref),
    execution,
    lastSeq: Number(row.last_seq),
    first: Number(row.first),
  }));

/** The first `limit` of both, each once, by position. */
const mergeFirst = (page: Events, events: Events, limit: number): Events => {
  const byPosition = new Map([...page, ...events].map((event) => [event.position, event]));
  return [...byPosition.values()].sort((a, b) => a.position - b.position).slice(0, limit);
};
