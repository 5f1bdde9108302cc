import { randomBytes } from 'node:crypto';
import {
  deriveUuid,
  fault,
  HarmoniaError,
  isJsonObject,
  Turns,
  type Clock,
  type Fault,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import type { Inbox } from '../inbox/index.js';
import type {
  Accepted,
  DocumentPage,
  PageWanted,
  StatusWanted,
  StoredDelivery,
  StoredWebhook,
  WebhookDirection,
  WebhookStore,
} from '../ports/index.js';
import { withSnakeNames } from './body-reader.js';
import { sourceOf, targetOrFailure } from './hook-ingress.js';
import { keptDocument, OwnSecrets, type KeptAuth } from './own-secrets.js';
import { parseDefinition, type ParsedWebhook, type ParseWith } from './parse-definition.js';
import type { Refusals } from './refusals.js';
import type { RequestWords } from './webhook-definition.js';
import type { WebhookDefinitions } from './webhook-definitions.js';
import { deliveryDocument, eventDocument, ownCredential, webhookDocument } from './webhook-document.js';

export interface InboundWebhooksParts {
  readonly store: WebhookStore;
  readonly definitions: WebhookDefinitions;
  readonly inbox: Pick<Inbox, 'accept' | 'find' | 'list'>;
  readonly credentials: CredentialKeeper;
  readonly refusals: Refusals;
  readonly parse: ParseWith;
  readonly clock: Clock;
  readonly newId: () => Uuid;
  /** Whether there is a workflow of that id or name. */
  readonly knowsWorkflow: (workflow: string) => Promise<boolean>;
  /** Address under which others reach the service. */
  readonly origin: string;
}

const RANDOM_BYTES = 18;
const PATIENCE = 500;
const SOURCE = /^webhook:(.+)$/;

/** Fields of which one takes the place of the others. */
const INSTEAD = [
  ['workflow', 'workflow_id'],
  ['auth', 'auth_type', 'auth_config'],
];

const changed = (before: JsonObject, body: JsonObject): JsonObject => {
  const given = withSnakeNames(body);
  const gone = INSTEAD.filter((names) => names.some((name) => Object.hasOwn(given, name))).flat();
  return { ...Object.fromEntries(Object.entries(before).filter(([name]) => !gone.includes(name))), ...given };
};

const bodyOf = (body: Json): JsonObject => {
  if (isJsonObject(body)) return body;
  throw refused([fault('wrong_type', '', { expected: 'an object' })]);
};

const refused = (faults: readonly Fault[]): HarmoniaError =>
  new HarmoniaError('validation_error', { subject: 'The webhook', count: faults.length }, { faults });

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
    return this.turns.take(() =>
      this.save(withSnakeNames(bodyOf(body)), { id: newId(), createdAt: now, updatedAt: now }),
    );
  }

  update(id: Uuid, body: Json): Promise<JsonObject> {
    return this.turns.take(() => this.change(id, body));
  }

  private async change(id: Uuid, body: Json): Promise<JsonObject> {
    const before = await this.mustFind(id);
    // Two changes within a millisecond are told apart.
    const updatedAt = Math.max(this.parts.clock.now(), before.updatedAt + 1);
    const { createdAt } = before;
    return this.save(changed(before.document, bodyOf(body)), { id, createdAt, updatedAt }, before);
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
    const words = { payload, headers: {}, query: {} };
    const accepted = await this.accept(await this.mustFind(id), words, { messageId: key ?? null });
    return this.outcome(accepted);
  }

  async events(id: Uuid, page: PageWanted): Promise<DocumentPage> {
    return this.page(id, page, eventDocument);
  }

  async deliveries(id: Uuid, page: PageWanted & StatusWanted): Promise<DocumentPage> {
    return this.page(id, page, deliveryDocument);
  }

  async redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject | undefined> {
    const found = await this.parts.inbox.find(delivery);
    const [, webhook] = SOURCE.exec(found?.source ?? '') ?? [];
    if (!found || webhook === undefined) return undefined;
    if (found.status === 'pending')
      throw new HarmoniaError('conflict', { reason: `Delivery ${delivery} is still on its way` });
    const { headers, query } = found.circumstances;
    const words = {
      payload: found.payload,
      headers: isJsonObject(headers) ? headers : {},
      query: isJsonObject(query) ? query : {},
    };
    const accepted = await this.accept(await this.mustFind(webhook), words, {
      messageId: null,
      redeliveryOf: delivery,
      circumstances: found.circumstances,
      ...(key !== undefined && { id: deriveUuid('redelivery', delivery, key) }),
    });
    return this.outcome(accepted);
  }

  private accept(
    stored: StoredWebhook,
    words: RequestWords,
    more: {
      readonly messageId: string | null;
      readonly redeliveryOf?: Uuid;
      readonly id?: Uuid;
      readonly circumstances?: JsonObject;
    },
  ): Promise<Accepted> {
    const target = targetOrFailure(this.parts.definitions.make(stored).definition, words);
    const { payload, ...circumstances } = words;
    const delivery = { source: sourceOf(stored.id), payload, circumstances: { ...circumstances }, target };
    return this.parts.inbox.accept({ ...delivery, ...more }, PATIENCE);
  }

  private async outcome({ delivery, isNew }: Accepted): Promise<JsonObject> {
    const stored = await this.mustFindDelivery(delivery);
    return { ...deliveryDocument(SOURCE.exec(stored.source)?.[1] ?? '', stored), repeated: !isNew };
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
    const { workflow } = action;
    if (workflow && !(await this.parts.knowsWorkflow(workflow)))
      faults.push(
        fault('hook_unknown_workflow', Object.hasOwn(document, 'workflow') ? '/workflow' : '/workflow_id', {
          workflow,
        }),
      );
    faults.push(...this.secrets.faults({ auth, ...(isMasked && { isMasked }) }, before && this.keptAuth(before)));
    if (faults.length > 0) throw refused(faults);
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
      throw refused([
        fault('wrong_type', '/status', { expected: 'pending, delivered or failed: this webhook comes in' }),
      ]);
    const { items, total } = await this.parts.inbox.list(sourceOf(id), { offset, limit, ...(status && { status }) });
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
