import { canonicalJson, contentHash, HarmoniaError, Turns, type JsonObject, type Uuid } from '../../kernel/index.js';
import type { IdempotencyKey } from '../../engine/ports/index.js';
import type { WorkflowCatalog } from '../../workflow/index.js';

/** What the creator writes in the transaction of what it creates. */
export type CreationKey = Omit<IdempotencyKey, 'resource' | 'at'>;

export interface Creation {
  /** The action. */
  readonly scope: string;
  /** Undefined: it is made each time. */
  readonly key: string | undefined;
  readonly params: JsonObject;
  readonly create: (key: CreationKey | undefined) => Promise<Uuid>;
}

/** Makes things once for each key: an attempt that is made again finds what the first one made. */
export class Repeatable {
  private readonly turns = new Turns();

  constructor(private readonly catalog: Pick<WorkflowCatalog, 'recall'>) {}

  /** Answers the id of what was made, now or before. Throws `idempotency_conflict` for a key of another request. */
  once({ scope: action, key, params, create }: Creation): Promise<Uuid> {
    if (key === undefined) return create(undefined);
    const scope = `actions/${action}`;
    const request = contentHash(canonicalJson(params));
    return this.turns.take(async () => {
      const known = await this.catalog.recall(scope, key);
      if (!known) return create({ scope, key, request });
      if (known.request !== request) throw new HarmoniaError('idempotency_conflict', { key });
      return known.resource;
    });
  }
}
