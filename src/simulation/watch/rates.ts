import type { ExecutionHistory, StepEvent } from './history.js';

/**
 * How often steps began under keys with rates, since the first that has such a rate, and within one process: a new one
 * knows nothing of what began before.
 */
export class Rates {
  /** Times by rate, by key. */
  private readonly begun = new Map<string, Map<string, number[]>>();

  restarted(): void {
    this.begun.clear();
  }

  /** Why a step must not have begun yet; undefined when it might. */
  exceeded(history: ExecutionHistory, { step, generation, at }: StepEvent): string | undefined {
    const ready = history.step(step, generation).ready?.event;
    const limit = ready?.type === 'step_ready' ? ready.limit : undefined;
    if (!limit) return undefined;
    const ofKey = this.begun.get(limit.key) ?? new Map<string, number[]>();
    this.begun.set(limit.key, ofKey);
    const own = JSON.stringify(limit.rate);
    if (limit.rate && !ofKey.has(own)) ofKey.set(own, []);
    for (const times of ofKey.values()) times.push(at);
    if (!limit.rate) return undefined;
    const { count, per } = limit.rate;
    const times = ofKey.get(own) ?? [];
    const within = times.filter((time) => time > at - per).length;
    return within > count ? `${within} began under ${limit.key} within ${per} ms` : undefined;
  }
}
