import type {
  Accepted,
  Attempted,
  DeliveriesWanted,
  DeliveryPage,
  InboxStore,
  NewDelivery,
  StoredDelivery,
} from '../../src/integration/ports/index.js';

interface Row {
  delivery: StoredDelivery;
  dueAt: number | null;
}

const sizeOf = ({ payload }: StoredDelivery): number => Buffer.byteLength(JSON.stringify(payload));

/* eslint-disable @typescript-eslint/require-await -- as the port wants it */

/** An inbox in memory. `fail` makes the next calls reject. */
export class MemoryInbox implements InboxStore {
  readonly rows: Row[] = [];
  /** How many deliveries each `add` had. */
  readonly commits: number[] = [];
  failure: Error | undefined;

  async add(deliveries: readonly NewDelivery[]): Promise<readonly Accepted[]> {
    this.mayFail();
    this.commits.push(deliveries.length);
    return deliveries.map((delivery) => this.addOne(delivery));
  }

  async find(id: string): Promise<StoredDelivery | undefined> {
    return this.rows.find(({ delivery }) => delivery.id === id)?.delivery;
  }

  async due(now: number, most: { rows: number; bytes: number }): Promise<readonly StoredDelivery[]> {
    this.mayFail();
    const due = this.rows
      .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
      .sort((a, b) => (a.dueAt as number) - (b.dueAt as number))
      .slice(0, most.rows);
    let bytes = 0;
    const end = due.findIndex(({ delivery }, index) => (bytes += sizeOf(delivery)) > most.bytes && index > 0);
    return (end === -1 ? due : due.slice(0, end)).map(({ delivery }) => delivery);
  }

  async nextDue(): Promise<number | undefined> {
    const times = this.rows.flatMap(({ dueAt }) => dueAt ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  async record(attempts: readonly Attempted[]): Promise<void> {
    this.mayFail();
    for (const { id, status, executions, failure, at, again } of attempts) {
      const row = this.rows.find(({ delivery }) => delivery.id === id);
      if (!row) continue;
      const settledAt = status === 'pending' ? null : at;
      const { attempts: before } = row.delivery;
      row.delivery = { ...row.delivery, status, executions, failure, attempts: before + 1, settledAt };
      row.dueAt = again;
    }
  }

  async undelivered(): Promise<number> {
    return this.rows.filter(({ dueAt }) => dueAt !== null).length;
  }

  async list(source: string, { offset, limit, status }: DeliveriesWanted): Promise<DeliveryPage> {
    const isWanted = (delivery: StoredDelivery): boolean => delivery.status === (status ?? delivery.status);
    const all = this.rows
      .map(({ delivery }) => delivery)
      .filter((delivery) => delivery.source === source && isWanted(delivery));
    return { items: [...all].reverse().slice(offset, offset + limit), total: all.length };
  }

  async forget(before: number, most: number): Promise<number> {
    const old = this.rows
      .filter(({ delivery: { settledAt } }) => settledAt !== null && settledAt < before)
      .slice(0, most);
    for (const row of old) this.rows.splice(this.rows.indexOf(row), 1);
    return old.length;
  }

  private addOne({ failure, ...rest }: NewDelivery): Accepted {
    const { id, source, messageId, at } = rest;
    const known = this.rows.find(
      ({ delivery }) =>
        delivery.id === id || (messageId !== null && delivery.source === source && delivery.messageId === messageId),
    );
    const status = failure ? 'failed' : 'pending';
    if (known) {
      const { id: delivery, status: was, executions } = known.delivery;
      return { delivery, isNew: false, status: was, executions };
    }
    const settledAt = failure ? at : null;
    this.rows.push({
      delivery: { ...rest, status, attempts: 0, executions: [], failure, settledAt },
      dueAt: failure ? null : at,
    });
    return { delivery: id, isNew: true, status, executions: [] };
  }

  private mayFail(): void {
    if (this.failure) throw this.failure;
  }
}
