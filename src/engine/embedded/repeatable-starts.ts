import { HarmoniaError } from '../../kernel/index.js';
import type { Acknowledged, StartExecution } from '../engine.js';
import type { Journal } from '../ports/index.js';

type Key = NonNullable<StartExecution['key']>;

/**
 * Makes starting safe to repeat: the same key gives the same execution, also while the first request is under way. A key
 * that reached the journal twice would fail the whole group commit, and with it the requests of others.
 */
export class RepeatableStarts {
  private readonly underWay = new Map<string, Promise<Acknowledged>>();

  constructor(private readonly journal: Pick<Journal, 'recall'>) {}

  /** Throws `idempotency_conflict` when the key was used for a different request. */
  async once(key: Key | undefined, start: () => Promise<Acknowledged>): Promise<Acknowledged> {
    if (!key) return start();
    const name = `${key.scope}\n${key.key}`;
    for (let other = this.underWay.get(name); other; other = this.underWay.get(name))
      await other.catch(() => undefined);
    const work = this.recallOrStart(key, start);
    this.underWay.set(name, work);
    try {
      return await work;
    } finally {
      this.underWay.delete(name);
    }
  }

  private async recallOrStart(key: Key, start: () => Promise<Acknowledged>): Promise<Acknowledged> {
    const known = await this.journal.recall(key.scope, key.key);
    if (!known) return start();
    if (known.request !== key.request) throw new HarmoniaError('idempotency_conflict', { key: key.key });
    return { execution: known.resource, at: known.at };
  }
}
