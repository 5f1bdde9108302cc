import type { DataSource } from 'typeorm';
import type { Uuid } from '../../kernel/index.js';
import type { JournalCheck, JournalFault } from '../../api/ports/index.js';
import {
  ExecutionEntity,
  JournalArchiveEntity,
  JournalEntity,
  JournalSealEntity,
  PayloadEntity,
} from '../entities/tables.js';
import { archivedRows, sealOf, unpackJournal, type ArchivedEvent } from '../writer/archive.js';
import { payloadHash } from '../writer/event-row.js';
import { Chain, isOneLine, type ChainedRow, type Link } from '../writer/hash-chain.js';

/** Rows that are read at once; each may hold a megabyte. */
const PAGE = 64;

/** A row as it is found, with what it says of itself. */
interface FoundRow extends ChainedRow {
  readonly link: Link | null;
  readonly payload_data: string | null;
}

/** Walks along a journal from its beginning, up to the first row that is not as it was written. */
class Walk {
  /** Rows that were passed. */
  events = 0;
  /** The last one with a link, and with it all before: 0 for none. */
  linked = 0;
  /** The link after the event that was asked for. */
  asked: Link | undefined;
  readonly payloads = new Set<string>();
  private readonly chain: Chain;

  constructor(
    readonly execution: Uuid,
    private readonly upTo: number | undefined,
  ) {
    this.chain = Chain.of(execution);
  }

  /** The link of the last event, also when it has none. */
  get head(): Link {
    return this.chain.link;
  }

  /** `recorded`: the link that stands in the row; null: none does. */
  step(row: ChainedRow, recorded: Link | null): JournalFault | undefined {
    const seq = this.events + 1;
    if (row.seq !== seq) return { is: 'out_of_sequence', seq };
    if (!isOneLine(row)) return { is: 'link_differs', seq };
    this.chain.add(row, row);
    if (recorded !== null) {
      if (recorded !== this.chain.close()) return { is: 'link_differs', seq: this.linked + 1 };
      this.linked = seq;
    }
    this.events = seq;
    if (row.payload !== null) this.payloads.add(row.payload);
    if (seq === this.upTo) this.asked = this.head;
    return undefined;
  }
}

/** Computes the chain of a journal anew and holds it against what was recorded; undefined: no such execution. */
export const checkJournal = async (source: DataSource, id: Uuid, upTo?: number): Promise<JournalCheck | undefined> => {
  for (;;) {
    const found = await source.getRepository(ExecutionEntity).findOneBy({ id });
    if (!found) return undefined;
    const walk = new Walk(id, upTo);
    const fault =
      found.journal === 'archived' ? await inArchive(source, found.ref, walk) : await inRows(source, found.ref, walk);
    const now = await source.getRepository(ExecutionEntity).findOneBy({ id });
    // It was archived, or deleted, under our feet.
    if (now?.journal !== found.journal) continue;
    const head = fault ? undefined : upTo === undefined ? walk.head : walk.asked;
    return { events: fault?.seq === undefined ? walk.events : fault.seq - 1, head, fault };
  }
};

const inRows = async (source: DataSource, ref: number, walk: Walk): Promise<JournalFault | undefined> => {
  for (let after: number | undefined = Number.MIN_SAFE_INTEGER; after !== undefined;) {
    const rows: FoundRow[] = await rowsAfter(source, ref, after);
    for (const row of rows) {
      const fault = walk.step(row, row.link);
      if (fault) return fault;
      if (!hasItsPayload(row)) return { is: 'payload_differs', seq: row.seq };
    }
    after = rows.length === PAGE ? rows.at(-1)?.seq : undefined;
  }
  if (walk.events === 0) return { is: 'out_of_sequence', seq: 1 };
  if (walk.linked === 0) return { is: 'not_chained' };
  if (walk.linked < walk.events) return { is: 'link_missing', seq: walk.linked + 1 };
  return (await hasStrangePayload(source, ref, walk.payloads)) ? { is: 'payload_differs' } : undefined;
};

const hasItsPayload = ({ payload, payload_data: data }: FoundRow): boolean =>
  payload === null || (data !== null && payloadHash(data) === payload);

const rowsAfter = async (source: DataSource, ref: number, seq: number): Promise<FoundRow[]> => {
  const query = source.createQueryBuilder().select('payload.data', 'payload_data').from(JournalEntity, 'journal');
  for (const name of ['seq', 'position', 'type', 'at', 'data', 'payload', 'link'])
    query.addSelect(`journal.${name}`, name);
  const rows = await query
    .leftJoin(PayloadEntity, 'payload', 'payload.execution = journal.execution AND payload.hash = journal.payload')
    .where('journal.execution = :ref AND journal.seq > :seq', { ref, seq })
    .orderBy('journal.seq', 'ASC')
    .limit(PAGE)
    .getRawMany<FoundRow>();
  return rows.map((row) => ({ ...row, seq: Number(row.seq), position: Number(row.position), at: Number(row.at) }));
};

const hasStrangePayload = async (source: DataSource, ref: number, known: ReadonlySet<string>): Promise<boolean> => {
  const rows = await source.getRepository(PayloadEntity).find({ where: { execution: ref }, select: { hash: true } });
  return rows.some(({ hash }) => !known.has(hash));
};

const inArchive = async (source: DataSource, ref: number, walk: Walk): Promise<JournalFault | undefined> => {
  const archive = await source.getRepository(JournalArchiveEntity).findOneBy({ execution: ref });
  const events = archive && unpacked(archive.events);
  if (!events) return { is: 'archive_unreadable' };
  for (const row of archivedRows(walk.execution, events)) {
    const fault = walk.step(row, row.link);
    if (fault) return fault;
  }
  if (walk.linked < walk.events) return { is: 'link_missing', seq: walk.linked + 1 };
  const found = await source.getRepository(JournalSealEntity).findOneBy({ execution: ref });
  if (!found) return { is: 'not_chained' };
  const { head, lastSeq, positions } = sealOf(walk.execution, events);
  const isSealed =
    found.head === head &&
    found.last_seq === lastSeq &&
    found.first_position === (positions?.first ?? null) &&
    found.last_position === (positions?.last ?? null);
  if (!isSealed) return { is: 'link_differs' };
  const isAlone = (await source.getRepository(JournalEntity).countBy({ execution: ref })) === 0;
  return isAlone ? undefined : { is: 'out_of_sequence', seq: walk.events + 1 };
};

/** The events of an archive; undefined when it is none. */
const unpacked = (archive: Buffer): readonly ArchivedEvent[] | undefined => {
  try {
    return unpackJournal(archive);
  } catch {
    return undefined;
  }
};
