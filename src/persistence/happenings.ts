import { isJsonObject, type Json, type JsonObject, type Uuid } from '../kernel/index.js';
import { endOf, type Ended, type RecordedEvent } from '../engine/core/index.js';
import type { Batch, Committed } from '../engine/ports/index.js';
import type { Ending, Found, HappeningKind, Happenings, KeptHappening } from '../integration/ports/index.js';
import { guarded, type SqliteDatabase } from './database.js';
import { unpackJournal } from './writer/archive.js';
import { fromEventRow, type StoredEvent } from './writer/event-row.js';

/** Rows of the journal that are looked at in one go. */
const WINDOW = 20_000;
/** Places of ends that are kept in mind; who is further behind reads the journal. */
const IN_MIND = 10_000;
/** Executions that one looks back through for the triggers that led to one. */
const MOST_ANCESTORS = 32;
const ENDS = ['execution_completed', 'execution_failed', 'execution_canceled'];

type PlacedEvent = StoredEvent & { readonly position: number; readonly execution: number };

interface AboutRow {
  readonly ref: number;
  readonly id: string;
  readonly workflow_id: string;
  readonly workflow_name: string;
  readonly workflow_version: string;
  readonly metadata: string;
}

interface Placed {
  readonly place: number;
  readonly ref: number;
  readonly recorded: RecordedEvent;
}

const textsIn = (value: Json | undefined): readonly string[] | undefined =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;

/* eslint-disable @typescript-eslint/require-await -- the port is for databases that answer later, too */

/** What has happened, from the SQLite file; of what is committed now the ends are kept in mind. */
export class SqliteHappenings implements Happenings {
  private readonly statements;
  private readonly listeners = { events: new Set<() => void>(), executions: new Set<() => void>() };
  /** Places of ends behind `mindFrom`, all of them up to `mindTo`. */
  private mind: number[] = [];
  private mindFrom = Infinity;
  private mindTo = 0;

  constructor(database: SqliteDatabase) {
    this.statements = prepare(database);
  }

  async last(of: HappeningKind): Promise<number> {
    return guarded(() => (of === 'events' ? this.statements.lastEvent.get() : this.statements.lastPosition.get()) ?? 0);
  }

  async events(after: number, most: number): Promise<Found<KeptHappening>> {
    return guarded(() => {
      const items = this.statements.events
        .all(after, most)
        .map(({ payload, ...row }) => ({ ...row, payload: JSON.parse(payload) as Json }));
      return { items, upTo: items.at(-1)?.place ?? after };
    });
  }

  async endings(after: number, most: number): Promise<Found<Ending>> {
    return guarded(() => {
      const { items, upTo } = after >= this.mindFrom ? this.fromMind(after, most) : this.fromJournal(after, most);
      return { items: items.flatMap((placed) => this.endingOf(placed) ?? []), upTo };
    });
  }

  listen(of: HappeningKind, wake: () => void): () => void {
    if (of === 'executions' && this.listeners.executions.size === 0) {
      this.mind = [];
      this.mindFrom = this.mindTo = guarded(() => this.statements.lastPosition.get()) ?? 0;
    }
    this.listeners[of].add(wake);
    return () => {
      this.listeners[of].delete(wake);
      if (of === 'executions' && this.listeners.executions.size === 0) this.mindFrom = Infinity;
    };
  }

  /** After each commit of the journal. Costs nothing while nobody listens. */
  committed({ transitions, events = [] }: Batch, { firstPosition }: Committed): void {
    if (events.length > 0) for (const wake of this.listeners.events) wake();
    if (this.listeners.executions.size === 0) return;
    const before = this.mind.length;
    let position = firstPosition;
    for (const { events: recorded } of transitions)
      for (const { event } of recorded) {
        if (ENDS.includes(event.type)) this.mind.push(position);
        position += 1;
      }
    this.mindTo = Math.max(this.mindTo, position - 1);
    if (this.mind.length === before) return;
    if (this.mind.length > 2 * IN_MIND) {
      const gone = this.mind.splice(0, this.mind.length - IN_MIND);
      this.mindFrom = gone.at(-1) ?? this.mindFrom;
    }
    for (const wake of this.listeners.executions) wake();
  }

  private fromMind(after: number, most: number): Found<Placed> {
    const places = this.mind.filter((place) => place > after).slice(0, most);
    const rows = places.flatMap((place) => this.statements.at.get(place) ?? []);
    // Somebody was so far behind that they are archived.
    if (rows.length < places.length) return this.fromJournal(after, most);
    return { items: rows.map(placedOf), upTo: places.length === most ? (places.at(-1) ?? after) : this.mindTo };
  }

