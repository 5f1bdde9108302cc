import type { StoredWebhook, WebhookStore } from '../../src/integration/ports/index.js';
import { HarmoniaError } from '../../src/kernel/index.js';

/* eslint-disable @typescript-eslint/require-await -- as the port wants it */

/** Webhooks in memory. */
export class MemoryWebhooks implements WebhookStore {
  private readonly byId = new Map<string, StoredWebhook>();

  async find(id: string): Promise<StoredWebhook | undefined> {
    return this.byId.get(id);
  }

  async findByEndpoint(endpoint: string): Promise<StoredWebhook | undefined> {
    return [...this.byId.values()].find((webhook) => webhook.endpoint === endpoint);
  }

  async list({
    offset,
    limit,
  }: {
    offset: number;
    limit: number;
  }): Promise<{ items: readonly StoredWebhook[]; total: number }> {
    const all = [...this.byId.values()].sort((a, b) => a.createdAt - b.createdAt);
    return { items: all.slice(offset, offset + limit), total: all.length };
  }

  async save(webhook: StoredWebhook): Promise<void> {
    const holder = await this.findByEndpoint(webhook.endpoint);
    if (holder && holder.id !== webhook.id)
      throw new HarmoniaError('conflict', { reason: `Endpoint ${webhook.endpoint} is taken` });
    this.byId.set(webhook.id, webhook);
  }

  async remove(id: string): Promise<boolean> {
    return this.byId.delete(id);
  }
}
