import type { Millis } from '../../../../kernel/index.js';

/** What an engine grants. */
export interface EngineLimits {
  /** Attempts at the same time in the process: `HARMONIA_MAX_RUNNING_TASKS`. Default 1000. */
  readonly maxRunningTasks?: number;
  /** Attempts at the same time by task type or component, as the engine's `perTask`. */
  readonly perTask?: Readonly<Record<string, number>>;
}

/** How a simulated run went. Times in ms of virtual time. */
export interface VirtualOutcome {
  /** `waits`: for something that never comes. `exhausted`: it went on for too long to be simulated. */
  readonly end: 'completed' | 'failed' | 'waits' | 'exhausted';
  readonly makespan: Millis;
  readonly attempts: number;
  readonly failedAttempts: number;
  /** Sum of the lengths of all attempts. */
  readonly busy: Millis;
  /** The same, each weighted by how far the figures of its task are to be trusted. */
  readonly trusted: Millis;
  /** Part of `busy` of tasks of which nothing is known. */
  readonly assumed: Millis;
  /** For how long steps that could have begun waited for a slot, or for room under a limit, by pattern. */
  readonly held: ReadonlyMap<string, Millis>;
  readonly tokens: number;
  /** In the currency of the history. */
  readonly cost: number;
  /** Decisions of the core: what the simulation cost. */
  readonly decisions: number;
}

/** A bar of a Gantt chart: one attempt, or one wait. ms from the start of the run. */
export interface GanttRow {
  readonly step: string;
  readonly attempt: number;
  readonly start: Millis;
  readonly end: Millis;
  readonly outcome: 'completed' | 'failed' | 'stopped' | 'waited';
}
