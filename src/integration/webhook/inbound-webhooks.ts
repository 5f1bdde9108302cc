import { randomBytes } from 'node:crypto';
import {
  fault,
  HarmoniaError,
  isJsonObject,
  traceHeaders,
  Turns,
  type Clock,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import { currentContext } from '../../tekton/utilities/context/index.js';
import { bodyOf, mustHaveNone, refusalOf, workflowFaults, type KnowsWorkflow } from '../body/index.js';
import { PATIENCE, senderOf, sourceOf, targetOrFailure, type Inbox } from '../inbox/index.js';
import type {
  Accepted,
  DeliveryFailure,
  DocumentPage,
  InboxTarget,
  PageWanted,
  StatusWanted,
  StoredDelivery,
  StoredWebhook,
  WebhookDirection,
  WebhookStore,
} from '../ports/index.js';
import { keptDocument, OwnSecrets, type KeptAuth } from './own-secrets.js';
import { parseDefinition, type ParsedWebhook, type ParseWith } from './parse-definition.js';
import type { Refusals } from './refusals.js';
import type { RequestWords } from './webhook-definition.js';
import type { WebhookDefinitions } from './webhook-definitions.js';
import { deliveryDocument, eventDocument, ownCredential, webhookDocument } from './webhook-document.js';

export interface InboundWebhooksParts {
  readonly store: WebhookStore;
  readonly definitions: WebhookDefinitions;
  readonly inbox: Pick<Inbox, 'accept' | 'find' | 'list' | 'redeliver'>;
  readonly credentials: CredentialKeeper;
  readonly refusals: Refusals;
  readonly parse: ParseWith;
  readonly clock: Clock;
  readonly newId: () => Uuid;
  readonly knowsWorkflow: KnowsWorkflow;
  /** Address under which others reach the service. */
  readonly origin: string;
}

const RANDOM_BYTES = 18;
const SUBJECT = 'The webhook';

/** Fields of which one takes the place of the others. */
const INSTEAD = [
  ['workflow', 'workflow_id'],
  ['auth', 'auth_type', 'auth_config'],
];

const changed = (before: JsonObject, given: JsonObject): JsonObject => {
  const gone = INSTEAD.filter((names) => names.some((name) => Object.hasOwn(given, name))).flat();
  return { ...Object.fromEntries(Object.entries(before).filter(([name]) => !gone.includes(name))), ...given };
};

/** Webhooks that others call: keeping them, and what came in through them. */
export class InboundWebhooks implements WebhookDirection {
  /** One change at a time: a secret and the document that names it belong together. */
  private readonly turns = new Turns();

  private readonly secrets: OwnSecrets;

  constructor(private readonly parts: InboundWebhooksParts) {
    this.secrets = new OwnSecrets(parts.credentials);
  }

  create(body: Json): Promise<JsonObject> {
    const { newId, clock } = this.parts;
    const now = clock.now();
    return this.turns.take(() => this.save(bodyOf(body, SUBJECT), { id: newId(), createdAt: now, updatedAt: now }));
  }

  update(id: Uuid, body: Json): Promise<JsonObject> {
    return this.turns.take(() => this.change(id, body));
  }

  private async change(id: Uuid, body: Json): Promise<JsonObject> {
    const before = await this.mustFind(id);
    // Two changes within a millisecond are told apart.
    const updatedAt = Math.max(this.parts.clock.now(), before.updatedAt + 1);
    const { createdAt } = before;
    return this.save(changed(before.document, bodyOf(body, SUBJECT)), { id, createdAt, updatedAt }, before);
  }

  async list(page: PageWanted): Promise<DocumentPage> {
    const { items, total } = await this.parts.store.list(page);
    return { items: items.map((stored) => this.shown(stored)), total };
  }

  async find(id: Uuid): Promise<JsonObject | undefined> {
    const stored = await this.parts.store.find(id);
    return stored && this.shown(stored);
  }

  remove(id: Uuid): Promise<boolean> {
    return this.turns.take(() => this.erase(id));
  }

  private async erase(id: Uuid): Promise<boolean> {
    const stored = await this.parts.store.find(id);
    if (!stored || !(await this.parts.store.remove(id))) return false;
    this.parts.definitions.changed(stored.endpoint);
    this.parts.refusals.forget(id);
    await this.secrets.forget(ownCredential(id, stored.document));
    return true;
  }

  async deliver(id: Uuid, payload: Json, key: string | undefined): Promise<JsonObject> {
    const trace = currentContext()?.trace;
    const circumstances = { headers: trace ? traceHeaders(trace) : {}, query: {} };
    const target = this.targetOf(await this.mustFind(id), { payload, headers: {}, query: {} });
    const delivery = { source: sourceOf('webhook', id), messageId: key ?? null, payload, circumstances, target };
    return this.outcome(id, await this.parts.inbox.accept(delivery, PATIENCE));
  }

  async events(id: Uuid, page: PageWanted): Promise<DocumentPage> {
    return this.page(id, page, eventDocument);
  }

  async deliveries(id: Uuid, page: PageWanted & StatusWanted): Promise<DocumentPage> {
    return this.page(id, page, deliveryDocument);
  }

  async redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject | undefined> {
    const { inbox } = this.parts;
    const first = await inbox.find(delivery);
    const webhook = first && senderOf('webhook', first);
    if (!first || webhook === undefined) return undefined;
    const { headers, query } = first.circumstances;
    const words = {
      payload: first.payload,
      headers: isJsonObject(headers) ? headers : {},
      query: isJsonObject(query) ? query : {},
    };
    const target = this.targetOf(await this.mustFind(webhook), words);
    return this.outcome(webhook, await inbox.redeliver(first, target, key));
  }

  private targetOf(stored: StoredWebhook, words: RequestWords): InboxTarget | DeliveryFailure {
    return targetOrFailure(this.parts.definitions.make(stored).definition, { ...words });
  }

  private async outcome(webhook: Uuid, { delivery, isNew }: Accepted): Promise<JsonObject> {
    return { ...deliveryDocument(webhook, await this.mustFindDelivery(delivery)), repeated: !isNew };
  }

  private async save(
    document: JsonObject,
    about: Omit<StoredWebhook, 'document' | 'endpoint'>,
    before?: StoredWebhook,
  ): Promise<JsonObject> {
    const parsed = parseDefinition(document, this.parts.parse);
    await this.check(parsed, document, before);
    const endpoint = parsed.definition.endpoint || randomBytes(RANDOM_BYTES).toString('base64url');
    const credential = await this.secrets.keep(parsed, about.id, before && ownCredential(before.id, before.document));
    const stored = { ...about, endpoint, document: keptDocument({ ...document, endpoint }, credential) };
    try {
      await this.parts.store.save(stored);
    } catch (error) {
      if (parsed.secret) await this.secrets.forget(credential);
      throw error;
    }
    this.parts.definitions.changed(endpoint, ...(before ? [before.endpoint] : []));
    const old = before && ownCredential(before.id, before.document);
    if (old !== ownCredential(stored.id, stored.document)) await this.secrets.forget(old);
    return this.shown(stored);
  }

  private async check(
    { definition, faults: found, isMasked }: ParsedWebhook,
    document: JsonObject,
    before: StoredWebhook | undefined,
  ): Promise<void> {
    const faults = [...found];
    const { action, auth } = definition;
    faults.push(...(await workflowFaults(document, action.workflow, this.parts.knowsWorkflow)));
    faults.push(...this.secrets.faults({ auth, ...(isMasked && { isMasked }) }, before && this.keptAuth(before)));
    mustHaveNone(SUBJECT, faults);
  }

  private keptAuth(stored: StoredWebhook): KeptAuth {
    return {
      own: ownCredential(stored.id, stored.document),
      type: this.parts.definitions.make(stored).definition.auth.type,
    };
  }

  private shown(stored: StoredWebhook): JsonObject {
    const { definition } = this.parts.definitions.make(stored);
    const { origin, refusals } = this.parts;
    return webhookDocument(stored, { definition, origin, refused: refusals.of(stored.id) });
  }

  private async page(
    id: Uuid,
    { offset, limit, status }: PageWanted & StatusWanted,
    document: (webhook: string, delivery: StoredDelivery) => JsonObject,
  ): Promise<DocumentPage> {
    await this.mustFind(id);
    if (status === 'dead')
      throw refusalOf(SUBJECT, [
        fault('wrong_type', '/status', { expected: 'pending, delivered or failed: this webhook comes in' }),
      ]);
    const { items, total } = await this.parts.inbox.list(sourceOf('webhook', id), {
      offset,
      limit,
      ...(status && { status }),
    });
    return { items: items.map((delivery) => document(id, delivery)), total };
  }

  private async mustFind(id: Uuid): Promise<StoredWebhook> {
    const stored = await this.parts.store.find(id);
    if (!stored) throw new HarmoniaError('webhook_not_found', { id });
    return stored;
  }

  private async mustFindDelivery(id: Uuid): Promise<StoredDelivery> {
    const found = await this.parts.inbox.find(id);
    if (!found) throw new HarmoniaError('delivery_not_found', { id });
    return found;
  }
}
