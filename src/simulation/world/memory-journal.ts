import type { PinnedWorkflow, RecordedEvent, RunEvent } from '../../engine/core/index.js';
import type {
  Batch,
  CachedResult,
  Committed,
  IdempotencyKey,
  Journal,
  JournalHandle,
  KeptEventAt,
  KeptEventQuery,
  LogLine,
  EventToKeep,
  StoredJournal,
} from '../../engine/ports/index.js';
import { HarmoniaError, type Instant, type Uuid } from '../../kernel/index.js';

interface Kept {
  /** As text, as a database would: nobody can change what is written. */
  readonly events: { readonly position: number; readonly text: string }[];
  readonly logs: LogLine[];
}

/** Fewer than a database would give, so that there are pages. */
const EVENTS_AT_ONCE = 3;

/** What a test does to commits: wait, or throw, before or after the batch is written. */
export interface CommitHooks {
  before?: (batch: Batch, commit: number) => void | Promise<void>;
  after?: (batch: Batch, commit: number) => void | Promise<void>;
}

/** A journal in memory that keeps the port's promises, for as long as the test holds it. */
export class MemoryJournal implements Journal {
  readonly hooks: CommitHooks = {};
  /** Commits that were asked for. */
  commits = 0;
  private readonly kept = new Map<Uuid, Kept>();
  private readonly keys = new Map<string, IdempotencyKey>();
  private readonly results = new Map<string, CachedResult>();
  private readonly published: EventToKeep[] = [];
  /** Checkpoints whose names were deleted. */
  private readonly nameless = new Set<Uuid>();
  private lastPosition = 0;

  create(execution: Uuid): JournalHandle {
    return { execution };
  }

  async commit(batch: Batch): Promise<Committed> {
    this.commits += 1;
    const commit = this.commits;
    await this.hooks.before?.(batch, commit);
    const firstPosition = this.write(batch);
    await this.hooks.after?.(batch, commit);
    return { firstPosition };
  }

  async probe(): Promise<void> {
    const nothing = { transitions: [], logs: [], keys: [] };
    await this.hooks.before?.(nothing, this.commits);
  }

  load(execution: Uuid): Promise<StoredJournal | undefined> {
    const found = this.kept.get(execution);
    if (!found) return Promise.resolve(undefined);
    const events = eventsOf(found);
    const { definition } = pinnedIn(events);
    const positions = found.events.map(({ position }) => position);
    return Promise.resolve({ handle: { execution }, definition, events, positions });
  }

  last(execution: Uuid): Promise<RecordedEvent | undefined> {
    const found = this.kept.get(execution);
    return Promise.resolve(found && eventsOf(found).at(-1));
  }

  open(): Promise<readonly Uuid[]> {
    return Promise.resolve([...this.kept].filter(([, found]) => !hasEnded(found)).map(([execution]) => execution));
  }

  recall(scope: string, key: string): Promise<IdempotencyKey | undefined> {
    return Promise.resolve(this.keys.get(`${scope}\n${key}`));
  }

  cached(key: string, now: Instant): Promise<CachedResult | undefined> {
    const found = this.results.get(key);
    return Promise.resolve(found && found.until > now ? found : undefined);
  }

  keptEvents({ name, workflow, since, after = 0 }: KeptEventQuery): Promise<readonly KeptEventAt[]> {
    const isMeant = (event: EventToKeep): boolean =>
      event.name === name && (event.workflow ?? workflow) === workflow && event.at >= since;
    const all = this.published.map((event, index) => ({ event, place: index + 1 }));
    const page = all.filter(({ event, place }) => place > after && isMeant(event)).slice(0, EVENTS_AT_ONCE);
    return Promise.resolve(page.map(({ event: { id, payload }, place }) => ({ place, id, name, payload })));
  }

  deleteCheckpoint(checkpoint: Uuid): Promise<boolean> {
    const isIt = ({ event }: RecordedEvent): boolean =>
      event.type === 'checkpoint_created' && event.checkpoint === checkpoint;
    const known = !this.nameless.has(checkpoint) && [...this.kept.values()].some((found) => eventsOf(found).some(isIt));
    this.nameless.add(checkpoint);
    return Promise.resolve(known);
  }

  delete(execution: Uuid): Promise<boolean> {
    return Promise.resolve(this.kept.delete(execution));
  }

  /** The types of the events of an execution, for a test to look at. */
  types(execution: Uuid): string[] {
    const found = this.kept.get(execution);
    return found ? eventsOf(found).map(({ event }) => event.type) : [];
  }

  events(execution: Uuid): RunEvent[] {
    const found = this.kept.get(execution);
    return found ? eventsOf(found).map(({ event }) => event) : [];
  }

  logsOf(execution: Uuid): readonly LogLine[] {
    return this.kept.get(execution)?.logs ?? [];
  }

  /** All of it or nothing. */
  private write({ transitions, results = [], events: published = [], logs, keys }: Batch): number {
    this.check(transitions, keys);
    const firstPosition = this.lastPosition + 1;
    for (const { handle, events } of transitions) {
      const found = this.kept.get(handle.execution) ?? { events: [], logs: [] };
      this.kept.set(handle.execution, found);
      for (const { event } of events) found.events.push({ position: ++this.lastPosition, text: JSON.stringify(event) });
    }
    for (const line of logs) this.kept.get(line.handle.execution)?.logs.push(line);
    for (const event of published) if (!this.published.some(({ id }) => id === event.id)) this.published.push(event);
    for (const result of results) this.results.set(result.key, result);
    for (const key of keys) this.keys.set(`${key.scope}\n${key.key}`, key);
    return firstPosition;
  }

  /** What is wrong is found before the first line is written. */
  private check(transitions: Batch['transitions'], keys: Batch['keys']): void {
    const names = keys.map(({ scope, key }) => `${scope}\n${key}`);
    const taken = keys.find((_, index) => {
      const name = names[index] as string;
      return this.keys.has(name) || names.indexOf(name) < index;
    });
    if (taken) throw refused(`the key ${taken.key} is taken`);
    const next = new Map<Uuid, number>();
    for (const { handle, events } of transitions) {
      for (const { seq } of events) {
        const expected = (next.get(handle.execution) ?? this.kept.get(handle.execution)?.events.length ?? 0) + 1;
        if (seq !== expected) throw refused(`event ${seq} of ${handle.execution} stands where ${expected} belongs`);
        next.set(handle.execution, seq);
      }
    }
  }
}

const refused = (reason: string): HarmoniaError => new HarmoniaError('storage_unavailable', { reason });

const eventsOf = ({ events }: Kept): RecordedEvent[] =>
  events.map(({ text }, index) => ({ seq: index + 1, event: JSON.parse(text) as RunEvent }));

const startOf = (events: readonly RecordedEvent[]) => {
  const first = events[0]?.event;
  if (first?.type !== 'execution_started') throw new Error('a journal begins with execution_started');
  return first;
};

/** What the execution is pinned to at the end of its journal. */
const pinnedIn = (events: readonly RecordedEvent[]): PinnedWorkflow => {
  const last = events.findLast(({ event }) => event.type === 'execution_migrated')?.event;
  return last?.type === 'execution_migrated' ? last.to : startOf(events).workflow;
};

const ENDS = new Set<RunEvent['type']>(['execution_completed', 'execution_failed', 'execution_canceled']);
const hasEnded = (found: Kept): boolean => ENDS.has(eventsOf(found).at(-1)?.event.type as RunEvent['type']);
