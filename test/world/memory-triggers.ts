import type { StoredTrigger, TriggerStore } from '../../src/integration/ports/index.js';
import type { Json } from '../../src/kernel/index.js';

/* eslint-disable @typescript-eslint/require-await -- as the port wants it */

/** Triggers in memory. With a `failure` what it is asked rejects, or only `failing`. */
export class MemoryTriggers implements TriggerStore {
  failure: Error | undefined;
  failing: 'memory' | 'remove' | undefined;
  private readonly byId = new Map<string, StoredTrigger>();
  private readonly memories = new Map<string, Json>();

  async all(): Promise<readonly StoredTrigger[]> {
    return [...this.byId.values()].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  }

  async find(id: string): Promise<StoredTrigger | undefined> {
    return this.byId.get(id);
  }

  async list({
    offset,
    limit,
  }: {
    offset: number;
    limit: number;
  }): Promise<{ items: readonly StoredTrigger[]; total: number }> {
    const all = await this.all();
    return { items: all.slice(offset, offset + limit), total: all.length };
  }

  async save(trigger: StoredTrigger, isForgotten: boolean): Promise<void> {
    this.byId.set(trigger.id, { ...trigger, createdAt: this.byId.get(trigger.id)?.createdAt ?? trigger.createdAt });
    if (isForgotten) this.memories.delete(trigger.id);
  }

  async remove(id: string): Promise<boolean> {
    this.mayFail('remove');
    this.memories.delete(id);
    return this.byId.delete(id);
  }

  async memory(id: string): Promise<Json> {
    this.mayFail('memory');
    return this.memories.get(id) ?? null;
  }

  async remember(id: string, memory: Json): Promise<void> {
    if (this.byId.has(id)) this.memories.set(id, memory);
  }

  private mayFail(asked: 'memory' | 'remove'): void {
    if (this.failure && (this.failing ?? asked) === asked) throw this.failure;
  }
}
