import { Subscriptions, OutboundWebhooks } from '../../src/integration/index.js';
import type { CommittedEvent, DefinitionEvent, DefinitionLog, EventLog } from '../../src/integration/ports/index.js';
import type { Json, JsonObject } from '../../src/kernel/index.js';
import type { Credential, HttpRequest, HttpResponse } from '../../src/plugin/contract/index.js';
import type { OutboundHttp } from '../../src/plugin/ports/index.js';
import { expressionsOf } from '../../src/composition/expressions.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { settled } from './engine-world.js';
import { MemorySubscriptions } from './memory-subscriptions.js';

export interface Told {
  readonly at: number;
  readonly url: string;
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
}

type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };
/** What the receiver does: answers, fails, or never says anything. */
export type Reaction = Reply | Error | 'silence';

const responseOf = ({ status, headers = {}, body = '' }: Reply): HttpResponse => {
  const bytes = Buffer.from(body);
  const stream = {
    async *[Symbol.asyncIterator]() {
      await Promise.resolve();
      yield bytes;
    },
  };
  const all = (): Promise<Uint8Array> => Promise.resolve(bytes);
  const text = (): Promise<string> => Promise.resolve(body);
  return {
    status,
    headers,
    url: '',
    body: stream,
    bytes: all,
    text,
    json: async () => JSON.parse(await text()) as Json,
  };
};

/** A log of events that tests write by hand. */
export class HandLog implements EventLog {
  readonly types = {
    execution_completed: ['execution_completed'],
    execution_failed: ['execution_failed'],
    execution_canceled: ['execution_canceled'],
    task_failed: ['step_failed'],
    workflow_completed: ['execution_completed'],
  };
  readonly events: CommittedEvent[] = [];
  last = 0;
  erasedUpTo = 0;
  pages = 0;
  failure: Error | undefined;

  commit(type: string, details: JsonObject = {}, execution = 'x'): void {
    this.last += 1;
    const position = this.last;
    const id = `${execution}:${position}`;
    const eventType = type.replace('execution', 'workflow');
    const event = { id, type, event_type: eventType, position, execution_id: execution, details };
    this.events.push({ event, position, execution, workflowId: 'w-id', workflowName: 'w' });
  }

  end(): Promise<number> {
    return this.failure ? Promise.reject(this.failure) : Promise.resolve(this.last);
  }

  erased(): Promise<number> {
    return Promise.resolve(this.erasedUpTo);
  }

  page(after: number, size: number, recorded: ReadonlySet<string>): ReturnType<EventLog['page']> {
    this.pages += 1;
    const names: Record<string, string> = { task_failed: 'step_failed' };
    const isWanted = ({ event }: CommittedEvent): boolean => recorded.has(names[event.type] ?? event.type);
    const events = this.events
      .filter((event) => event.position > Math.max(after, this.erasedUpTo) && isWanted(event))
      .slice(0, size);
    return Promise.resolve({ events, end: events.at(-1)?.position ?? after, isFull: events.length === size });
  }

  execution(id: string): Promise<JsonObject> {
    return Promise.resolve({ id, status: 'completed' });
  }

  trace(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}

/** What becomes of definitions, as tests say it. */
export class HandDefinitions implements DefinitionLog {
  readonly types = ['workflow_created', 'workflow_updated', 'workflow_deleted'];
  readonly kept: DefinitionEvent[] = [];
  private told: (change: DefinitionEvent) => void = () => undefined;

  /** `isTold`: false when the process dies before that. */
  change(type: string, at: number, isTold = true): void {
    const event = { id: `w-id:${type}:${at}`, type, event_type: type, workflow_id: 'w-id', execution_id: null };
    const change = { event, workflowId: 'w-id', workflowName: 'w', at };
    this.kept.push(change);
    if (isTold) this.told(change);
  }

  follow(told: (change: DefinitionEvent) => void): void {
    this.told = told;
  }

  since(at: number): Promise<readonly DefinitionEvent[]> {
    return Promise.resolve(this.kept.filter((change) => change.at >= at));
  }
}

/** Subscriptions over memory, a clock that is turned by hand and a receiver that does as it is told. */
export class SubscriptionWorld {
  readonly timers = new VirtualTimers();
  readonly log = new HandLog();
  definitions = new HandDefinitions();
  readonly told: Told[] = [];
  readonly trouble: string[] = [];
  readonly credentials = new Map<string, Credential>();
  /** By address; else all is well. */
  react: (told: Told) => Reaction = () => ({ status: 204 });
  inFlight = 0;
  mostInFlight = 0;
  subscriptions!: Subscriptions;
  webhooks!: OutboundWebhooks;
  private ids = 0;
  private steps = 0;

