import {
  canonicalJson,
  fault,
  HarmoniaError,
  isJsonObject,
  Turns,
  type Fault,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import type { Inbox } from '../inbox/index.js';
import type { DocumentPage, PageWanted, StoredTrigger, Triggers, TriggerStore } from '../ports/index.js';
import { withSnakeNames } from '../webhook/index.js';
import { faultsNow, parseTrigger, type ParseWith } from './parse-trigger.js';
import type { TriggerDefinition } from './trigger-definition.js';
import { kindDocument, occurrenceDocument, triggerDocument } from './trigger-document.js';
import { sourceOf } from './trigger-run.js';
import { notFound, TriggerRunner, type RunnerParts } from './trigger-runner.js';

export interface TriggerServiceParts extends Omit<RunnerParts, 'store' | 'inbox'> {
  readonly store: TriggerStore;
  readonly inbox: Pick<Inbox, 'accept' | 'list'>;
  readonly parse: ParseWith;
  readonly newId: () => Uuid;
  /** Whether there is a workflow of that id or name. */
  readonly knowsWorkflow: (workflow: string) => Promise<boolean>;
}

const refused = (faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The trigger', count: faults.length }, { faults });

const bodyOf = (body: unknown): JsonObject => {
  if (!isJsonObject(body)) throw refused([fault('wrong_type', '', { expected: 'an object' })]);
  return Object.fromEntries(Object.entries(withSnakeNames(body)).filter(([, value]) => value !== null));
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
      const document = bodyOf(body);
      const known = await this.parts.store.find(id);
      if (known) return { trigger: await this.shown(this.sameAs(known, document)), isNew: false };
      await this.check(document);
      const now = this.parts.timers.now();
      const stored = { id, document, createdAt: now, updatedAt: now };
      await this.parts.store.save(stored, false);
      void this.run(stored);
      return { trigger: await this.shown(stored), isNew: true };
    });
  }

  replace(id: Uuid, body: unknown): Promise<JsonObject> {
    return this.turns.take(async () => {
      const before = await this.mustFind(id);
      const given = bodyOf(body);
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
      const runner = this.runners.get(id);
      this.runners.delete(id);
      const stopped = runner?.stop();
      if (!(await this.parts.store.remove(id))) throw notFound(id);
      await stopped;
    });
  }

  async deliveries(id: Uuid, page: PageWanted): Promise<DocumentPage> {
    await this.mustFind(id);
    const { items, total } = await this.parts.inbox.list(sourceOf(id), page);
    return { items: items.map((delivery) => occurrenceDocument(id, delivery)), total };
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

  /** What is asked for again under one id must be the same. */
  private sameAs(known: StoredTrigger, document: JsonObject): StoredTrigger {
    if (canonicalJson(known.document) === canonicalJson(document)) return known;
    throw new HarmoniaError('conflict', { reason: `Trigger ${known.id} was made of something else` });
  }

  private async check(document: JsonObject): Promise<void> {
    const { kinds, guard, knowsWorkflow, parse } = this.parts;
    const { definition, faults: found } = parseTrigger(document, parse);
    const faults = [...found];
    if (definition.type !== '')
      faults.push(...faultsNow(definition, { kinds, credential: (name) => guard.credential(name) }));
    const { workflow } = definition.action;
    if (workflow && !(await knowsWorkflow(workflow))) {
      const where = Object.hasOwn(document, 'workflow') ? '/workflow' : '/workflow_id';
      faults.push(fault('hook_unknown_workflow', where, { workflow }));
    }
    if (faults.length > 0) throw refused(faults);
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
    const { items, total } = await this.parts.inbox.list(sourceOf(stored.id), { offset: 0, limit: 1 });
    const now = { definition: this.definitionOf(stored), runner: this.runners.get(stored.id) };
    return triggerDocument(stored, { ...now, told: { total, newest: items[0] } });
  }

  private async mustFind(id: Uuid): Promise<StoredTrigger> {
    const stored = await this.parts.store.find(id);
    if (!stored) throw notFound(id);
    return stored;
  }
}
