import { randomUUID } from 'node:crypto';
import type { RunEvent } from '../../src/engine/core/index.js';
import type { JsonObject } from '../../src/kernel/index.js';
import type { Ledger } from './crashes.js';
import type { Obedient, Order, Told } from './obedient.js';

/** Something that a process has said is done. It must hold of the journal whatever became of that process. */
export interface Promised {
  readonly what: string;
  readonly execution: string;
  readonly holds: (events: readonly RunEvent[]) => boolean;
}

/** What the patron knows of an execution. */
interface Known {
  readonly execution: string;
  readonly workflow: 'everything' | 'failing';
  readonly n: number;
  /** Id of the event that it is given; another one after a re-execution, which spends the first. */
  event: string;
  /** Somebody said that it has ended. It may have been reopened since. */
  hasEnded: boolean;
}

interface Start {
  readonly workflow: Known['workflow'];
  readonly n: number;
  readonly key: string;
}

const RERUN = ['/again', '/nap', '/kept', '/saga', '/each', '/tell', '/child', '/known'] as const;

const hasEvent =
  (at: unknown, ...types: RunEvent['type'][]) =>
  (events: readonly RunEvent[]): boolean =>
    events.some((event) => types.includes(event.type) && event.at === at);

/**
 * Somebody outside who starts executions and steers them without pause, over processes that die, and keeps a book of what
 * each process has said. What got no answer is asked again: of the next process, with the same key.
 */
export class Patron {
  readonly promised: Promised[] = [];
  /** Executions whose cancellation was asked for, answered or not. */
  readonly canceled = new Set<string>();
  /** How often each order was done, refused, or cut off by a death. */
  readonly orders = new Map<string, Record<Told['is'], number>>();
  private readonly known = new Map<string, Known>();
  private readonly unsure: Start[] = [];
  private readonly called = new Set<string>();
  private readonly migrations = new Map<string, number>();
  private started = 0;

  constructor(
    private readonly chance: () => number,
    private readonly ledger: Ledger,
  ) {}

  get executions(): number {
    return this.known.size;
  }

  /** Steers until the process has died. */
  async useUntilItDies(process: Obedient): Promise<void> {
    const first = [...this.unsure.splice(0), ...[0, 1, 2].map((at) => this.newStart(at === 2))];
    let alive = (await Promise.all(first.map((start) => this.start(process, start)))).every(Boolean);
    while (alive) {
      const some = this.sample(5).map((known) => this.answerWaits(process, known));
      const steered = [1, 2, 3, 4].map(() => this.steer(process));
      alive = (await Promise.all([...some, ...steered])).every(Boolean);
    }
  }

