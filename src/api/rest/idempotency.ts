import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { canonicalJson, contentHash, deriveUuid, HarmoniaError, type Json, type Uuid } from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { inWordsOf, type CallerKey } from '../access/caller-key.js';
import { CATALOG } from '../tokens.js';

/** What the creator must write in the transaction of what it creates. */
export interface Key {
  readonly scope: string;
  readonly key: string;
  readonly request: string;
}

export interface CreateOnce<T> {
  readonly scope: string;
  readonly header: CallerKey | undefined;
  readonly body: unknown;
  readonly reply: FastifyReply;
  readonly create: (key: Key | undefined) => Promise<T>;
  /** Answers again with what a repeated request has created. */
  readonly recall: (resource: Uuid) => Promise<T>;
}

/**
 * Makes creating safe to repeat. Two equal requests at the same time take turns, so the second finds what the first made,
 * and says that it did. `Engine.start` would be safe without; checkpoints, workflows and that header would not.
 */
@Injectable()
export class Idempotency {
  private readonly busy = new Map<string, Promise<unknown>>();

  constructor(@Inject(CATALOG) private readonly catalog: WorkflowCatalog) {}

  async once<T>(request: CreateOnce<T>): Promise<T> {
    const { header, scope, body, create } = request;
    if (header === undefined) return create(undefined);
    const key: Key = { scope, key: header.kept, request: contentHash(canonicalJson((body ?? null) as Json)) };
    return this.inTurn(scope, header, () => this.recallOrCreate(key, request).catch(inWordsOf(header)));
  }

  /** Equal keys take turns. */
  async inTurn<T>(scope: string, header: CallerKey | undefined, work: () => Promise<T>): Promise<T> {
    if (header === undefined) return work();
    const lock = `${scope}\n${header.kept}`;
    while (this.busy.has(lock)) await this.busy.get(lock)?.catch(() => undefined);
    const working = work();
    this.busy.set(lock, working);
    try {
      return await working;
    } finally {
      this.busy.delete(lock);
    }
  }

  /** The id that what is created under a key has: the same for every request with that key. */
  idFor(scope: string, header: CallerKey | undefined): Uuid | undefined {
    if (header === undefined) return undefined;
    return deriveUuid('idempotency', scope, header.kept);
  }

  /** Creates under the id that follows from the key. Asked again, the first is answered, and says so. */
  createById<T extends { readonly isNew: boolean }>(
    { scope, header, reply }: Pick<CreateOnce<T>, 'scope' | 'header' | 'reply'>,
    create: (id: Uuid | undefined) => Promise<T>,
  ): Promise<T> {
    return this.inTurn(scope, header, async () => {
      const made = await create(this.idFor(scope, header)).catch(inWordsOf(header));
      if (!made.isNew) void reply.header('idempotent-replayed', 'true');
      return made;
    });
  }

  private async recallOrCreate<T>(key: Key, { reply, create, recall }: CreateOnce<T>): Promise<T> {
    const known = await this.catalog.recall(key.scope, key.key);
    if (!known) return create(key);
    if (known.request !== key.request) throw new HarmoniaError('idempotency_conflict', { key: key.key });
    void reply.header('idempotent-replayed', 'true');
    return recall(known.resource);
  }
}
