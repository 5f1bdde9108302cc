import type { RecordedEvent, RunEvent, RunOrder } from '../core/index.js';
import type { Batch, CachedResult, IdempotencyKey, LogLine, Publication, EventToKeep } from '../ports/index.js';
import type { FamilyOrder } from './families.js';
import type { Answer, Reply, Work } from './inbox.js';
import type { LiveExecution, Loaded } from './live-execution.js';

/** One group commit in the making. */
export class Group {
  readonly transitions = new Map<LiveExecution, RecordedEvent[]>();
  readonly keys: IdempotencyKey[] = [];
  readonly replies: { readonly reply: Reply; readonly answer: Answer }[] = [];
  readonly started: LiveExecution[] = [];
  readonly results: CachedResult[] = [];
  readonly events: EventToKeep[] = [];
  readonly works: Work[] = [];
  readonly runs: { readonly live: LiveExecution; readonly order: RunOrder }[] = [];
  readonly families: { readonly live: LiveExecution; readonly order: FamilyOrder }[] = [];
  readonly stops: { readonly live: LiveExecution; readonly step: string; readonly attempt: number }[] = [];

  /** Call right after the decision that gave the events: they get their places from the state. */
  add(live: LiveExecution, events: readonly RunEvent[]): void {
    const recorded = live.record(events);
    const before = this.transitions.get(live);
    if (before) before.push(...recorded);
    else this.transitions.set(live, recorded);
    for (const event of events) {
      if (event.type !== 'step_completed' || event.cache_until === undefined) continue;
      const key = live.cacheKeys.get(event.step);
      if (key !== undefined) this.results.push({ key, output: event.output, until: event.cache_until });
    }
  }

  /** Nothing would be written. */
  get isEmpty(): boolean {
    return this.transitions.size === 0 && this.events.length === 0;
  }

  /** Tells the callers: what they asked for is written. */
  reply(): void {
    for (const { reply, answer } of this.replies) reply.accept(answer);
  }

  /** What is told once the group is written. */
  publications(firstPosition: number): Publication[] {
    let position = firstPosition;
    return [...this.transitions].map(([live, events]) => {
      live.published = live.state.seq;
      const published = events.map((recorded) => ({ position: position++, recorded }));
      return { execution: live.id, state: live.state, events: published };
    });
  }

  batch(logs: readonly LogLine[]): Batch {
    const transitions = [...this.transitions].map(([{ handle }, events]) => ({ handle, events }));
    const { results, events, keys } = this;
    const more = { ...(results.length > 0 && { results }), ...(events.length > 0 && { events }) };
    return { transitions, logs, keys, ...more };
  }
}

/**
 * A resume orders again what runs. Its result may have come meanwhile and wait to be decided: only what these events
 * began is run (E2).
 */
export const begins = (events: readonly RunEvent[], { step, attempt }: RunOrder): boolean =>
  events.some((event) => event.type === 'step_started' && event.step === step && event.attempt === attempt);

/** Whether deadlines of the execution are others after these events, or were not heard before them. */
export const isTimedAnew = ([first]: readonly RunEvent[]): boolean => first !== undefined && TIMES_ANEW.has(first.type);

/** Those that one of these begins with. */
const TIMES_ANEW: ReadonlySet<RunEvent['type']> = new Set([
  'execution_reopened',
  'execution_migrated',
  'execution_resumed',
  'budget_raised',
]);

/** What commits wrote that were reported as failed, in the order of positions: nobody was told of it yet. */
export const missedPublications = (loaded: readonly Loaded[]): Publication[] => {
  const publications = loaded.flatMap(({ live, stored: { events, positions } }) => {
    const missed = events.flatMap((recorded, index) =>
      recorded.seq > live.published ? [{ position: positions[index] ?? 0, recorded }] : [],
    );
    live.published = live.state.seq;
    return missed.length > 0 ? [{ execution: live.id, state: live.state, events: missed }] : [];
  });
  const first = ({ events }: Publication): number => events[0]?.position ?? 0;
  return publications.sort((a, b) => first(a) - first(b));
};
