import type { ExecutionHistory, StepEvent } from './history.js';

/** How often steps began under keys with rates, within one process: a new one knows nothing of what began before. */
export class Rates {
  private readonly begun = new Map<string, number[]>();

  restarted(): void {
    this.begun.clear();
  }

  /** Why a step must not have begun yet; undefined when it might. */
  exceeded(history: ExecutionHistory, { step, generation, at }: StepEvent): string | undefined {
    const ready = history.step(step, generation).ready?.event;
    const limit = ready?.type === 'step_ready' ? ready.limit : undefined;
    if (!limit?.rate) return undefined;
    const { count, per } = limit.rate;
    const times = this.begun.get(limit.key) ?? [];
    this.begun.set(limit.key, times);
    times.push(at);
    const within = times.filter((time) => time > at - per).length;
    return within > count ? `${within} began under ${limit.key} within ${per} ms` : undefined;
  }
}
