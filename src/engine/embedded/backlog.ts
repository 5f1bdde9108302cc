import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import type { LiveExecution } from './live-execution.js';

export interface BacklogLimits {
  /** Executions that are not terminal. */
  readonly maxOpenExecutions: number;
  /** Steps of all of them together. */
  readonly maxOpenSteps: number;
}

/** The executions that are not terminal. They live in memory, about 4 KB each and 200 bytes a step, so they are bounded. */
export class Backlog {
  private readonly executions = new Map<Uuid, LiveExecution>();
  /** As they were counted: a migration changes how many an execution has. */
  private readonly counted = new Map<Uuid, number>();
  private steps = 0;

  constructor(private readonly limits: BacklogLimits) {}

  get size(): number {
    return this.executions.size;
  }

  find(execution: Uuid): LiveExecution | undefined {
    return this.executions.get(execution);
  }

  /** Whether this very object is the one that is driven; a reload puts another in its place. */
  holds(live: LiveExecution): boolean {
    return this.executions.get(live.id) === live;
  }

  all(): Iterable<LiveExecution> {
    return this.executions.values();
  }

  /** Throws `backlog_full` when there is no room for another execution of so many steps. One alone always fits. */
  admit(steps: number): void {
    const { maxOpenExecutions, maxOpenSteps } = this.limits;
    if (this.size >= maxOpenExecutions) throw full('executions', this.size, maxOpenExecutions);
    if (this.size > 0 && this.steps + steps > maxOpenSteps) throw full('steps', this.steps, maxOpenSteps);
  }

  add(live: LiveExecution): void {
    this.remove(live);
    this.executions.set(live.id, live);
    this.counted.set(live.id, live.state.compiled.taskCount);
    this.steps += live.state.compiled.taskCount;
  }

  remove(live: LiveExecution): void {
    if (this.executions.delete(live.id)) this.steps -= this.counted.get(live.id) ?? 0;
    this.counted.delete(live.id);
  }
}

const full = (what: 'executions' | 'steps', count: number, limit: number): HarmoniaError =>
  new HarmoniaError('backlog_full', { what, count, limit, setting: `HARMONIA_MAX_OPEN_${what.toUpperCase()}` });