  constructor(readonly store = new MemorySubscriptions()) {}

  async open(options = { maxWaiting: 100, keep: 86_400_000 }): Promise<this> {
    const { store, log, timers } = this;
    const keeper = {
      credential: (name: string) => this.credentials.get(name),
      put: (name: string, credential: Credential) => Promise.resolve(void this.credentials.set(name, credential)),
      remove: (name: string) => Promise.resolve(this.credentials.delete(name)),
    };
    const newId = (): string => `id-${++this.ids}`;
    const onTrouble = (what: string): void => void this.trouble.push(what);
    const shared = { store, log, timers, credentials: keeper };
    this.subscriptions = new Subscriptions({
      ...{
        ...shared,
        definitions: this.definitions,
        http: this.http(),
        onTrouble,
        options,
        mask: (text: string) => text,
      },
      parse: { expressions: expressionsOf(timers, newId), refusal: () => undefined },
    });
    const knowsWorkflow = (name: string): Promise<boolean> => Promise.resolve(name === 'w' || name === 'w-id');
    this.webhooks = new OutboundWebhooks({ ...shared, subscriptions: this.subscriptions, newId, knowsWorkflow });
    await this.subscriptions.start();
    return this;
  }

  async subscribe(fields: JsonObject = {}): Promise<string> {
    const made = await this.webhooks.create({ name: 's', url: 'https://one.example/in', ...fields });
    return made.id as string;
  }

  commit(type: string, details: JsonObject = {}): void {
    this.log.commit(type, details);
    const { commits } = this.subscriptions;
    const recorded = type === 'task_failed' ? 'step_failed' : type;
    if (commits.isListening) commits.committed(commits.wanted.has(recorded));
  }

  /** Lets so many ms go by, ringing what is due in its order. */
  async pass(ms: number): Promise<void> {
    const until = this.timers.now() + ms;
    for (await this.quiet(); this.timers.firstRing() <= until; await this.quiet())
      this.timers.turnTo(Math.max(this.timers.now(), this.timers.firstRing()));
    this.timers.turnTo(until);
    await this.quiet();
  }

  /** What is asked for, while the clock goes on. */
  async meanwhile<T>(asked: Promise<T>): Promise<T> {
    asked.catch(() => undefined);
    await this.pass(100);
    return asked;
  }

  /** Fulfils when nothing goes on any more until the clock does. */
  private async quiet(): Promise<void> {
    const activity = (): string =>
      [
        this.told.length,
        this.inFlight,
        this.steps,
        this.log.pages,
        this.store.commits.length,
        this.timers.waiting,
      ].join();
    for (let before = ''; before !== activity();) {
      before = activity();
      await settled();
    }
  }

  async statuses(id: string): Promise<unknown[]> {
    const { items } = await this.webhooks.deliveries(id, { offset: 0, limit: 1000 });
    return items.map(({ status }) => status).reverse();
  }

  private http(): OutboundHttp {
    return { client: ({ signal }) => ({ request: (request) => this.request(request, signal) }) };
  }

  private async request(request: HttpRequest, end: AbortSignal): Promise<HttpResponse> {
    const headers = request.headers ?? {};
    const body = JSON.parse(Buffer.from(request.body as Uint8Array).toString('utf8')) as Json;
    const told = { at: this.timers.now(), url: request.url, id: headers['webhook-id'] ?? '', headers, body };
    this.told.push(told);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      const reaction = this.react(told);
      if (reaction instanceof Error) throw reaction;
      if (reaction !== 'silence') {
        await new Promise((resolve) => setImmediate(resolve));
        this.steps += 1;
        return responseOf(reaction);
      }
      return await new Promise((_, reject) => {
        const abort = (): void => reject(new Error('aborted'));
        end.addEventListener('abort', abort);
        request.signal?.addEventListener('abort', abort, { once: true });
      });
    } finally {
      this.inFlight -= 1;
    }
  }
}
