import type { JsonObject, Uuid } from '../../kernel/index.js';

/** Webhooks whose refusals are counted. */
const MOST = 10_000;

/** How often requests were refused, by webhook and code, since the process began. Nothing else of them is kept. */
export class Refusals {
  private readonly counts = new Map<Uuid, Map<string, number>>();

  add(webhook: Uuid, code: string): void {
    const known = this.counts.get(webhook);
    if (!known && this.counts.size >= MOST) return;
    const counts = known ?? new Map<string, number>();
    counts.set(code, (counts.get(code) ?? 0) + 1);
    if (!known) this.counts.set(webhook, counts);
  }

  of(webhook: Uuid): JsonObject {
    return Object.fromEntries(this.counts.get(webhook) ?? []);
  }

  forget(webhook: Uuid): void {
    this.counts.delete(webhook);
  }
}
