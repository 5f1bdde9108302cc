import { Inject, Injectable } from '@nestjs/common';
import { HarmoniaError, isJsonObject, type Json, type JsonObject, type Uuid } from '../../../kernel/index.js';
import type {
  DocumentPage,
  OtherWebhooks,
  PageWanted,
  Triggers,
  WebhookDirection,
} from '../../../integration/ports/index.js';
import { INBOUND, OTHER_WEBHOOKS, OUTBOUND, TRIGGERS } from '../../tokens.js';

type Direction = 'inbound' | 'outbound';

/** Webhooks of both directions, and what they deliver, under one roof: a body with `url` is one that Harmonia sends. */
@Injectable()
export class WebhookDesk {
  constructor(
    @Inject(INBOUND) private readonly inbound: WebhookDirection,
    @Inject(OUTBOUND) private readonly outbound: WebhookDirection,
    @Inject(OTHER_WEBHOOKS) private readonly others: OtherWebhooks,
    @Inject(TRIGGERS) private readonly triggers: Pick<Triggers, 'redeliver'>,
  ) {}

  async create(body: Json): Promise<JsonObject> {
    const isOutbound = isJsonObject(body) && body.url !== undefined && body.url !== null;
    if (!isOutbound) return (await this.others.create(body)) ?? this.inbound.create(body);
    return this.outbound.create(body);
  }

  /** Those that come in first. */
  async list({ offset, limit }: PageWanted, direction: Direction | undefined): Promise<DocumentPage> {
    const first = direction === 'outbound' ? NONE : await this.inbound.list({ offset, limit });
    if (direction === 'inbound') return first;
    const rest = { offset: Math.max(0, offset - first.total), limit: limit - first.items.length };
    // Of a page that is full only the count is wanted.
    const second = await this.outbound.list({ ...rest, limit: Math.max(1, rest.limit) });
    return {
      items: [...first.items, ...second.items.slice(0, rest.limit)],
      total: first.total + second.total,
    };
  }

  async mustFind(id: Uuid): Promise<JsonObject> {
    const found = (await this.inbound.find(id)) ?? (await this.outbound.find(id));
    if (!found) throw new HarmoniaError('webhook_not_found', { id });
    return found;
  }

  /** The direction that a webhook is of. */
  async of(id: Uuid): Promise<WebhookDirection> {
    if (await this.inbound.find(id)) return this.inbound;
    if (await this.outbound.find(id)) return this.outbound;
    throw new HarmoniaError('webhook_not_found', { id });
  }

  async redeliverDead(id: Uuid): Promise<number> {
    const direction = await this.of(id);
    if (!direction.redeliverDead)
      throw new HarmoniaError('conflict', { reason: 'Only webhooks that are sent have dead deliveries' });
    return direction.redeliverDead(id);
  }

  async redeliver(delivery: Uuid, key: string | undefined): Promise<JsonObject> {
    const done =
      (await this.inbound.redeliver(delivery, key)) ??
      (await this.triggers.redeliver(delivery, key)) ??
      (await this.outbound.redeliver(delivery, key));
    if (!done) throw new HarmoniaError('delivery_not_found', { id: delivery });
    return done;
  }
}

const NONE: DocumentPage = { items: [], total: 0 };
