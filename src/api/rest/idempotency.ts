import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import {
  canonicalJson,
  contentHash,
  deriveUuid,
  fault,
  HarmoniaError,
  type Json,
  type Uuid,
} from '../../kernel/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';
import { CATALOG } from '../tokens.js';
import { requestFault } from './validation.js';

/** What the creator must write in the transaction of what it creates. */
export interface Key {
  readonly scope: string;
  readonly key: string;
  readonly request: string;
}

export interface CreateOnce<T> {
  readonly scope: string;
  /** Value of the `Idempotency-Key` header. */
  readonly header: string | undefined;
  readonly body: unknown;
  readonly reply: FastifyReply;
  readonly create: (key: Key | undefined) => Promise<T>;
  /** Answers again with what a repeated request has created. */
  readonly recall: (resource: Uuid) => Promise<T>;
}

const PRINTABLE = /^[\x21-\x7e]{1,255}$/;

/** The value of an `Idempotency-Key` header. Throws `validation_error` when it can be none. */
export const keyOf = (header: string | undefined): string | undefined => {
  if (header === undefined || PRINTABLE.test(header)) return header;
  throw requestFault(fault('wrong_type', '/headers/Idempotency-Key', { expected: '1 to 255 printable characters' }));
};

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
    keyOf(header);
    const key: Key = { scope, key: header, request: contentHash(canonicalJson((body ?? null) as Json)) };
    return this.inTurn(scope, header, () => this.recallOrCreate(key, request));
  }

  /** Equal keys take turns. */
  async inTurn<T>(scope: string, header: string | undefined, work: () => Promise<T>): Promise<T> {
    if (header === undefined) return work();
    keyOf(header);
    const lock = `${scope}\n${header}`;
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
  idFor(scope: string, header: string | undefined): Uuid | undefined {
    if (header === undefined) return undefined;
    return deriveUuid('idempotency', scope, header);
  }

  /** Creates under the id that follows from the key. Asked again, the first is answered, and says so. */
  createById<T extends { readonly isNew: boolean }>(
    { scope, header, reply }: Pick<CreateOnce<T>, 'scope' | 'header' | 'reply'>,
    create: (id: Uuid | undefined) => Promise<T>,
  ): Promise<T> {
    return this.inTurn(scope, header, async () => {
      const made = await create(this.idFor(scope, header)).catch(naming(header));
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

/** Who sent the key knows it, and not the id that follows from it. */
const naming =
  (header: string | undefined) =>
  (error: unknown): never => {
    if (header === undefined || !(error instanceof HarmoniaError) || error.code !== 'idempotency_conflict') throw error;
    throw new HarmoniaError('idempotency_conflict', { key: header }, { cause: error });
  };
