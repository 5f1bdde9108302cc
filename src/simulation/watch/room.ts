import { allSteps, limitsOf, type Limit, type RunState, type Step } from '../../engine/core/index.js';

/** What runs at one moment, and under which limits; counted anew from the states, whatever the engine counts. */
export class Room {
  used = 0;
  private readonly running = new Map<string, number>();
  /** The loosest bound under which something runs, by key: tasks may name one key with other bounds. */
  private readonly bounds = new Map<string, number>();
  private readonly waiting: { readonly step: Step; readonly limits: readonly Limit[]; readonly run: RunState }[] = [];

  add(run: RunState, now: number): void {
    for (const step of allSteps(run)) {
      const { state } = step;
      if (step.task.work.is !== 'task') continue;
      if (state.at === 'running') this.take(limitsOf(run, step));
      const isWaiting = state.at === 'ready' || (state.at === 'backing-off' && state.until <= now);
      if (isWaiting && run.status.is === 'running') this.waiting.push({ step, limits: limitsOf(run, step), run });
    }
  }

  /** Why too much runs; undefined when it does not. */
  exceeded(slots: number): string | undefined {
    if (this.used > slots) return `${this.used} attempts run in ${slots} slot(s)`;
    for (const [key, bound] of this.bounds) {
      const running = this.running.get(key) ?? 0;
      if (running > bound) return `${running} attempts run under ${key}, which lets ${bound}`;
    }
    return undefined;
  }

  /** A step that waits for a slot although there is one, and room under all of its limits; undefined when there is none. */
  forgotten(slots: number): string | undefined {
    if (this.used >= slots) return undefined;
    const hasRoom = ({ key, concurrency = Infinity, rate }: Limit): boolean =>
      rate === undefined && (this.running.get(key) ?? 0) < concurrency;
    const found = this.waiting.find(({ limits }) => limits.every(hasRoom));
    return found && `${found.step.address} of ${found.run.execution} waits, although nothing is in its way`;
  }

  /** A step that waits for a rate: a timer lets it go on. */
  get isRated(): boolean {
    return this.waiting.some(({ limits }) => limits.some(({ rate }) => rate !== undefined));
  }

  private take(limits: readonly Limit[]): void {
    this.used += 1;
    for (const { key, concurrency = Infinity } of limits) {
      this.running.set(key, (this.running.get(key) ?? 0) + 1);
      this.bounds.set(key, Math.max(concurrency, this.bounds.get(key) ?? 0));
    }
  }
}
