import type {
  Advance,
  DispatchPage,
  DispatchStatus,
  NewDispatch,
  Recorded,
  StoredDispatch,
  StoredSubscription,
  SubscriptionStore,
} from '../../src/integration/ports/index.js';

/* eslint-disable @typescript-eslint/require-await -- as the port wants it */

interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** Subscriptions in memory. `failure` makes the next writes reject. */
export class MemorySubscriptions implements SubscriptionStore {
  readonly subscriptions = new Map<string, StoredSubscription>();
  readonly rows: StoredDispatch[] = [];
  /** How many attempts each `record` had. */
  readonly commits: number[] = [];
  failure: Error | undefined;

  async all(): Promise<readonly StoredSubscription[]> {
    return [...this.subscriptions.values()].sort((a, b) => a.createdAt - b.createdAt);
  }

  async find(id: string): Promise<StoredSubscription | undefined> {
    return this.subscriptions.get(id);
  }

  async list({ offset, limit }: Page): Promise<{ items: readonly StoredSubscription[]; total: number }> {
    const all = await this.all();
    return { items: all.slice(offset, offset + limit), total: all.length };
  }

  async save(subscription: StoredSubscription): Promise<void> {
    this.mayFail();
    const { document, updatedAt } = subscription;
    const before = this.subscriptions.get(subscription.id);
    this.subscriptions.set(subscription.id, before ? { ...before, document, updatedAt } : subscription);
  }

  async remove(id: string): Promise<boolean> {
    const left = this.rows.filter(({ subscription }) => subscription !== id);
    this.rows.splice(0, this.rows.length, ...left);
    return this.subscriptions.delete(id);
  }

  async advance(advances: readonly Advance[]): Promise<void> {
    this.mayFail();
    for (const { subscription: id, cursor, gap, dispatches } of advances) {
      const found = this.subscriptions.get(id);
      if (!found || found.cursor >= cursor) continue;
      this.subscriptions.set(id, { ...found, cursor, gap: gap ?? found.gap });
      for (const dispatch of dispatches) await this.add(dispatch);
    }
  }

  async add(dispatch: NewDispatch): Promise<boolean> {
    this.mayFail();
    if (!this.subscriptions.has(dispatch.subscription)) return false;
    if (this.rows.some(({ id }) => id === dispatch.id)) return false;
    this.rows.push({ ...dispatch, status: 'pending', attempts: 0, outcome: null, settledAt: null, key: null });
    return true;
  }

  async dispatch(id: string): Promise<StoredDispatch | undefined> {
    return this.rows.find((row) => row.id === id);
  }

  async due(subscription: string, now: number, most: { rows: number; bytes: number }): Promise<StoredDispatch[]> {
    const found: StoredDispatch[] = [];
    let bytes = 0;
    for (const row of this.pendingOf(subscription).filter(({ due }) => due <= now)) {
      bytes += Buffer.byteLength(JSON.stringify(row.content));
      if (found.length >= most.rows || (found.length > 0 && bytes > most.bytes)) break;
      found.push(row);
    }
    return found;
  }

  async nextDue(subscription: string): Promise<number | undefined> {
    const due = this.pendingOf(subscription).map((row) => row.due);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  async pending(subscription: string): Promise<number> {
    return this.pendingOf(subscription).length;
  }

  async record(attempts: readonly Recorded[]): Promise<void> {
    this.mayFail();
    this.commits.push(attempts.length);
    for (const { id, status, outcome, again } of attempts)
      this.change(id, (row) => ({
        ...{ ...row, status, outcome, attempts: row.attempts + 1, due: again ?? row.at },
        settledAt: status === 'pending' ? null : outcome.at,
      }));
  }

  async putOff(id: string, due: number): Promise<void> {
    this.change(id, (row) => (row.status === 'pending' ? { ...row, due } : row));
  }

  async again(id: string, due: number, key: string | null): Promise<boolean> {
    const found = await this.dispatch(id);
    if (!found || found.status === 'pending') return false;
    this.change(id, (row) => ({ ...row, status: 'pending', attempts: 0, due, settledAt: null, key }));
    return true;
  }

  async againDead(subscription: string, due: number): Promise<number> {
    const dead = this.rows.filter((row) => row.subscription === subscription && row.status === 'dead');
    for (const { id } of dead)
      this.change(id, (row) => ({ ...row, status: 'pending', attempts: 0, due, settledAt: null }));
    return dead.length;
  }

  async dispatches(
    subscription: string,
    { offset, limit, status }: Page & { status?: DispatchStatus },
  ): Promise<DispatchPage> {
    const all = this.rows.filter((row) => row.subscription === subscription && row.status === (status ?? row.status));
    return { items: [...all].reverse().slice(offset, offset + limit), total: all.length };
  }

  async forget(before: number, most: number): Promise<number> {
    const old = this.rows.filter(({ settledAt }) => settledAt !== null && settledAt < before).slice(0, most);
    for (const row of old) this.rows.splice(this.rows.indexOf(row), 1);
    return old.length;
  }

  private pendingOf(subscription: string): StoredDispatch[] {
    return this.rows.filter((row) => row.subscription === subscription && row.status === 'pending');
  }

  private change(id: string, change: (row: StoredDispatch) => StoredDispatch): void {
    const at = this.rows.findIndex((row) => row.id === id);
    const row = this.rows[at];
    if (row) this.rows[at] = change(row);
  }

  private mayFail(): void {
    if (this.failure) throw this.failure;
  }
}
