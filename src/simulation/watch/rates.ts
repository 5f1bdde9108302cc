import type { Rate } from '../../engine/core/index.js';
import type { Instant } from '../../kernel/index.js';
import type { ExecutionHistory, StepEvent } from './history.js';

interface Begun {
  readonly rate: Rate;
  /** Within the window that ends with the last of them. */
  times: readonly Instant[];
}

/**
 * How often steps began under keys with rates. What begins under a key counts for a rate of it, whether it has that
 * rate or not, as long as the rate is known: from a step with it on, until nothing has begun within its window (then it may be forgotten). A new
 * process knows nothing of what began before.
 */
export class Rates {
  /** By rate, by key. */
  private readonly keys = new Map<string, Map<string, Begun>>();

  restarted(): void {
    this.keys.clear();
  }

  /** Why a step must not have begun yet; undefined when it might. */
  exceeded(history: ExecutionHistory, { step, generation, at }: StepEvent): string | undefined {
    const ready = history.step(step, generation).ready?.event;
    const limit = ready?.type === 'step_ready' ? ready.limit : undefined;
    if (!limit) return undefined;
    const { key, rate } = limit;
    const rates = this.keys.get(key) ?? new Map<string, Begun>();
    this.keys.set(key, rates);
    forgetQuiet(rates, at);
    const own = JSON.stringify(rate);
    if (rate && !rates.has(own)) rates.set(own, { rate, times: [] });
    for (const begun of rates.values()) begun.times = [...begun.times, at];
    const within = rates.get(own)?.times.length ?? 0;
    return rate && within > rate.count ? `${within} began under ${key} within ${rate.per} ms` : undefined;
  }
}

const forgetQuiet = (rates: Map<string, Begun>, at: Instant): void => {
  for (const [id, begun] of rates) {
    begun.times = begun.times.filter((time) => time > at - begun.rate.per);
    if (begun.times.length === 0) rates.delete(id);
  }
};