  private fromJournal(after: number, most: number): Found<Placed> {
    const end = Math.min(after + WINDOW, this.statements.lastPosition.get() ?? 0);
    if (end <= after) return { items: [], upTo: after };
    const live = this.statements.ends.all(after, end, most).map(placedOf);
    const archived = this.statements.archived.all(after, end).flatMap(({ ref, events }) =>
      unpackJournal(events).flatMap(({ position, seq, event }) => {
        const isWanted = position > after && position <= end && ENDS.includes(event.type);
        return isWanted ? [{ place: position, ref, recorded: { seq, event } }] : [];
      }),
    );
    const all = [...live, ...archived].sort((a, b) => a.place - b.place).slice(0, most);
    return { items: all, upTo: all.length === most ? (all.at(-1)?.place ?? end) : end };
  }

  private endingOf({ place, ref, recorded }: Placed): Ending | undefined {
    const about = this.statements.about.get(ref);
    const end = endOf(recorded.event);
    if (!about || !end) return undefined;
    return {
      ...{ place, execution: about.id, at: end.at, status: end.is },
      workflow: { id: about.workflow_id, name: about.workflow_name, version: about.workflow_version },
      ...outcomeOf(end),
      metadata: JSON.parse(about.metadata) as JsonObject,
      triggers: this.triggersOf(about),
    };
  }

  /** What it was started with says so, or what the execution that started it was started with. */
  private triggersOf(about: AboutRow): readonly Uuid[] {
    let looked: AboutRow | undefined = about;
    for (let count = 0; looked && count < MOST_ANCESTORS; count++) {
      const { triggers, started_by: startedBy }: JsonObject = JSON.parse(looked.metadata) as JsonObject;
      const found = textsIn(triggers);
      if (found) return found;
      const asked = isJsonObject(startedBy) ? startedBy.execution : undefined;
      const parent: string | undefined =
        typeof asked === 'string' ? asked : (this.statements.parent.get(looked.id) ?? undefined);
      looked = parent === undefined ? undefined : this.statements.byId.get(parent);
    }
    return [];
  }
}

const outcomeOf = (end: Ended): Pick<Ending, 'output' | 'error'> => ({
  output: end.is === 'completed' ? end.output : null,
  error: end.is === 'failed' ? { code: end.failure.code, message: end.failure.message } : null,
});

const placedOf = (row: PlacedEvent): Placed => ({
  place: row.position,
  ref: row.execution,
  recorded: fromEventRow(row),
});

const EVENTS = `SELECT position, journal.execution AS execution, seq, type, at, journal.data AS data,
    payload.data AS payload_data FROM journal
  LEFT JOIN payload ON payload.execution = journal.execution AND payload.hash = journal.payload`;
const ABOUT = 'SELECT ref, id, workflow_id, workflow_name, workflow_version, metadata FROM execution';
const kept = (key: string): string => `coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = '${key}'), 0)`;

const prepare = (database: SqliteDatabase) => ({
  lastEvent: database
    .prepare<[], number>(
      `SELECT max(coalesce((SELECT max(place) FROM kept_event), 0), ${kept('forgotten_event')}) AS last`,
    )
    .pluck(),
  lastPosition: database
    .prepare<[], number>(
      `SELECT max(coalesce((SELECT max(position) FROM journal), 0),
         coalesce((SELECT max(last_position) FROM journal_seal), 0), ${kept('deleted_position')}) AS last`,
    )
    .pluck(),
  events: database.prepare<[number, number], Omit<KeptHappening, 'payload'> & { readonly payload: string }>(
    'SELECT place, id, name, workflow, payload, at FROM kept_event WHERE place > ? ORDER BY place LIMIT ?',
  ),
  ends: database.prepare<[number, number, number], PlacedEvent>(
    `${EVENTS} WHERE position > ? AND position <= ? AND type IN (${ENDS.map((type) => `'${type}'`).join(', ')})
     ORDER BY position LIMIT ?`,
  ),
  at: database.prepare<[number], PlacedEvent>(`${EVENTS} WHERE position = ?`),
  archived: database.prepare<[number, number], { readonly ref: number; readonly events: Buffer }>(
    `SELECT archive.execution AS ref, archive.events AS events FROM journal_seal AS seal
     JOIN journal_archive AS archive ON archive.execution = seal.execution
     WHERE seal.last_position > ? AND seal.first_position <= ?`,
  ),
  about: database.prepare<[number], AboutRow>(`${ABOUT} WHERE ref = ?`),
  byId: database.prepare<[string], AboutRow>(`${ABOUT} WHERE id = ?`),
  parent: database
    .prepare<[string], string | null>(
      `SELECT json_extract(coalesce(payload.data, journal.data), '$.parent.execution') FROM execution
       JOIN journal ON journal.execution = execution.ref
       LEFT JOIN payload ON payload.execution = journal.execution AND payload.hash = journal.payload
       WHERE execution.id = ? ORDER BY seq LIMIT 1`,
    )
    .pluck(),
});
