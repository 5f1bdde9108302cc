import { LRUCache } from 'lru-cache';
import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import type { StoredWebhook, WebhookStore } from '../ports/index.js';
import { parseDefinition, type ParseWith } from './parse-definition.js';
import type { WebhookDefinition } from './webhook-definition.js';

/** Definitions that are kept ready. */
const MOST_READY = 1000;

export interface ReadyWebhook {
  readonly id: Uuid;
  readonly definition: WebhookDefinition;
}

/** Webhooks by their endpoint, ready to take requests. */
export class WebhookDefinitions {
  private readonly ready = new LRUCache<string, ReadyWebhook>({ max: MOST_READY });
  private changes = 0;

  constructor(
    private readonly store: Pick<WebhookStore, 'findByEndpoint'>,
    private readonly using: ParseWith,
  ) {}

  async at(endpoint: string): Promise<ReadyWebhook | undefined> {
    const known = this.ready.get(endpoint);
    if (known) return known;
    const { changes } = this;
    const stored = await this.store.findByEndpoint(endpoint);
    if (!stored) return undefined;
    const made = this.make(stored);
    // What was read before a change may be what it was before it.
    if (changes === this.changes) this.ready.set(endpoint, made);
    return made;
  }

  /** Of a kept document. Throws when a later release cannot read what this one wrote. */
  make({ id, document }: StoredWebhook): ReadyWebhook {
    const { maxBodyBytes } = this.using;
    // The limit of today may be lower than the one that it was kept under.
    const { definition, faults } = parseDefinition(document, { ...this.using, maxBodyBytes: Number.MAX_SAFE_INTEGER });
    const maxBytes = Math.min(definition.maxBytes, maxBodyBytes);
    if (faults.length === 0) return { id, definition: { ...definition, maxBytes } };
    throw new HarmoniaError('validation_error', { subject: `Webhook ${id}`, count: faults.length }, { faults });
  }

  /** After every change of a webhook: the next request reads it anew. */
  changed(...endpoints: readonly string[]): void {
    this.changes += 1;
    for (const endpoint of endpoints) this.ready.delete(endpoint);
  }
}