  /** Brings everything to its end. The process must live. */
  async finish(process: Obedient): Promise<void> {
    await Promise.all(this.unsure.splice(0).map((start) => this.start(process, start)));
    for (;;) {
      const open = (await process.mustDo({ do: 'listOpen' })) as unknown as readonly string[];
      if (open.length === 0) return;
      const mine = open.flatMap((id) => this.known.get(id) ?? []);
      // Forks whose answer died with its process: nobody knows what they wait for.
      if (mine.length === 0) await Promise.all(open.map((id) => this.giveUp(process, id)));
      await Promise.all(
        mine.map(async (known) => (await this.resume(process, known), this.answerWaits(process, known))),
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  private async giveUp(process: Obedient, execution: string): Promise<void> {
    this.canceled.add(execution);
    await process.order({ do: 'cancel', execution });
  }

  private newStart(fails: boolean): Start {
    return { workflow: fails ? 'failing' : 'everything', n: ++this.started, key: randomUUID() };
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.chance() * list.length)];
  }

  private sample(count: number): Known[] {
    const open = [...this.known.values()].filter(({ hasEnded }) => !hasEnded);
    return Array.from({ length: count }, () => this.pick(open)).flatMap((known) => known ?? []);
  }

  /** Answers whether the process still lives. */
  private async order(process: Obedient, order: Order, done: (value: JsonObject) => void): Promise<boolean> {
    const told = await process.order(order);
    const counts = this.orders.get(order.do) ?? { done: 0, refused: 0, died: 0 };
    counts[told.is] += 1;
    this.orders.set(order.do, counts);
    if (told.is === 'done') done(told.value);
    return told.is !== 'died';
  }

  private async start(process: Obedient, start: Start): Promise<boolean> {
    const { workflow, n, key } = start;
    let isKnown = false;
    const lives = await this.order(process, { do: 'start', workflow, input: { n }, key }, ({ execution }) => {
      isKnown = true;
      this.learn(execution as string, workflow, n);
    });
    if (!isKnown) this.unsure.push(start);
    return lives;
  }

  private learn(execution: string, workflow: Known['workflow'], n: number): void {
    this.known.set(execution, { execution, workflow, n, event: randomUUID(), hasEnded: false });
    this.promise('started', execution, (events) => events[0]?.type === 'execution_started');
  }

  private promise(what: string, execution: string, holds: Promised['holds']): void {
    this.promised.push({ what, execution, holds });
  }

  /** Gives an execution all that it may wait for, some of it too early, and most of it more than once. */
  private async answerWaits(process: Obedient, known: Known): Promise<boolean> {
    const { execution, n, event: id, workflow } = known;
    if (workflow === 'failing') return true;
    const event = { id, name: 'paid', payload: { n } };
    const lives = await Promise.all([
      this.order(process, { do: 'deliver', execution, event }, () =>
        this.promise(`event ${id}`, execution, (events) => events.filter(isReceived(id)).length === 1),
      ),
      this.order(process, { do: 'approve', execution, step: '/ok' }, ({ at }) =>
        this.promise('approved', execution, hasEvent(at, 'step_completed')),
      ),
      ...this.tokensOf(execution).map((token) =>
        this.order(process, { do: 'callBack', token, payload: { n } }, ({ at }) => {
          this.called.add(token);
          this.promise('called back', execution, hasEvent(at, 'callback_received', 'step_completed'));
        }),
      ),
    ]);
    return lives.every(Boolean);
  }

  private tokensOf(execution: string): string[] {
    const tokens = [...this.ledger.urls].filter(([key]) => key.startsWith(`${execution}:`));
    return tokens.map(([, url]) => url.split('/').at(-1) as string).filter((token) => !this.called.has(token));
  }

  private resume(process: Obedient, { execution }: Known): Promise<boolean> {
    return this.order(process, { do: 'resume', execution }, ({ at }) =>
      this.promise('resumed', execution, hasEvent(at, 'execution_resumed')),
    );
  }

  /** One thing that somebody may want of an execution, whatever state that is in. */
  private steer(process: Obedient): Promise<boolean> {
    const known = this.pick([...this.known.values()].slice(-60));
    if (!known) return Promise.resolve(true);
    const { execution } = known;
    const at = this.chance();
    if (at < 0.15) return this.pause(process, known);
    if (at < 0.4) return this.resume(process, known);
    if (at < 0.43) return this.cancel(process, known);
    if (at < 0.5)
      return this.order(process, { do: 'checkpoint', execution }, ({ checkpoint }) =>
        this.promise('checkpoint', execution, (events) =>
          events.some((event) => event.type === 'checkpoint_created' && event.checkpoint === checkpoint),
        ),
      );
    if (at < 0.6)
      return this.order(process, { do: 'setVariables', execution, values: { note: String(at) } }, (value) =>
        this.promise('variables', execution, hasEvent(value.at, 'variables_set')),
      );
    if (at < 0.8) return this.reopen(process, known);
    if (at < 0.87) return this.fork(process, known);
    return this.migrate(process);
  }

  private pause(process: Obedient, { execution }: Known): Promise<boolean> {
    return this.order(process, { do: 'pause', execution }, ({ at }) =>
      this.promise('paused', execution, hasEvent(at, 'execution_paused')),
    );
  }

  private cancel(process: Obedient, known: Known): Promise<boolean> {
    const { execution } = known;
    this.canceled.add(execution);
    const compensate = this.chance() < 0.5;
    return this.order(process, { do: 'cancel', execution, compensate }, () => {
      known.hasEnded = true;
      this.promise('canceled', execution, (events) => events.at(-1)?.type === 'execution_canceled');
    });
  }

  private async reopen(process: Obedient, known: Known): Promise<boolean> {
    const { execution, workflow } = known;
    if (this.canceled.has(execution)) return true;
    const step = workflow === 'failing' ? '/bad' : (this.pick(RERUN) as string);
    const operation = { is: workflow === 'failing' ? 'skip' : 'rerun_from', step };
    const lives = await this.order(process, { do: 'reexecute', execution, operation }, ({ at }) =>
      this.promise('reopened', execution, hasEvent(at, 'execution_reopened')),
    );
    [known.event, known.hasEnded] = [randomUUID(), false];
    return lives;
  }

  private fork(process: Obedient, { execution, workflow, hasEnded }: Known): Promise<boolean> {
    // What is open has told its callback URL already, which is not that of the fork.
    if (!hasEnded && workflow === 'everything') return Promise.resolve(true);
    const n = ++this.started;
    const operation = { is: 'fork', input: { n } };
    return this.order(process, { do: 'reexecute', execution, operation }, ({ execution: forked }) =>
      this.learn(forked as string, workflow, n),
    );
  }

  private migrate(process: Obedient): Promise<boolean> {
    const version = this.chance() < 0.6 ? '1.1.0' : '1.0.0';
    const executions = [...this.known.keys()].slice(-20);
    return this.order(process, { do: 'migrate', workflow: 'everything', version, executions }, ({ migratable }) => {
      for (const execution of migratable as string[]) {
        const count = (this.migrations.get(execution + version) ?? 0) + 1;
        this.migrations.set(execution + version, count);
        this.promise(`migrated to ${version}`, execution, (events) => {
          const done = events.filter((event) => event.type === 'execution_migrated' && event.to.version === version);
          return done.length >= count;
        });
      }
    });
  }
}

const isReceived =
  (id: string) =>
  (event: RunEvent): boolean =>
    event.type === 'event_received' && event.event === id;
