import { canonicalJson, contentHash, HarmoniaError, Turns, type JsonObject, type Uuid } from '../../kernel/index.js';
import { bodyOf, mustHaveNone, workflowFaults, type KnowsWorkflow } from '../body/index.js';
import { senderOf, sourceOf, targetOrFailure, type ActionChecks, type Inbox } from '../inbox/index.js';
import type { DocumentPage, PageWanted, StoredTrigger, Triggers, TriggerStore } from '../ports/index.js';
import { faultsNow, parseTrigger } from './parse-trigger.js';
import type { TriggerDefinition } from './trigger-definition.js';
import { kindDocument, occurrenceDocument, triggerDocument } from './trigger-document.js';
import { notFound, TriggerRunner, type RunnerParts } from './trigger-runner.js';

export interface TriggerServiceParts extends Omit<RunnerParts, 'store' | 'inbox'> {
  readonly store: TriggerStore;
  readonly inbox: Pick<Inbox, 'accept' | 'list' | 'find' | 'redeliver'>;
  readonly parse: ActionChecks;
  readonly newId: () => Uuid;
  readonly knowsWorkflow: KnowsWorkflow;
}

const SUBJECT = 'The trigger';

const documentOf = (body: unknown): JsonObject =>
  Object.fromEntries(Object.entries(bodyOf(body, SUBJECT)).filter(([, value]) => value !== null));

/** What is asked for again under one id must be what was asked for first, whatever has become of that since. */
const sameAs = (known: StoredTrigger, madeOf: string): StoredTrigger => {
  if (known.madeOf === madeOf) return known;
  throw new HarmoniaError('idempotency_conflict', { key: known.id });
};

/** Triggers: kept, and those that are enabled run. */
export class TriggerService implements Triggers {
  private readonly runners = new Map<Uuid, TriggerRunner>();
  /** One change at a time. */
  private readonly turns = new Turns();
  private isOpen = false;
  private unlisten: () => void = () => undefined;

  constructor(private readonly parts: TriggerServiceParts) {}

  /** Runs those that are enabled. */
  async start(): Promise<void> {
    this.isOpen = true;
    this.unlisten = this.parts.kinds.onChange(() => {
      for (const runner of this.runners.values()) runner.pluginsChanged();
    });
    for (const stored of await this.parts.store.all()) void this.run(stored);
  }

  /** Fulfils when none runs any more, or those that do not end were waited for long enough. */
  async stop(): Promise<void> {
    this.isOpen = false;
    this.unlisten();
    await this.turns.settled();
    await Promise.all([...this.runners.values()].map((runner) => runner.stop()));
    this.runners.clear();
  }

  create(body: unknown, id = this.parts.newId()): Promise<{ readonly trigger: JsonObject; readonly isNew: boolean }> {
    return this.turns.take(async () => {
      const document = documentOf(body);
      const madeOf = contentHash(canonicalJson(document));
      const known = await this.parts.store.find(id);
      if (known) return { trigger: await this.shown(sameAs(known, madeOf)), isNew: false };
      await this.check(document);
      const now = this.parts.timers.now();
      const stored = { id, document, madeOf, createdAt: now, updatedAt: now };
      await this.parts.store.save(stored, false);
      void this.run(stored);
      return { trigger: await this.shown(stored), isNew: true };
    });
  }

  replace(id: Uuid, body: unknown): Promise<JsonObject> {
    return this.turns.take(async () => {
      const before = await this.mustFind(id);
      const given = documentOf(body);
      const enabled = given.enabled ?? before.document.enabled;
      return this.changed(before, { ...given, ...(enabled !== undefined && { enabled }) });
    });
  }

  enable(id: Uuid, isEnabled: boolean): Promise<JsonObject> {
    return this.turns.take(async () => {
      const before = await this.mustFind(id);
      if ((this.definitionOf(before)?.enabled ?? false) === isEnabled) return this.shown(before);
      const document = { ...before.document, enabled: isEnabled };
      // One that cannot run any more can still be switched off.
      return isEnabled ? this.changed(before, document) : this.put(before, document);
    });
  }

