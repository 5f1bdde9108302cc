import type { AbortSignalLike, Watched, WatchRequest, WorkflowWatch } from '../../plugin/contract/index.js';
import type { Ending, Found, HappeningKind, Happenings, KeptHappening } from '../ports/index.js';

/** What is told between two marks. */
const HANDFUL = 100;

const LETTERS: Readonly<Record<HappeningKind, string>> = { events: 'e', executions: 'x' };

const cursorOf = (of: HappeningKind, place: number): string => `${LETTERS[of]}${place}`;

const placeOf = (of: HappeningKind, cursor: unknown): number => {
  const [, letter, digits] = /^([ex])(\d{1,15})$/.exec(String(cursor)) ?? [];
  if (digits !== undefined && letter === LETTERS[of]) return Number(digits);
  throw new TypeError(`${String(cursor).slice(0, 40)} is no cursor of a watch of ${of}`);
};

const eventSeen = ({ place, id, name, payload, workflow, at }: KeptHappening): Watched => ({
  ...{ is: 'event', cursor: cursorOf('events', place) },
  ...{ id, name, payload, workflow, at },
});

const executionSeen = ({ place, execution, ...end }: Ending): Watched => ({
  ...{ is: 'execution', cursor: cursorOf('executions', place), id: execution },
  ...{ workflow: end.workflow, status: end.status, output: end.output, error: end.error },
  ...{ metadata: end.metadata, triggers: end.triggers, at: end.at },
});

/** Wakes up who waits, or who is going to. */
class Bell {
  private rung = false;
  private wake: () => void = () => undefined;

  readonly ring = (): void => {
    this.rung = true;
    this.wake();
  };

  async heard(): Promise<void> {
    if (!this.rung) await new Promise<void>((resolve) => (this.wake = resolve));
    this.rung = false;
  }
}

/** Watches over what has happened: first what is there, then what comes. */
export class HappeningWatch implements WorkflowWatch {
  constructor(private readonly happenings: Happenings) {}

  watch({ of, since, signal }: WatchRequest): AsyncIterable<Watched> {
    if (of !== 'events' && of !== 'executions') throw new TypeError('`of` is events or executions');
    return this.follow(of, since === undefined ? undefined : placeOf(of, since), signal);
  }

  private async *follow(
    of: HappeningKind,
    since: number | undefined,
    signal: AbortSignalLike,
  ): AsyncGenerator<Watched, void, void> {
    const bell = new Bell();
    const unlisten = this.happenings.listen(of, bell.ring);
    signal.addEventListener('abort', bell.ring, { once: true });
    try {
      const last = await this.happenings.last(of);
      // A database that was put back from a copy knows fewer places than who has seen them.
      let place = Math.min(since ?? last, last);
      yield { is: 'mark', cursor: cursorOf(of, place) };
      while (!signal.aborted) {
        const { items, upTo } = await this.after(of, place);
        for (const item of items) {
          if (signal.aborted) return;
          yield item;
        }
        if (items.length > 0) yield { is: 'mark', cursor: cursorOf(of, upTo) };
        if (upTo > place) place = upTo;
        else await bell.heard();
      }
    } finally {
      unlisten();
      signal.removeEventListener('abort', bell.ring);
    }
  }

  private async after(of: HappeningKind, place: number): Promise<Found<Watched>> {
    if (of === 'events') {
      const { items, upTo } = await this.happenings.events(place, HANDFUL);
      return { items: items.map(eventSeen), upTo };
    }
    const { items, upTo } = await this.happenings.endings(place, HANDFUL);
    return { items: items.map(executionSeen), upTo };
  }
}
