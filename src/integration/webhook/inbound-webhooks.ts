import { randomBytes } from 'node:crypto';
import {
  deriveUuid,
  fault,
  HarmoniaError,
  isJsonObject,
  type Clock,
  type Fault,
  type Json,
  type JsonObject,
  type Uuid,
} from '../../kernel/index.js';
import type { CredentialKeeper } from '../../credential/ports/index.js';
import type { Credential } from '../../plugin/contract/index.js';
import type { Inbox } from '../inbox/index.js';
import type {
  Accepted,
  DocumentPage,
  PageWanted,
  StoredDelivery,
  StoredWebhook,
  WebhookDirection,
  WebhookStore,
} from '../ports/index.js';
import { withSnakeNames } from './body-reader.js';
import { sourceOf, targetOrFailure } from './hook-ingress.js';
import { parseDefinition, type ParsedWebhook, type ParseWith } from './parse-definition.js';
import type { Refusals } from './refusals.js';
import { secretsFor } from './verify.js';
import type { RequestWords } from './webhook-definition.js';
import type { WebhookDefinitions } from './webhook-definitions.js';
import {
  deliveryDocument,
  eventDocument,
  ownCredential,
  ownPrefix,
  webhookDocument,
  withoutSecrets,
} from './webhook-document.js';

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
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: InboundWebhooksParts) {}

  create(body: Json): Promise<JsonObject> {
    const { newId, clock } = this.parts;
    const now = clock.now();
    return this.inTurn(() => this.save(withSnakeNames(bodyOf(body)), { id: newId(), createdAt: now, updatedAt: now }));
  }

  update(id: Uuid, body: Json): Promise<JsonObject> {
    return this.inTurn(() => this.change(id, body));
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
    return this.inTurn(() => this.erase(id));
  }

  private async erase(id: Uuid): Promise<boolean> {
    const stored = await this.parts.store.find(id);
    if (!stored || !(await this.parts.store.remove(id))) return false;
    this.parts.definitions.changed(stored.endpoint);
    this.parts.refusals.forget(id);
    await this.forgetCredential(ownCredential(id, stored.document));
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

  async deliveries(id: Uuid, page: PageWanted): Promise<DocumentPage> {
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

  /** One change at a time: a secret and the document that names it belong together. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work, work);
    this.last = done;
    return done;
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
    const credential = await this.keepSecret(parsed, about.id, before);
    const stored = { ...about, endpoint, document: kept({ ...document, endpoint }, credential) };
    try {
      await this.parts.store.save(stored);
    } catch (error) {
      if (parsed.secret) await this.forgetCredential(credential);
      throw error;
    }
    this.parts.definitions.changed(endpoint, ...(before ? [before.endpoint] : []));
    const old = before && ownCredential(before.id, before.document);
    if (old !== ownCredential(stored.id, stored.document)) await this.forgetCredential(old);
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
    const own = before && ownCredential(before.id, before.document);
    const type = before && this.parts.definitions.make(before).definition.auth.type;
    if (isMasked && (own === undefined || type !== auth.type))
      faults.push(fault('wrong_type', '/auth', { expected: 'a secret: none is kept that could stay' }));
    if (auth.type !== 'none')
      for (const name of auth.credentials) {
        const credential = name.includes(':') && name !== own ? undefined : this.parts.credentials.credential(name);
        if (!credential || secretsFor(auth.type, credential).length === 0)
          faults.push(unfit(name, credential, auth.type));
      }
    if (faults.length > 0) throw refused(faults);
  }

  /**
   * The credential of its own that a webhook is to have. A new secret gets a new name: the document says which one counts,
   * so a crash in between leaves the old one in force.
   */
  private async keepSecret(
    { secret, isMasked }: ParsedWebhook,
    id: Uuid,
    before: StoredWebhook | undefined,
  ): Promise<string | undefined> {
    const own = before && ownCredential(id, before.document);
    if (!secret) return isMasked ? own : undefined;
    const last = Number(/\d+$/.exec(own ?? '')?.[0] ?? 0);
    const name = `${ownPrefix(id)}auth-${last + 1}`;
    await this.parts.credentials.put(name, secret);
    return name;
  }

  private async forgetCredential(name: string | undefined): Promise<void> {
    if (name !== undefined) await this.parts.credentials.remove(name);
  }

  private shown(stored: StoredWebhook): JsonObject {
    const { definition } = this.parts.definitions.make(stored);
    const { origin, refusals } = this.parts;
    return webhookDocument(stored, { definition, origin, refused: refusals.of(stored.id) });
  }

  private async page(
    id: Uuid,
    page: PageWanted,
    document: (webhook: string, delivery: StoredDelivery) => JsonObject,
  ): Promise<DocumentPage> {
    await this.mustFind(id);
    const { items, total } = await this.parts.inbox.list(sourceOf(id), page);
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

const unfit = (name: string, credential: Credential | undefined, expected: string): Fault =>
  credential
    ? fault('credential_type', '/auth', { name, found: credential.type, expected })
    : fault('credential_unknown', '/auth', { name });

/** What is kept of a body: under one name each, and no secret. */
const kept = (document: JsonObject, credential: string | undefined): JsonObject => {
  const { auth, auth_type: type, auth_config: config, ...rest } = document;
  const given = withSnakeNames(
    isJsonObject(auth) ? auth : { ...(isJsonObject(config) ? config : {}), ...(type && { type }) },
  );
  const safe = credential === undefined ? given : withoutSecrets(given, credential);
  const entries = Object.entries(rest).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(entries), auth: Object.keys(safe).length === 0 ? { type: 'none' } : safe };
};