  async get(id: Uuid): Promise<JsonObject> {
    return this.shown(await this.mustFind(id));
  }

  async list(page: PageWanted): Promise<DocumentPage> {
    const { items, total } = await this.parts.store.list(page);
    return { items: await Promise.all(items.map((stored) => this.shown(stored))), total };
  }

  remove(id: Uuid): Promise<void> {
    return this.turns.take(async () => {
      if (!(await this.parts.store.remove(id))) throw notFound(id);
      const runner = this.runners.get(id);
      this.runners.delete(id);
      await runner?.stop();
    });
  }

  async deliveries(id: Uuid, page: PageWanted): Promise<DocumentPage> {
    await this.mustFind(id);
    const { items, total } = await this.parts.inbox.list(sourceOf('trigger', id), page);
    return { items: items.map((delivery) => occurrenceDocument(id, delivery)), total };
  }

  async redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject | undefined> {
    const { inbox } = this.parts;
    const first = await inbox.find(delivery);
    const id = first && senderOf('trigger', first);
    if (!first || id === undefined) return undefined;
    const { document } = await this.mustFind(id);
    const { definition, faults } = parseTrigger(document, this.parts.parse);
    mustHaveNone(SUBJECT, faults);
    const target = targetOrFailure(definition, { payload: first.payload });
    const { delivery: made, isNew } = await inbox.redeliver(first, target, key);
    const stored = await inbox.find(made);
    if (!stored) throw new HarmoniaError('delivery_not_found', { id: made });
    return { ...occurrenceDocument(id, stored), repeated: !isNew };
  }

  types(): readonly JsonObject[] {
    return this.parts.kinds.all().map(kindDocument);
  }

  private async changed(before: StoredTrigger, document: JsonObject): Promise<JsonObject> {
    await this.check(document);
    return this.put(before, document);
  }

  private async put(before: StoredTrigger, document: JsonObject): Promise<JsonObject> {
    const updatedAt = Math.max(this.parts.timers.now(), before.updatedAt + 1);
    const stored = { ...before, document, updatedAt };
    // What a trigger of one type remembers means nothing to another.
    await this.parts.store.save(stored, document.type !== before.document.type);
    void this.run(stored);
    return this.shown(stored);
  }

  private async check(document: JsonObject): Promise<void> {
    const { kinds, guard, knowsWorkflow, parse } = this.parts;
    const { definition, faults: found } = parseTrigger(document, parse);
    const faults = [...found];
    if (definition.type !== '')
      faults.push(...faultsNow(definition, { kinds, credential: (name) => guard.credential(name) }));
    faults.push(...(await workflowFaults(document, definition.action.workflow, knowsWorkflow)));
    mustHaveNone(SUBJECT, faults);
  }

  /** Undefined: a later release cannot read what this one wrote. */
  private definitionOf({ document }: StoredTrigger): TriggerDefinition | undefined {
    const { definition, faults } = parseTrigger(document, this.parts.parse);
    return faults.length === 0 ? definition : undefined;
  }

  private run(stored: StoredTrigger): Promise<void> {
    const definition = this.definitionOf(stored);
    const runner = this.runners.get(stored.id) ?? new TriggerRunner(stored.id, definition, this.parts);
    if (!this.isOpen) return Promise.resolve();
    this.runners.set(stored.id, runner);
    return runner.change(definition);
  }

  private async shown(stored: StoredTrigger): Promise<JsonObject> {
    const { items, total } = await this.parts.inbox.list(sourceOf('trigger', stored.id), { offset: 0, limit: 1 });
    const now = { definition: this.definitionOf(stored), runner: this.runners.get(stored.id) };
    return triggerDocument(stored, { ...now, told: { total, newest: items[0] } });
  }

  private async mustFind(id: Uuid): Promise<StoredTrigger> {
    const stored = await this.parts.store.find(id);
    if (!stored) throw notFound(id);
    return stored;
  }
}
