import type { Uuid } from '../../kernel/index.js';
import type { RecordedEvent, RunState } from '../core/index.js';

/** An event that is durable. */
export interface PublishedEvent {
  /** Place in the order of all commits of the store. */
  readonly position: number;
  readonly recorded: RecordedEvent;
}

/** What is told about one execution after a commit. */
export interface Publication {
  readonly execution: Uuid;
  /** The state right after the last event. Read it before you return; it goes on changing. */
  readonly state: RunState;
  readonly events: readonly PublishedEvent[];
}

/** How far a running attempt says it is. Not journaled, not replayed. */
export interface ProgressReport {
  readonly execution: Uuid;
  readonly step: string;
  readonly attempt: number;
  /** 0..1 */
  readonly fraction: number;
  readonly message?: string;
}

/** Is told of every transition after its commit, in commit order. Must not throw. */
export interface Notifier {
  publish(publications: readonly Publication[]): void;
  progress(report: ProgressReport): void;
}
