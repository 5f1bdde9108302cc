import {
  deriveUuid,
  fault,
  HarmoniaError,
  type Fault,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import type { Timers } from '../../engine/ports/index.js';
import type {
  DocumentPage,
  EventLog,
  PageWanted,
  StatusWanted,
  StoredDispatch,
  StoredSubscription,
  SubscriptionStore,
  WebhookDirection,
} from '../ports/index.js';
import { bodyOf, refusalOf, workflowFaults, type KnowsWorkflow } from '../body/index.js';
import { keptDocument, OwnSecrets, ownCredential } from '../webhook/index.js';
import { dispatchDocument, sentEventDocument, subscriptionDocument, withoutReason } from './subscription-document.js';
import type { Subscriptions } from './subscriptions.js';

export interface OutboundWebhooksParts {
  readonly store: SubscriptionStore;
  readonly log: Pick<EventLog, 'end'>;
  readonly subscriptions: Subscriptions;
  readonly credentials: CredentialKeeper;
  readonly timers: Timers;
  readonly newId: () => Uuid;
  readonly knowsWorkflow: KnowsWorkflow;
}

/** ms after which what is sent by request is sent again, when nobody has recorded what came of it. */
const LEASE = 120_000;

/** Fields of which one takes the place of the others. */
const INSTEAD = [
  ['workflow', 'workflow_id'],
  ['retries', 'retry_config'],
  ['auth', 'auth_type', 'auth_config'],
];

const SUBJECT = 'The webhook';

const refused = (...faults: readonly Fault[]): HarmoniaError => refusalOf(SUBJECT, faults);

const given = (body: Json): JsonObject => {
  const named = bodyOf(body, SUBJECT);
  const field = 'disabled_reason';
  if (!Object.hasOwn(named, field)) return named;
  throw refused(fault('unknown_field', `/${field}`, { field, known: 'enabled' }));
};

const changed = (before: JsonObject, body: JsonObject): JsonObject => {
  const gone = INSTEAD.filter((names) => names.some((name) => Object.hasOwn(body, name))).flat();
  const rest = Object.fromEntries(Object.entries(before).filter(([name]) => !gone.includes(name)));
  return Object.hasOwn(body, 'enabled') ? { ...withoutReason(rest), ...body } : { ...rest, ...body };
};

/** Webhooks that Harmonia sends: keeping them, and what became of what they sent. */
export class OutboundWebhooks implements WebhookDirection {
  private readonly secrets: OwnSecrets;

  constructor(private readonly parts: OutboundWebhooksParts) {
    this.secrets = new OwnSecrets(parts.credentials);
  }

  create(body: Json): Promise<JsonObject> {
    const { newId, timers, log, subscriptions } = this.parts;
    return subscriptions.turns.take(async () => {
      const now = timers.now();
      // What is committed from now on.
      const cursor = await log.end();
      return this.save(given(body), { id: newId(), cursor, gap: null, createdAt: now, updatedAt: now });
    });
  }

  update(id: Uuid, body: Json): Promise<JsonObject> {
    return this.parts.subscriptions.turns.take(async () => {
      const { document, ...about } = await this.mustFind(id);
      // Two changes within a millisecond are told apart.
      const updatedAt = Math.max(this.parts.timers.now(), about.updatedAt + 1);
      return this.save(changed(document, given(body)), { ...about, updatedAt }, { ...about, document });
    });
  }

  async list(page: PageWanted): Promise<DocumentPage> {
    const { items, total } = await this.parts.store.list(page);
    return { items: await Promise.all(items.map((stored) => this.shown(stored))), total };
  }

  async find(id: Uuid): Promise<JsonObject | undefined> {
    const stored = await this.parts.store.find(id);
    return stored && this.shown(stored);
  }

  remove(id: Uuid): Promise<boolean> {
    const { subscriptions, store } = this.parts;
    return subscriptions.turns.take(async () => {
      const stored = await store.find(id);
      if (!stored || !(await store.remove(id))) return false;
      await subscriptions.gone(id);
      await this.secrets.forget(ownCredential(id, stored.document));
      return true;
    });
  }

  async deliver(id: Uuid, payload: Json, key: string | undefined): Promise<JsonObject> {
    const { store, timers, newId, subscriptions } = this.parts;
    await this.mustFind(id);
    const at = timers.now();
    const dispatch = key === undefined ? newId() : deriveUuid('dispatch-by-hand', id, key);
    const content = { is: 'payload', payload } as const;
    const isNew = await store.add({ id: dispatch, subscription: id, position: null, content, at, due: at + LEASE });
    if (isNew) await subscriptions.sendNow(await this.mustFindDispatch(dispatch));
    // It was deleted a moment ago.
    else await this.mustFind(id);
    return this.outcome(dispatch, !isNew);
  }

  async redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject | undefined> {
    const { store, timers, subscriptions } = this.parts;
    const found = await store.dispatch(delivery);
    if (!found) return undefined;
    if (key !== undefined && found.key === key) return this.outcome(delivery, true);
    if (!(await store.again(delivery, timers.now() + LEASE, key ?? null)))
      throw new HarmoniaError('conflict', { reason: `Delivery ${delivery} is still on its way` });
    await subscriptions.sendNow(await this.mustFindDispatch(delivery));
    return this.outcome(delivery, false);
  }

  async redeliverDead(id: Uuid): Promise<number> {
    const { store, timers, subscriptions } = this.parts;
    await this.mustFind(id);
    const count = await store.againDead(id, timers.now());
    subscriptions.wake(id);
    return count;
  }

  async events(id: Uuid, page: PageWanted): Promise<DocumentPage> {
    return this.page(id, page, sentEventDocument);
  }

  async deliveries(id: Uuid, page: PageWanted & StatusWanted): Promise<DocumentPage> {
    return this.page(id, page, dispatchDocument);
  }

  private async page(
    id: Uuid,
    { offset, limit, status }: PageWanted & StatusWanted,
    document: (dispatch: StoredDispatch) => JsonObject,
  ): Promise<DocumentPage> {
    await this.mustFind(id);
    if (status === 'failed')
      throw refused(fault('wrong_type', '/status', { expected: 'pending, delivered or dead: this webhook is sent' }));
    const { items, total } = await this.parts.store.dispatches(id, { offset, limit, ...(status && { status }) });
    return { items: items.map(document), total };
  }

  private async save(
    document: JsonObject,
    about: Omit<StoredSubscription, 'document'>,
    before?: StoredSubscription,
  ): Promise<JsonObject> {
    const { store, subscriptions } = this.parts;
    const parsed = subscriptions.parse(document);
    const { subscription, isMasked } = parsed;
    const own = before && ownCredential(before.id, before.document);
    const was = before && { own, type: subscriptions.parseKept(before.document).subscription.auth.type };
    const faults = [
      ...parsed.faults,
      ...(await workflowFaults(document, subscription.workflow, this.parts.knowsWorkflow)),
      ...this.secrets.faults({ auth: subscription.auth, ...(isMasked && { isMasked }) }, was),
    ];
    if (faults.length > 0) throw refused(...faults);
    const credential = await this.secrets.keep(parsed, about.id, own);
    const stored = { ...about, document: keptDocument(document, credential) };
    try {
      await store.save(stored);
    } catch (error) {
      if (parsed.secret) await this.secrets.forget(credential);
      throw error;
    }
    subscriptions.changed(stored);
    if (own !== ownCredential(stored.id, stored.document)) await this.secrets.forget(own);
    return this.shown(stored);
  }

  private async shown(stored: StoredSubscription): Promise<JsonObject> {
    const { subscriptions, store } = this.parts;
    const { subscription } = subscriptions.parseKept(stored.document);
    const pending = await store.pending(stored.id);
    return subscriptionDocument(stored, { subscription, pending, reader: subscriptions.reader(stored.id) });
  }

  private async outcome(dispatch: Uuid, repeated: boolean): Promise<JsonObject> {
    return { ...dispatchDocument(await this.mustFindDispatch(dispatch)), repeated };
  }

  private async mustFind(id: Uuid): Promise<StoredSubscription> {
    const stored = await this.parts.store.find(id);
    if (!stored) throw new HarmoniaError('webhook_not_found', { id });
    return stored;
  }

  private async mustFindDispatch(id: Uuid): Promise<StoredDispatch> {
    const found = await this.parts.store.dispatch(id);
    if (!found) throw new HarmoniaError('delivery_not_found', { id });
    return found;
  }
}
