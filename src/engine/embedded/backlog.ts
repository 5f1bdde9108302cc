import { HarmoniaError, type Uuid } from '../../kernel/index.js';
import { stepCount } from '../core/index.js';
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
  /** How many executions of theirs are open, by parent. */
  private readonly children = new Map<Uuid, number>();
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

  /**
   * Throws `backlog_full` when there is no room for another execution of so many steps. One alone always fits, and so
   * does one child of each parent: a backlog full of parents that all wait for room for a child would never move.
   */
  admit(steps: number, parent?: Uuid): void {
    const { maxOpenExecutions, maxOpenSteps } = this.limits;
    if (parent !== undefined && this.executions.has(parent) && !this.children.has(parent)) return;
    if (this.size >= maxOpenExecutions) throw full('executions', this.size, maxOpenExecutions);
    if (this.size > 0 && this.steps + steps > maxOpenSteps) throw full('steps', this.steps, maxOpenSteps);
  }

  add(live: LiveExecution): void {
    this.remove(live);
    this.executions.set(live.id, live);
    this.countChild(live, 1);
    this.recount(live);
  }

  /** The bodies of constructs bring steps as they begin. */
  recount(live: LiveExecution): void {
    const steps = stepCount(live.state);
    this.steps += steps - live.countedSteps;
    live.countedSteps = steps;
  }

  remove({ id }: LiveExecution): void {
    const held = this.executions.get(id);
    if (!held) return;
    this.executions.delete(id);
    this.countChild(held, -1);
    this.steps -= held.countedSteps;
    held.countedSteps = 0;
  }

  private countChild({ state: { parent } }: LiveExecution, more: 1 | -1): void {
    if (!parent) return;
    const count = (this.children.get(parent.execution) ?? 0) + more;
    if (count > 0) this.children.set(parent.execution, count);
    else this.children.delete(parent.execution);
  }
}

const full = (what: 'executions' | 'steps', count: number, limit: number): HarmoniaError =>
  new HarmoniaError('backlog_full', { what, count, limit, setting: `HARMONIA_MAX_OPEN_${what.toUpperCase()}` });
