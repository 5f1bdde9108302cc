import type { Delivery } from '../../src/integration/inbox/inbox.js';
import type { Accepted, TriggerKind, TriggerKinds, TriggerSaid } from '../../src/integration/ports/index.js';
import { TriggerService } from '../../src/integration/trigger/index.js';
import { err, HarmoniaError, ok, type Json, type JsonObject } from '../../src/kernel/index.js';
import { budgetFaults } from '../../src/composition/budgets.js';
import { expressionsOf } from '../../src/composition/expressions.js';
import { definePlugin, defineTrigger, type TriggerContext } from '../../src/plugin/contract/index.js';
import { checkOutput } from '../../src/plugin/host/index.js';
import { VirtualTimers } from '../../src/simulation/index.js';
import { settled } from './engine-world.js';
import { MemoryTriggers } from './memory-triggers.js';

type Run = (context: TriggerContext) => Promise<void>;

/** The one type of triggers that there is, `test/it`: what it does is what the test says. */
export class HandKinds implements TriggerKinds {
  private readonly listeners = new Set<() => void>();
  private version: object | undefined = {};

  constructor(public run: Run) {}

  find(type: string): TriggerKind | undefined {
    if (type !== 'test/it' || !this.version) return undefined;
    const it = defineTrigger({ id: 'it', description: 'What the test says.', run: (context) => this.run(context) });
    const [trigger = it] = definePlugin({ id: 'test', triggers: [it] }).triggers;
    return { type, plugin: 'test', trigger, config: {}, hosts: [], services: {}, version: this.version };
  }

  all(): readonly TriggerKind[] {
    return [this.find('test/it')].flatMap((kind) => kind ?? []);
  }

  faults(): readonly never[] {
    return [];
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** The plugin has another version, or is not there any more. */
  change(isThere = true): void {
    this.version = isThere ? {} : undefined;
    this.tell();
  }

  /** Another plugin has changed. */
  tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** An inbox that keeps each message id once, unless it is told to refuse. */
export class HandInbox {
  readonly kept: Delivery[] = [];
  refusal: Error | undefined;

  accept(delivery: Delivery): Promise<Accepted> {
    if (this.refusal) return Promise.reject(this.refusal);
    const isNew = !this.kept.some(({ messageId }) => messageId === delivery.messageId);
    if (isNew) this.kept.push(delivery);
    return Promise.resolve({ delivery: 'd', isNew, status: 'pending', executions: [] });
  }

  list(): Promise<{ items: readonly never[]; total: number }> {
    return Promise.resolve({ items: [], total: this.kept.length });
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  redeliver(): Promise<Accepted> {
    throw new Error('nothing that is kept can be found');
  }

  get ids(): unknown[] {
    return this.kept.map(({ messageId }) => messageId);
  }
}

/** The runtime of triggers over a clock that the test moves. */
export class TriggerWorld {
  readonly timers = new VirtualTimers();
  readonly store = new MemoryTriggers();
  readonly inbox = new HandInbox();
  readonly said: TriggerSaid[] = [];
  readonly kinds: HandKinds;
  service: TriggerService;

  constructor(run: Run) {
    this.kinds = new HandKinds(run);
    this.service = this.make();
  }

  /** Another process over the same store. */
  make(): TriggerService {
    const { timers, store, inbox, kinds } = this;
    const mask = (text: string): string => text.replaceAll('hush', '***');
    return (this.service = new TriggerService({
      ...{ timers, store, inbox, kinds, newId: () => 'unused' },
      http: { client: () => ({}) as never },
      guard: {
        credential: () => undefined,
        text: mask,
        json: (value, maxBytes) => {
          const checked = checkOutput(value, maxBytes);
          if (checked.is === 'json') return ok(JSON.parse(mask(JSON.stringify(checked.output))) as Json);
          return err(checked.failure.code === 'payload_too_large' ? 'too_large' : 'no_json');
        },
      },
      parse: { expressions: expressionsOf(timers, () => 'uuid'), budgetFaults },
      knowsWorkflow: (workflow) => Promise.resolve(workflow !== 'missing'),
      log: (said) => void this.said.push(said),
    }));
  }

  /** Starts the service with one trigger. */
  async begin(more: JsonObject = {}): Promise<void> {
    await this.service.start();
    await this.service.create({ name: 'it', type: 'test/it', workflow: 'w', ...more }, 'it');
    await settled();
  }

  async pass(ms: number): Promise<void> {
    this.timers.advance(ms);
    await settled();
  }

  shown(): Promise<JsonObject> {
    return this.service.get('it');
  }
}

export const FULL = new HarmoniaError('backlog_full', { count: 1, what: 'deliveries', limit: 1, setting: 'X' });
